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
from ocstate.demo.basket import Basket, fill
from ocstate.demo.books import Books
from ocstate.demo.catalog import product_fact
from ocstate.demo.discounts import find_coupon, find_voucher, gift_fact, reward_fact
from ocstate.demo.geography import place_fact
from ocstate.demo.payment import payment_fact
from ocstate.demo.shipping import shipping_fact
from ocstate.demo.totals import price_fact

_AboutACart = (
    CouponQuestion | PaymentQuestion | PriceQuestion | RewardQuestion | ShippingQuestion
)


class StaticPorts:
    """
    Every port of a static shop in one object, for no two have a method in common.
    """

    def __init__(self, books: Books) -> None:
        self._books = books
        self._document = books.document

    def shops(self, questions: Sequence[ShopQuestion], /) -> Sequence[ShopFact]:
        return [shop_fact(self._document, each) for each in questions]

    def products(
        self, questions: Sequence[ProductQuestion], /
    ) -> Sequence[ProductFact]:
        shop = self._books.shop()
        return [product_fact(shop, each) for each in questions]

    def places(self, questions: Sequence[PlaceQuestion], /) -> Sequence[PlaceFact]:
        return [place_fact(self._document, each) for each in questions]

    def customers(
        self, questions: Sequence[CustomerQuestion], /
    ) -> Sequence[CustomerFact]:
        shop = self._books.shop()
        return [customer_fact(shop, each) for each in questions]

    def groups(self, questions: Sequence[GroupQuestion], /) -> Sequence[GroupFact]:
        return [group_fact(self._document, each) for each in questions]

    def currencies(
        self, questions: Sequence[CurrencyQuestion], /
    ) -> Sequence[CurrencyFact]:
        return [currency_fact(self._document, each) for each in questions]

    def languages(
        self, questions: Sequence[LanguageQuestion], /
    ) -> Sequence[LanguageFact]:
        return [language_fact(self._document, each) for each in questions]

    def quotes(
        self, questions: Sequence[ShippingQuestion], /
    ) -> Sequence[ShippingFact]:
        return [shipping_fact(basket) for basket in self._baskets(questions)]

    def options(self, questions: Sequence[PaymentQuestion], /) -> Sequence[PaymentFact]:
        return [payment_fact(basket) for basket in self._baskets(questions)]

    def prices(self, questions: Sequence[PriceQuestion], /) -> Sequence[PriceFact]:
        return [price_fact(basket) for basket in self._baskets(questions)]

    def coupons(self, questions: Sequence[CouponQuestion], /) -> Sequence[CouponFact]:
        baskets = self._baskets(questions)
        return [
            CouponFact(valid=find_coupon(basket, each.code) is not None)
            for basket, each in zip(baskets, questions, strict=True)
        ]

    def vouchers(
        self, questions: Sequence[VoucherQuestion], /
    ) -> Sequence[VoucherFact]:
        shop = self._books.shop()
        return [
            VoucherFact(valid=find_voucher(shop, each.code) is not None)
            for each in questions
        ]

    def gifts(self, questions: Sequence[GiftQuestion], /) -> Sequence[GiftFact]:
        shop = self._books.shop()
        return [gift_fact(shop, each.voucher_theme_id) for each in questions]

    def rewards(self, questions: Sequence[RewardQuestion], /) -> Sequence[RewardFact]:
        return [reward_fact(basket) for basket in self._baskets(questions)]

    def affiliates(
        self, questions: Sequence[AffiliateQuestion], /
    ) -> Sequence[AffiliateFact]:
        return [affiliate_fact(self._document, each) for each in questions]

    def credentials(
        self, questions: Sequence[CredentialQuestion], /
    ) -> Sequence[CredentialFact | None]:
        return [credential_fact(self._document, each) for each in questions]

    def _baskets(self, questions: Sequence[_AboutACart]) -> list[Basket]:
        shop = self._books.shop()
        return [fill(shop, each.checkout) for each in questions]
