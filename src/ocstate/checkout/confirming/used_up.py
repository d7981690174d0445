"""
What an order uses up, as a table; all else stays for the next purchase.

What somebody put in or changed after the order was made of it is not the order's, and
is left alone: of a line stay the pieces that came later, of codes the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from attrs import evolve, fields, frozen

from ocstate.checkout.values.cart import Cart
from ocstate.checkout.values.discounts import Coupon, Gift, Voucher
from ocstate.checkout.values.lines import Lines
from ocstate.checkout.values.methods import PaymentMethod, ShippingMethod
from ocstate.checkout.values.ordering import Ordered
from ocstate.checkout.values.state import SECTIONS, Changes, State

StateT = TypeVar("StateT", bound=State)
CodedT = TypeVar("CodedT", Coupon, Gift, Voucher)
HeldT = TypeVar("HeldT")


@frozen(kw_only=True)
class UsedUp:
    """
    A section that an order takes something of.

    Attributes:
        meaning: What it takes, for people.
        left: Makes what is left of what the section holds now, where the order held
            this.
    """

    section: str
    meaning: str
    left: Callable[[Any, Any], object]


def _lines_left(now: Cart, ordered: Cart) -> Cart:
    taken = _pieces(ordered.lines)
    if _pieces(now.lines) == taken:
        return now.holding(Lines.of()) if taken else now
    return now.holding(
        Lines.of(
            evolve(line, quantity=more)
            for line in now.lines
            if (more := line.quantity - taken.get(line.line_id, 0)) > 0
        )
    )


def _pieces(lines: Lines) -> dict[int, int]:
    return dict(zip(lines.line_ids, lines.quantities, strict=True))


def _codes_left(
    now: tuple[CodedT, ...], ordered: tuple[CodedT, ...]
) -> tuple[CodedT, ...]:
    taken = {one.code for one in ordered}
    return tuple(one for one in now if one.code not in taken)


def _unless_same(empty: HeldT) -> Callable[[HeldT, HeldT], HeldT]:
    return lambda now, ordered: empty if now == ordered else now


def _unless_chosen(
    now: ShippingMethod | PaymentMethod | None,
    ordered: ShippingMethod | PaymentMethod | None,
) -> object:
    is_same = now and ordered and now.code == ordered.code
    return None if is_same else now


def _terms_left(now: tuple[Any, ...], ordered: tuple[Any, ...]) -> tuple[Any, ...]:
    taken = {(one.document_id, one.version) for one in ordered}
    return tuple(one for one in now if (one.document_id, one.version) not in taken)


def _nothing(now: object, ordered: object) -> None:
    return None


# A row has a line or two; one argument a line would hide the table.
# fmt: off
USED_UP: Final[tuple[UsedUp, ...]] = (
    UsedUp(section="cart", meaning="the pieces that were ordered", left=_lines_left),
    UsedUp(section="gifts", meaning="the gift vouchers that were bought",
           left=_codes_left),
    UsedUp(section="coupons", meaning="the coupons of the order", left=_codes_left),
    UsedUp(section="vouchers", meaning="the gift vouchers that paid for it",
           left=_codes_left),
    UsedUp(section="reward", meaning="the points that paid for it",
           left=_unless_same(None)),
    UsedUp(section="comment", meaning="the remark on it", left=_unless_same("")),
    UsedUp(section="terms", meaning="what was accepted for it", left=_terms_left),
    UsedUp(section="shipping_method", meaning="the chosen way to ship, and its price",
           left=_unless_chosen),
    UsedUp(section="shipping_quotes", meaning="what the ways to ship cost",
           left=_nothing),
    UsedUp(section="payment_method", meaning="the chosen way to pay",
           left=_unless_chosen),
    UsedUp(section="payment_options", meaning="the ways to pay", left=_nothing),
    UsedUp(section="shown", meaning="the total that was shown", left=_nothing),
)
# fmt: on
"""What an order uses up, section by section."""


def used_up(state: StateT, ordered: Ordered) -> StateT:
    """
    Return what an order leaves of *state*; itself where it takes nothing.

    Args:
        ordered: What the order was made of.
    """
    left: dict[str, object] = {}
    for row in USED_UP:
        now = getattr(state, row.section)
        after = row.left(now, getattr(ordered, row.section, None))
        if after != now:
            left[row.section] = after
    return state.evolve(**cast("Changes", left)) if left else state


def surplus(cart: Cart, before: Cart) -> Cart:
    """
    Return the pieces of *cart* that *before* has not.
    """
    return _lines_left(cart, before)


def ordered_of(state: State, **told: Any) -> Ordered:
    """
    Note what an order is made of.

    Args:
        told: What the checkout itself does not hold: prices and totals.
    """
    held = (one.name for one in fields(Ordered) if one.name in SECTIONS)
    return Ordered(**{name: getattr(state, name) for name in held}, **told)
