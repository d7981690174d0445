"""
In which currency and language a call is answered.

The session's own choice counts; while it has none, a cookie's, then what
``Accept-Language`` asks for, then the shop's. As in OpenCart, an unknown or disabled
one is passed over silently: nobody chose it in this call.
"""

from __future__ import annotations

import re

from attrs import frozen

from ocstate.api.request import Request
from ocstate.checkout.facts import (
    CurrencyQuestion,
    Facts,
    LanguageQuestion,
    ShopFact,
    ShopQuestion,
)
from ocstate.checkout.money import Currency, Language
from ocstate.checkout.state import State
from ocstate.core.cookies import parse_cookies
from ocstate.core.flow import Flow, ask

__all__ = ["COOKIE_AGE", "Hints", "Locale", "find_hints", "resolve_locale"]

COOKIE_AGE = 30 * 24 * 3600
"""Seconds that a client keeps the cookies for language and currency."""

_RANGE = re.compile(
    r"\s*([a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?",
    re.IGNORECASE | re.ASCII,
)
_MOST_LANGUAGES = 5
_CODE = re.compile(r"[A-Za-z0-9_-]{1,16}", re.ASCII)


@frozen(kw_only=True)
class Hints:
    """
    What a request says about language and currency, likeliest first.
    """

    languages: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()


@frozen(kw_only=True)
class Locale:
    """
    The currency and the language of an answer, and the shop that they are of.
    """

    shop: ShopFact
    currency: Currency
    language: Language


def find_hints(request: Request) -> Hints:
    """
    Read the cookies ``language`` and ``currency``, and ``Accept-Language``.
    """
    cookies = parse_cookies(request.headers.get("cookie", ""))
    asked = _by_quality(request.headers.get("accept-language", ""))
    languages = (cookies.get("language", ""), *asked)
    return Hints(
        languages=tuple(filter(_CODE.fullmatch, languages)),
        currencies=tuple(filter(_CODE.fullmatch, (cookies.get("currency", ""),))),
    )


def resolve_locale(state: State, hints: Hints) -> Flow[Locale]:
    """
    Find the locale for *state*, asking the shop for what is true now.

    Without a host, or one that knows no currencies, amounts have no symbol.
    """
    languages, currencies = hints.languages, hints.currencies
    if state.language is not None:
        languages = (state.language.code,)
    if state.currency is not None:
        currencies = (state.currency.code,)
    about_shop = ShopQuestion(checkout=state)
    facts = yield from ask(
        about_shop,
        *(LanguageQuestion(code=code) for code in languages),
        *(CurrencyQuestion(code=code) for code in currencies),
    )
    shop = facts.answer(about_shop) or ShopFact()
    language = _language(facts, languages)
    currency = _currency(facts, currencies)
    if language is None or currency is None:
        facts = yield from ask(
            LanguageQuestion(code=shop.language), CurrencyQuestion(code=shop.currency)
        )
        language = language or _language(facts, (shop.language,)) or state.language
        currency = currency or _currency(facts, (shop.currency,)) or state.currency
    return Locale(
        shop=shop,
        currency=currency or Currency(code=shop.currency),
        language=language or Language(code=shop.language),
    )


def _by_quality(header: str) -> list[str]:
    """
    Order the ranges of ``Accept-Language`` by their quality (RFC 9110 12.5.4).
    """
    ranges: list[tuple[float, str]] = []
    for item in header.split(",")[: 4 * _MOST_LANGUAGES]:
        match = _RANGE.fullmatch(item)
        if match and (quality := float(match[2] or 1)) > 0:
            ranges.append((quality, match[1].lower()))
    ranges.sort(key=lambda each: -each[0])
    return [code for _, code in ranges[:_MOST_LANGUAGES]]


def _language(facts: Facts, codes: tuple[str, ...]) -> Language | None:
    for code in codes:
        fact = facts.answer(LanguageQuestion(code=code))
        if fact is not None and fact.language is not None:
            return fact.language
    return None


def _currency(facts: Facts, codes: tuple[str, ...]) -> Currency | None:
    for code in codes:
        fact = facts.answer(CurrencyQuestion(code=code))
        if fact is not None and fact.currency is not None:
            return fact.currency
    return None
