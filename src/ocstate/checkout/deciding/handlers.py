"""
Which questions and which decision belong to each command, as one table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast, get_args

from attrs import frozen

import ocstate.checkout.commands as of
from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import Command
from ocstate.checkout.commands.shop import is_section_command
from ocstate.checkout.confirming.used_up import USED_UP
from ocstate.checkout.deciding import (
    addresses,
    cart,
    consent,
    discounts,
    gifts,
    methods,
    ordering,
    people,
    shop,
)
from ocstate.checkout.deciding.outcome import Case, Outcome
from ocstate.checkout.facts import Question
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
    return ()  # What the checkout holds is enough.


def _on(
    command: type[C],
    decide: Callable[[Case[C]], Outcome],
    event: str,
    *changes: str,
    asks: Callable[[Checkout, C], _Questions] = _nothing,
) -> tuple[type[object], Handler]:
    return command, Handler(event, changes, asks, decide)


_CLEARED = tuple(name for name in SECTIONS if name not in people.KEPT_AT_LOGOUT)
_SHIPPING = ("shipping_quotes", "shipping_method")
_PAYMENT = ("payment_options", "payment_method")

# A command, what becomes of it, what has happened then, the sections that it changes,
# and what it asks. One of these a line would hide the table.
# fmt: off
_ROWS = (
    _on(of.AddLine, cart.add_line, "line_added", "cart", asks=cart.ask_line),
    _on(of.SetQuantity, cart.set_quantity, "quantity_set", "cart",
        asks=cart.ask_quantity),
    _on(of.RemoveLine, cart.remove_line, "line_removed", "cart"),
    _on(of.ClearCart, cart.clear_cart, "cart_cleared", "cart"),
    _on(of.ReplaceCart, cart.replace_cart, "cart_replaced", "cart",
        asks=cart.ask_replacement),
    _on(of.SetCustomer, people.set_customer, "customer_set", "customer", "reward",
        asks=people.ask_customer),
    _on(of.SetPaymentAddress, addresses.set_address, "payment_address_set",
        "payment_address", asks=addresses.ask_address),
    _on(of.SetShippingAddress, addresses.set_address, "shipping_address_set",
        "shipping_address", asks=addresses.ask_address),
    _on(of.QuoteShipping, methods.quote, "shipping_quoted", *_SHIPPING,
        asks=methods.ask_offers),
    _on(of.QuotePayment, methods.quote, "payment_quoted", *_PAYMENT,
        asks=methods.ask_offers),
    _on(of.SetShippingMethod, methods.set_method, "shipping_method_set", *_SHIPPING,
        asks=methods.ask_offers),
    _on(of.SetPaymentMethod, methods.set_method, "payment_method_set", *_PAYMENT,
        asks=methods.ask_offers),
    _on(of.SetCurrency, shop.set_listed, "currency_set", "currency",
        asks=shop.ask_listed),
    _on(of.SetLanguage, shop.set_listed, "language_set", "language",
        asks=shop.ask_listed),
    _on(of.SetStore, shop.set_store, "store_set", "store_id", asks=shop.ask_store),
    _on(of.SetSetting, shop.set_setting, "setting_set", "settings"),
    _on(of.ApplyCoupon, discounts.apply_code, "coupon_applied", "coupons",
        asks=discounts.ask_code),
    _on(of.RemoveCoupon, discounts.remove_code, "coupon_removed", "coupons"),
    _on(of.ApplyVoucher, discounts.apply_code, "voucher_applied", "vouchers",
        asks=discounts.ask_code),
    _on(of.RemoveVoucher, discounts.remove_code, "voucher_removed", "vouchers"),
    _on(of.AddGift, gifts.add_gift, "gift_added", "gifts", asks=gifts.ask_gift),
    _on(of.RemoveGift, gifts.remove_gift, "gift_removed", "gifts"),
    _on(of.SetReward, discounts.set_reward, "reward_set", "reward",
        asks=discounts.ask_reward),
    _on(of.SetAffiliate, discounts.set_affiliate, "affiliate_set", "affiliate",
        asks=discounts.ask_affiliate),
    _on(of.SetComment, consent.set_comment, "comment_set", "comment"),
    _on(of.AcceptTerms, consent.accept_terms, "terms_accepted", "terms"),
    _on(of.SetAttribution, consent.set_attribution, "attribution_set", "attribution"),
    _on(of.LogIn, people.log_in, "logged_in", "customer", "reward",
        asks=people.ask_customer),
    _on(of.LogOut, people.log_out, "logged_out", *_CLEARED),
    _on(of.Forget, people.forget, "forgotten", *SECTIONS, "extras"),
    _on(of.ShowTotal, ordering.show_total, "total_shown", "shown"),
    _on(of.RecordConfirmation, ordering.record_confirmation, "confirmed",
        *(row.section for row in USED_UP), "confirmation", "order_id", "ordered"),
    _on(of.Cancel, ordering.cancel, "canceled", "cancellation"),
)
# fmt: on

HANDLERS: Final[Mapping[type[object], Handler]] = MappingProxyType(dict(_ROWS))
"""What is done about each command of the library's own, by its type."""

SECTION_HANDLER: Final = Handler(
    "section_changed", ("extras",), _nothing, shop.change_section
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
    known: set[type[object]] = {*handlers, cast("type[object]", of.SectionCommand[Any])}
    odd = {*get_args(commands)} ^ known
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
    if is_section_command(command):
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
