"""
Amounts as customers read them, against what OpenCart's own formatter shows.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from ocstate.api.render import format_amount
from ocstate.checkout.values.money import Currency, Language

VECTORS = json.loads(
    (Path(__file__).parents[1] / "data" / "currency.json").read_text("utf-8")
)
CURRENCIES = {
    "USD": Currency(code="USD", symbol_left="$"),
    "GBP": Currency(code="GBP", symbol_left="£", value=Decimal("0.61250001")),
    "EUR": Currency(code="EUR", symbol_right="€", value=Decimal("0.78460002")),
}
ENGLISH = Language(code="en-gb")
FRENCH = Language(code="fr-fr", decimal_point=",", thousand_point=" ")


@pytest.mark.parametrize("vector", VECTORS)
def test_amounts_are_shown_as_opencart_shows_them(vector):
    """
    Conversion, rounding, symbols and separators agree with recorded ones.
    """
    amount = Decimal(str(vector["number"]))
    currency = CURRENCIES[vector["currency"]]

    assert vector["text"] == format_amount(amount, currency, ENGLISH)
    assert vector["text_fr"] == format_amount(amount, currency, FRENCH)


def test_a_currency_without_decimals_shows_none():
    """
    The currency says how many decimals there are, not the amount.
    """
    yen = Currency(code="JPY", symbol_left="¥", decimal_place=0, value=Decimal(150))

    assert "¥1,851" == format_amount(Decimal("12.34"), yen, ENGLISH)
