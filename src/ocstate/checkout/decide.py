"""
`questions` and `decide`, the two functions behind all commands, and what comes of one.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, field, frozen

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import Command
from ocstate.checkout.confirming.rules import RULES, Rules
from ocstate.checkout.deciding.handlers import handler_of
from ocstate.checkout.deciding.ordering import closed_by
from ocstate.checkout.deciding.outcome import Case
from ocstate.checkout.derived.learning import learnt
from ocstate.checkout.facts import Facts, Question, ShopQuestion
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


def questions(checkout: Checkout, command: Command) -> tuple[Question[object], ...]:
    """
    Name what *command* needs to know, for one round of asking.

    Whoever is asked anything is asked after the shop too, so that `Checkout.missing`
    judges by what this shop demands. Pure: nobody is asked. What cannot be the number
    or code of anything is not asked about. Questions keep the checkout, and read of it
    only what a host looks at.

    Raises:
        UsageError: If *command* is no command.
    """
    asked = handler_of(command).questions(checkout, command)
    if not asked or any(isinstance(one, ShopQuestion) for one in asked):
        return asked
    return (*asked, ShopQuestion(checkout=checkout))


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
    handler = handler_of(command)
    closed = closed_by(checkout, command)
    if closed is not None:
        return Decision(checkout=checkout, problems=(closed,))
    outcome = handler.decide(Case(checkout, command, facts, rules))
    event = Event(name=handler.event, params=outcome.told)
    decision = Decision(
        checkout=outcome.checkout,
        events=() if outcome.checkout is checkout else (event,),
        problems=outcome.problems,
    )
    if not facts.answers or decision.refused:
        return decision
    after = learnt(decision.checkout, facts)
    return decision if after is decision.checkout else evolve(decision, checkout=after)
