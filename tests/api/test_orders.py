"""
Orders: one of a checkout, however often and however oddly it is confirmed.
"""

from __future__ import annotations

import json
from threading import Event, Thread

import pytest

from ocstate.api import Api
from ocstate.checkout.commands import AddLine
from ocstate.core.flow import Place, Write
from ocstate.exceptions import (
    CommandRefused,
    ConfigurationError,
    OcstateError,
    StoreUnavailableError,
    UsageError,
)
from ocstate.host import BuyerNeeded, Declined, InProgress, Placed
from ocstate.http.request import Request
from ocstate.problem import Problem
from ocstate.sync import Sessions
from tests.api.calls import Shop

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


def kept(shop):
    """
    Return the checkout without the attempt that came to no end.
    """
    return shop.sessions.open(shop.token).checkout.evolve(attempt=None)


def placed(shop):
    """
    Return the orders that the shop has.
    """
    return shop.host.orders.placed


def interrupted(shop, before, meanwhile, *, skipping=0, **more):
    """
    Confirm, and do something else just before the flow's first request of a kind.

    Args:
        before: The kind.
        meanwhile: Called once; what it raises is thrown into the flow.
        skipping: How many requests of the kind pass before: the first write claims
            the checkout, the second one stores the order.
    """
    query = f"route=api/order&call=confirm&api_token={shop.token}"
    given = {"method": "POST", "query": query, "client": "127.0.0.1", **more}
    request = Request(**given)
    flow = shop.api.handle(request)

    def through():
        answer, left = None, skipping
        try:
            wanted = next(flow)
            while True:
                left -= isinstance(wanted, before)
                if left == -1:
                    left = -2
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
    assert str(order.order_id) == checkout.order_id


def test_a_second_click_is_answered_with_the_same_order():
    """
    By the documentation's confirm, and by OpenCart's own call, for a minute.
    """
    shop = Shop().log_in().fill()

    first, second = confirm(shop), confirm(shop, method="GET")
    third = shop.call("api/order/add", {"comment": "Ring twice"})
    shop.clock.advance(61)

    assert first.json == second.json == third.json
    assert "cart_empty" in confirm(shop).header("Ocstate-Problems")
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


def test_a_confirm_waits_for_the_one_that_is_under_way():
    """
    It asks the shop, waits, and is answered with the order of the other one.
    """
    shop = Shop().log_in().fill()
    orders, asked, answers = shop.host.orders, Event(), []

    class Slow:
        def place(self, order):
            other.start()
            assert asked.wait(30)
            return orders.place(order)

        def find(self, key):
            asked.set()
            return orders.find(key)

    shop.host.orders = Slow()
    other = Thread(target=lambda: answers.append(confirm(shop)))

    first = confirm(shop)
    other.join(30)

    assert [first.json] == [one.json for one in answers]
    assert 1 == len(orders.placed)
    assert {} == cart(shop)


@pytest.mark.parametrize(("before", "skipping"), [(Place, 0), (Write, 1)])
def test_nothing_is_edited_while_an_order_is_made(before, skipping):
    """
    The client is told, and the next purchase has what it adds afterwards.
    """
    shop = Shop().log_in().fill()
    edits = []

    def add():
        edits.append(shop.call("api/cart/add", {"product_id": 28}))

    response = interrupted(shop, before, add, skipping=skipping)

    assert b'"order_id"' in response.body
    assert "confirm_in_progress" in edits[0].header("Ocstate-Problems")
    assert {} == cart(shop)
    add()
    assert {28: 1} == cart(shop)
    assert 1 == len(placed(shop))


def test_a_confirm_behind_an_edit_orders_what_is_there_then():
    """
    Somebody was first: everything is judged again, and nothing of it is lost.
    """
    shop = Shop().log_in().fill()

    def add():
        shop.call("api/cart/add", {"product_id": 40, "quantity": 3})
        for way in ("shipping", "payment"):
            shop.call(f"api/{way}/methods")
        shop.call("api/shipping/method", {"shipping_method": "flat.flat"})
        shop.call("api/payment/method", {"payment_method": "cod"})

    interrupted(shop, Write, add)

    (order,) = placed(shop)
    assert [5] == [line.quantity for line in order.order.checkout.cart.lines]
    assert {} == cart(shop)


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


def test_an_order_whose_session_was_not_saved_is_not_placed_again():
    """
    The store fails behind the order; the retry is answered with that order.
    """
    shop = Shop().log_in().fill()

    def fail():
        raise StoreUnavailableError("gone", outcome="not applied")

    response = interrupted(shop, Write, fail, skipping=1)

    (order,) = placed(shop)
    assert order.order_id == json.loads(response.body)["order_id"]
    assert {40: 2} == cart(shop)
    assert order.order_id == confirm(shop).json["order_id"]
    assert {} == cart(shop)
    assert 1 == len(placed(shop))


def test_an_order_that_could_not_be_claimed_is_none():
    """
    The store fails before the shop has heard of it.
    """
    shop = Shop().log_in().fill()

    def fail():
        raise StoreUnavailableError("gone", outcome="not applied")

    assert 503 == interrupted(shop, Write, fail).status
    assert [] == list(placed(shop))


def test_a_shop_that_takes_no_order_says_why():
    """
    What the shop refuses is told like any other refusal, and the session stays.
    """
    shop = Shop().log_in().fill()
    before = kept(shop)

    def refuse(order):
        raise CommandRefused([Problem("out_of_stock", "/cart/lines/0/quantity")])

    shop.host.orders.place = refuse
    text = shop.call("api/order/add").json["error"]
    told = confirm(shop).json["error"]

    assert "out_of_stock" == text
    assert ["warning", "product"] == list(told)
    assert before == kept(shop)


def test_a_shop_may_answer_that_it_declines():
    """
    That is as if it had raised it: the client is told why, and nothing is stored.
    """
    shop = Shop().log_in().fill()
    before = kept(shop)
    shop.host.orders.place = lambda order: Declined([Problem("card_declined")])

    answer = confirm(shop)

    assert "order_id" not in answer.json
    assert "card_declined" in str(answer.json)
    assert before == kept(shop)


def test_an_order_may_have_a_name_of_any_kind():
    """
    OpenCart's are numbers, and stay numbers; what is none is told as it is.
    """
    shop = Shop().log_in().fill()
    shop.host.orders.place = lambda order: Placed(order_id="A-17")

    assert "A-17" == confirm(shop).json["order_id"] == confirm(shop).json["order_id"]


def test_a_buyer_who_is_needed_is_told_where():
    """
    Until they have been there the checkout is claimed, and the shop is asked again.
    """
    shop = Shop().log_in().fill()
    until = shop.clock() + 600
    told = BuyerNeeded(url="https://bank.example/3ds", until=until)
    shop.host.orders.place = shop.host.orders.find = lambda _: told

    answers = [confirm(shop), confirm(shop)]
    edit = shop.call("api/cart/add", {"product_id": 28})
    shop.host.orders.find = lambda _: 7

    for answer in answers:
        assert "https://bank.example/3ds" in answer.json["error"]["warning"]
        assert "buyer_needed" in answer.header("Ocstate-Problems")
    assert "confirm_in_progress" in edit.header("Ocstate-Problems")
    assert 7 == confirm(shop).json["order_id"]


def test_an_order_that_is_not_decided_is_asked_after():
    """
    As long as the setup's patience lasts; then the client may ask again.
    """
    shop = Shop().log_in().fill()
    shop.sessions = Sessions(shop.store, shop.host, clock=shop.clock, patience=0.05)
    shop.api = Api(shop.sessions)
    shop.host.orders.place = shop.host.orders.find = lambda _: InProgress()

    first = confirm(shop)
    shop.host.orders.find = lambda _: 7

    assert "confirm_in_progress" in first.header("Ocstate-Problems")
    assert 7 == confirm(shop).json["order_id"]


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
    before = kept(shop)

    def place(order):
        raise UsageError("this shop misuses something")

    shop.host.orders.place = place
    with pytest.raises(UsageError, match="misuses"):
        confirm(shop)
    shop.host.orders = object()
    with pytest.raises(ConfigurationError, match="no method 'place'"):
        confirm(shop)

    assert before == kept(shop)


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
    before = kept(shop)

    answer = shop.call("api/order/add", form)

    assert isinstance(answer.json["error"], str)
    assert f'path="{path}"' in answer.header("Ocstate-Problems")
    assert before == kept(shop)
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
