"""
Every port of a static shop, over the same books.
"""

from __future__ import annotations

from collections.abc import Sequence

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
from ocstate.demo.answers import (
    affiliate_fact,
    credential_fact,
    currency_fact,
    customer_fact,
    group_fact,
    language_fact,
    shop_fact,
)
from ocstate.demo.basket import fill
from ocstate.demo.books import Books
from ocstate.demo.catalog import product_fact
from ocstate.demo.discounts import (
    find_coupon,
    find_voucher,
    gift_fact,
    reward_fact,
)
from ocstate.demo.geography import place_fact
from ocstate.demo.payment import payment_fact
from ocstate.demo.shipping import shipping_fact
from ocstate.demo.totals import price_fact


class _Port:
    def __init__(self, books: Books) -> None:
        self._books = books


class StaticShops(_Port):
    """
    Answers from the shops of a file.
    """

    def shops(self, questions: Sequence[ShopQuestion], /) -> Sequence[ShopFact]:
        document = self._books.document
        return [shop_fact(document, question) for question in questions]


class StaticCatalog(_Port):
    """
    Answers from the products of a file.
    """

    def products(
        self, questions: Sequence[ProductQuestion], /
    ) -> Sequence[ProductFact]:
        shop = self._books.shop()
        return [product_fact(shop, question) for question in questions]


class StaticGeography(_Port):
    """
    Answers from the places of a file.
    """

    def places(self, questions: Sequence[PlaceQuestion], /) -> Sequence[PlaceFact]:
        document = self._books.document
        return [place_fact(document, question) for question in questions]


class StaticCustomers(_Port):
    """
    Answers from accounts and groups of a file.
    """

    def customers(
        self, questions: Sequence[CustomerQuestion], /
    ) -> Sequence[CustomerFact]:
        shop = self._books.shop()
        return [customer_fact(shop, question) for question in questions]

    def groups(self, questions: Sequence[GroupQuestion], /) -> Sequence[GroupFact]:
        document = self._books.document
        return [group_fact(document, question) for question in questions]


class StaticCurrencies(_Port):
    """
    Answers from the currencies of a file.
    """

    def currencies(
        self, questions: Sequence[CurrencyQuestion], /
    ) -> Sequence[CurrencyFact]:
        document = self._books.document
        return [currency_fact(document, question) for question in questions]


class StaticLanguages(_Port):
    """
    Answers from the languages of a file.
    """

    def languages(
        self, questions: Sequence[LanguageQuestion], /
    ) -> Sequence[LanguageFact]:
        document = self._books.document
        return [language_fact(document, question) for question in questions]


class StaticShipping(_Port):
    """
    Answers from the ways to ship of a file.
    """

    def quotes(
        self, questions: Sequence[ShippingQuestion], /
    ) -> Sequence[ShippingFact]:
        shop = self._books.shop()
        return [shipping_fact(fill(shop, question.checkout)) for question in questions]


class StaticPayment(_Port):
    """
    Answers from the ways to pay of a file.
    """

    def options(self, questions: Sequence[PaymentQuestion], /) -> Sequence[PaymentFact]:
        shop = self._books.shop()
        return [payment_fact(fill(shop, question.checkout)) for question in questions]


class StaticPrices(_Port):
    """
    Answers from the prices of a file.
    """

    def prices(self, questions: Sequence[PriceQuestion], /) -> Sequence[PriceFact]:
        shop = self._books.shop()
        return [price_fact(fill(shop, question.checkout)) for question in questions]


class StaticDiscounts(_Port):
    """
    Answers from coupons, vouchers and gifts of a file.
    """

    def coupons(self, questions: Sequence[CouponQuestion], /) -> Sequence[CouponFact]:
        shop = self._books.shop()
        return [
            CouponFact(
                valid=find_coupon(fill(shop, question.checkout), question.code)
                is not None
            )
            for question in questions
        ]

    def vouchers(
        self, questions: Sequence[VoucherQuestion], /
    ) -> Sequence[VoucherFact]:
        shop = self._books.shop()
        return [
            VoucherFact(valid=find_voucher(shop, question.code) is not None)
            for question in questions
        ]

    def gifts(self, questions: Sequence[GiftQuestion], /) -> Sequence[GiftFact]:
        shop = self._books.shop()
        return [gift_fact(shop, question.voucher_theme_id) for question in questions]


class StaticRewards(_Port):
    """
    Answers from the reward points of a file.
    """

    def rewards(self, questions: Sequence[RewardQuestion], /) -> Sequence[RewardFact]:
        shop = self._books.shop()
        return [reward_fact(fill(shop, question.checkout)) for question in questions]


class StaticAffiliates(_Port):
    """
    Answers from the affiliates of a file.
    """

    def affiliates(
        self, questions: Sequence[AffiliateQuestion], /
    ) -> Sequence[AffiliateFact]:
        document = self._books.document
        return [affiliate_fact(document, question) for question in questions]


class StaticCredentials(_Port):
    """
    Answers from the clients of the API of a file.
    """

    def credentials(
        self, questions: Sequence[CredentialQuestion], /
    ) -> Sequence[CredentialFact | None]:
        document = self._books.document
        return [credential_fact(document, question) for question in questions]
