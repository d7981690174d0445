"""
Orders: one of a checkout, however often and however oddly it is confirmed.
"""

from __future__ import annotations

import pytest

from ocstate.checkout.commands import AddLine
from ocstate.core.flow import Place, Write
from ocstate.exceptions import (
    CommandRefused,
    ConfigurationError,
    OcstateError,
    StoreUnavailableError,
    UsageError,
)
from ocstate.host import Declined, InProgress, Placed
from ocstate.http.request import Request
from ocstate.problem import Problem
from tests.api.calls import FORM, Shop

CONFIRM = {"query": "&call=confirm"}


def confirm(shop, **more):
    """
    Confirm, and return the answer.
    """
    return shop.call("api/order", **{**CONFIRM, **more})


def cart(shop):
    """
    Show the stored cart: quantities by product.
    """
    lines = shop.sessions.open(shop.token).checkout.cart.lines
    return dict(zip(lines.product_ids, lines.quantities, strict=True))


def placed(shop):
    """
    Return the orders that the shop has.
    """
    return shop.host.orders.placed


def interrupted(shop, before, meanwhile, **more):
    """
    Confirm, and do something else just before the flow's first request of a kind.

    Args:
        before: The kind.
        meanwhile: Called once; what it raises is thrown into the flow.
    """
    query = f"route=api/order&call=confirm&api_token={shop.token}"
    given = {"method": "POST", "query": query, "client": "127.0.0.1", **more}
    request = Request(**given)
    flow = shop.api.handle(request)

    def through():
        answer, waits = None, True
        try:
            wanted = next(flow)
            while True:
                if waits and isinstance(wanted, before):
                    waits = False
                    try:
                        meanwhile()
                    except StoreUnavailableError as error:
                        wanted = flow.throw(error)
                        continue
                try:
                    answer = yield wanted
                except OcstateError as error:
                    wanted = flow.throw(error)
                else:
                    wanted = flow.send(answer)
        except StopIteration as end:
            return end.value

    return shop.sessions.run(through())


def test_an_order_is_placed_and_the_cart_emptied():
    """
    The shop gets what was in the cart, priced; all else of the session stays.
    """
    shop = Shop().log_in().fill()

    answer = shop.call(
        "api/order/add", {"comment": "Ring <twice>", "affiliate_id": "4"}
    )

    (order,) = placed(shop)
    assert order.order_id == answer.json["order_id"]
    assert ("Ring <twice>", 4) == (order.order.comment, order.order.affiliate)
    assert "flat.flat" == order.order.checkout.shipping_method.code
    assert order.order.prices.total > 0
    checkout = shop.sessions.open(shop.token).checkout
    assert checkout.cart.is_empty
    assert "Ann" == checkout.customer.firstname
    assert order.order_id == checkout.order_id


def test_a_second_click_is_answered_with_the_same_order():
    """
    The documentation's confirm repeats its answer; OpenCart's own call has no cart.
    """
    shop = Shop().log_in().fill()

    first, second = confirm(shop), confirm(shop, method="GET")

    assert first.json == second.json
    assert isinstance(shop.call("api/order/add").json["error"], str)
    assert 1 == len(placed(shop))


def test_the_next_checkout_is_another_order():
    """
    The same products again, after an order of them, are ordered again.
    """
    shop = Shop().log_in().fill()
    first = confirm(shop).json["order_id"]

    second = confirm(shop.fill()).json["order_id"]

    assert first != second
    assert 2 == len(placed(shop))


def test_two_confirms_at_once_make_one_order():
    """
    Both ask the shop for the same order, and both are answered with it.
    """
    shop = Shop().log_in().fill()
    answers = []

    response = interrupted(shop, Place, lambda: answers.append(confirm(shop)))

    (first,) = answers
    assert f'"order_id":{first.json["order_id"]}' in response.body.decode()
    assert 1 == len(placed(shop))
    assert {} == cart(shop)


def test_what_is_added_meanwhile_stays_in_the_cart():
    """
    Only what was ordered leaves the cart; what came later is not lost with it.
    """
    shop = Shop().log_in().fill()

    def add():
        for product_id, quantity in ((28, 1), (40, 3)):
            form = {"product_id": product_id, "quantity": quantity}
            assert "success" in shop.call("api/cart/add", form).json

    interrupted(shop, Write, add)

    (order,) = placed(shop)
    assert [2] == [line.quantity for line in order.order.checkout.cart.lines]
    assert {40: 3, 28: 1} == cart(shop)


def test_what_is_added_after_a_parallel_confirm_stays_too():
    """
    A confirm that comes second takes nothing out of the cart that came after the first.
    """
    shop = Shop().log_in().fill()

    def confirm_and_add():
        confirm(shop)
        shop.call("api/cart/add", {"product_id": 28})

    interrupted(shop, Write, confirm_and_add)

    assert 1 == len(placed(shop))
    assert {28: 1} == cart(shop)


def test_two_confirms_take_what_was_ordered_out_once():
    """
    More of the same product, added between two confirms at once, is not taken twice.
    """
    shop = Shop().log_in().fill()

    def confirm_while_adding():
        form = {"product_id": 40, "quantity": 3}
        interrupted(shop, Write, lambda: shop.call("api/cart/add", form))

    interrupted(shop, Write, confirm_while_adding)

    assert 1 == len(placed(shop))
    assert {40: 3} == cart(shop)


def test_what_is_posted_with_an_order_cannot_undo_it():
    """
    A method is posted, and the cart changes behind the order: both stand afterwards.
    """
    shop = Shop().log_in().fill()
    orders = []

    def add():
        orders.extend(placed(shop))
        shop.call("api/cart/add", {"product_id": 28})

    response = interrupted(
        shop,
        Place,
        add,
        headers=[("Content-Type", FORM)],
        body=b"payment_method=bank_transfer",
    )

    assert b'"order_id"' in response.body
    assert [] == orders
    assert "bank_transfer" == placed(shop)[0].order.checkout.payment_method.code
    assert {28: 1} == cart(shop)


def test_an_order_whose_session_was_not_saved_is_not_placed_again():
    """
    The store fails behind the order; the retry is answered with that order.
    """
    shop = Shop().log_in().fill()

    def fail():
        raise StoreUnavailableError("gone", outcome="not applied")

    response = interrupted(shop, Write, fail)

    assert 503 == response.status
    assert {40: 2} == cart(shop)
    (order,) = placed(shop)
    assert order.order_id == confirm(shop).json["order_id"]
    assert 1 == len(placed(shop))


def test_a_shop_that_takes_no_order_says_why():
    """
    What the shop refuses is told like any other refusal, and the session stays.
    """
    shop = Shop().log_in().fill()
    before = shop.stored()

    def refuse(order):
        raise CommandRefused([Problem("out_of_stock", "/cart/lines/0/quantity")])

    shop.host.orders.place = refuse
    text = shop.call("api/order/add").json["error"]
    told = confirm(shop).json["error"]

    assert "out_of_stock" == text
    assert ["warning", "product"] == list(told)
    assert before == shop.stored()


def test_a_shop_may_answer_that_it_declines():
    """
    That is as if it had raised it: the client is told why, and nothing is stored.
    """
    shop = Shop().log_in().fill()
    before = shop.stored()
    shop.host.orders.place = lambda order: Declined([Problem("card_declined")])

    answer = confirm(shop)

    assert "order_id" not in answer.json
    assert "card_declined" in str(answer.json)
    assert before == shop.stored()


@pytest.mark.parametrize("placement", [Placed(order_id="A-17"), InProgress()])
def test_a_call_tells_of_orders_with_a_number(placement):
    """
    What it cannot tell is the shop's fault, not the client's.
    """
    shop = Shop().log_in().fill()
    shop.host.orders.place = lambda order: placement

    with pytest.raises(UsageError, match="with a number"):
        confirm(shop)


def test_a_shop_without_orders_says_so():
    """
    A host that takes no orders is out of order for these calls, not broken.
    """
    shop = Shop().log_in().fill()
    shop.host.orders = None

    answer = confirm(shop)

    assert (503, "orders_unavailable") == (answer.status, answer.json["code"])


def test_a_fault_in_placing_orders_is_not_hidden():
    """
    What the shop's own code does wrong is raised to the server, and nothing is stored.
    """
    shop = Shop().log_in().fill()
    before = shop.stored()

    def place(order):
        raise UsageError("this shop misuses something")

    shop.host.orders.place = place
    with pytest.raises(UsageError, match="misuses"):
        confirm(shop)
    shop.host.orders = object()
    with pytest.raises(ConfigurationError, match="no method 'place'"):
        confirm(shop)

    assert before == shop.stored()


@pytest.mark.parametrize(
    "header", ["Origin", "Referer", "Sec-Fetch-Site", "Sec-Fetch-Dest"]
)
def test_a_browser_cannot_confirm_by_get(header):
    """
    A link or an image orders nothing; a program's GET does.
    """
    shop = Shop().log_in().fill()

    refused = confirm(shop, method="GET", headers=[(header, "none")])

    assert (405, "get_from_browser") == (refused.status, refused.json["code"])
    assert [] == list(placed(shop))
    assert "order_id" in confirm(shop, method="GET").json


def test_methods_can_be_posted_with_the_order():
    """
    A method of the kept lists is chosen and used; another one is refused.
    """
    shop = Shop().log_in().fill()

    wrong = shop.call("api/order/add", {"payment_method": "nope"})
    form = {"payment_method": "bank_transfer", "shipping_method": "free.free"}
    right = shop.call("api/order/add", form)

    assert isinstance(wrong.json["error"], str)
    assert "order_id" in right.json
    checkout = placed(shop)[0].order.checkout
    assert "bank_transfer" == checkout.payment_method.code
    assert "free.free" == checkout.shipping_method.code


@pytest.mark.parametrize(
    ("form", "path"),
    [
        ({"affiliate_id": "999"}, "/affiliate"),
        ({"affiliate_id": "4x"}, "/affiliate_id"),
        ({"order_status_id": "999"}, "/order_status_id"),
        ({"order_status_id": "abc"}, "/order_status_id"),
        ({"comment": {"0": "a"}}, "/comment"),
        ({"comment": "a" * 70_000}, "/comment"),
    ],
)
def test_what_is_posted_with_an_order_is_checked(form, path):
    """
    An unknown affiliate or status, or a broken comment, is refused with its path.
    """
    shop = Shop().log_in().fill()
    before = shop.stored()

    answer = shop.call("api/order/add", form)

    assert isinstance(answer.json["error"], str)
    assert f'path="{path}"' in answer.header("Ocstate-Problems")
    assert before == shop.stored()
    assert [] == list(placed(shop))


def test_an_order_is_shown_in_the_callers_currency():
    """
    Cookies decide where the session has no choice of its own; the key does not change.
    """
    shop = Shop().log_in().fill()

    confirm(shop, headers=[("Cookie", "currency=EUR")])

    (order,) = placed(shop)
    assert "EUR" == order.order.checkout.currency.code


def test_a_digital_cart_needs_no_shipping():
    """
    Nothing is asked about shipping when nothing has to be sent.
    """
    shop = Shop().log_in().fill(methods=False)
    shop.call("api/cart/add", {"product": [{"product_id": 108, "quantity": 1}]})

    assert [] == shop.call("api/shipping/address", {}).json
    assert {"shipping_methods": []} == shop.call("api/shipping/methods").json
    assert [] == shop.call("api/shipping/method", {"shipping_method": "x"}).json
    shop.call("api/payment/methods")
    shop.call("api/payment/method", {"payment_method": "bank_transfer"})
    assert "order_id" in confirm(shop).json


def test_commands_of_the_host_go_on_beside_the_api():
    """
    A host's own block on the same session sees what the calls made, and they see it.
    """
    shop = Shop().log_in().fill()

    with shop.sessions.open(shop.token) as session:
        session.do(AddLine(product_id=28, quantity=1))

    rows = shop.call("api/cart/products").json["products"]
    assert {"40": "2", "28": "1"} == {
        row["product_id"]: row["quantity"] for row in rows
    }
