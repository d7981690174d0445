"""
Everything that can be asked of a checkout: a closed union of frozen values.

A command says what somebody wants, never how; `decide` says what becomes of it. Since
commands are values, a block's commands can be decided again on a newer state.
"""

from __future__ import annotations

from ocstate.checkout.commands.cart import (
    AddLine,
    ClearCart,
    NewLine,
    RemoveLine,
    ReplaceCart,
    SetQuantity,
)
from ocstate.checkout.commands.consent import (
    AcceptTerms,
    RecordConfirmation,
    SetAttribution,
    SetComment,
)
from ocstate.checkout.commands.discounts import (
    AddGift,
    ApplyCoupon,
    ApplyVoucher,
    RemoveCoupon,
    RemoveGift,
    RemoveVoucher,
    SetAffiliate,
    SetReward,
)
from ocstate.checkout.commands.methods import (
    QuotePayment,
    QuoteShipping,
    SetPaymentMethod,
    SetShippingMethod,
)
from ocstate.checkout.commands.people import (
    Forget,
    LogIn,
    LogOut,
    SetCustomer,
    SetPaymentAddress,
    SetShippingAddress,
)
from ocstate.checkout.commands.section import SectionCommand
from ocstate.checkout.commands.shop import (
    SetCurrency,
    SetLanguage,
    SetSetting,
    SetStore,
)
from ocstate.checkout.commands.union import Command

__all__ = [
    "AcceptTerms",
    "AddGift",
    "AddLine",
    "ApplyCoupon",
    "ApplyVoucher",
    "ClearCart",
    "Command",
    "Forget",
    "LogIn",
    "LogOut",
    "NewLine",
    "QuotePayment",
    "QuoteShipping",
    "RecordConfirmation",
    "RemoveCoupon",
    "RemoveGift",
    "RemoveLine",
    "RemoveVoucher",
    "ReplaceCart",
    "SectionCommand",
    "SetAffiliate",
    "SetAttribution",
    "SetComment",
    "SetCurrency",
    "SetCustomer",
    "SetLanguage",
    "SetPaymentAddress",
    "SetPaymentMethod",
    "SetQuantity",
    "SetReward",
    "SetSetting",
    "SetShippingAddress",
    "SetShippingMethod",
    "SetStore",
]
