"""
The ports of a shop: one small protocol a subject, each asked in batches.

A port's method gets the questions of a round and answers all of them, in their order,
so that a shop needs one query for many. An answer says what is so; it is never an
error that something does not exist. What a port raises ends the request as it is.

A host is any object that has some of these ports as attributes, under the names that
`Host` has. What it lacks is not asked, and the rules that need it are not applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from attrs import frozen

from ocstate.auth.credentials import CredentialFact, CredentialQuestion
from ocstate.checkout.facts import (
    AffiliateFact,
    AffiliateQuestion,
    CouponFact,
    CouponQuestion,
    CurrencyFact,
    CurrencyQuestion,
    CustomerFact,
    CustomerQuestion,
    GiftFact,
    GiftQuestion,
    GroupFact,
    GroupQuestion,
    LanguageFact,
    LanguageQuestion,
    PaymentFact,
    PaymentQuestion,
    PlaceFact,
    PlaceQuestion,
    PriceFact,
    PriceQuestion,
    ProductFact,
    ProductQuestion,
    RewardFact,
    RewardQuestion,
    ShippingFact,
    ShippingQuestion,
    ShopFact,
    ShopQuestion,
    VoucherFact,
    VoucherQuestion,
)
from ocstate.host.orders import Orders, Reservations

__all__ = [
    "Affiliates",
    "Catalog",
    "Credentials",
    "Currencies",
    "Customers",
    "Discounts",
    "Geography",
    "Host",
    "Languages",
    "Orders",
    "Payment",
    "Prices",
    "Reservations",
    "Rewards",
    "Shipping",
    "Shops",
]


class Shops(Protocol):
    """
    Know how the shop is set up.
    """

    def shops(self, questions: Sequence[ShopQuestion], /) -> Sequence[ShopFact]:
        """
        Answer for each shop of a multi-store host; a single shop has the number 0.
        """
        ...


class Catalog(Protocol):
    """
    Know the products.
    """

    def products(
        self, questions: Sequence[ProductQuestion], /
    ) -> Sequence[ProductFact]:
        """
        Answer what buying each product involves; an unknown one is not buyable.
        """
        ...


class Geography(Protocol):
    """
    Know countries and their zones.
    """

    def places(self, questions: Sequence[PlaceQuestion], /) -> Sequence[PlaceFact]:
        """
        Answer whether each place exists, and how it is written.
        """
        ...


class Customers(Protocol):
    """
    Know accounts and customer groups.
    """

    def customers(
        self, questions: Sequence[CustomerQuestion], /
    ) -> Sequence[CustomerFact]:
        """
        Answer for each account; one that is disabled is like one that is not there.
        """
        ...

    def groups(self, questions: Sequence[GroupQuestion], /) -> Sequence[GroupFact]:
        """
        Answer which group is meant each time, and what its forms ask for.
        """
        ...


class Currencies(Protocol):
    """
    Know the currencies that amounts are shown in.
    """

    def currencies(
        self, questions: Sequence[CurrencyQuestion], /
    ) -> Sequence[CurrencyFact]:
        """
        Answer the enabled currency of exactly each code.
        """
        ...


class Languages(Protocol):
    """
    Know the languages that the shop speaks.
    """

    def languages(
        self, questions: Sequence[LanguageQuestion], /
    ) -> Sequence[LanguageFact]:
        """
        Answer the enabled language of exactly each code.
        """
        ...


class Shipping(Protocol):
    """
    Quote what sending costs.
    """

    def quotes(
        self, questions: Sequence[ShippingQuestion], /
    ) -> Sequence[ShippingFact]:
        """
        Answer the quotes for each checkout, groups in the order in which to show them.
        """
        ...


class Payment(Protocol):
    """
    Offer ways to pay.
    """

    def options(self, questions: Sequence[PaymentQuestion], /) -> Sequence[PaymentFact]:
        """
        Answer the ways to pay for each checkout, in the order in which to show them.
        """
        ...


class Prices(Protocol):
    """
    Price a cart.
    """

    def prices(self, questions: Sequence[PriceQuestion], /) -> Sequence[PriceFact]:
        """
        Answer what each checkout costs, line by line and in all.
        """
        ...


class Discounts(Protocol):
    """
    Know coupons, gift vouchers and the themes of gifts.
    """

    def coupons(self, questions: Sequence[CouponQuestion], /) -> Sequence[CouponFact]:
        """
        Answer whether each coupon holds; codes are compared exactly.
        """
        ...

    def vouchers(
        self, questions: Sequence[VoucherQuestion], /
    ) -> Sequence[VoucherFact]:
        """
        Answer whether each voucher can be spent; codes are compared exactly.
        """
        ...

    def gifts(self, questions: Sequence[GiftQuestion], /) -> Sequence[GiftFact]:
        """
        Answer whether vouchers of each theme are sold.
        """
        ...


class Rewards(Protocol):
    """
    Know reward points.
    """

    def rewards(self, questions: Sequence[RewardQuestion], /) -> Sequence[RewardFact]:
        """
        Answer the points of each checkout's customer, and how many it can take.
        """
        ...


class Affiliates(Protocol):
    """
    Know who is paid commissions.
    """

    def affiliates(
        self, questions: Sequence[AffiliateQuestion], /
    ) -> Sequence[AffiliateFact]:
        """
        Answer whether each affiliate exists and is active.
        """
        ...


class Credentials(Protocol):
    """
    Know the clients of the API.
    """

    def credentials(
        self, questions: Sequence[CredentialQuestion], /
    ) -> Sequence[CredentialFact | None]:
        """
        Answer the credential of exactly each name, None where there is none.
        """
        ...


@frozen(kw_only=True)
class Host:
    """
    A host put together from ports; any object with these attributes is one as well.
    """

    shops: Shops | None = None
    catalog: Catalog | None = None
    geography: Geography | None = None
    customers: Customers | None = None
    currencies: Currencies | None = None
    languages: Languages | None = None
    shipping: Shipping | None = None
    payment: Payment | None = None
    prices: Prices | None = None
    discounts: Discounts | None = None
    rewards: Rewards | None = None
    affiliates: Affiliates | None = None
    credentials: Credentials | None = None
    orders: Orders | None = None
    reservations: Reservations | None = None
