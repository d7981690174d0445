"""
What a handler is given and what it makes of it: a case, and its outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from attrs import evolve, field, frozen

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.confirming.rules import Rules
from ocstate.checkout.facts import Facts, ShopFact, ShopQuestion
from ocstate.problem import Param, Problem

CommandT_co = TypeVar("CommandT_co", covariant=True)


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


class Case(NamedTuple, Generic[CommandT_co]):
    """
    A command to be decided, with everything that may be looked at.
    """

    checkout: Checkout
    command: CommandT_co
    facts: Facts
    rules: Rules

    @property
    def shop(self) -> ShopFact:
        """
        Return what the host said of the shop, or what is taken for granted.
        """
        if not self.facts.answers:
            return self.rules.shop
        fact = self.facts.answer(ShopQuestion(checkout=self.checkout))
        return self.rules.shop if fact is None else fact

    def refused(self, problems: Iterable[Problem], *fix: str) -> Outcome:
        """
        Leave the checkout as it is, and say why.

        Args:
            fix: Commands that would mend what does not say so itself; by default, the
                same one with something else.
        """
        fix = fix or (type(self.command).__name__,)
        return Outcome(
            self.checkout,
            tuple(
                problem if problem.fix else evolve(problem, fix=fix)
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


def nothing_to_remove(path: str) -> Problem:
    """
    Say that what was to be removed was not there, which is no fault.
    """
    return Problem("nothing_to_remove", path, severity="info")
