"""
What is kept of a host's answers, so that rules can judge without asking again.

Whenever a command's questions are answered, what `KEPT` names is kept with the state.
`Checkout.missing` judges with it, by the very rules that confirming applies to fresh
answers: on the same answers both come to the same. A word that was said for something
else than what there is now counts as not said; where a choice rests on it, the host is
asked again at once (`outdated`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from attrs import Factory, evolve, field, frozen

from ocstate.checkout.derived.dependencies import DEPENDENCIES, INPUTS, fingerprint
from ocstate.checkout.facts import (
    Facts,
    GroupQuestion,
    PaymentFact,
    PaymentQuestion,
    Question,
    RewardQuestion,
    ShippingFact,
    ShippingQuestion,
    ShopFact,
    ShopQuestion,
)
from ocstate.checkout.rules.inquiries import CONFIRM_QUESTIONS
from ocstate.checkout.values.knowledge import ToldGroup, ToldReward, ToldShop
from ocstate.checkout.values.methods import PaymentOptions, Quotes
from ocstate.checkout.values.state import Changes, State
from ocstate.exceptions import DecodeError

StateT = TypeVar("StateT", bound=State)


def _inputs_of(keeping: Keeping) -> frozenset[str]:
    names = DEPENDENCIES[keeping.derived].inputs
    return frozenset(INPUTS[name].section for name in names)


@frozen
class Keeping:
    """
    How the answer to a question is kept.

    Attributes:
        derived: Its name in `DEPENDENCIES`, which say where it is kept and what it is
            right for.
        keep: Makes what is kept of a fact, its fingerprint and the time it was said.
        said: Takes the fact, its fingerprint and the time out of that again.
        inputs: The names of the sections that it is right for.
    """

    derived: str
    keep: Callable[[Any, str, float], Any]
    said: Callable[[Any], tuple[object, str, float]]
    inputs: frozenset[str] = field(
        init=False, default=Factory(_inputs_of, takes_self=True)
    )

    @property
    def section(self) -> str:
        """
        Return the name of the section that holds it.
        """
        return DEPENDENCIES[self.derived].section


def _told(derived: str, of: type[ToldShop | ToldGroup | ToldReward]) -> Keeping:
    def keep(fact: Any, taken: str, at: float) -> object:
        return of(fact=fact, told_for=taken, told_at=at)

    def said(told: Any) -> tuple[object, str, float]:
        return told.fact, told.told_for, told.told_at

    return Keeping(derived, keep, said)


def _keep_quotes(fact: ShippingFact, taken: str, at: float) -> Quotes:
    return Quotes(groups=fact.groups, fingerprint=taken, quoted_at=at)


def _said_quotes(quotes: Quotes) -> tuple[object, str, float]:
    fact = ShippingFact(groups=quotes.groups)
    return fact, quotes.fingerprint, quotes.quoted_at


def _keep_options(fact: PaymentFact, taken: str, at: float) -> PaymentOptions:
    return PaymentOptions(options=fact.options, fingerprint=taken, offered_at=at)


def _said_options(kept: PaymentOptions) -> tuple[object, str, float]:
    return PaymentFact(options=kept.options), kept.fingerprint, kept.offered_at


def _without_languages(keeping: Keeping) -> Keeping:
    def keep(fact: ShopFact, taken: str, at: float) -> object:
        return keeping.keep(evolve(fact, languages=()), taken, at)

    return evolve(keeping, keep=keep)


KEPT: Final[Mapping[type[Question[object]], Keeping]] = MappingProxyType(
    {
        ShopQuestion: _without_languages(_told("shop", ToldShop)),
        GroupQuestion: _told("group", ToldGroup),
        RewardQuestion: _told("reward", ToldReward),
        ShippingQuestion: Keeping("shipping_quotes", _keep_quotes, _said_quotes),
        PaymentQuestion: Keeping("payment_options", _keep_options, _said_options),
    }
)
"""The questions whose answers are kept whole. What a line, an address or a currency
needs is kept in it, and what is wrong with it was refused."""


def learnt(state: StateT, facts: Facts) -> StateT:
    """
    Keep what *facts* say about *state*; the very same object where that is known.
    """
    changes: dict[str, Any] = {}
    for question, fact in facts.answers:
        keeping = KEPT.get(type(question))
        if keeping is not None and any(CONFIRM_QUESTIONS[type(question)](state)):
            taken = fingerprint(state, keeping.derived)
            kept = keeping.keep(fact, taken, facts.at)
            if _held(state, keeping) != kept:
                changes[keeping.section] = kept
    return state.evolve(**cast("Changes", changes)) if changes else state


def outdated(before: State, after: State) -> tuple[Question[object], ...]:
    """
    Name what a host has to be asked again, since what it said was for something else.

    Only what confirming would ask, and only if a command has just changed what it
    depends on: nothing else is looked at.
    """
    changed = _changed(before, after)
    if not changed:
        return ()
    return tuple(
        question
        for kind, keeping in KEPT.items()
        if not changed.isdisjoint(keeping.inputs)
        for question in CONFIRM_QUESTIONS[kind](after)
        if (held := _held(after, keeping)) is not None
        and keeping.said(held)[1] != fingerprint(after, keeping.derived)
    )


def kept_facts(state: State) -> Facts:
    """
    Return what a host said of *state* as it is now, dated by the newest word.
    """
    said = tuple(_said(state))
    at = max((at for _, _, at in said), default=0.0)
    return Facts(at, ((question, fact) for question, fact, _ in said))


def _said(state: State) -> Iterator[tuple[Question[object], object, float]]:
    for kind, keeping in KEPT.items():
        held = _held(state, keeping)
        for question in () if held is None else CONFIRM_QUESTIONS[kind](state):
            fact, taken, at = keeping.said(held)
            if taken == fingerprint(state, keeping.derived):
                yield question, fact, at


def _changed(before: State, after: State) -> set[str]:
    """
    Name the sections that are another object now than they were before.

    What nobody has read cannot be, and what was read of the one costs nothing to read
    of the other.
    """
    was, changed = vars(before), set[str]()
    for name, value in vars(after).items():
        if was.get(name, was) is value:
            continue
        try:
            if getattr(before, name) is not value:
                changed.add(name)
        except DecodeError:
            changed.add(name)
    return changed


def _held(state: State, keeping: Keeping) -> object | None:
    try:
        return cast("object | None", getattr(state, keeping.section))
    except DecodeError:
        # What cannot be read is not known, and is replaced by the next word.
        return None
