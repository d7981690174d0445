"""
In which currency and language a call is answered.

The session's own choice counts; while it has none, a cookie's, then what
``Accept-Language`` asks for, then the shop's. As in OpenCart, an unknown or disabled
one is passed over silently: nobody chose it in this call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import frozen

from ocstate.api.accept_language import (
    LanguageRange,
    find_language,
    parse_ranges,
    shortened,
)
from ocstate.checkout.facts import (
    CurrencyQuestion,
    Facts,
    LanguageQuestion,
    ShopFact,
    ShopQuestion,
)
from ocstate.checkout.values.money import Currency, Language
from ocstate.checkout.values.state import State
from ocstate.core.cookies import parse_cookies
from ocstate.core.flow import Flow, ask
from ocstate.http.request import Request

_MOST_LANGUAGES = 5
_CODE = re.compile(r"[A-Za-z0-9_-]{1,16}", re.ASCII)


@frozen(kw_only=True)
class Hints:
    """
    What a request says about language and currency, likeliest first.

    Attributes:
        cookie: The language of the cookie, empty for none.
        ranges: What ``Accept-Language`` asks for.
    """

    cookie: str = ""
    ranges: tuple[LanguageRange, ...] = ()
    currencies: tuple[str, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """
        Return codes to ask a shop after that does not say which languages it speaks.
        """
        wanted = (one.text for one in self.ranges if one.quality > 0)
        codes = (code for text in wanted for code in shortened(text))
        known = tuple(dict.fromkeys(filter(_CODE.fullmatch, codes)))[:_MOST_LANGUAGES]
        return tuple(dict.fromkeys((*filter(None, (self.cookie,)), *known)))


@frozen(kw_only=True)
class Locale:
    """
    The currency and the language of an answer, and the shop that they are of.

    Attributes:
        is_hinted: Whether it is this language because the request said so.
    """

    shop: ShopFact
    currency: Currency
    language: Language
    is_hinted: bool = False


def find_hints(request: Request) -> Hints:
    """
    Read the cookies ``language`` and ``currency``, and ``Accept-Language``.
    """
    cookies = parse_cookies(request.headers.get("cookie", ""))
    language, currency = cookies.get("language", ""), cookies.get("currency", "")
    return Hints(
        cookie=language if _CODE.fullmatch(language) else "",
        ranges=parse_ranges(request.headers.get("accept-language", "")),
        currencies=(currency,) if _CODE.fullmatch(currency) else (),
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
    if shop.languages and state.language is None:
        found = find_language(hints.ranges, shop.languages, shop.language)
        languages = tuple(filter(None, (hints.cookie, found)))
    language = _language(facts, languages)
    currency = _currency(facts, currencies)
    usual = None
    if language is None or currency is None:
        later = yield from ask(
            *(LanguageQuestion(code=code) for code in (*languages, shop.language)),
            CurrencyQuestion(code=shop.currency),
        )
        facts = facts.joined(later)
        language = _language(facts, languages)
        usual = _language(facts, (shop.language,)) or state.language
        currency = currency or _currency(facts, (shop.currency,)) or state.currency
    return Locale(
        shop=shop,
        currency=currency or Currency(code=shop.currency),
        language=language or usual or Language(code=shop.language),
        is_hinted=state.language is None and language is not None,
    )


def _language(facts: Facts, codes: Iterable[str]) -> Language | None:
    told = (facts.answer(LanguageQuestion(code=code)) for code in codes)
    return next((fact.language for fact in told if fact and fact.language), None)


def _currency(facts: Facts, codes: Iterable[str]) -> Currency | None:
    told = (facts.answer(CurrencyQuestion(code=code)) for code in codes)
    return next((fact.currency for fact in told if fact and fact.currency), None)
