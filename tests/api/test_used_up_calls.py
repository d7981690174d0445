"""
What an order over the API uses up, what it leaves, and what it tells beside.
"""

from __future__ import annotations

import pytest

from tests.api.calls import Shop
from tests.api.test_shown_totals import reopened

REG = {
    "customer_id": 1,
    "customer_group_id": 1,
    "firstname": "Reg",
    "lastname": "Istered",
    "email": "reg@example.com",
    "telephone": "555-0001",
}
GIFT = {
    "from_name": "A",
    "from_email": "a@example.com",
    "to_name": "B",
    "to_email": "b@example.com",
    "voucher_theme_id": 7,
    "message": "hi",
    "amount": "20",
}


def methods(shop):
    """
    Choose how to ship and to pay anew.
    """
    for kind, code in (("shipping", "flat.flat"), ("payment", "cod")):
        shop.call(f"api/{kind}/methods")
        answer = shop.call(f"api/{kind}/method", {f"{kind}_method": code})
        assert "success" in answer.json, answer


def checkout_of(shop):
    """
    Return what is stored.
    """
    return shop.sessions.open(shop.token).checkout


@pytest.fixture
def shop():
    shop = Shop().log_in().fill()
    for route, form in (
        ("api/customer", REG),
        ("api/cart/add", {"product_id": 28, "quantity": 3}),
        ("api/coupon", {"coupon": "2222"}),
        ("api/voucher", {"voucher": "GV25"}),
        ("api/reward", {"reward": 100}),
        ("api/voucher/add", GIFT),
        ("api/currency", {"currency": "EUR"}),
    ):
        assert "success" in shop.call(route, form).json, route
    methods(shop)
    return shop


def test_an_order_uses_up_what_was_ordered_and_nothing_else(shop):
    """
    Who is buying, where it goes and the currency stay.
    """
    form = {"comment": "Ring twice", "affiliate_id": "4"}
    answer = shop.call("api/order/add", form)
    after = checkout_of(shop)

    assert "order_id" in answer.json
    (order,) = shop.host.orders.placed
    ordered = order.order.checkout
    assert ["2222"] == [one.code for one in ordered.coupons]
    assert ["GV25"] == [one.code for one in ordered.vouchers]
    assert (1, 100) == (len(ordered.gifts), ordered.reward)
    assert after.cart.is_empty
    assert ((), (), (), None, "", None, None) == (
        after.coupons,
        after.vouchers,
        after.gifts,
        after.reward,
        after.comment,
        after.shipping_method,
        after.payment_method,
    )
    assert (1, "London", "EUR") == (
        after.customer.customer_id,
        after.shipping_address.city,
        after.currency.code,
    )


def test_what_was_ordered_can_be_read_afterwards(shop):
    """
    As it was, while the cart is filled again.
    """
    shop.call("api/order/add", {"comment": "Ring twice"})
    shop.call("api/cart/add", {"product_id": 40})

    ordered = checkout_of(shop).confirmation.ordered

    assert [(40, 2), (28, 3)] == [
        (line.product_id, line.quantity) for line in ordered.lines
    ]
    assert ("Ring twice", 100) == (ordered.comment, ordered.reward)
    assert ("flat.flat", "cod") == (
        ordered.shipping_method.code,
        ordered.payment_method.code,
    )
    assert {"coupon", "voucher", "reward", "total"} < {
        row.code for row in ordered.totals
    }
    assert "EUR" == ordered.total.currency


def test_the_next_order_has_nothing_of_the_last_one(shop):
    """
    Neither its coupon nor its points, and it needs methods of its own.
    """
    shop.call("api/order/add")
    shop.call("api/cart/add", {"product_id": 40})

    refused = shop.call("api/order/add").header("Ocstate-Problems")
    assert {"shipping_method_required", "payment_method_required"} <= {
        one.split(";")[0] for one in refused.split(", ")
    }
    methods(shop)
    assert "order_id" in shop.call("api/order/add").json
    ordered = shop.host.orders.placed[1].order.checkout
    assert ((), (), (), None, "") == (
        ordered.coupons,
        ordered.vouchers,
        ordered.gifts,
        ordered.reward,
        ordered.comment,
    )


@pytest.mark.parametrize("shows", [False, True])
def test_a_coupon_that_ended_is_told_and_takes_nothing_off(shop, shows):
    """
    The order is placed at its own price, and its repetition tells the same; a client
    who was shown the lower one is told of the rise too.
    """
    if shows:
        shop.call("api/cart/products")
    reopened(shop, {"coupons": {"4": {"date_end": "2015-01-01"}}})

    answers = [shop.call("api/order/add") for _ in range(2)]

    (order,) = shop.host.orders.placed
    assert "coupon" not in {row.code for row in order.order.prices.totals}
    assert answers[0].json == answers[1].json
    for answer in answers:
        assert 1 == answer.json["order_id"]
        header = answer.header("Ocstate-Problems")
        assert 'coupon_invalid;path="/coupons/0"' in header
        assert shows == ("total_increased" in header)
    assert () == checkout_of(shop).coupons
