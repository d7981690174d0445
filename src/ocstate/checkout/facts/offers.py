"""
Questions about what a checkout can be offered: ways to ship, to pay, and prices.

These look at the whole checkout.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from ocstate.checkout.facts.question import Question
from ocstate.checkout.values.methods import PaymentMethod, QuoteGroup
from ocstate.checkout.values.money import ZERO, amount
from ocstate.checkout.values.state import State


@frozen(kw_only=True)
class ShippingFact:
    """
    The quotes for this checkout; no group, or groups with errors alone, is "none".
    """

    groups: tuple[QuoteGroup, ...] = ()


@frozen(kw_only=True)
class ShippingQuestion(Question[ShippingFact]):
    """
    How can this be shipped?
    """

    checkout: State = field(repr=False, eq=False)


@frozen(kw_only=True)
class PaymentFact:
    """
    The ways to pay for this checkout.
    """

    options: tuple[PaymentMethod, ...] = ()


@frozen(kw_only=True)
class PaymentQuestion(Question[PaymentFact]):
    """
    How can this be paid?
    """

    checkout: State = field(repr=False, eq=False)


@frozen(kw_only=True)
class PricedLine:
    """
    What a line costs and how it is shown.

    Attributes:
        price: One piece without tax, in the default currency.
        price_with_tax: One piece as it is shown to the customer.
        total: All pieces without tax.
        total_with_tax: All pieces as shown.
        price_shown: One piece in the checkout's currency, where the host has rounded
            it; None where showing *price_with_tax* converts and rounds it.
        total_shown: The same of all pieces.
        options: What was chosen, as it is shown: tuples of product_option_id,
            product_option_value_id (0 for a text), name, value, kind.
        in_stock: Whether the stock covers all lines of the product.
        reward: Points that buying it earns.
    """

    line_id: int
    product_id: int
    name: str
    model: str = ""
    quantity: int
    options: tuple[tuple[int, int, str, str, str], ...] = ()
    in_stock: bool = True
    shipping: bool = True
    minimum: int = 1
    price: Decimal = field(default=ZERO, converter=amount)
    price_with_tax: Decimal = field(default=ZERO, converter=amount)
    total: Decimal = field(default=ZERO, converter=amount)
    total_with_tax: Decimal = field(default=ZERO, converter=amount)
    price_shown: Decimal | None = None
    total_shown: Decimal | None = None
    reward: int = 0
    points: int = 0


@frozen(kw_only=True)
class TotalRow:
    """
    One row of the summary, such as the sub-total or a tax.

    Attributes:
        value: In the default currency.
        shown: In the checkout's currency, where the host has rounded it so that rows
            add up; None where showing *value* converts and rounds it.
    """

    code: str
    title: str
    value: Decimal = field(converter=amount)
    sort_order: int = 0
    shown: Decimal | None = None


@frozen(kw_only=True)
class PriceFact:
    """
    The priced cart and its summary, in the order in which both are shown.
    """

    lines: tuple[PricedLine, ...] = ()
    totals: tuple[TotalRow, ...] = ()

    @property
    def total(self) -> Decimal:
        """
        Return what is to be paid, in the default currency.
        """
        return next((row.value for row in self.totals if row.code == "total"), ZERO)


@frozen(kw_only=True)
class PriceQuestion(Question[PriceFact]):
    """
    What does this cost?
    """

    checkout: State = field(repr=False, eq=False)
