"""
Everything that can be asked of a checkout: a closed union of frozen values.

A command says what somebody wants, never how; `decide` says what becomes of it. Since
commands are values, a block's commands can be decided again on a newer state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import ClassVar, Protocol, runtime_checkable

from attrs import field, frozen

from ocstate.checkout.address import Address
from ocstate.checkout.consent import Attribution, Confirmation
from ocstate.checkout.customer import Customer
from ocstate.checkout.money import amount
from ocstate.checkout.options import NO_OPTIONS, Options
from ocstate.checkout.settings import Setting

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


def _options(
    given: Options | Mapping[int, int | str | Iterable[int | str]],
) -> Options:
    return given if isinstance(given, Options) else Options(given)


@frozen(kw_only=True)
class NewLine:
    """
    A product as it is put into a cart.
    """

    product_id: int
    quantity: int = 1
    options: Options = field(default=NO_OPTIONS, converter=_options)
    subscription_plan_id: int = 0


@frozen(kw_only=True)
class AddLine(NewLine):
    """
    Put a product into the cart, or more of it; commutative.
    """


@frozen(kw_only=True)
class SetQuantity:
    """
    Set how many of a line there are; 0 removes it.
    """

    line_id: int
    quantity: int


@frozen(kw_only=True)
class RemoveLine:
    """
    Take a line out of the cart; one that is not there is reported, not refused.
    """

    line_id: int


@frozen
class ClearCart:
    """
    Take everything out of the cart.
    """


@frozen(kw_only=True)
class ReplaceCart:
    """
    Make these lines the whole cart, all or none of them.
    """

    lines: tuple[NewLine, ...] = field(converter=tuple[NewLine, ...])


@frozen
class SetCustomer:
    """
    Say who is buying; this alone signs nobody in.
    """

    customer: Customer


@frozen
class SetPaymentAddress:
    """
    Say where it is billed.
    """

    address: Address


@frozen
class SetShippingAddress:
    """
    Say where it goes.
    """

    address: Address


@frozen
class QuoteShipping:
    """
    Ask the host for the ways to ship, and keep its offer.
    """


@frozen
class QuotePayment:
    """
    Ask the host for the ways to pay, and keep its offer.
    """


@frozen
class SetShippingMethod:
    """
    Choose a way to ship by its exact code among the current quotes.
    """

    code: str


@frozen
class SetPaymentMethod:
    """
    Choose a way to pay by its exact code among the current options.
    """

    code: str


@frozen
class SetCurrency:
    """
    Choose the currency that amounts are shown in, by its exact code.
    """

    code: str


@frozen
class SetLanguage:
    """
    Choose the language, by its exact code.
    """

    code: str


@frozen
class SetStore:
    """
    Choose the shop of a multi-store host.
    """

    store_id: int


@frozen
class ApplyCoupon:
    """
    Enter a coupon; it takes the place of another one.
    """

    code: str = field(repr=False)


@frozen
class RemoveCoupon:
    """
    Take coupons back; without a code, all of them.
    """

    code: str | None = field(default=None, repr=False)


@frozen
class ApplyVoucher:
    """
    Enter a gift voucher to pay with; it takes the place of another one.
    """

    code: str = field(repr=False)


@frozen
class RemoveVoucher:
    """
    Take gift vouchers back; without a code, all of them.
    """

    code: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class AddGift:
    """
    Buy a gift voucher for somebody.

    Attributes:
        code: Minted by the caller; names the gift inside the session.
        amount: In the session's currency.
    """

    code: str
    from_name: str = field(repr=False)
    from_email: str = field(repr=False)
    to_name: str = field(repr=False)
    to_email: str = field(repr=False)
    voucher_theme_id: int
    message: str = field(default="", repr=False)
    amount: Decimal = field(converter=amount)


@frozen
class RemoveGift:
    """
    Take a bought gift voucher back.
    """

    code: str


@frozen
class SetReward:
    """
    Say how many reward points to use; 0 uses none.
    """

    points: int


@frozen
class SetAffiliate:
    """
    Say who is paid a commission; None for nobody.
    """

    affiliate_id: int | None


@frozen
class SetComment:
    """
    Set the customer's remark on the order.
    """

    comment: str = field(repr=False)


@frozen(kw_only=True)
class AcceptTerms:
    """
    Accept exactly this version of a document.
    """

    document_id: int
    version: str = ""


@frozen
class SetAttribution:
    """
    Note where the customer came from.
    """

    attribution: Attribution


@frozen(kw_only=True)
class SetSetting:
    """
    Set the host's own configuration of this session; None removes it.
    """

    name: str
    value: Setting


@frozen
class LogIn:
    """
    Attach an account: the session gets a new token, and the old one dies at once.
    """

    customer: Customer


@frozen
class LogOut:
    """
    Detach the account and everything personal; the cart stays.
    """


@frozen
class Forget:
    """
    Forget the whole checkout.
    """


@frozen(kw_only=True)
class RecordConfirmation:
    """
    Note the order that a host placed, and empty the cart.
    """

    confirmation: Confirmation


@runtime_checkable
class SectionCommand(Protocol):
    """
    A host's own command on one of its own sections.

    It goes through the same deciding, encoding and deciding again as all others.
    """

    section: ClassVar[str]

    def apply(self, value: object | None, /) -> object | None:
        """
        Return what becomes of the section; None removes it. Must be pure.

        Args:
            value: The section as it is, None when there is none.

        Raises:
            CommandRefused: To leave everything as it is.
        """
        ...


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
