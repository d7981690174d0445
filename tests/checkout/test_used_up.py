"""
What an order uses up, row by row: what was ordered goes, what came later stays.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout import (
    SECTIONS,
    USED_UP,
    Cart,
    Coupon,
    Gift,
    Options,
    Ordered,
    PaymentMethod,
    PaymentOptions,
    Quotes,
    Row,
    ShippingMethod,
    ShownTotal,
    State,
    Terms,
    Voucher,
)
from ocstate.checkout.confirming.used_up import ordered_of, used_up
from tests.core.states import checkouts

KINDS = st.builds(
    Row,
    options=st.builds(Options, st.dictionaries(st.integers(1, 2), st.integers(1, 2))),
    subscription_plan_id=st.integers(0, 1),
)
ADDED = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5), KINDS), max_size=6)
CODES = st.lists(st.sampled_from("ABCDEF"), unique=True, max_size=4)
KEPT = set(SECTIONS) - {row.section for row in USED_UP}
BOTH = State(
    cart=Cart().add(product_id=1, quantity=2, row=Row()),
    gifts=(Gift(code="g", amount=Decimal(10)),),
    coupons=(Coupon(code="TEN"),),
    vouchers=(Voucher(code="GV"),),
    reward=5,
    comment="Ring twice",
    terms=(Terms(document_id=1, version="2"),),
    shipping_method=ShippingMethod(code="post", cost=Decimal(5)),
    shipping_quotes=Quotes(fingerprint="x"),
    payment_method=PaymentMethod(code="cod"),
    payment_options=PaymentOptions(fingerprint="x"),
    shown=ShownTotal(amount=Decimal(5)),
)

# What may have come after the order was made of the above, and what is left then.
LATER = {
    "no gift": ({"gifts": ()}, ()),
    "another gift": (
        {"gifts": (*BOTH.gifts, Gift(code="h", amount=Decimal(1)))},
        (Gift(code="h", amount=Decimal(1)),),
    ),
    "another coupon": ({"coupons": (Coupon(code="NEW"),)}, (Coupon(code="NEW"),)),
    "a coupon like it": ({"coupons": (Coupon(code="ten"),)}, (Coupon(code="ten"),)),
    "a coupon, checked again": (
        {"coupons": (Coupon(code="TEN", checked_at=9.0),)},
        (),
    ),
    "another voucher": ({"vouchers": (Voucher(code="V"),)}, (Voucher(code="V"),)),
    "other points": ({"reward": 7}, 7),
    "no points": ({"reward": None}, None),
    "another remark": ({"comment": "Ring once"}, "Ring once"),
    "no remark": ({"comment": ""}, ""),
    "a later version": (
        {"terms": (*BOTH.terms, Terms(document_id=1, version="3"))},
        (Terms(document_id=1, version="3"),),
    ),
    "another way to ship": (
        {"shipping_method": ShippingMethod(code="van", cost=Decimal(5))},
        ShippingMethod(code="van", cost=Decimal(5)),
    ),
    "the same way at another price": (
        {"shipping_method": ShippingMethod(code="post", cost=Decimal(6))},
        None,
    ),
    "no way to ship": ({"shipping_method": None}, None),
    "another way to pay": (
        {"payment_method": PaymentMethod(code="bank")},
        PaymentMethod(code="bank"),
    ),
    "other quotes": ({"shipping_quotes": Quotes(fingerprint="y")}, None),
    "other offers": ({"payment_options": PaymentOptions(fingerprint="y")}, None),
    "another total": ({"shown": ShownTotal(amount=Decimal(6))}, None),
}


@pytest.mark.parametrize("row", USED_UP, ids=lambda row: row.section)
def test_what_was_ordered_goes(row):
    """
    A section that is as the order held it is back at its beginning.
    """
    after = used_up(BOTH, ordered_of(BOTH))

    assert getattr(BOTH, row.section) != getattr(State(), row.section)
    if row.section == "cart":
        assert (True, 2) == (after.cart.is_empty, after.cart.next_line_id)
    else:
        assert getattr(State(), row.section) == getattr(after, row.section)


@pytest.mark.parametrize(("changes", "left"), LATER.values(), ids=LATER)
def test_what_came_later_stays(changes, left):
    """
    What somebody has changed since is the next purchase's.
    """
    (section,) = changes
    after = used_up(BOTH.evolve(**changes), ordered_of(BOTH))

    assert left == getattr(after, section)


@pytest.mark.parametrize("row", USED_UP, ids=lambda row: row.section)
def test_what_the_order_did_not_have_stays(row):
    """
    An order of nothing takes nothing, but for what was said of what to choose.
    """
    after = used_up(BOTH, Ordered())
    told = row.section in ("shipping_quotes", "payment_options", "shown")

    assert told is (getattr(after, row.section) != getattr(BOTH, row.section))


@given(checkouts())
def test_an_order_of_all_there_is_takes_it_and_nothing_else(checkout):
    """
    Whatever a checkout holds, only the sections of the table change; and once they are
    used up, the very same order takes nothing more.
    """
    after = used_up(checkout, ordered_of(checkout))

    for name in KEPT:
        assert getattr(checkout, name) is getattr(after, name)
    assert after.cart.is_empty
    assert after is used_up(after, ordered_of(checkout))


@given(ADDED, ADDED)
def test_pieces_that_came_later_stay(before, later):
    """
    Of each line stay exactly the pieces that were added since, and of each product.
    """
    ordered = Cart()
    for product_id, quantity, row in before:
        ordered = ordered.add(product_id=product_id, quantity=quantity, row=row)
    now = ordered
    for product_id, quantity, row in later:
        now = now.add(product_id=product_id, quantity=quantity, row=row)
    left = used_up(State(cart=now), Ordered(cart=ordered)).cart
    alone = Cart()
    for product_id, quantity, row in later:
        alone = alone.add(product_id=product_id, quantity=quantity, row=row)

    def pieces(cart):
        return sorted(
            (
                line.product_id,
                line.options.items_,
                line.subscription_plan_id,
                line.quantity,
            )
            for line in cart.lines
        )

    assert pieces(alone) == pieces(left)
    assert now.next_line_id == left.next_line_id
    known = {line.line_id: line for line in now.lines}
    for line in left.lines:
        assert evolve(known[line.line_id], quantity=line.quantity) == line


@given(st.integers(0, 9), st.integers(1, 9))
def test_a_line_whose_quantity_was_set_keeps_the_difference(now, ordered):
    """
    More than was ordered leaves the rest; as many, fewer or none leave nothing.
    """
    cart = Cart().add(product_id=1, quantity=ordered, row=Row())
    lines = cart.lines.without(0)
    if now:
        lines = cart.lines.with_quantity(0, now)
    left = used_up(State(cart=cart.holding(lines)), Ordered(cart=cart)).cart

    assert max(0, now - ordered) == left.quantity


def test_a_product_that_was_put_in_anew_is_another_line():
    """
    Taken out and put in again after the order was made, it was not ordered.
    """
    ordered = Cart().add(product_id=1, quantity=2, row=Row())
    anew = ordered.holding(ordered.lines.without(0))
    anew = anew.add(product_id=1, quantity=2, row=Row())

    assert anew == used_up(State(cart=anew), Ordered(cart=ordered)).cart


@given(CODES, CODES)
def test_codes_go_one_by_one(now, ordered):
    """
    Coupons and vouchers of the order go; the others stay, in their places.
    """
    left = used_up(
        State(
            coupons=tuple(Coupon(code=code) for code in now),
            vouchers=tuple(Voucher(code=code) for code in now),
        ),
        Ordered(
            coupons=tuple(Coupon(code=code) for code in ordered),
            vouchers=tuple(Voucher(code=code) for code in ordered),
        ),
    )
    expected = [code for code in now if code not in ordered]

    assert expected == [one.code for one in left.coupons]
    assert expected == [one.code for one in left.vouchers]


def test_what_takes_nothing_leaves_the_very_same_state():
    """
    Nothing is written again where nothing was ordered of it.
    """
    state = State(cart=BOTH.cart, customer=None, comment="x")

    assert state is used_up(state, Ordered())


def test_every_row_is_a_section_and_each_that_was_ordered_is_judged():
    """
    No section is named twice, and what an order holds goes or is meant to stay.
    """
    named = [row.section for row in USED_UP]
    held = {one.name for one in fields(Ordered)} & set(SECTIONS)

    assert len({*named}) == len(named)
    assert {*named} <= set(SECTIONS)
    assert all(row.meaning for row in USED_UP)
    assert {
        *("store_id", "customer", "payment_address", "shipping_address"),
        *("currency", "language", "affiliate"),
    } == held - {*named}
