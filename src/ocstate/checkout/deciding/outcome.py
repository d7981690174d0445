"""
What a handler makes of a command: refused with all its problems, or accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve, field, frozen

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.confirming.rules import Rules
from ocstate.checkout.facts import Facts, ShopFact, ShopQuestion
from ocstate.problem import Param, Problem


@frozen
class Outcome:
    """
    A decision without the name of what happened, which the table of handlers has.

    Attributes:
        checkout: The state afterwards; the very same object when nothing changed.
        problems: As in a `Decision`.
        told: Parameters of the event.
    """

    checkout: Checkout
    problems: tuple[Problem, ...] = ()
    told: Mapping[str, Param] = field(factory=dict)


def refused(checkout: Checkout, problems: Iterable[Problem], *fix: str) -> Outcome:
    """
    Leave *checkout* as it is, and say why.

    Args:
        fix: Commands that would mend what does not say so itself.
    """
    return Outcome(
        checkout,
        tuple(
            problem if problem.fix or not fix else evolve(problem, fix=fix)
            for problem in problems
        ),
    )


def accepted(
    checkout: Checkout,
    problems: Iterable[Problem] = (),
    **told: Param,
) -> Outcome:
    """
    Go on with *checkout*.

    Args:
        problems: Warnings and infos.
        told: What a listener needs to know of it.
    """
    return Outcome(checkout, tuple(problems), told)


def shop_of(checkout: Checkout, facts: Facts, rules: Rules) -> ShopFact:
    """
    Return what the host said of the shop, or what is taken for granted.
    """
    if not facts.answers:
        return rules.shop
    fact = facts.answer(ShopQuestion(checkout=checkout))
    return rules.shop if fact is None else fact
