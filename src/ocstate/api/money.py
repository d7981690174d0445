"""
Amounts as a customer reads them: converted, rounded, with symbols and separators.
"""

from __future__ import annotations

from decimal import Decimal

from ocstate.checkout.values.money import Currency, Language


def format_amount(amount: Decimal, currency: Currency, language: Language) -> str:
    """
    Show an amount of the shop's default currency in another *currency*.

    Half a unit is rounded away from zero, and nothing is shown as less than nothing
    that rounds to zero.
    """
    return format_shown(currency.rounded(amount), currency, language)


def format_shown(shown: Decimal, currency: Currency, language: Language) -> str:
    """
    Show an amount that is in *currency* already, with as many decimals as it has.

    A sign stands behind the left symbol, as OpenCart has it.
    """
    whole, _, part = f"{abs(shown):,f}".partition(".")
    text = whole.replace(",", language.thousand_point)
    if part:
        text += language.decimal_point + part
    sign = "-" if shown < 0 else ""
    return f"{currency.symbol_left}{sign}{text}{currency.symbol_right}"
