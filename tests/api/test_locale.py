"""
In which currency and language a call is answered.
"""

from __future__ import annotations

import pytest

from ocstate.api.locale import find_hints, resolve_locale
from ocstate.checkout.facts import (
    CurrencyFact,
    CurrencyQuestion,
    LanguageFact,
    LanguageQuestion,
    OfferedLanguage,
    ShopFact,
    ShopQuestion,
)
from ocstate.checkout.values.money import Currency, Language
from ocstate.checkout.values.state import State
from ocstate.http.request import Request
from tests.api.canned import Canned

CODES = ("USD", "EUR"), ("en-gb", "de-de")
HOST = {
    ShopQuestion(): ShopFact(currency="USD", language="en-gb"),
    **{
        CurrencyQuestion(code=code): CurrencyFact(currency=Currency(code=code))
        for code in CODES[0]
    },
    **{
        LanguageQuestion(code=code): LanguageFact(language=Language(code=code))
        for code in CODES[1]
    },
    CurrencyQuestion(code="SEK"): CurrencyFact(currency=None),
    LanguageQuestion(code="xx"): LanguageFact(language=None),
}


def resolved(state=None, cookie="", accept="", host=HOST):
    """
    Return the codes that a call is answered in.
    """
    headers = [("Cookie", cookie), ("Accept-Language", accept)]
    hints = find_hints(Request(headers=headers))
    locale = Canned(host).run(resolve_locale(state or State(), hints))
    return locale.currency.code, locale.language.code


SPEAKING = {
    **HOST,
    ShopQuestion(): ShopFact(
        currency="USD",
        language="en-gb",
        languages=[
            OfferedLanguage(code="en-gb", locale=["en"]),
            OfferedLanguage(code="de-de", locale=["de-AT"]),
        ],
    ),
}
CHOSEN = State(currency=Currency(code="EUR"), language=Language(code="de-de"))


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({}, ("USD", "en-gb")),
        ({"cookie": "currency=EUR; language=de-de"}, ("EUR", "de-de")),
        ({"cookie": "currency=SEK; language=xx"}, ("USD", "en-gb")),
        ({"cookie": "currency=<b>; language="}, ("USD", "en-gb")),
        ({"state": CHOSEN, "cookie": "currency=USD"}, ("EUR", "de-de")),
        ({"accept": "de-DE,de;q=0.9"}, ("USD", "de-de")),
        ({"accept": "xx, de-de;q=0.5, en-gb;q=0.8"}, ("USD", "en-gb")),
        ({"accept": "de-de;q=0, *;q=0.1, broken;q=x"}, ("USD", "en-gb")),
        ({"accept": "de-de", "cookie": "language=en-gb"}, ("USD", "en-gb")),
        ({"accept": "de-de-1996"}, ("USD", "de-de")),
        ({"accept": "de-at, xx;q=0.1", "host": SPEAKING}, ("USD", "de-de")),
        ({"accept": "de", "host": SPEAKING}, ("USD", "de-de")),
        ({"accept": "en;q=0,*", "host": SPEAKING}, ("USD", "de-de")),
        ({"accept": "sv", "host": SPEAKING}, ("USD", "en-gb")),
        ({"accept": "de", "state": CHOSEN, "host": SPEAKING}, ("EUR", "de-de")),
        (
            {"accept": "de", "cookie": "language=en-gb", "host": SPEAKING},
            ("USD", "en-gb"),
        ),
        (
            {"accept": "de", "cookie": "language=xx", "host": SPEAKING},
            ("USD", "de-de"),
        ),
        ({"host": {}}, ("", "")),
        ({"host": {}, "state": CHOSEN}, ("EUR", "de-de")),
    ],
)
def test_the_first_that_is_known_counts(given, codes):
    """
    The session's choice, the cookie's, the header's and the shop's count in turn.
    """
    assert codes == resolved(**given)


def test_what_was_switched_off_meanwhile_is_passed_over():
    """
    A currency that the shop disabled is not shown any more, chosen or not.
    """
    state = State(currency=Currency(code="SEK"), language=Language(code="xx"))

    assert ("USD", "en-gb") == resolved(state)


def test_a_long_header_asks_little():
    """
    However many languages a header names, five are asked about.
    """
    header = ", ".join(f"l{chr(97 + at % 26)}-{at}" for at in range(500))

    assert 5 == len(
        find_hints(Request(headers=[("Accept-Language", header)])).languages
    )
