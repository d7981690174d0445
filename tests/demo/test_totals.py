"""
The summary: discounts, fees and their order, and what always holds of a price.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout.facts import CouponQuestion
from ocstate.checkout.values.discounts import Coupon, Gift, Voucher
from ocstate.checkout.values.methods import ShippingMethod
from ocstate.demo import StaticHost
from ocstate.demo.totals import STEPS
from tests.demo.shops import (
    ABROAD,
    HERE,
    bare_shop,
    checkout,
    price,
    product,
    shop,
    taxed,
    totals,
)


def offers(**coupon: object) -> StaticHost:
    """
    Open a taxed shop with one coupon, C.
    """
    return taxed(
        coupons={"1": {"code": "C", "type": "F", "discount": "6.0000", **coupon}},
        customers={"5": {"customer_group_id": 1}, "6": {"customer_group_id": 1}},
    )


WITH_COUPON = {"coupons": (Coupon(code="C"),)}


@pytest.mark.parametrize(
    ("coupon", "lines", "discount", "tax", "total"),
    [
        ({}, [(0, 2)], "-6", None, "14"),
        ({}, [(3, 2)], "-6", "1.4", "15.4"),
        ({}, [(3, 1), (0, 2)], "-6", "0.8", "24.8"),
        ({}, [(3, 1), (0, 1), (4, 1)], "-6", "1.6", "25.6"),
        ({"discount": "60.0000"}, [(0, 2)], "-20", None, "0"),
        ({"discount": "60.0000"}, [(3, 2)], "-20", None, "0"),
        ({"type": "P", "discount": "10.0000"}, [(3, 2)], "-2", "1.8", "19.8"),
        ({"type": "P", "discount": "100.0000"}, [(3, 2)], "-20", None, "0"),
        ({"product_ids": [3]}, [(3, 2), (0, 1)], "-6", "1.4", "25.4"),
        (
            {"product_ids": [3], "discount": "60.0000"},
            [(3, 2), (0, 1)],
            "-20",
            None,
            "10",
        ),
        ({"product_ids": [3]}, [(0, 1)], None, None, "10"),
        ({"product_ids": [0, 3]}, [(0, 1)], "-6", None, "4"),
        ({"total": "20.0000"}, [(0, 2)], "-6", None, "14"),
        ({"total": "20.0100"}, [(0, 2)], None, None, "20"),
        ({"status": False}, [(0, 2)], None, None, "20"),
        ({"code": "c"}, [(0, 2)], None, None, "20"),
        ({}, [], None, None, "0"),
    ],
)
def test_a_coupon_lowers_price_and_percent_taxes(coupon, lines, discount, tax, total):
    """
    An amount is spread by the lines' shares, a percentage taken of each; percent taxes
    shrink with them, and no more is taken than there is.
    """
    found = totals(offers(**coupon), checkout(*lines, **WITH_COUPON))

    assert (discount, tax, total) == (
        found.get("coupon"),
        found.get("tax"),
        found["total"],
    )


@pytest.mark.parametrize(
    ("coupon", "customer_id", "holds"),
    [
        ({"logged": True}, 0, False),
        ({"logged": True}, 5, True),
        ({"uses_total": 2, "used": [{}]}, 0, True),
        ({"uses_total": 2, "used": [{}, {}]}, 0, False),
        ({"uses_customer": 1, "used": [{"customer_id": 5}]}, 5, False),
        ({"uses_customer": 1, "used": [{"customer_id": 5}]}, 6, True),
        ({"uses_customer": 1, "used": [{"customer_id": 0}]}, 0, True),
        ({"uses_customer": 2, "used": [{"customer_id": 5}]}, 5, True),
    ],
)
def test_a_coupon_holds_for_some(coupon, customer_id, holds):
    """
    It may be for customers only, for so many orders, and for so many of each customer;
    guests are not held to the last.
    """
    host = offers(**coupon)
    state = checkout((0, 1), customer_id=customer_id)
    (fact,) = host.discounts.coupons([CouponQuestion(code="C", checkout=state)])

    assert holds is fact.valid


def test_a_coupon_may_pay_for_delivery():
    """
    What delivery costs is taken off too, with its percent tax, but not its deposit.
    """
    host = taxed(
        coupons={"1": {"code": "C", "type": "F", "discount": "0", "shipping": True}},
        products={"0": product(shipping=True), "1": product()},
    )
    method = ShippingMethod(code="a.a", name="Boat", cost=Decimal(4), tax_class_id=1)
    sent = checkout((0, 1), shipping=HERE, shipping_method=method, **WITH_COUPON)
    unsent = checkout((1, 1), shipping=ABROAD, shipping_method=method, **WITH_COUPON)

    assert {
        "sub_total": "10",
        "handling": "0",
        "shipping": "4",
        "coupon": "-4",
        "tax": "0.25",
        "total": "10.25",
    } == totals(host, sent)
    assert {"sub_total", "tax", "total"} >= totals(host, unsent).keys()


def test_two_coupons_take_no_more_than_there_is():
    """
    A second coupon takes of what the first has left.
    """
    host = bare_shop(
        products={"0": product()},
        coupons={
            "1": {"code": "A", "type": "F", "discount": "8.0000"},
            "2": {"code": "B", "type": "F", "discount": "8.0000"},
        },
    )
    state = checkout((0, 1), coupons=(Coupon(code="A"), Coupon(code="B")))

    assert [-8, -2] == [
        row.value for row in price(host, state).totals if row.code == "coupon"
    ]


@pytest.mark.parametrize(
    ("reward", "customer_id", "discount", "tax"),
    [
        (None, 5, None, "2"),
        (0, 5, None, "2"),
        (10, 5, "-5", "1.5"),
        (40, 5, "-20", None),
        (50, 5, "-20", None),
        (51, 5, None, "2"),
        (-10, 5, None, "2"),
        (10, 0, None, "2"),
        (10, 99, None, "2"),
    ],
)
def test_points_pay_for_what_can_be_paid_with_them(reward, customer_id, discount, tax):
    """
    Points take their share off the lines that have points, never more than the
    customer has, and never more than those lines cost.
    """
    host = taxed(
        customers={"5": {"customer_group_id": 1, "reward_points": 50}},
        products={
            "3": product(tax_class_id=3, points=20),
            "0": product(),
        },
    )
    state = checkout((3, 2), (0, 1), customer_id=customer_id, reward=reward)
    found = totals(host, state)

    assert (discount, tax) == (found.get("reward"), found.get("tax"))


def test_points_need_a_line_that_takes_them():
    """
    Where nothing can be paid with points, none are used.
    """
    host = bare_shop(
        customers={"5": {"customer_group_id": 1, "reward_points": 50}},
        products={"0": product()},
    )

    assert "reward" not in totals(host, checkout((0, 1), customer_id=5, reward=5))


@pytest.mark.parametrize(
    ("credit", "paid", "total"),
    [
        ("4.0000", "-4", "16"),
        ("90.0000", "-20", "0"),
        ("0", None, "20"),
        ("-3", None, "20"),
    ],
)
def test_credit_is_taken_without_asking(credit, paid, total):
    """
    Store credit pays as much as there is of it, and not more than is due.
    """
    host = bare_shop(
        customers={"5": {"customer_group_id": 1, "credit": credit}},
        products={"0": product()},
    )
    found = totals(host, checkout((0, 2), customer_id=5))

    assert (paid, total) == (found.get("credit"), found["total"])


@pytest.mark.parametrize(
    ("voucher", "paid"),
    [
        ({}, "-15"),
        ({"amount": "50.0000"}, "-20"),
        ({"used": [{"amount": "-5.0000"}]}, "-10"),
        ({"used": [{"amount": "-15.0000"}]}, None),
        ({"status": False}, None),
        ({"voucher_theme_id": 8}, None),
        ({"order_id": 3}, None),
        ({"code": "g"}, None),
    ],
)
def test_a_gift_voucher_pays_what_it_is_worth(voucher, paid):
    """
    A voucher pays what is left of it, if it counts at all, and not more than is due.
    """
    known = {"code": "G", "amount": "15.0000", "voucher_theme_id": 7, **voucher}
    host = bare_shop(
        products={"0": product()}, voucher_themes={"7": {}}, vouchers={"1": known}
    )
    state = checkout((0, 2), vouchers=(Voucher(code="G"), Voucher(code="X")))

    assert paid == totals(host, state).get("voucher")


def test_bought_gifts_are_part_of_the_sub_total():
    """
    A gift voucher that is bought costs its amount; fees and coupons do not see it.
    """
    gift = Gift(code="g", amount=Decimal(30), voucher_theme_id=7)
    host = offers(total="20.0000")
    state = checkout((0, 1), gifts=(gift,), **WITH_COUPON)

    assert {"sub_total": "40", "total": "40"} == totals(host, state)


FEES = {
    "low_order_fee": {"total": "20.0000", "fee": "2.0000", "tax_class_id": 3},
    "handling": {"total": "50.0000", "fee": "3.0000", "tax_class_id": 3},
}
SENT, UNSENT, DOWNLOAD = 1, 2, 3


@pytest.mark.parametrize(
    ("generation", "lines", "fees"),
    [
        ("3.0", [], {}),
        ("3.0", [(SENT, 1)], {"low_order_fee": "2"}),
        ("3.0", [(SENT, 2)], {}),
        ("3.0", [(SENT, 5)], {}),
        ("3.0", [(SENT, 6)], {"handling": "3"}),
        ("3.0", [(UNSENT, 6)], {}),
        ("3.0", [(SENT, 5), (DOWNLOAD, 1)], {}),
        ("4.1", [(UNSENT, 6)], {"handling": "3"}),
        ("4.1", [(SENT, 5), (DOWNLOAD, 1)], {"handling": "3"}),
    ],
)
def test_fees_are_taken_below_and_above(generation, lines, fees):
    """
    A small order pays a fee, a large one handling, each with its tax.
    """
    host = taxed(
        generation=generation,
        totals=FEES,
        products={
            "1": product(shipping=True),
            "2": product(),
            "3": product(download=True),
        },
    )
    found = totals(host, checkout(*lines))

    assert fees == {code: found[code] for code in FEES if code in found}
    assert found.get("tax") == {"2": "0.2", "3": "0.3"}.get("".join(fees.values()))


def test_rows_come_in_the_configured_order():
    """
    What stands first changes what stands behind it, and disabled rows are not counted.
    """
    host = bare_shop(
        products={"0": product()},
        customers={"5": {"customer_group_id": 1, "credit": "5.0000"}},
        coupons={"1": {"code": "C", "type": "F", "discount": "8.0000"}},
        totals={"credit": {"sort_order": 1}, "tax": {"status": False}, "fun": {}},
    )
    state = checkout((0, 1), customer_id=5, **WITH_COUPON)

    assert [
        ("sub_total", Decimal(10)),
        ("credit", Decimal(-5)),
        ("coupon", Decimal(-5)),
        ("total", Decimal(0)),
    ] == [(row.code, row.value) for row in price(host, state).totals]


@pytest.mark.parametrize("configured", [None, {"status": False}])
def test_there_is_always_a_total(configured):
    """
    A shop that forgot the row of the total is owed it all the same.
    """
    host = bare_shop(products={"0": product()}, totals={"total": configured})

    assert Decimal(10) == price(host, checkout((0, 1))).total
    assert "total" == price(host, checkout((0, 1))).totals[-1].code


def test_every_step_is_walked_here():
    """
    The tests above configure every kind of row that there is.
    """
    assert set(bare_shop().document.totals) == set(STEPS)


@st.composite
def checkouts(draw: st.DrawFn):
    """
    Draw checkouts of the recorded shop: any cart, customer, address and discount.
    """
    products = st.sampled_from([28, 31, 40, 43, 49, 101, 105, 106, 108, 999])
    lines = draw(st.lists(st.tuples(products, st.integers(1, 500)), max_size=5))
    place = st.none() | st.sampled_from([HERE, ABROAD, (222, 0)])
    method = ShippingMethod(code="flat.flat", cost=Decimal(5), tax_class_id=9)
    return checkout(
        *lines,
        customer_id=draw(st.sampled_from([0, 1, 3])),
        group=draw(st.sampled_from([None, 1, 2])),
        shipping=draw(place),
        payment=draw(place),
        shipping_method=draw(st.none() | st.just(method)),
        coupons=draw(
            st.sampled_from(
                [(), *((Coupon(code=c),) for c in ("1111", "2222", "3333"))]
            )
        ),
        vouchers=draw(st.sampled_from([(), (Voucher(code="GV25"),)])),
        reward=draw(st.none() | st.integers(0, 2000)),
        gifts=draw(st.sampled_from([(), (Gift(code="g", amount=Decimal(20)),)])),
    )


@given(checkouts())
def test_the_total_is_the_sum_of_its_rows(state):
    """
    Rows add up to the total within what rounding each of them can change.
    """
    rows = price(shop(), state).totals
    total = sum((row.value for row in rows if row.code != "total"), Decimal(0))

    assert abs(max(total, Decimal(0)) - rows[-1].value) <= Decimal("0.00005") * len(
        rows
    )


@given(checkouts())
def test_signs_are_what_they_are_for(state):
    """
    Taxes, fees and totals are never negative, discounts never positive.
    """
    for row in price(shop(), state).totals:
        lowers = row.code in ("coupon", "reward", "credit", "voucher")
        assert row.value <= 0 if lowers else row.value >= 0


@given(checkouts())
def test_the_same_question_has_the_same_answer(state):
    """
    Prices depend on the checkout alone, and are kept with four decimals.
    """
    host = shop()
    fact = price(host, state)

    assert fact == price(host, state) == price(shop(), state)
    assert {-4} == {
        value.as_tuple().exponent
        for value in (
            *(row.value for row in fact.totals),
            *(line.total_with_tax for line in fact.lines),
            *(line.price for line in fact.lines),
        )
    }


@given(checkouts())
def test_lines_add_up_to_the_sub_total(state):
    """
    The sub-total is what the lines and the bought gifts cost without tax.
    """
    fact = price(shop(), state)
    gifts = sum((gift.amount for gift in state.gifts), Decimal(0))

    assert fact.totals[0].value == gifts + sum(line.total for line in fact.lines)
    assert all(line.total <= line.total_with_tax for line in fact.lines)
