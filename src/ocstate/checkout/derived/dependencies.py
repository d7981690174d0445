"""
What depends on what, as data, and fingerprints of exactly those inputs.

A fact that somebody derived from a checkout, such as a shipping quote, is kept with the
fingerprint of what it was derived from. No command ever unsets it. When it is needed
next, the fingerprint is taken again: if it is the same, nothing that matters has
changed, whatever else did; if not, the fact is stale, and has to be derived anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from attrs import asdict, frozen

from ocstate.checkout.values.options import Options
from ocstate.checkout.values.people import Address, Customer
from ocstate.checkout.values.state import State

_DIGITS = 32
_DIGITS_OF_INPUT = 2


@frozen(kw_only=True)
class Input:
    """
    Something that a derived fact may depend on.

    Attributes:
        section: The section that it is a part of.
        meaning: What of the section counts.
        of: Takes it out of a state, as plain values that JSON has.
    """

    section: str
    meaning: str
    of: Callable[[State], object]


@frozen(kw_only=True)
class Dependency:
    """
    A derived fact, and what it depends on.

    Attributes:
        section: Where it is kept; empty where it is not.
        inputs: Names of its `INPUTS`.
    """

    section: str
    inputs: tuple[str, ...]


def _answers(options: Options) -> list[object]:
    return [list(item) for item in options.items()]


def _cart(state: State) -> object:
    # Sorted, and without the lines' numbers: the order of adding does not matter.
    lines = state.cart.lines
    return sorted(
        json.dumps(
            (
                line.product_id,
                line.subscription_plan_id,
                _answers(line.options),
                line.quantity,
            )
        )
        for line in lines
    )


def _whole(value: Customer | Address | None) -> object:
    if value is None:
        return None
    filled = asdict(value, recurse=False)
    del filled["checked_at"], filled["unknown"]
    return {**filled, "custom_field": _answers(value.custom_field)}


def _destination(address: Address | None) -> object:
    if address is None:
        return None
    return [address.country_id, address.zone_id, address.postcode, address.city]


def _customer_id(state: State) -> object:
    return 0 if state.customer is None else state.customer.customer_id


def _customer_group(state: State) -> object:
    return None if state.customer is None else state.customer.customer_group_id


def _shipping_method(state: State) -> object:
    chosen = state.shipping_method
    if chosen is None or state.cart.needs_shipping is False:
        return None
    return [chosen.code, str(chosen.cost.normalize())]


def _payment_method(state: State) -> object:
    return None if state.payment_method is None else state.payment_method.code


def _gifts(state: State) -> object:
    return sorted((gift.code, str(gift.amount.normalize())) for gift in state.gifts)


# An input has a line or two; one argument a line would hide the table.
# fmt: off
INPUTS: Final[Mapping[str, Input]] = MappingProxyType({
    "store": Input(section="store_id", meaning="the shop",
        of=lambda state: state.store_id),
    "cart": Input(section="cart",
        meaning="products, options, plans and quantities, in any order", of=_cart),
    "customer": Input(section="customer", meaning="everything that was filled in",
        of=lambda state: _whole(state.customer)),
    "customer_id": Input(section="customer", meaning="the account", of=_customer_id),
    "customer_group": Input(section="customer", meaning="the group",
        of=_customer_group),
    "payment_address": Input(section="payment_address",
        meaning="everything that was filled in",
        of=lambda state: _whole(state.payment_address)),
    "payment_destination": Input(section="payment_address",
        meaning="country, zone, postcode and city",
        of=lambda state: _destination(state.payment_address)),
    "shipping_address": Input(section="shipping_address",
        meaning="everything that was filled in",
        of=lambda state: _whole(state.shipping_address)),
    "shipping_destination": Input(section="shipping_address",
        meaning="country, zone, postcode and city",
        of=lambda state: _destination(state.shipping_address)),
    "shipping_method": Input(section="shipping_method",
        meaning="code and cost of what was chosen, if anything has to be sent",
        of=_shipping_method),
    "payment_method": Input(section="payment_method", meaning="code of what was chosen",
        of=_payment_method),
    "currency": Input(section="currency", meaning="the code",
        of=lambda state: None if state.currency is None else state.currency.code),
    "coupons": Input(section="coupons", meaning="the codes",
        of=lambda state: [coupon.code for coupon in state.coupons]),
    "vouchers": Input(section="vouchers", meaning="the codes",
        of=lambda state: [voucher.code for voucher in state.vouchers]),
    "gifts": Input(section="gifts", meaning="codes and amounts", of=_gifts),
    "reward": Input(section="reward", meaning="the points",
        of=lambda state: state.reward),
    "affiliate": Input(section="affiliate", meaning="the number",
        of=lambda state: state.affiliate),
    "terms": Input(section="terms", meaning="documents and versions",
        of=lambda state: sorted((one.document_id, one.version) for one in state.terms)),
})
# fmt: on
"""Everything that a derived fact may depend on, by name."""

_QUOTED = ("store", "cart", "shipping_destination", "customer_group")
_OFFERED = (
    *_QUOTED,
    "payment_destination",
    "shipping_method",
    "coupons",
    "vouchers",
    "gifts",
    "reward",
    "currency",
)

DEPENDENCIES: Final[Mapping[str, Dependency]] = MappingProxyType(
    {
        "shipping_quotes": Dependency(section="shipping_quotes", inputs=_QUOTED),
        "shipping_method": Dependency(section="shipping_method", inputs=_QUOTED),
        "payment_options": Dependency(section="payment_options", inputs=_OFFERED),
        "payment_method": Dependency(section="payment_method", inputs=_OFFERED),
        "coupon": Dependency(
            section="coupons",
            inputs=("store", "cart", "customer_id", "customer_group"),
        ),
        "shop": Dependency(section="told_shop", inputs=("store",)),
        "group": Dependency(
            section="told_group", inputs=("store", "customer_id", "customer_group")
        ),
        "reward": Dependency(section="told_reward", inputs=("cart", "customer_id")),
        "total": Dependency(
            section="shown", inputs=(*_OFFERED, "customer_id", "payment_method")
        ),
        "confirmation": Dependency(
            section="confirmation",
            inputs=(
                "store",
                "customer",
                "cart",
                "payment_address",
                "shipping_address",
                "shipping_method",
                "payment_method",
                "currency",
                "coupons",
                "vouchers",
                "gifts",
                "reward",
                "affiliate",
                "terms",
            ),
        ),
    }
)
"""What each derived fact depends on; what is not named here does not matter to it."""

INDEPENDENT: Final = (
    "language",
    "comment",
    "attribution",
    "order_id",
    "settings",
    "attempt",
    "ordered",
    "cancellation",
)
"""Sections that nothing is derived from."""


def fingerprint(state: State, derived: str) -> str:
    """
    Return what tells whether anything has changed that *derived* depends on.

    The first 32 digits are of a SHA-256 over all inputs; the rest only serves to say
    which of them changed, two digits each.

    Args:
        derived: A name in `DEPENDENCIES`.
    """
    digests = [
        hashlib.sha256(json.dumps(INPUTS[name].of(state)).encode()).digest()
        for name in DEPENDENCIES[derived].inputs
    ]
    whole = hashlib.sha256(b"".join(digests)).hexdigest()[:_DIGITS]
    return whole + "".join(digest.hex()[:_DIGITS_OF_INPUT] for digest in digests)


def is_fresh(state: State, derived: str, taken: str) -> bool:
    """
    Tell whether *derived* is still right, which was kept with the fingerprint *taken*.
    """
    return fingerprint(state, derived) == taken


def changed_inputs(state: State, derived: str, taken: str) -> tuple[str, ...]:
    """
    Name the inputs that have changed since the fingerprint was *taken*.

    All of them, where it cannot be told: a fingerprint of another version, or, once in
    256 times, a change that two digits do not show.
    """
    inputs = DEPENDENCIES[derived].inputs
    current = fingerprint(state, derived)
    if current == taken:
        return ()
    now, then = current[_DIGITS:], taken[_DIGITS:]
    if len(now) != len(then):
        return inputs
    starts = range(0, len(now), _DIGITS_OF_INPUT)
    changed = tuple(
        name
        for name, at in zip(inputs, starts, strict=True)
        if now[at : at + _DIGITS_OF_INPUT] != then[at : at + _DIGITS_OF_INPUT]
    )
    return changed or inputs
