"""
A confirm that is sent twice: every answer names the one order that was made.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

from ocstate.api import Api
from ocstate.core.flow import Ask, Load, Write
from ocstate.core.policy import Policy
from ocstate.exceptions import StoreUnavailableError
from ocstate.sync import Sessions
from tests.api.calls import FORM, Shop, urlencoded
from tests.api.test_orders import cart, confirm, interrupted, placed

POSTED = [
    {},
    {"comment": "Ring twice"},
    {"payment_method": "bank_transfer", "shipping_method": "free.free"},
    {"affiliate_id": "4", "order_status_id": "2"},
]


def at_once(*calls):
    """
    Make all calls at the same time, and return what they return.
    """
    barrier = Barrier(len(calls))

    def started(call):
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(started, c) for c in calls]]


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("form", POSTED)
def test_confirms_at_once_are_answered_alike(form, method):
    """
    Whatever is posted with them, and whoever is first.
    """
    for _ in range(8):
        shop = Shop().log_in().fill()

        click = partial(confirm, shop, form=form, method=method)
        answers = at_once(click, click, click)

        (order,) = placed(shop)
        assert [order.order_id] * 3 == [one.json.get("order_id") for one in answers]
        assert {} == cart(shop)


@pytest.mark.parametrize("form", POSTED)
def test_orders_added_at_once_are_answered_alike(form):
    """
    OpenCart's own call, too, and whoever comes behind them.
    """
    shop = Shop().log_in().fill()

    add = partial(shop.call, "api/order/add", form)
    answers = [*at_once(add, add, add), add()]

    (order,) = placed(shop)
    assert [order.order_id] * 4 == [one.json.get("order_id") for one in answers]


@pytest.mark.parametrize("before", [Load, Ask, Write])
@pytest.mark.parametrize("form", POSTED)
def test_a_confirm_inside_a_confirm_is_the_same(form, before):
    """
    Wherever one stands when the other one passes it.
    """
    shop = Shop().log_in().fill()
    others = []

    response = interrupted(
        shop, before, lambda: others.append(confirm(shop, form=form)), **posted(form)
    )

    (order,) = placed(shop)
    assert order.order_id == others[0].json["order_id"]
    assert order.order_id == json.loads(response.body)["order_id"]
    assert {} == cart(shop)


@pytest.mark.parametrize("again", [{}, POSTED[1], POSTED[2]])
@pytest.mark.parametrize("form", POSTED)
def test_a_confirm_whose_commit_failed_is_repeated(form, again):
    """
    The order stands, its session was not saved: with other fields too it is that order.
    """
    shop = Shop().log_in().fill()

    def fail():
        raise StoreUnavailableError("gone", outcome="not applied")

    response = interrupted(shop, Write, fail, skipping=1, **posted(form))
    retry = confirm(shop, form=again)

    (order,) = placed(shop)
    assert order.order_id == json.loads(response.body)["order_id"]
    assert order.order_id == retry.json["order_id"]


def test_a_change_after_the_order_makes_the_next_one():
    """
    A confirm is a repetition only while nothing that is ordered was changed.
    """
    shop = Shop().log_in().fill()
    first = confirm(shop).json["order_id"]
    assert first == confirm(shop, form={"comment": "Thanks"}).json["order_id"]

    shop.call("api/cart/add", {"product_id": 28})
    shop.call("api/shipping/methods")
    shop.call("api/shipping/method", {"shipping_method": "flat.flat"})
    shop.call("api/payment/methods")
    shop.call("api/payment/method", {"payment_method": "cod"})

    assert confirm(shop).json["order_id"] > first
    assert 2 == len(placed(shop))


def test_an_order_is_told_though_its_session_ended_meanwhile():
    """
    The shop has the order, and the client who asked for it learns its number.
    """
    shop = Shop().log_in().fill()

    revoke = partial(shop.sessions.revoke, shop.token)
    response = interrupted(shop, Write, revoke, skipping=1)

    assert placed(shop)[0].order_id == json.loads(response.body)["order_id"]


def ageing(shop):
    """
    Let the tokens of a shop's sessions be renewed after a minute.
    """
    policy = Policy(idle=3600, lifetime=86400, rotation=60)
    shop.sessions = Sessions(shop.store, shop.host, clock=shop.clock, policy=policy)
    shop.api = Api(shop.sessions)
    return shop


def test_a_confirm_keeps_the_token_so_that_it_can_be_repeated():
    """
    The answer may be lost, and the client has no other token than the old one.
    """
    shop = ageing(Shop()).log_in().fill()
    cookie = ("Cookie", f"OCSESSID={shop.token}")
    token, shop.token = shop.token, ""
    shop.clock.advance(100)

    answers = [confirm(shop, headers=[cookie]) for _ in range(2)]
    shop.token = token

    (order,) = placed(shop)
    assert [order.order_id] * 2 == [each.json["order_id"] for each in answers]
    assert ["", ""] == [each.header("Set-Cookie") for each in answers]


def test_an_order_is_not_repeated_when_the_token_was_renewed_behind_it():
    """
    A new token is no new session: the shop recognises the order that was not saved.
    """
    shop = ageing(Shop()).log_in().fill()

    def fail():
        raise StoreUnavailableError("gone", outcome="not applied")

    assert 200 == interrupted(shop, Write, fail, skipping=1).status
    shop.clock.advance(100)
    old, shop.token = shop.token, ""
    cookie = ("Cookie", f"OCSESSID={old}")
    told = shop.call("api/cart/products", headers=[cookie]).header("Set-Cookie")
    shop.token = told.partition("=")[2].partition(";")[0]
    retry = confirm(shop)

    (order,) = placed(shop)
    assert old != shop.token
    assert order.order_id == retry.json["order_id"]


@pytest.mark.parametrize("by", ["query", "header"])
def test_who_cannot_be_told_a_new_token_keeps_the_old_one(by):
    """
    A program that took its token from the login's answer reads no cookies.
    """
    shop = ageing(Shop()).log_in().fill()
    token = shop.token
    headers = []
    if by == "header":
        shop.token, headers = "", [("Authorization", f"Bearer {token}")]
    shop.clock.advance(100)

    for _ in range(2):
        answer = shop.call("api/cart/add", {"product_id": 28}, headers=headers)
        assert ("success" in answer.json, "") == (True, answer.header("Set-Cookie"))


def test_a_browser_is_told_its_new_token():
    """
    With the cookie the token is renewed, and the answer carries it.
    """
    shop = ageing(Shop()).log_in().fill()
    cookie = ("Cookie", f"OCSESSID={shop.token}")
    shop.token = ""
    shop.clock.advance(100)

    answer = shop.call("api/cart/add", {"product_id": 28}, headers=[cookie])

    assert "success" in answer.json
    assert answer.header("Set-Cookie").startswith("OCSESSID=")


def posted(form):
    """
    Make a request's body of a form.
    """
    return {"headers": [("Content-Type", FORM)], "body": urlencoded(form).encode()}


def last_pieces():
    """
    Fill a cart with all that the shop has of a product.
    """
    shop = Shop({"products": {"40": {"quantity": 2, "subtract": True}}})
    return shop.log_in().fill()


@pytest.mark.parametrize("form", POSTED)
def test_the_last_pieces_are_not_missed_by_a_retry(form):
    """
    The order took them, and its session was not saved: the retry is told its number.
    """
    shop = last_pieces()

    def fail():
        raise StoreUnavailableError("gone", outcome="not applied")

    assert 200 == interrupted(shop, Write, fail, skipping=1, **posted(form)).status
    retry = confirm(shop, form=form)

    (order,) = placed(shop)
    assert order.order_id == retry.json["order_id"]
    assert {} == cart(shop)
    assert retry.json == confirm(shop).json


@pytest.mark.parametrize("form", POSTED)
def test_the_last_pieces_are_not_missed_by_a_second_click(form):
    """
    It comes when they are taken, and the session does not say so yet.
    """
    shop = last_pieces()
    others = []

    response = interrupted(
        shop,
        Write,
        lambda: others.append(confirm(shop, form=form)),
        skipping=1,
        **posted(form),
    )

    (order,) = placed(shop)
    assert order.order_id == others[0].json["order_id"]
    assert order.order_id == json.loads(response.body)["order_id"]
    assert {} == cart(shop)
