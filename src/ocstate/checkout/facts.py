"""
What a command needs to know of the shop, and what the shop said.

Questions are what `questions` returns and a shell asks, all of a round in one batch.
Facts are the answers, frozen and dated. A question without an answer in the facts was
not asked, because there is no host or the host has no such port: then the rules that
need it are not applied, and `Checkout.missing` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Generic, TypeVar

from attrs import field, frozen

from ocstate.checkout.methods import PaymentMethod, QuoteGroup
from ocstate.checkout.money import ZERO, Currency, Language
from ocstate.checkout.options import Options
from ocstate.checkout.state import State

__all__ = [
    "NOTHING_ASKED",
    "AffiliateFact",
    "AffiliateQuestion",
    "CouponFact",
    "CouponQuestion",
    "CurrencyFact",
    "CurrencyQuestion",
    "CustomFieldFact",
    "CustomerFact",
    "CustomerQuestion",
    "Facts",
    "GiftFact",
    "GiftQuestion",
    "GroupFact",
    "GroupQuestion",
    "LanguageFact",
    "LanguageQuestion",
    "OptionFact",
    "PaymentFact",
    "PaymentQuestion",
    "PlaceFact",
    "PlaceQuestion",
    "PriceFact",
    "PriceQuestion",
    "PricedLine",
    "ProductFact",
    "ProductQuestion",
    "Question",
    "RewardFact",
    "RewardQuestion",
    "ShippingFact",
    "ShippingQuestion",
    "ShopFact",
    "ShopQuestion",
    "TotalRow",
    "VoucherFact",
    "VoucherQuestion",
]

AnswerT_co = TypeVar("AnswerT_co", covariant=True)


class Question(Generic[AnswerT_co]):
    """
    Something to be asked of a host; a frozen value, equal when it asks the same.
    """

    __slots__ = ()


# --- The shop -------------------------------------------------------------------


@frozen(kw_only=True)
class ShopFact:
    """
    The switches of a shop that rules look at.

    Attributes:
        exists: Whether there is a shop of this number.
        stock_checkout: Whether it takes orders that the stock does not cover.
        payment_address_required: Whether an order needs an address to bill.
        maximum_quantity: The most pieces that one line may hold.
    """

    exists: bool = True
    name: str = ""
    currency: str = ""
    language: str = ""
    stock_checkout: bool = False
    payment_address_required: bool = True
    guests_allowed: bool = True
    maximum_quantity: int = 99_999
    gift_minimum: Decimal | None = None
    gift_maximum: Decimal | None = None


@frozen(kw_only=True)
class ShopQuestion(Question[ShopFact]):
    """
    How is this shop set up?
    """

    store_id: int = 0


# --- Products -------------------------------------------------------------------


@frozen(kw_only=True)
class OptionFact:
    """
    One option that a product has.

    Attributes:
        kind: ``select``, ``radio`` (one of *values*), ``checkbox`` (several of them),
            ``text``, ``textarea``, ``file``, ``date``, ``time`` or ``datetime``.
        values: For choices, the stock of each value by its id: pieces left, or None
            where its stock is not counted.
        pattern: A regular expression that a text must match somewhere, or None.
    """

    product_option_id: int
    name: str = ""
    kind: str
    required: bool = False
    values: Mapping[int, int | None] = field(factory=dict[int, int | None], hash=False)
    pattern: str | None = None


@frozen(kw_only=True)
class ProductFact:
    """
    What a host says of a product.

    Attributes:
        buyable: It exists, is enabled and available, and this shop sells it.
        stock: Pieces left; None where they are not counted.
        options: Every option there is.
        plans: Numbers of the subscription plans that it can be bought with.
    """

    product_id: int
    buyable: bool
    name: str = ""
    model: str = ""
    shipping: bool = True
    minimum: int = 1
    points: int = 0
    stock: int | None = None
    options: tuple[OptionFact, ...] = ()
    plans: tuple[int, ...] = ()


@frozen(kw_only=True)
class ProductQuestion(Question[ProductFact]):
    """
    Can this product be bought, and what does buying it involve?
    """

    product_id: int
    store_id: int = 0
    customer_group_id: int | None = None


# --- People and places ----------------------------------------------------------


@frozen(kw_only=True)
class CustomFieldFact:
    """
    One field of the shop's own in a form.

    Attributes:
        location: ``"account"`` or ``"address"``.
        pattern: A regular expression that a text must match somewhere, or None.
        values: For fields with choices, the ids that may be chosen; else empty.
    """

    custom_field_id: int
    name: str = ""
    kind: str = "text"
    location: str = "account"
    required: bool = False
    pattern: str | None = None
    values: tuple[int, ...] = ()


@frozen(kw_only=True)
class CustomerFact:
    """
    What a host says of an account.

    Attributes:
        active: It exists and is enabled.
        reward_points: Balance.
        credit: Store credit, in the default currency.
    """

    customer_id: int
    active: bool
    customer_group_id: int | None = None
    reward_points: int = 0
    credit: Decimal = ZERO


@frozen(kw_only=True)
class CustomerQuestion(Question[CustomerFact]):
    """
    Is this account there and enabled?
    """

    customer_id: int


@frozen(kw_only=True)
class GroupFact:
    """
    A customer group, and what its forms ask for.

    Attributes:
        customer_group_id: Resolved: the shop's default when None was asked for.
        allowed: It exists, and a client may name it.
        custom_fields: Fields of account and address that are asked of this group.
    """

    customer_group_id: int
    allowed: bool
    telephone_required: bool = True
    custom_fields: tuple[CustomFieldFact, ...] = ()


@frozen(kw_only=True)
class GroupQuestion(Question[GroupFact]):
    """
    Which group is meant, and what does it fill in?

    Args:
        customer_id: Whose own group counts when no group is named; 0 for a guest.
    """

    customer_group_id: int | None = None
    customer_id: int = 0
    store_id: int = 0


@frozen(kw_only=True)
class PlaceFact:
    """
    A country and a zone of it.

    Attributes:
        country_known: The country exists and is enabled.
        zone_known: The zone exists, belongs to the country and is enabled.
        has_zones: Whether the country has any, so that one must be chosen.
    """

    country_known: bool
    zone_known: bool = False
    has_zones: bool = False
    postcode_required: bool = False
    country: str = ""
    iso_code_2: str = ""
    iso_code_3: str = ""
    address_format: str = ""
    zone: str = ""
    zone_code: str = ""


@frozen(kw_only=True)
class PlaceQuestion(Question[PlaceFact]):
    """
    Are there this country and this zone?
    """

    country_id: int
    zone_id: int = 0


# --- Currency and language ------------------------------------------------------


@frozen(kw_only=True)
class CurrencyFact:
    """
    A currency, or None where there is no enabled one of that code.
    """

    currency: Currency | None


@frozen(kw_only=True)
class CurrencyQuestion(Question[CurrencyFact]):
    """
    Is there this currency?
    """

    code: str


@frozen(kw_only=True)
class LanguageFact:
    """
    A language, or None where there is no enabled one of that code.
    """

    language: Language | None


@frozen(kw_only=True)
class LanguageQuestion(Question[LanguageFact]):
    """
    Is there this language?
    """

    code: str


# --- Offers and prices: these look at the whole checkout -------------------------


@frozen(kw_only=True)
class ShippingFact:
    """
    The quotes for this checkout; no group, or groups with errors alone, is "none".
    """

    groups: tuple[QuoteGroup, ...] = ()


@frozen(kw_only=True, eq=False)
class ShippingQuestion(Question[ShippingFact]):
    """
    How can this be shipped?
    """

    checkout: State = field(repr=False)


@frozen(kw_only=True)
class PaymentFact:
    """
    The ways to pay for this checkout.
    """

    options: tuple[PaymentMethod, ...] = ()


@frozen(kw_only=True, eq=False)
class PaymentQuestion(Question[PaymentFact]):
    """
    How can this be paid?
    """

    checkout: State = field(repr=False)


@frozen(kw_only=True)
class PricedLine:
    """
    What a line costs and how it is shown.

    Attributes:
        price: One piece without tax, in the default currency.
        price_with_tax: One piece as it is shown to the customer.
        total: All pieces without tax.
        total_with_tax: All pieces as shown.
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
    price: Decimal = ZERO
    price_with_tax: Decimal = ZERO
    total: Decimal = ZERO
    total_with_tax: Decimal = ZERO
    reward: int = 0
    points: int = 0


@frozen(kw_only=True)
class TotalRow:
    """
    One row of the summary, such as the sub-total or a tax.

    Attributes:
        value: In the default currency.
    """

    code: str
    title: str
    value: Decimal
    sort_order: int = 0


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


@frozen(kw_only=True, eq=False)
class PriceQuestion(Question[PriceFact]):
    """
    What does this cost?
    """

    checkout: State = field(repr=False)


# --- Discounts ------------------------------------------------------------------


@frozen(kw_only=True)
class CouponFact:
    """
    Whether a coupon holds for this checkout.
    """

    valid: bool


@frozen(kw_only=True, eq=False)
class CouponQuestion(Question[CouponFact]):
    """
    Does this coupon hold?
    """

    code: str = field(repr=False)
    checkout: State = field(repr=False)


@frozen(kw_only=True)
class VoucherFact:
    """
    Whether a gift voucher can be spent.
    """

    valid: bool


@frozen(kw_only=True)
class VoucherQuestion(Question[VoucherFact]):
    """
    Can this gift voucher be spent?
    """

    code: str = field(repr=False)


@frozen(kw_only=True)
class GiftFact:
    """
    Whether a gift voucher of this theme can be bought.

    Attributes:
        description: What the order will call it.
    """

    theme_known: bool
    description: str = field(default="", repr=False)


@frozen(kw_only=True)
class GiftQuestion(Question[GiftFact]):
    """
    Is there this theme of gift vouchers?
    """

    voucher_theme_id: int


@frozen(kw_only=True)
class RewardFact:
    """
    What reward points could do here.

    Attributes:
        balance: Points of the customer, 0 for a guest.
        maximum: Points that this cart can be paid with.
    """

    balance: int = 0
    maximum: int = 0


@frozen(kw_only=True, eq=False)
class RewardQuestion(Question[RewardFact]):
    """
    How many points are there, and how many can be used?
    """

    checkout: State = field(repr=False)


@frozen(kw_only=True)
class AffiliateFact:
    """
    Whether this affiliate exists and is active.
    """

    active: bool


@frozen(kw_only=True)
class AffiliateQuestion(Question[AffiliateFact]):
    """
    Is this an affiliate?
    """

    affiliate_id: int


# --- The answers ----------------------------------------------------------------

AnswerT = TypeVar("AnswerT")


def _by_type_and_value(
    given: Iterable[tuple[Question[object], object]],
) -> tuple[tuple[Question[object], object], ...]:
    return tuple(given)


@frozen
class Facts:
    """
    What the host said, and when.

    Attributes:
        at: Seconds since the epoch; the only clock that rules ever see.
        answers: Pairs of a question and its answer.
    """

    at: float
    answers: tuple[tuple[Question[object], object], ...] = field(
        default=(), converter=_by_type_and_value, repr=False
    )

    def answer(self, question: Question[AnswerT]) -> AnswerT | None:
        """
        Return the answer to an equal question, or None if it was not asked.

        A question that looks at a whole checkout equals every other of its type with
        the same code, for a round has one checkout.
        """
        for asked, answer in self.answers:
            if _same(asked, question):
                return answer  # type: ignore[return-value]
        return None

    def joined(self, other: Facts) -> Facts:
        """
        Return both, *other* being the newer.
        """
        return Facts(other.at, (*other.answers, *self.answers))


def _same(asked: Question[object], question: Question[object]) -> bool:
    if type(asked) is not type(question):
        return False
    if isinstance(asked, CouponQuestion) and isinstance(question, CouponQuestion):
        return asked.code == question.code
    whole = (ShippingQuestion, PaymentQuestion, PriceQuestion, RewardQuestion)
    return isinstance(asked, whole) or asked == question


NOTHING_ASKED = Facts(0.0)
