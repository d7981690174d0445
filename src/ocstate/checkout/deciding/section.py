"""
What becomes of a host's own commands on its own sections.
"""

from __future__ import annotations

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import SectionCommand
from ocstate.checkout.confirming.rules import Rules
from ocstate.checkout.deciding.outcome import Outcome, accepted, refused
from ocstate.checkout.facts import Facts
from ocstate.exceptions import CommandRefused
from ocstate.problem import Problem, pointer


def change_section(
    checkout: Checkout, command: SectionCommand, facts: Facts, rules: Rules
) -> Outcome:
    """
    Let the command say what becomes of its section; whatever it refuses is left alone.
    """
    name = command.section
    before = checkout.extras.get(name)
    try:
        changed = command.apply(before)
    except CommandRefused as error:
        problems = error.problems
        if not any(problem.severity == "error" for problem in problems):
            path = pointer("extras", name)
            params = {"section": name}
            problems += (Problem("section_refused", path, params=params),)
        return refused(checkout, problems)
    after = checkout
    if changed != before:
        after = checkout.evolve(extras=checkout.extras.with_section(name, changed))
    return accepted(after, section=name)
