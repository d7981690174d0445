"""
`Idempotency-Key`: the same call is the same order, whenever it comes.
"""

from __future__ import annotations

import pytest

from tests.api.calls import Shop

CONFIRM = ["api/order/add", "api/order&call=confirm"]


def order(shop, key, form=None, *, route="api/order/add", **more):
    """
    Place an order under a key.
    """
    name, _, query = route.partition("&")
    headers = [] if key is None else [("Idempotency-Key", key)]
    query = f"&{query}" if query else ""
    return shop.call(name, form, query=query, headers=headers, **more)


@pytest.fixture
def shop():
    return Shop().log_in().fill()


@pytest.mark.parametrize("route", CONFIRM)
@pytest.mark.parametrize("key", ["k-1", '"k-1"', " k-1 "])
def test_the_same_key_and_body_get_the_stored_answer(shop, route, key):
    """
    Also when the cart was filled again, and after a minute; quotes do not matter.
    """
    form = {"comment": "Ring twice"}
    first = order(shop, "k-1", form, route=route)
    shop.clock.advance(61)
    shop.fill()
    again = order(shop, key, form, route=route)

    assert "order_id" in first.json
    assert first.json == again.json
    assert 1 == len(shop.host.orders.placed)
    lines = shop.sessions.open(shop.token).checkout.cart.lines
    assert [2] == list(lines.quantities)


@pytest.mark.parametrize("route", CONFIRM)
@pytest.mark.parametrize("filled", [False, True])
def test_the_same_key_with_another_body_is_a_conflict(shop, route, filled):
    """
    With a text and its code; nothing is changed by it.
    """
    order(shop, "k-1", {"comment": "Ring twice"}, route=route)
    if filled:
        shop.fill()
    before = shop.record().payload

    answer = order(shop, "k-1", {"comment": "Ring once"}, route=route)

    assert (409, "idempotency_key_reused") == (answer.status, answer.json["code"])
    assert "idempotency_key_reused" in answer.header("Ocstate-Problems")
    assert "key" in str(answer.json["error"]).lower()
    assert before == shop.record().payload
    assert 1 == len(shop.host.orders.placed)


def test_another_key_asks_for_another_order(shop):
    """
    Which is refused with an empty cart, and placed with a full one.
    """
    first = order(shop, "k-1")

    refused = order(shop, "k-2")
    second = order(shop.fill(), "k-2")

    assert "cart_empty" in refused.header("Ocstate-Problems")
    assert first.json["order_id"] != second.json["order_id"]


def test_without_a_key_it_is_a_repetition_of_an_order_with_one(shop):
    """
    As long as nothing was changed, for a minute.
    """
    assert order(shop, "k-1").json == order(shop, None).json
    shop.clock.advance(61)
    assert "cart_empty" in order(shop, None).header("Ocstate-Problems")


@pytest.mark.parametrize("key", ["", '""', '"', "  ", "k" * 256, '"' + "k" * 256 + '"'])
def test_a_key_that_cannot_be_one_is_refused(shop, key):
    """
    Nothing is ordered: whoever sends one relies on it.
    """
    answer = order(shop, key)

    assert (400, "idempotency_key_malformed") == (answer.status, answer.json["code"])
    assert not list(shop.host.orders.placed)


def test_the_longest_key_is_kept_as_a_digest(shop):
    """
    It is stored in no record as it is.
    """
    key = "k" * 255
    first = order(shop, key)

    assert first.json == order(shop, key).json
    assert b"kkkk" not in shop.record().payload


def test_a_refused_order_uses_no_key_up(shop):
    """
    It came to nothing, so the client may mend what was wrong and try again.
    """
    wrong = order(shop, "k-1", {"payment_method": "nope"})
    right = order(shop, "k-1", {"payment_method": "cod"})

    assert "order_id" not in wrong.json
    assert "order_id" in right.json
