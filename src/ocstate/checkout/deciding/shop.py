"""
What becomes of shop, currency, language and settings, and of a host's own sections.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, cast

from attrs import evolve

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import (
    SectionCommand,
    SetCurrency,
    SetLanguage,
    SetSetting,
    SetStore,
)
from ocstate.checkout.deciding.outcome import Case, Outcome, accepted
from ocstate.checkout.facts import (
    CurrencyQuestion,
    LanguageQuestion,
    Question,
    ShopQuestion,
)
from ocstate.checkout.rules.contents import beyond
from ocstate.checkout.rules.fields import LARGEST_NUMBER, LONGEST_TEXT, MOST_ENTRIES
from ocstate.checkout.rules.inquiries import is_name
from ocstate.checkout.values.characters import has_hidden, is_longer
from ocstate.checkout.values.money import Currency, Language
from ocstate.checkout.values.settings import Setting
from ocstate.checkout.values.state import Changes
from ocstate.exceptions import CommandRefused
from ocstate.problem import Problem, pointer


class _Listed(NamedTuple):
    """
    Something that is chosen out of a shop's list, by its code.
    """

    section: str
    kind: type[Currency | Language]
    question: type[CurrencyQuestion | LanguageQuestion]


_LISTED: Final[Mapping[type[object], _Listed]] = {
    SetCurrency: _Listed("currency", Currency, CurrencyQuestion),
    SetLanguage: _Listed("language", Language, LanguageQuestion),
}


def ask_listed(
    checkout: Checkout, command: SetCurrency | SetLanguage
) -> tuple[Question[object], ...]:
    """
    Ask after the currency, or the language.
    """
    question = _LISTED[type(command)].question(code=command.code)
    return (question,) if is_name(command.code) else ()


def set_listed(case: Case[SetCurrency | SetLanguage]) -> Outcome:
    """
    Go on in another currency or language; upper and lower case are not the same.

    Where no host was asked, what one said earlier of the same code still stands.
    """
    section, kind, question = _LISTED[type(case.command)]
    checkout, code = case.checkout, case.command.code
    problems = list(case.rules.content_problems(section, "code", code))
    fact = case.facts.answer(question(code=code))
    told: Currency | Language | None = getattr(fact, section, None)
    if fact is not None and (told is None or told.code != code):
        problems.append(Problem(f"unknown_{section}", f"/{section}/code"))
    if problems:
        return case.refused(problems)
    if told is not None:
        fresh = evolve(told, checked_at=case.facts.at)
    elif getattr(getattr(checkout, section), "code", None) == code:
        return accepted(checkout, code=code)
    else:
        fresh = kind(code=code)
    return accepted(checkout.noting(**cast("Changes", {section: fresh})), code=code)


def ask_store(checkout: Checkout, command: SetStore) -> tuple[Question[object], ...]:
    """
    Ask after the shop that is meant.
    """
    if not 0 <= command.store_id <= LARGEST_NUMBER:
        return ()
    return (ShopQuestion(checkout=checkout.evolve(store_id=command.store_id)),)


def set_store(case: Case[SetStore]) -> Outcome:
    """
    Go on in another shop; what it does not sell is found when an order is confirmed.
    """
    checkout, store_id = case.checkout, case.command.store_id
    problems = list(case.rules.content_problems("", "store_id", store_id))
    fact = case.facts.answer(ShopQuestion(checkout=checkout))
    if not problems and fact is not None and not fact.exists:
        problems.append(Problem.of("unknown_store", "/store_id", store_id=store_id))
    if problems:
        return case.refused(problems)
    return accepted(checkout.noting(store_id=store_id), store_id=store_id)


def set_setting(case: Case[SetSetting]) -> Outcome:
    """
    Keep a host's own setting of this session; None removes it.
    """
    settings = case.checkout.settings
    name, value = case.command.name, case.command.value
    problems = [
        *case.rules.content_problems("settings/-", "name", name),
        *_setting_problems(name, value),
    ]
    is_new = value is not None and name not in settings
    if is_new and len(settings) >= MOST_ENTRIES:
        problems.append(beyond("too_many", "/settings", "settings", MOST_ENTRIES))
    if problems:
        return case.refused(problems)
    before = settings.get(name)
    # True equals 1, and yet they are not the same setting.
    if before == value and type(before) is type(value):
        return accepted(case.checkout, name=name)
    changed = settings.with_setting(name, value)
    return accepted(case.checkout.evolve(settings=changed), name=name)


def _setting_problems(name: str, value: Setting) -> Iterator[Problem]:
    path = pointer("settings", name)
    if isinstance(value, str):
        if is_longer(value, LONGEST_TEXT, in_bytes=LONGEST_TEXT):
            yield beyond("too_long", path, "value", LONGEST_TEXT)
        elif has_hidden(value, in_lines=True):
            yield Problem.of("control_character", path, field="value")
    elif value is not None and abs(value) > LARGEST_NUMBER:
        yield beyond("number_too_large", path, "value", LARGEST_NUMBER)


def change_section(case: Case[SectionCommand[Any]]) -> Outcome:
    """
    Let the command say what becomes of its section; whatever it refuses is left alone.
    """
    checkout, name = case.checkout, case.command.section
    before = checkout.extras.get(name)
    try:
        changed = case.command.apply(before)
    except CommandRefused as error:
        problems = error.problems
        if not any(problem.severity == "error" for problem in problems):
            path = pointer("extras", name)
            problems += (Problem.of("section_refused", path, section=name),)
        # Which command would mend it, the host alone can say.
        return Outcome(checkout, tuple(problems))
    if changed != before:
        extras = checkout.extras.with_section(name, changed)
        checkout = checkout.evolve(extras=extras)
    return accepted(checkout, section=name)
