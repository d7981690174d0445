"""
`Checkout`, the state that knows its rules.
"""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from ocstate.checkout.confirming.rules import RULES, Rules
from ocstate.checkout.values.state import SECTIONS, SectionSource, State
from ocstate.problem import Problem

_EMPTY: Final = {name: getattr(State(), name) for name in SECTIONS}


@frozen(kw_only=True, slots=False, repr=False)
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

    def __repr__(self) -> str:
        # Only names, for sections tell about people; and only what was looked at, for
        # reading a section could fail.
        known = (name for name in SECTIONS if self.has_read(name))
        filled = [name for name in known if getattr(self, name) != _EMPTY[name]]
        unread = sum(not self.has_read(name) for name in SECTIONS)
        more = [f"{unread} unread"] if unread else []
        return f"<Checkout {', '.join((*filled, *more)) or 'empty'}>"

    @property
    def is_ready(self) -> bool:
        """
        Tell whether confirming would be accepted: whether `missing` lists no ``error``.

        What nobody was asked about does not stand in the way, and neither does a choice
        whose price has to be asked for again; `missing` says both.
        """
        return all(problem.severity != "error" for problem in self.missing())

    def missing(self) -> tuple[Problem, ...]:
        """
        List everything that speaks against confirming, all at once.

        Judged is what is stored, by what the host said last of it, and nobody is asked:
        an ``error`` among them blocks confirming. On the same answers confirming comes
        to the same; but it asks afresh, and prices, stock or offers may have changed
        since. What no host was asked about is said in infos with the code
        ``not_checked``, and a choice that was offered for something else in a warning.
        """
        return self._rules.missing(self)
