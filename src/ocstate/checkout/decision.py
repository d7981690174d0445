"""
What came of a command.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from ocstate.checkout.checkout import Checkout
from ocstate.problem import Param, Params, Problem, params_of


@frozen(kw_only=True)
class Event:
    """
    Something that happened, told without a name, an address or a code.

    Attributes:
        name: Stable, in the past tense, such as ``"line_added"``.
        params: What a listener needs, such as ids and quantities.
    """

    name: str
    params: Mapping[str, Param] = field(factory=Params, converter=params_of, hash=False)


@frozen(kw_only=True, repr=False)
class Decision:
    """
    The answer to a command: a new state, or problems and the state as it was.

    Attributes:
        checkout: The state afterwards; the very same object when nothing changed.
        events: What happened; empty when it was refused.
        problems: Everything that is wrong. One ``error`` among them means refused;
            warnings and infos accompany an accepted command.
    """

    checkout: Checkout
    events: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        told = (*(one.name for one in self.events), *map(str, self.problems))
        verdict = "refused" if self.refused else "accepted"
        return f"<Decision {verdict}: {', '.join(told) or 'nothing happened'}>"

    @property
    def refused(self) -> bool:
        """
        Tell whether the command was refused.
        """
        return any(problem.severity == "error" for problem in self.problems)
