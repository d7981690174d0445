"""
Reward points pay for what nothing else pays for, and no more of them are taken.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from ocstate.checkout.confirming.order import Order
from ocstate.checkout.facts import CustomerQuestion
from ocstate.checkout.values.discounts import Coupon, Voucher
from tests.demo.shops import AT, ask, bare_shop, checkout, price, product, totals


def shop(rounding="piece", order=(), **product_more):
    """
    A thing of 400 that 400 points pay for, a coupon of 300 and a voucher of 350.
    """
    more = {"price": "400", "points": 400, **product_more}
    return bare_shop(
        settings={"rounding": rounding, "processing_status": [1]},
        currencies={"EUR": {"value": "1", "decimal_place": 2}},
        products={"1": product(**more)},
        coupons={
            "1": {"code": "OFF", "type": "F", "discount": "300"},
            "2": {"code": "HALF", "type": "P", "discount": "50"},
            "3": {"code": "ALL", "type": "P", "discount": "100"},
        },
        vouchers={"1": {"code": "V", "amount": "350", "voucher_theme_id": 1}},
        voucher_themes={"1": {}},
        customers={
            "5": {"customer_group_id": 1, "reward_points": 1000},
            "6": {"customer_group_id": 1, "reward_points": 1000, "credit": "390"},
        },
        totals={code: {"sort_order": at} for at, code in enumerate(order, 1)},
    )


def used(host, reward, customer_id=5, **sections):
    """
    Order one, and return the rows and the points that it took.
    """
    state = checkout(
        (1, 1), group=1, customer_id=customer_id, reward=reward, **sections
    )
    rows = totals(host, state)
    host.orders.place(
        Order(checkout=state, prices=price(host, state), key="k", placed_at=AT)
    )
    left = ask(host, CustomerQuestion(customer_id=customer_id)).reward_points
    return rows, 1000 - left


@pytest.mark.parametrize("rounding", ["opencart", "piece"])
@pytest.mark.parametrize(
    ("reward", "sections", "taken", "total"),
    [
        (200, {}, 200, "200"),
        (500, {}, 400, "0"),
        (200, {"coupons": (Coupon(code="OFF"),)}, 100, "0"),
        (99, {"coupons": (Coupon(code="OFF"),)}, 99, "1"),
        (400, {"coupons": (Coupon(code="HALF"),)}, 200, "0"),
        (400, {"coupons": (Coupon(code="ALL"),)}, 0, "0"),
        (200, {"vouchers": (Voucher(code="V"),)}, 50, "0"),
        (200, {"customer_id": 6}, 10, "0"),
        (200, {"customer_id": 6, "coupons": (Coupon(code="OFF"),)}, 0, "0"),
    ],
)
def test_no_more_points_are_taken_than_are_left_to_pay(
    rounding, reward, sections, taken, total
):
    """
    Coupons, vouchers and credit pay first, whether pieces are rounded or not.
    """
    rows, points = used(shop(rounding), reward, **sections)

    assert (taken, total) == (points, rows["total"])
    assert (f"-{taken}" if taken else None) == rows.get("reward")


@pytest.mark.parametrize("order", [*permutations(("reward", "coupon", "voucher"))])
def test_the_order_of_the_rows_takes_no_other_points(order):
    """
    A shop may show its rows in any order.
    """
    host = shop(order=("sub_total", *order, "total"))

    rows, points = used(host, 400, coupons=(Coupon(code="OFF"),))
    assert (100, "0") == (points, rows["total"])


@pytest.mark.parametrize(
    ("points", "taken"), [(3, 1), (7, 2), (999, 250), (1000, 250), (100_000, 1_000)]
)
def test_a_point_that_is_needed_in_part_is_taken_whole(points, taken):
    """
    However much a point is worth, the fewest that leave nothing to pay are taken.
    """
    host = shop(points=points)

    _, spent = used(host, 1_000, coupons=(Coupon(code="OFF"),))
    assert taken == spent
