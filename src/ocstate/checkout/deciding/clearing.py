"""
Sections taken back to what they are in the beginning, and which ones OpenCart clears.

OpenCart has no fingerprints: a call unsets whatever it may have made wrong. The
classic API does the same with the table here, in place of fingerprints. There is
one repair: OpenCart clears some of it after a refused call too, and here that changes
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, cast

from attrs import frozen

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import (
    AddGift,
    AddLine,
    ClearCart,
    Command,
    QuotePayment,
    QuoteShipping,
    RemoveGift,
    RemoveLine,
    ReplaceCart,
    SetCurrency,
    SetPaymentAddress,
    SetQuantity,
    SetShippingAddress,
    SetShippingMethod,
)
from ocstate.checkout.values.state import Changes, State
from ocstate.exceptions import DecodeError

_BEGINNING: Final = State()


def cleared(checkout: Checkout, sections: Iterable[str]) -> Checkout:
    """
    Return *checkout* without what is in some sections; itself if there is nothing.

    A section that cannot be read is cleared like any other: this is how it is got rid
    of.
    """
    changes = {
        name: getattr(_BEGINNING, name)
        for name in sections
        if not _is_clear(checkout, name)
    }
    return checkout.evolve(**cast(Changes, changes)) if changes else checkout


def _is_clear(checkout: Checkout, name: str) -> bool:
    try:
        return bool(getattr(checkout, name) == getattr(_BEGINNING, name))
    except DecodeError:
        return False


@frozen(kw_only=True)
class Clearing:
    """
    Sections that are cleared after commands of one type.

    Attributes:
        when: ``"nothing_ships"`` is when no line of the cart has to be sent.
    """

    command: type[object]
    sections: tuple[str, ...]
    when: Literal["always", "nothing_ships"] = "always"


_SHIPPING = ("shipping_quotes", "shipping_method")
_PAYMENT = ("payment_options", "payment_method")

CLASSIC_CLEARING: Final[tuple[Clearing, ...]] = (
    Clearing(command=SetCurrency, sections=_SHIPPING),
    Clearing(command=AddLine, sections=(*_SHIPPING, *_PAYMENT)),
    Clearing(command=ReplaceCart, sections=(*_SHIPPING, *_PAYMENT)),
    Clearing(command=SetQuantity, sections=(*_SHIPPING, *_PAYMENT, "reward")),
    Clearing(command=RemoveLine, sections=(*_SHIPPING, *_PAYMENT, "reward")),
    Clearing(command=ClearCart, sections=(*_SHIPPING, *_PAYMENT, "reward")),
    Clearing(command=AddGift, sections=(*_SHIPPING, *_PAYMENT)),
    Clearing(command=RemoveGift, sections=(*_SHIPPING, *_PAYMENT, "reward")),
    Clearing(command=SetPaymentAddress, sections=_PAYMENT),
    Clearing(command=SetShippingAddress, sections=_SHIPPING),
    Clearing(
        command=SetShippingAddress,
        sections=("shipping_address", *_SHIPPING),
        when="nothing_ships",
    ),
    Clearing(command=QuotePayment, sections=("payment_method",)),
    Clearing(command=QuoteShipping, sections=("shipping_method",)),
    Clearing(
        command=SetShippingMethod,
        sections=("shipping_address", *_SHIPPING),
        when="nothing_ships",
    ),
)
"""What a successful call of OpenCart 3.0 clears, by the command that it became."""


def clear_as_opencart(before: Checkout, after: Checkout, command: Command) -> Checkout:
    """
    Return *after* without what OpenCart would have cleared; itself if that is nothing.

    Args:
        before: The checkout that *command* was decided on: whether something has to be
            sent is asked of that.
        after: What was decided; only of an accepted command.
    """
    for clearing in CLASSIC_CLEARING:
        if clearing.command is type(command) and (
            clearing.when == "always" or before.cart.needs_shipping is False
        ):
            after = cleared(after, clearing.sections)
    return after
