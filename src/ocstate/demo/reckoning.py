"""
How amounts are computed: exactly, or in steps of the currency that is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation, Overflow

from attrs import frozen

from ocstate.checkout.deciding.gifts import LARGEST_AMOUNT
from ocstate.checkout.values.state import State
from ocstate.demo.host_file.document import Document, Settings
from ocstate.exceptions import CommandRefused
from ocstate.problem import Problem


@frozen(kw_only=True)
class Reckoning:
    """
    What a summary is computed in.

    OpenCart adds exact amounts up and rounds each one by itself when it is shown, so
    what is shown need not add up. Here everything is converted first, and what becomes
    a row is a whole number of steps.

    Attributes:
        factor: From the default currency to the one that amounts are computed in.
        step: The smallest amount of that; None where nothing is rounded on the way.
    """

    factor: Decimal = Decimal(1)
    step: Decimal | None = None

    def converted(self, amount: Decimal) -> Decimal:
        """
        Return an amount of the default currency in what is computed in.
        """
        return amount if self.step is None else amount * self.factor

    def rounded(self, amount: Decimal) -> Decimal:
        """
        Return the nearest whole number of steps, half a step up.
        """
        if self.step is None:
            return amount
        return amount.quantize(self.step, rounding=ROUND_HALF_UP)

    def payable(self, balance: Decimal) -> Decimal:
        """
        Return what can be paid out of a balance in the default currency.
        """
        if self.step is None:
            return balance
        return self.converted(balance).quantize(self.step, rounding=ROUND_DOWN)

    def spent(self, paid: Decimal, balance: Decimal) -> Decimal:
        """
        Return what paying so much takes off a balance in the default currency.

        Whoever pays with all there is leaves nothing that is less than a step.
        """
        if self.step is not None and paid >= self.payable(balance):
            return balance
        return min(self.kept(paid), balance)

    def kept(self, amount: Decimal) -> Decimal:
        """
        Return an amount that was computed here in the default currency.
        """
        return amount if self.step is None else amount / self.factor

    def shown(self, amount: Decimal) -> Decimal | None:
        """
        Return an amount as it is shown; None where showing it rounds it.
        """
        return None if self.step is None else self.rounded(amount)


def reckoning_of(document: Document, settings: Settings, state: State) -> Reckoning:
    """
    Return how a shop computes what this checkout costs.

    In a currency that the file does not know, or that is worth nothing, as OpenCart.
    """
    code = settings.currency if state.currency is None else state.currency.code
    known = document.currencies.get(code)
    if settings.rounding == "opencart" or known is None or known.value <= 0:
        return Reckoning()
    return Reckoning(factor=known.value, step=Decimal(1).scaleb(-known.decimal_place))


@contextmanager
def refusing_excess() -> Iterator[None]:
    """
    Refuse a cart whose amounts have more digits than decimals are computed with.

    The refusal asks for what an order can hold, which is far less.

    Raises:
        CommandRefused: If an amount was not computed because of its size.
    """
    try:
        yield
    except (InvalidOperation, Overflow) as error:
        problem = Problem(
            "amount_too_large",
            "/cart",
            params={"field": "total", "maximum": str(LARGEST_AMOUNT)},
            fix=("SetQuantity", "RemoveLine"),
        )
        raise CommandRefused([problem]) from error
