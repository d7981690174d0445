"""
The ports of a shop for asyncio: the same names, questions and answers, awaited.
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
from ocstate.host.orders import AsyncOrders, AsyncReservations

__all__ = [
    "AsyncAffiliates",
    "AsyncCatalog",
    "AsyncCredentials",
    "AsyncCurrencies",
    "AsyncCustomers",
    "AsyncDiscounts",
    "AsyncGeography",
    "AsyncHost",
    "AsyncLanguages",
    "AsyncOrders",
    "AsyncPayment",
    "AsyncPrices",
    "AsyncReservations",
    "AsyncRewards",
    "AsyncShipping",
    "AsyncShops",
]


class AsyncShops(Protocol):
    """
    `ocstate.host.ports.Shops`, awaited.
    """

    async def shops(
        self, questions: Sequence[ShopQuestion], /
    ) -> Sequence[ShopFact]: ...


class AsyncCatalog(Protocol):
    """
    `ocstate.host.ports.Catalog`, awaited.
    """

    async def products(
        self, questions: Sequence[ProductQuestion], /
    ) -> Sequence[ProductFact]: ...


class AsyncGeography(Protocol):
    """
    `ocstate.host.ports.Geography`, awaited.
    """

    async def places(
        self, questions: Sequence[PlaceQuestion], /
    ) -> Sequence[PlaceFact]: ...


class AsyncCustomers(Protocol):
    """
    `ocstate.host.ports.Customers`, awaited.
    """

    async def customers(
        self, questions: Sequence[CustomerQuestion], /
    ) -> Sequence[CustomerFact]: ...

    async def groups(
        self, questions: Sequence[GroupQuestion], /
    ) -> Sequence[GroupFact]: ...


class AsyncCurrencies(Protocol):
    """
    `ocstate.host.ports.Currencies`, awaited.
    """

    async def currencies(
        self, questions: Sequence[CurrencyQuestion], /
    ) -> Sequence[CurrencyFact]: ...


class AsyncLanguages(Protocol):
    """
    `ocstate.host.ports.Languages`, awaited.
    """

    async def languages(
        self, questions: Sequence[LanguageQuestion], /
    ) -> Sequence[LanguageFact]: ...


class AsyncShipping(Protocol):
    """
    `ocstate.host.ports.Shipping`, awaited.
    """

    async def quotes(
        self, questions: Sequence[ShippingQuestion], /
    ) -> Sequence[ShippingFact]: ...


class AsyncPayment(Protocol):
    """
    `ocstate.host.ports.Payment`, awaited.
    """

    async def options(
        self, questions: Sequence[PaymentQuestion], /
    ) -> Sequence[PaymentFact]: ...


class AsyncPrices(Protocol):
    """
    `ocstate.host.ports.Prices`, awaited.
    """

    async def prices(
        self, questions: Sequence[PriceQuestion], /
    ) -> Sequence[PriceFact]: ...


class AsyncDiscounts(Protocol):
    """
    `ocstate.host.ports.Discounts`, awaited.
    """

    async def coupons(
        self, questions: Sequence[CouponQuestion], /
    ) -> Sequence[CouponFact]: ...

    async def vouchers(
        self, questions: Sequence[VoucherQuestion], /
    ) -> Sequence[VoucherFact]: ...

    async def gifts(
        self, questions: Sequence[GiftQuestion], /
    ) -> Sequence[GiftFact]: ...


class AsyncRewards(Protocol):
    """
    `ocstate.host.ports.Rewards`, awaited.
    """

    async def rewards(
        self, questions: Sequence[RewardQuestion], /
    ) -> Sequence[RewardFact]: ...


class AsyncAffiliates(Protocol):
    """
    `ocstate.host.ports.Affiliates`, awaited.
    """

    async def affiliates(
        self, questions: Sequence[AffiliateQuestion], /
    ) -> Sequence[AffiliateFact]: ...


class AsyncCredentials(Protocol):
    """
    `ocstate.host.ports.Credentials`, awaited.
    """

    async def credentials(
        self, questions: Sequence[CredentialQuestion], /
    ) -> Sequence[CredentialFact | None]: ...


@frozen(kw_only=True)
class AsyncHost:
    """
    A host put together from awaited ports; any object with these attributes is one.
    """

    shops: AsyncShops | None = None
    catalog: AsyncCatalog | None = None
    geography: AsyncGeography | None = None
    customers: AsyncCustomers | None = None
    currencies: AsyncCurrencies | None = None
    languages: AsyncLanguages | None = None
    shipping: AsyncShipping | None = None
    payment: AsyncPayment | None = None
    prices: AsyncPrices | None = None
    discounts: AsyncDiscounts | None = None
    rewards: AsyncRewards | None = None
    affiliates: AsyncAffiliates | None = None
    credentials: AsyncCredentials | None = None
    orders: AsyncOrders | None = None
    reservations: AsyncReservations | None = None
