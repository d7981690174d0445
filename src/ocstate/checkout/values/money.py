"""
Amounts and currencies: exact decimals, rounded only where they are shown.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from attrs import field, frozen

from ocstate.checkout.values.part import Part

AMOUNT = Decimal("0.0001")
"""The step of a kept amount: four decimals, as OpenCart's ``decimal(15,4)`` columns."""

ZERO = Decimal("0.0000")


def amount(value: Decimal | int | str) -> Decimal:
    """
    Return *value* with the four decimals that amounts are kept in.

    Half a step is rounded up, away from zero. Floats are not accepted: they cannot
    hold a price.

    Raises:
        TypeError: If *value* is a float, or nothing that an amount could be.
        decimal.InvalidOperation: If *value* is no number, or has too many digits.
    """
    given = cast(object, value)
    if isinstance(given, bool) or not isinstance(given, Decimal | int | str):
        kind = type(given).__name__
        raise TypeError(f"a {kind} cannot hold a price: give a Decimal, int or str")
    return Decimal(value).quantize(AMOUNT, rounding=ROUND_HALF_UP)


@frozen
class Money:
    """
    An amount in a currency, as a buyer sees it.

    It is also for a host's own sections and commands. What the checkout keeps of prices
    is in the shop's default currency, and needs none.

    Attributes:
        amount: Kept with four decimals, whatever the currency.
        currency: Code, such as ``"EUR"``.
    """

    amount: Decimal = field(converter=amount)
    currency: str


@frozen(kw_only=True)
class Currency(Part):
    """
    The currency that amounts are shown in.

    Attributes:
        code: ISO 4217 code, compared exactly.
        value: Factor from the shop's default currency, as the host last said.
        decimal_place: Decimals shown.
        checked_at: When a host confirmed it; None if none was asked.
    """

    code: str
    symbol_left: str = ""
    symbol_right: str = ""
    decimal_place: int = 2
    value: Decimal = Decimal(1)
    checked_at: float | None = field(default=None, eq=False)

    def rounded(self, base_amount: Decimal) -> Decimal:
        """
        Convert an amount of the default currency, rounded half up as it is shown.
        """
        step = Decimal(1).scaleb(-self.decimal_place)
        return (base_amount * self.value).quantize(step, rounding=ROUND_HALF_UP)


@frozen(kw_only=True)
class Language(Part):
    """
    The language that the customer reads.

    Attributes:
        code: Such as ``"en-gb"``, compared exactly.
        decimal_point: Separator of decimals in shown amounts.
        thousand_point: Separator of thousands in shown amounts.
        checked_at: When a host confirmed it; None if none was asked.
    """

    code: str
    decimal_point: str = "."
    thousand_point: str = ","
    checked_at: float | None = field(default=None, eq=False)
