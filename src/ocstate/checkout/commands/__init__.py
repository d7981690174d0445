"""
Everything that can be asked of a checkout: a closed union of frozen values.

A command says what somebody wants, never how; `decide` says what becomes of it. Since
commands are values, a block's commands can be decided again on a newer state.
"""

from __future__ import annotations

from typing import Any

from ocstate.checkout.commands.cart import (
    AddLine,
    ClearCart,
    NewLine,
    RemoveLine,
    ReplaceCart,
    SetQuantity,
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
from ocstate.checkout.commands.ordering import Cancel, RecordConfirmation, ShowTotal
from ocstate.checkout.commands.people import (
    AcceptTerms,
    Forget,
    LogIn,
    LogOut,
    SetAttribution,
    SetComment,
    SetCustomer,
    SetPaymentAddress,
    SetShippingAddress,
)
from ocstate.checkout.commands.shop import (
    QuotePayment,
    QuoteShipping,
    SectionCommand,
    SetCurrency,
    SetLanguage,
    SetPaymentMethod,
    SetSetting,
    SetShippingMethod,
    SetStore,
)

# One name a line would be longer than what it lists.
# fmt: off
__all__ = [
    "AcceptTerms", "AddGift", "AddLine", "ApplyCoupon", "ApplyVoucher", "Cancel",
    "ClearCart", "Command", "Forget", "LogIn", "LogOut", "NewLine", "QuotePayment",
    "QuoteShipping", "RecordConfirmation", "RemoveCoupon", "RemoveGift",
    "RemoveLine", "RemoveVoucher", "ReplaceCart", "SectionCommand", "SetAffiliate",
    "SetAttribution", "SetComment", "SetCurrency", "SetCustomer", "SetLanguage",
    "SetPaymentAddress", "SetPaymentMethod", "SetQuantity", "SetReward",
    "SetSetting", "SetShippingAddress", "SetShippingMethod", "SetStore",
    "ShowTotal",
]
# fmt: on

Command = (
    AddLine
    | SetQuantity
    | RemoveLine
    | ClearCart
    | ReplaceCart
    | SetCustomer
    | SetPaymentAddress
    | SetShippingAddress
    | QuoteShipping
    | QuotePayment
    | SetShippingMethod
    | SetPaymentMethod
    | SetCurrency
    | SetLanguage
    | SetStore
    | ApplyCoupon
    | RemoveCoupon
    | ApplyVoucher
    | RemoveVoucher
    | AddGift
    | RemoveGift
    | SetReward
    | SetAffiliate
    | SetComment
    | AcceptTerms
    | SetAttribution
    | SetSetting
    | LogIn
    | LogOut
    | Forget
    | ShowTotal
    | RecordConfirmation
    | Cancel
    | SectionCommand[Any]
)
