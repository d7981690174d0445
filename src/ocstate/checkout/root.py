"""
`Checkout`, the state that knows its rules.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.rules import RULES, Rules
from ocstate.checkout.state import SectionSource, State
from ocstate.problem import Problem

__all__ = ["Checkout"]


@frozen(kw_only=True, slots=False)
class Checkout(State):
    """
    Everything a session knows about a purchase, and what still blocks it.
    """

    _rules: Rules = field(default=RULES, eq=False, repr=False)

    @classmethod
    def under(
        cls, rules: Rules, source: SectionSource, extras: tuple[str, ...] = ()
    ) -> Checkout:
        """
        Make a checkout of stored sections that is judged by a host's own rules.
        """
        checkout = cls.stored(source, extras)
        checkout.__dict__["_rules"] = rules
        return checkout

    def missing(self) -> tuple[Problem, ...]:
        """
        List every problem that blocks confirming, all at once.

        No ``error`` among them means that confirming is accepted. What no host was
        asked about is said in infos with the code ``not_checked``.
        """
        return self._rules.missing(self)
