"""
`View`, what confirm rules look at, and what their checks say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from attrs import Factory, field, frozen

from ocstate.checkout.facts import Facts, ShopFact
from ocstate.checkout.rules.fields import FieldRule
from ocstate.checkout.values.consent import Terms
from ocstate.checkout.values.state import State
from ocstate.problem import Problem


def _needs_shipping(view: View) -> bool | None:
    return view.state.cart.needs_shipping


def _pieces(view: View) -> Counter[int]:
    return view.state.cart.lines.pieces()


@frozen(kw_only=True)
class View:
    """
    A checkout brought up to date, and what is known about it.

    Attributes:
        facts: What the host said just now, and what is kept of its earlier words.
        changes: What became of earlier choices when it was brought up to date.
        shop: What the host said of the shop, or what is taken for granted.
        terms: Documents that have to be accepted, in exactly these versions.
        fields_of: Returns the field rules of a value.
        needs_shipping: Whether anything has to be sent; None where no host said so.
        pieces: How many pieces of each product there are in all lines.
    """

    state: State
    facts: Facts
    changes: tuple[Problem, ...]
    shop: ShopFact
    terms: tuple[Terms, ...]
    fields_of: Callable[[str], Sequence[FieldRule]]
    needs_shipping: bool | None = field(
        init=False, default=Factory(_needs_shipping, takes_self=True)
    )
    pieces: Counter[int] = field(init=False, default=Factory(_pieces, takes_self=True))


Finding = Problem | None
"""What is wrong, or None for "could not be judged"."""

Check = Callable[[View], Iterator[Finding]]
"""A look at a view."""


@frozen(slots=False)
class SharedCheck:
    """
    A check that several rules share, with what makes it this rule's.

    A plain value, so that rules can be compared, pickled and sent elsewhere.

    Attributes:
        find: Finds what is wrong, by *arguments* and a view.
        what: What it finds, for its docstring.
    """

    find: Callable[..., Iterator[Finding]]
    arguments: tuple[object, ...]
    what: str

    def __attrs_post_init__(self) -> None:
        vars(self)["__doc__"] = f"Find {self.what}."

    def __call__(self, view: View) -> Iterator[Finding]:
        """
        Find it in *view*.
        """
        return self.find(*self.arguments, view)


def missing(code: str, is_needed: Callable[[View], bool | None], what: str) -> Check:
    """
    Make a check that finds that a section is empty, where something has to be.

    Args:
        code: The section's name and ``_required``.
        is_needed: None where nobody can tell.
        what: What it finds, for its docstring.
    """
    return SharedCheck(_missing, (code, is_needed), what)


def _missing(
    code: str, is_needed: Callable[[View], bool | None], view: View
) -> Iterator[Finding]:
    section = code.removesuffix("_required")
    if getattr(view.state, section) is None:
        needed = is_needed(view)
        if needed:
            yield Problem(code, f"/{section}")
        elif needed is None:
            yield None
