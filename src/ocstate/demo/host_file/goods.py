"""
The part of a host file that is sold: products, coupons and gift vouchers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from attrs import field, frozen

from ocstate.checkout.values.money import ZERO
from ocstate.checkout.values.options import OptionValue as Answer
from ocstate.demo.host_file.reading import Code, Pattern

_Prefix = Literal["+", "-"]


@frozen(kw_only=True)
class OptionValue:
    """
    One choice of an option.

    Attributes:
        quantity: Its own stock, which counts where *subtract* is on.
        price: Added to the product's, or taken off it, as the prefix says.
    """

    option_value_id: int = 0
    name: str = ""
    quantity: int = 0
    subtract: bool = False
    price: Decimal = ZERO
    price_prefix: _Prefix = "+"
    points: int = 0
    points_prefix: _Prefix = "+"
    weight: Decimal = ZERO
    weight_prefix: _Prefix = "+"


@frozen(kw_only=True)
class ProductOption:
    """
    One option of a product.
    """

    option_id: int = 0
    type: str
    name: str = ""
    required: bool = False
    validation: Pattern | None = None
    values: Mapping[int, OptionValue] = {}


@frozen(kw_only=True)
class QuantityPrice:
    """
    What a product costs from a quantity on.

    Attributes:
        type: ``"F"`` replaces the price; ``"P"`` takes a percentage off the price with
            options, ``"S"`` an amount.
    """

    customer_group_id: int
    quantity: int
    priority: int = 0
    price: Decimal
    type: Literal["F", "P", "S"] = "F"
    date_start: date | None = None
    date_end: date | None = None


@frozen(kw_only=True)
class SpecialPrice:
    """
    What a product costs for a while.
    """

    customer_group_id: int
    priority: int = 0
    price: Decimal
    date_start: date | None = None
    date_end: date | None = None


@frozen(kw_only=True)
class Subscription:
    """
    A plan that a product can be bought with, and what it then costs.
    """

    subscription_plan_id: int
    customer_group_id: int
    price: Decimal
    trial_price: Decimal = ZERO


@frozen(kw_only=True)
class SubscriptionPlan:
    """
    A plan; while *trial_status* is on, it begins with a trial.
    """

    name: str = ""
    trial_status: bool = False


@frozen(kw_only=True)
class Override:
    """
    Which parts of a variant count even where a client says something else.
    """

    variant: Mapping[int, int] = {}


@frozen(kw_only=True)
class Product:
    """
    A product.

    Attributes:
        name: By language.
        quantity: The stock at the start; checked always, taken where *subtract* is on.
        points: What a piece costs in reward points, 0 when they cannot pay for it.
        rewards: Points that a piece earns, by customer group.
        master_id: The product whose options this variant has, 0 for none.
        variant: The answers that the variant gives to them.
    """

    name: Mapping[str, str] = {}
    model: str = ""
    price: Decimal = ZERO
    quantity: int = 0
    subtract: bool = True
    minimum: int = 1
    shipping: bool = True
    points: int = 0
    tax_class_id: int = 0
    status: bool = True
    date_available: date | None = None
    weight: Decimal = ZERO
    weight_class_id: int = 1
    store_ids: tuple[int, ...] = (0,)
    download: bool = False
    options: Mapping[int, ProductOption] = {}
    discounts: tuple[QuantityPrice, ...] = ()
    specials: tuple[SpecialPrice, ...] = ()
    rewards: Mapping[int, int] = {}
    subscriptions: tuple[Subscription, ...] = ()
    master_id: int = 0
    variant: Mapping[int, Answer] = {}
    override: Override = Override()


@frozen(kw_only=True)
class CouponUse:
    """
    An order that a coupon was used for.
    """

    customer_id: int = 0


@frozen(kw_only=True)
class Coupon:
    """
    A coupon; `discounts` says when it holds.

    Attributes:
        type: ``"P"`` percent, ``"F"`` an amount.
        logged: For customers who are signed in.
        shipping: It pays for delivery too.
        total: The least sub-total.
        uses_total: How often it may be used, 0 for ever.
        uses_customer: The same for one signed-in customer.
        product_ids: What it is for; empty for everything.
    """

    code: Code = field(repr=False)
    name: str = ""
    type: Literal["P", "F"]
    discount: Decimal
    logged: bool = False
    shipping: bool = False
    total: Decimal = ZERO
    date_start: date | None = None
    date_end: date | None = None
    uses_total: int = 0
    uses_customer: int = 0
    status: bool = True
    product_ids: tuple[int, ...] = ()
    used: tuple[CouponUse, ...] = ()


@frozen(kw_only=True)
class VoucherUse:
    """
    What a gift voucher has paid, a negative amount.
    """

    amount: Decimal


@frozen(kw_only=True)
class Voucher:
    """
    A gift voucher that may be spent.

    Attributes:
        order_id: The order that bought it; it counts when that is complete. A file
            holds no orders, so one with a number never counts.
    """

    code: Code = field(repr=False)
    amount: Decimal
    status: bool = True
    order_id: int = 0
    voucher_theme_id: int = 0
    used: tuple[VoucherUse, ...] = ()
