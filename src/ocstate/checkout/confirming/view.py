"""
`View`, what confirm rules look at.
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
