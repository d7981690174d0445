"""
The closed union of all commands.
"""

from __future__ import annotations

from ocstate.checkout.commands.cart import (
    AddLine,
    ClearCart,
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
    | RecordConfirmation
    | SectionCommand
)
