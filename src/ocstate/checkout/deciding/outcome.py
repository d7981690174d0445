"""
How a decision is put: refused with all its problems, or accepted with what happened.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from ocstate.checkout.decision import Decision, Event
from ocstate.checkout.facts import Facts, ShopFact, ShopQuestion
from ocstate.checkout.root import Checkout
from ocstate.checkout.rules import Rules
from ocstate.problem import Param, Problem

__all__ = ["accepted", "refused", "shop_of"]


def refused(checkout: Checkout, problems: Iterable[Problem], *fix: str) -> Decision:
    """
    Leave *checkout* as it is, and say why.

    Args:
        fix: Commands that would mend what does not say so itself.
    """
    return Decision(
        checkout=checkout,
        problems=tuple(
            problem if problem.fix or not fix else evolve(problem, fix=fix)
            for problem in problems
        ),
    )


def accepted(
    checkout: Checkout,
    after: Checkout,
    event: str,
    problems: Iterable[Problem] = (),
    **params: Param,
) -> Decision:
    """
    Go on with *after*; nothing has happened if it is the very same object.

    Args:
        event: The name of what happened.
        problems: Warnings and infos.
    """
    return Decision(
        checkout=after,
        events=() if after is checkout else (Event(name=event, params=params),),
        problems=tuple(problems),
    )


def shop_of(checkout: Checkout, facts: Facts, rules: Rules) -> ShopFact:
    """
    Return what the host said of the shop, or what is taken for granted.
    """
    if not facts.answers:
        return rules.shop
    fact = facts.answer(ShopQuestion(checkout=checkout))
    return rules.shop if fact is None else fact
