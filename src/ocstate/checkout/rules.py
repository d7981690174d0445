"""
All rules of the domain in one place: tables that can be printed and extended.
"""

from __future__ import annotations

from attrs import frozen

from ocstate.checkout.state import State
from ocstate.problem import Problem

__all__ = ["RULES", "Rules"]


@frozen(kw_only=True)
class Rules:
    """
    The tables that decide what is right.
    """

    def missing(self, state: State) -> tuple[Problem, ...]:
        """
        List every problem that blocks confirming *state*.
        """
        return ()


RULES = Rules()
