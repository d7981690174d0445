"""
Which questions and which decision belong to each command, as one table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar, get_args

from attrs import frozen

import ocstate.checkout.commands as of
from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import Command
from ocstate.checkout.confirming.rules import Rules
from ocstate.checkout.deciding import (
    addresses,
    cart,
    consent,
    discounts,
    gifts,
    methods,
    people,
    section,
    shop,
)
from ocstate.checkout.deciding.outcome import Outcome
from ocstate.checkout.facts import Facts, Question
from ocstate.checkout.values.state import SECTIONS
from ocstate.exceptions import UsageError

C = TypeVar("C")

_Questions = tuple[Question[object], ...]


@frozen
class Handler:
    """
    What is done about commands of one type.

    Attributes:
        event: Name of what has happened when it is accepted and changes something.
        changes: The sections that it may change.
        questions: Names what it needs to know.
        decide: Says what becomes of it.
    """

    event: str
    changes: tuple[str, ...]
    questions: Callable[..., _Questions]
    decide: Callable[..., Outcome]


def _nothing(checkout: Checkout, command: object) -> _Questions:
    """
    Ask nothing: what the checkout holds is enough.
    """
    return ()


def _on(
    command: type[C],
    event: str,
    changes: tuple[str, ...],
    decide: Callable[[Checkout, C, Facts, Rules], Outcome],
    questions: Callable[[Checkout, C], _Questions] = _nothing,
) -> tuple[type[object], Handler]:
    return command, Handler(event, changes, questions, decide)


_CLEARED = tuple(name for name in SECTIONS if name not in people.KEPT_AT_LOGOUT)
_SHIPPING = ("shipping_quotes", "shipping_method")
_PAYMENT = ("payment_options", "payment_method")

HANDLERS: Final[Mapping[type[object], Handler]] = MappingProxyType(
    dict(
        (
            _on(of.AddLine, "line_added", ("cart",), cart.add_line, cart.ask_line),
            _on(
                of.SetQuantity,
                "quantity_set",
                ("cart",),
                cart.set_quantity,
                cart.ask_quantity,
            ),
            _on(of.RemoveLine, "line_removed", ("cart",), cart.remove_line),
            _on(of.ClearCart, "cart_cleared", ("cart",), cart.clear_cart),
            _on(
                of.ReplaceCart,
                "cart_replaced",
                ("cart",),
                cart.replace_cart,
                cart.ask_replacement,
            ),
            _on(
                of.SetCustomer,
                "customer_set",
                ("customer", "reward"),
                people.set_customer,
                people.ask_customer,
            ),
            _on(
                of.SetPaymentAddress,
                "payment_address_set",
                ("payment_address",),
                addresses.set_payment_address,
                addresses.ask_address,
            ),
            _on(
                of.SetShippingAddress,
                "shipping_address_set",
                ("shipping_address",),
                addresses.set_shipping_address,
                addresses.ask_address,
            ),
            _on(
                of.QuoteShipping,
                "shipping_quoted",
                _SHIPPING,
                methods.quote_shipping,
                methods.ask_shipping,
            ),
            _on(
                of.QuotePayment,
                "payment_quoted",
                _PAYMENT,
                methods.quote_payment,
                methods.ask_payment,
            ),
            _on(
                of.SetShippingMethod,
                "shipping_method_set",
                _SHIPPING,
                methods.set_shipping_method,
                methods.ask_shipping_choice,
            ),
            _on(
                of.SetPaymentMethod,
                "payment_method_set",
                _PAYMENT,
                methods.set_payment_method,
                methods.ask_payment_choice,
            ),
            _on(
                of.SetCurrency,
                "currency_set",
                ("currency",),
                shop.set_currency,
                shop.ask_currency,
            ),
            _on(
                of.SetLanguage,
                "language_set",
                ("language",),
                shop.set_language,
                shop.ask_language,
            ),
            _on(
                of.SetStore, "store_set", ("store_id",), shop.set_store, shop.ask_store
            ),
            _on(of.SetSetting, "setting_set", ("settings",), shop.set_setting),
            _on(
                of.ApplyCoupon,
                "coupon_applied",
                ("coupons",),
                discounts.apply_coupon,
                discounts.ask_coupon,
            ),
            _on(
                of.RemoveCoupon, "coupon_removed", ("coupons",), discounts.remove_coupon
            ),
            _on(
                of.ApplyVoucher,
                "voucher_applied",
                ("vouchers",),
                discounts.apply_voucher,
                discounts.ask_voucher,
            ),
            _on(
                of.RemoveVoucher,
                "voucher_removed",
                ("vouchers",),
                discounts.remove_voucher,
            ),
            _on(of.AddGift, "gift_added", ("gifts",), gifts.add_gift, gifts.ask_gift),
            _on(of.RemoveGift, "gift_removed", ("gifts",), gifts.remove_gift),
            _on(
                of.SetReward,
                "reward_set",
                ("reward",),
                discounts.set_reward,
                discounts.ask_reward,
            ),
            _on(
                of.SetAffiliate,
                "affiliate_set",
                ("affiliate",),
                discounts.set_affiliate,
                discounts.ask_affiliate,
            ),
            _on(of.SetComment, "comment_set", ("comment",), consent.set_comment),
            _on(of.AcceptTerms, "terms_accepted", ("terms",), consent.accept_terms),
            _on(
                of.SetAttribution,
                "attribution_set",
                ("attribution",),
                consent.set_attribution,
            ),
            _on(
                of.LogIn,
                "logged_in",
                ("customer", "reward"),
                people.log_in,
                people.ask_customer,
            ),
            _on(of.LogOut, "logged_out", _CLEARED, people.log_out),
            _on(of.Forget, "forgotten", (*SECTIONS, "extras"), people.forget),
            _on(
                of.RecordConfirmation,
                "confirmed",
                ("cart", "confirmation", "order_id"),
                consent.record_confirmation,
            ),
        )
    )
)
"""What is done about each command of the library's own, by its type."""

SECTION_HANDLER: Final = Handler(
    "section_changed", ("extras",), _nothing, section.change_section
)
"""What is done about a host's own commands."""


def require_handlers(commands: object, handlers: Iterable[type[object]]) -> None:
    """
    Make sure that each command of a union has its handler, and no other class.

    A command that nobody handles would pass every check and fail in a shop, so that
    the package does not even import with one.

    Raises:
        TypeError: If one is missing, or too many.
    """
    odd: set[type[object]] = {*get_args(commands)} ^ {*handlers, of.SectionCommand}
    if odd:
        names = ", ".join(sorted(each.__name__ for each in odd))
        raise TypeError(f"in the union or in the table, and not in both: {names}")


require_handlers(Command, HANDLERS)


def handler_of(command: Command) -> Handler:
    """
    Return what is done about *command*.

    Raises:
        UsageError: If it is no command at all.
    """
    handler = HANDLERS.get(type(command))
    if handler is not None:
        return handler
    if isinstance(command, of.SectionCommand) and not isinstance(command, type):
        return SECTION_HANDLER
    raise UsageError(_no_command(command))


def _no_command(given: object) -> str:
    if isinstance(given, type):
        name = given.__name__
        if given in HANDLERS or isinstance(given, of.SectionCommand):
            return f"{name} is the class of a command: write {name}(…)"
        return f"the class {name} is no command"
    if isinstance(given, list | tuple):
        return "several commands are done one by one: call do for each"
    return (
        f"{type(given).__name__} is no command: write one of those in "
        "ocstate.checkout, such as AddLine(product_id=42)"
    )
