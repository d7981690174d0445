"""
Amounts as a customer reads them: converted, rounded, with symbols and separators.
"""

from __future__ import annotations

from decimal import Decimal

from ocstate.checkout.money import Currency, Language

__all__ = ["format_amount"]


def format_amount(amount: Decimal, currency: Currency, language: Language) -> str:
    """
    Show an amount of the shop's default currency in another *currency*.

    Half a unit is rounded away from zero, and nothing is shown as less than nothing
    that rounds to zero. A sign stands behind the left symbol, as OpenCart has it.
    """
    shown = currency.rounded(amount)
    whole, _, part = f"{abs(shown):,f}".partition(".")
    text = whole.replace(",", language.thousand_point)
    if part:
        text += language.decimal_point + part
    sign = "-" if shown < 0 else ""
    return f"{currency.symbol_left}{sign}{text}{currency.symbol_right}"
