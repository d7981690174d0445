"""
What a command needs to know of the shop, and what the shop said.

Questions are what `questions` returns and a shell asks, all of a round in one batch.
Facts are the answers, frozen and dated. A question without an answer in the facts was
not asked, because there is no host or the host has no such port: then the rules that
need it are not applied, and `Checkout.missing` says so.
"""

from __future__ import annotations

from ocstate.checkout.facts.catalog import OptionFact, ProductFact, ProductQuestion
from ocstate.checkout.facts.discounts import (
    AffiliateFact,
    AffiliateQuestion,
    CouponFact,
    CouponQuestion,
    GiftFact,
    GiftQuestion,
    RewardQuestion,
    VoucherFact,
    VoucherQuestion,
)
from ocstate.checkout.facts.offers import (
    PaymentFact,
    PaymentQuestion,
    PricedLine,
    PriceFact,
    PriceQuestion,
    ShippingFact,
    ShippingQuestion,
    TotalRow,
)
from ocstate.checkout.facts.question import NOTHING_ASKED, Facts, Question
from ocstate.checkout.facts.shop import (
    CurrencyFact,
    CurrencyQuestion,
    CustomerFact,
    CustomerQuestion,
    GroupQuestion,
    LanguageFact,
    LanguageQuestion,
    PlaceFact,
    PlaceQuestion,
    ShopQuestion,
)
from ocstate.checkout.values.knowledge import (
    CustomFieldFact,
    GroupFact,
    OfferedLanguage,
    RewardFact,
    ShopFact,
)

# One name a line would be longer than what it lists.
# fmt: off
__all__ = [
    "NOTHING_ASKED", "AffiliateFact", "AffiliateQuestion", "CouponFact",
    "CouponQuestion", "CurrencyFact", "CurrencyQuestion", "CustomFieldFact",
    "CustomerFact", "CustomerQuestion", "Facts", "GiftFact", "GiftQuestion",
    "GroupFact", "GroupQuestion", "LanguageFact", "LanguageQuestion",
    "OfferedLanguage", "OptionFact", "PaymentFact", "PaymentQuestion", "PlaceFact",
    "PlaceQuestion", "PriceFact", "PriceQuestion", "PricedLine", "ProductFact",
    "ProductQuestion", "Question", "RewardFact", "RewardQuestion", "ShippingFact",
    "ShippingQuestion", "ShopFact", "ShopQuestion", "TotalRow", "VoucherFact",
    "VoucherQuestion",
]
