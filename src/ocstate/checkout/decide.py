"""
`decide`, the one function behind all commands.
"""

from __future__ import annotations

from attrs import evolve

from ocstate.checkout.commands import Command
from ocstate.checkout.decision import Decision
from ocstate.checkout.facts import Facts
from ocstate.checkout.handlers import handler_of
from ocstate.checkout.learning import learnt
from ocstate.checkout.root import Checkout
from ocstate.checkout.rules import RULES, Rules

__all__ = ["decide"]


def decide(
    checkout: Checkout, command: Command, facts: Facts, rules: Rules = RULES
) -> Decision:
    """
    Say what becomes of *command*: a new checkout, or everything that is wrong with it.

    Pure, and silent where no host was asked: a rule that needs an answer which is not
    among *facts* is not applied. The checkout of the decision is the very same object
    when the command is refused, and when it changes nothing and *facts* say nothing
    new that is kept (`learning`).

    Raises:
        DecodeError: If a section that the command needs cannot be read.
        UsageError: If *command* is no command.
    """
    decision = handler_of(command).decide(checkout, command, facts, rules)
    if decision.refused or not facts.answers:
        return decision
    after = learnt(decision.checkout, facts)
    if after is decision.checkout:
        return decision
    return evolve(decision, checkout=after)
