"""
What becomes of shop, currency, language and settings.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import SetCurrency, SetLanguage, SetSetting, SetStore
from ocstate.checkout.confirming.rules import Rules
from ocstate.checkout.deciding.outcome import Outcome, accepted, refused
from ocstate.checkout.facts import (
    CurrencyQuestion,
    Facts,
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
from ocstate.problem import Problem, pointer


def ask_store(checkout: Checkout, command: SetStore) -> tuple[Question[object], ...]:
    """
    Ask after the shop that is meant.
    """
    if not 0 <= command.store_id <= LARGEST_NUMBER:
        return ()
    return (ShopQuestion(checkout=checkout.evolve(store_id=command.store_id)),)


def ask_currency(
    checkout: Checkout, command: SetCurrency
) -> tuple[Question[object], ...]:
    """
    Ask after the currency.
    """
    return (CurrencyQuestion(code=command.code),) if is_name(command.code) else ()


def ask_language(
    checkout: Checkout, command: SetLanguage
) -> tuple[Question[object], ...]:
    """
    Ask after the language.
    """
    return (LanguageQuestion(code=command.code),) if is_name(command.code) else ()


def set_store(
    checkout: Checkout, command: SetStore, facts: Facts, rules: Rules
) -> Outcome:
    """
    Go on in another shop; what it does not sell is found when an order is confirmed.
    """
    problems = list(rules.content_problems("", "store_id", command.store_id))
    fact = facts.answer(ShopQuestion(checkout=checkout))
    if not problems and fact is not None and not fact.exists:
        params = {"store_id": command.store_id}
        problems.append(Problem("unknown_store", "/store_id", params=params))
    if problems:
        return refused(checkout, problems, "SetStore")
    after = checkout
    if checkout.store_id != command.store_id:
        after = checkout.evolve(store_id=command.store_id)
    return accepted(after, store_id=command.store_id)


def set_currency(
    checkout: Checkout, command: SetCurrency, facts: Facts, rules: Rules
) -> Outcome:
    """
    Show amounts in another currency; upper and lower case are not the same.
    """
    problems = list(rules.content_problems("currency", "code", command.code))
    fact = facts.answer(CurrencyQuestion(code=command.code))
    told = None if fact is None else fact.currency
    if fact is not None and (told is None or told.code != command.code):
        problems.append(Problem("unknown_currency", "/currency/code"))
    if problems:
        return refused(checkout, problems, "SetCurrency")
    after = checkout
    if not _is_known(checkout.currency, command.code, told):
        fresh = Currency(code=command.code) if told is None else told
        checked_at = None if told is None else facts.at
        after = checkout.evolve(currency=evolve(fresh, checked_at=checked_at))
    return accepted(after, code=command.code)


def set_language(
    checkout: Checkout, command: SetLanguage, facts: Facts, rules: Rules
) -> Outcome:
    """
    Speak another language; upper and lower case are not the same.
    """
    problems = list(rules.content_problems("language", "code", command.code))
    fact = facts.answer(LanguageQuestion(code=command.code))
    told = None if fact is None else fact.language
    if fact is not None and (told is None or told.code != command.code):
        problems.append(Problem("unknown_language", "/language/code"))
    if problems:
        return refused(checkout, problems, "SetLanguage")
    after = checkout
    if not _is_known(checkout.language, command.code, told):
        fresh = Language(code=command.code) if told is None else told
        checked_at = None if told is None else facts.at
        after = checkout.evolve(language=evolve(fresh, checked_at=checked_at))
    return accepted(after, code=command.code)


def set_setting(
    checkout: Checkout, command: SetSetting, facts: Facts, rules: Rules
) -> Outcome:
    """
    Keep a host's own setting of this session; None removes it.
    """
    settings = checkout.settings
    problems = [
        *rules.content_problems("settings/-", "name", command.name),
        *_setting_problems(command.name, command.value),
    ]
    is_new = command.value is not None and command.name not in settings
    if is_new and len(settings) >= MOST_ENTRIES:
        problems.append(beyond("too_many", "/settings", "settings", MOST_ENTRIES))
    if problems:
        return refused(checkout, problems, "SetSetting")
    before = settings.get(command.name)
    # True equals 1, and yet they are not the same setting.
    is_same = before == command.value and type(before) is type(command.value)
    after = checkout
    if not is_same:
        changed = settings.with_setting(command.name, command.value)
        after = checkout.evolve(settings=changed)
    return accepted(after, name=command.name)


def _setting_problems(name: str, value: Setting) -> Iterator[Problem]:
    path = pointer("settings", name)
    if isinstance(value, str):
        if is_longer(value, LONGEST_TEXT, in_bytes=LONGEST_TEXT):
            yield beyond("too_long", path, "value", LONGEST_TEXT)
        elif has_hidden(value, in_lines=True):
            yield Problem("control_character", path, params={"field": "value"})
    elif value is not None and abs(value) > LARGEST_NUMBER:
        yield beyond("number_too_large", path, "value", LARGEST_NUMBER)


def _is_known(
    before: Currency | Language | None, code: str, told: Currency | Language | None
) -> bool:
    # Where no host was asked, what one said earlier of the same code still stands.
    if before is None:
        return False
    if told is None:
        return before.code == code
    return before == told and before.checked_at is not None
