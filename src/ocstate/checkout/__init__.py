"""
The domain inside a session: values, commands and rules, all of them pure.
"""

from __future__ import annotations

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.codes import CODES, ENGLISH, translate
from ocstate.checkout.commands import (
    AcceptTerms,
    AddGift,
    AddLine,
    ApplyCoupon,
    ApplyVoucher,
    ClearCart,
    Command,
    Forget,
    LogIn,
    LogOut,
    NewLine,
    QuotePayment,
    QuoteShipping,
    RecordConfirmation,
    RemoveCoupon,
    RemoveGift,
    RemoveLine,
    RemoveVoucher,
    ReplaceCart,
    SectionCommand,
    SetAffiliate,
    SetAttribution,
    SetComment,
    SetCurrency,
    SetCustomer,
    SetLanguage,
    SetPaymentAddress,
    SetPaymentMethod,
    SetQuantity,
    SetReward,
    SetSetting,
    SetShippingAddress,
    SetShippingMethod,
    SetStore,
)
from ocstate.checkout.confirming.confirm_rules import CONFIRM_RULES, ConfirmRule
from ocstate.checkout.confirming.order import Order
from ocstate.checkout.confirming.rules import (
    RULES,
    Rules,
    confirm_problems,
    confirm_questions,
)
from ocstate.checkout.decide import Decision, Event, decide, questions
from ocstate.checkout.deciding.clearing import (
    CLASSIC_CLEARING,
    Clearing,
    clear_as_opencart,
)
from ocstate.checkout.derived.dependencies import (
    DEPENDENCIES,
    INDEPENDENT,
    INPUTS,
    Dependency,
    Input,
    changed_inputs,
    fingerprint,
    is_fresh,
)
from ocstate.checkout.derived.renewal import renewed
from ocstate.checkout.facts import (
    NOTHING_ASKED,
    AffiliateFact,
    AffiliateQuestion,
    CouponFact,
    CouponQuestion,
    CurrencyFact,
    CurrencyQuestion,
    CustomerFact,
    CustomerQuestion,
    CustomFieldFact,
    Facts,
    GiftFact,
    GiftQuestion,
    GroupFact,
    GroupQuestion,
    LanguageFact,
    LanguageQuestion,
    OptionFact,
    PaymentFact,
    PaymentQuestion,
    PlaceFact,
    PlaceQuestion,
    PricedLine,
    PriceFact,
    PriceQuestion,
    ProductFact,
    ProductQuestion,
    Question,
    RewardFact,
    RewardQuestion,
    ShippingFact,
    ShippingQuestion,
    ShopFact,
    ShopQuestion,
    TotalRow,
    VoucherFact,
    VoucherQuestion,
)
from ocstate.checkout.rules.fields import (
    FIELD_RULES,
    LARGEST_NUMBER,
    LONGEST_TEXT,
    MOST_ENTRIES,
    FieldRule,
)
from ocstate.checkout.values.cart import Cart
from ocstate.checkout.values.consent import Attribution, Confirmation, Terms
from ocstate.checkout.values.discounts import Coupon, Gift, Voucher
from ocstate.checkout.values.line import ChoiceStock, Line, Row
from ocstate.checkout.values.lines import Lines, Rows
from ocstate.checkout.values.methods import (
    PaymentMethod,
    PaymentOptions,
    QuoteGroup,
    Quotes,
    ShippingMethod,
)
from ocstate.checkout.values.money import (
    AMOUNT,
    ZERO,
    Currency,
    Language,
    Money,
    amount,
)
from ocstate.checkout.values.options import NO_OPTIONS, Options, OptionValue
from ocstate.checkout.values.part import Part
from ocstate.checkout.values.people import Address, Customer, Destination
from ocstate.checkout.values.settings import NO_SETTINGS, Setting, Settings
from ocstate.checkout.values.state import (
    NO_EXTRAS,
    SECTIONS,
    Extras,
    SectionSource,
    State,
)
from ocstate.problem import Param, Problem, Severity, pointer

# One name a line would be longer than a module may be.
# fmt: off
__all__ = [
    "AMOUNT", "CLASSIC_CLEARING", "CODES", "CONFIRM_RULES", "DEPENDENCIES",
    "ENGLISH", "FIELD_RULES", "INDEPENDENT", "INPUTS", "LARGEST_NUMBER",
    "LONGEST_TEXT", "MOST_ENTRIES", "NOTHING_ASKED", "NO_EXTRAS", "NO_OPTIONS",
    "NO_SETTINGS", "RULES", "SECTIONS", "ZERO", "AcceptTerms", "AddGift", "AddLine",
    "Address", "AffiliateFact", "AffiliateQuestion", "ApplyCoupon", "ApplyVoucher",
    "Attribution", "Cart", "Checkout", "ChoiceStock", "ClearCart", "Clearing",
    "Command", "ConfirmRule", "Confirmation", "Coupon", "CouponFact", "CouponQuestion",
    "Currency", "CurrencyFact", "CurrencyQuestion", "CustomFieldFact", "Customer",
    "CustomerFact", "CustomerQuestion", "Decision", "Dependency", "Destination",
    "Event", "Extras", "Facts", "FieldRule", "Forget", "Gift", "GiftFact",
    "GiftQuestion", "GroupFact", "GroupQuestion", "Input", "Language",
    "LanguageFact", "LanguageQuestion", "Line", "Lines", "LogIn", "LogOut", "Money",
    "NewLine", "OptionFact", "OptionValue", "Options", "Order", "Param", "Part",
    "PaymentFact", "PaymentMethod", "PaymentOptions", "PaymentQuestion",
    "PlaceFact", "PlaceQuestion", "PriceFact", "PriceQuestion", "PricedLine",
    "Problem", "ProductFact", "ProductQuestion", "Question", "QuoteGroup",
    "QuotePayment", "QuoteShipping", "Quotes", "RecordConfirmation", "RemoveCoupon",
    "RemoveGift", "RemoveLine", "RemoveVoucher", "ReplaceCart", "RewardFact",
    "RewardQuestion", "Row", "Rows", "Rules", "SectionCommand", "SectionSource",
    "SetAffiliate", "SetAttribution", "SetComment", "SetCurrency", "SetCustomer",
    "SetLanguage", "SetPaymentAddress", "SetPaymentMethod", "SetQuantity",
    "SetReward", "SetSetting", "SetShippingAddress", "SetShippingMethod",
    "SetStore", "Setting", "Settings", "Severity", "ShippingFact", "ShippingMethod",
    "ShippingQuestion", "ShopFact", "ShopQuestion", "State", "Terms", "TotalRow",
    "Voucher", "VoucherFact", "VoucherQuestion", "amount", "changed_inputs",
    "clear_as_opencart", "confirm_problems", "confirm_questions", "decide",
    "fingerprint", "is_fresh", "pointer", "questions", "renewed", "translate",
]
