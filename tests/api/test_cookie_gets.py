"""
What a GET may change when nothing but a cookie vouches for it.
"""

from __future__ import annotations

import pytest

from ocstate import Policy, Sessions
from ocstate.api import Api
from ocstate.api.routes import CLASSIC
from tests.api.calls import HOME, Shop

MARKS = {
    "Sec-Fetch-Site": "same-site",
    "Sec-Fetch-Dest": "image",
    "Origin": "http://shop.example",
    "Referer": "http://shop.example/cart",
    "Upgrade-Insecure-Requests": "1",
    "Accept": "text/html,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.9",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
}

EACH_MARK = pytest.mark.parametrize("mark", MARKS.items(), ids=lambda mark: mark[0])
EACH_OFFER = pytest.mark.parametrize(
    "name",
    [
        "api/shipping/methods",
        "api/shipping.methods",
        "api/shipping_methods",
        "api/payment/methods",
        "api/payment_methods",
    ],
)


def by_cookie(shop, name, *, query="", headers=(), method="GET"):
    """
    Call with the cookie alone.
    """
    token, shop.token = shop.token, ""
    try:
        cookie = ("Cookie", f"OCSESSID={token}")
        return shop.call(name, method=method, query=query, headers=[cookie, *headers])
    finally:
        shop.token = token


def chosen(shop):
    """
    Return what is stored of the two choices.
    """
    checkout = shop.sessions.open(shop.token).checkout
    return [
        each and each.code
        for each in (checkout.shipping_method, checkout.payment_method)
    ]


@EACH_MARK
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_no_browser_orders_by_get(mark, method):
    """
    One mark of a browser is enough, and nothing at all is stored.
    """
    shop = Shop().log_in().fill()
    before = shop.stored()

    call = "&call=confirm"
    answer = by_cookie(shop, "api/order", query=call, headers=[mark], method=method)

    assert answer.status == (204 if method == "OPTIONS" else 405)
    if method == "GET":
        assert ("get_from_browser", "POST") == (
            answer.json["code"],
            answer.header("Allow"),
        )
    assert [] == list(shop.host.orders.placed)
    assert before == shop.stored()


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("User-Agent", "curl/7.88.1"), ("Accept", "*/*")],
        [
            ("User-Agent", "node"),
            ("Accept", "*/*"),
            ("Accept-Language", "*"),
            ("Sec-Fetch-Mode", "cors"),
        ],
    ],
    ids=["bare", "curl", "node"],
)
def test_a_program_orders_by_get(headers):
    """
    The original documentation does it, with the cookie.
    """
    shop = Shop().log_in().fill()

    answer = by_cookie(shop, "api/order", query="&call=confirm", headers=headers)

    assert "order_id" in answer.json
    assert 1 == len(shop.host.orders.placed)


@EACH_OFFER
@pytest.mark.parametrize("mark", [None, *MARKS.items()], ids=str)
def test_asking_by_a_cookie_leaves_the_choice(name, mark):
    """
    Whoever asks, both choices are as they were.
    """
    shop = Shop().log_in().fill()
    near = mark is None or mark[0] != "Sec-Fetch-Site"

    answer = by_cookie(shop, name, headers=[] if mark is None else [mark])

    assert (200 if near else 403) == answer.status
    assert ["flat.flat", "cod"] == chosen(shop)
    assert "order_id" in shop.call("api/order", query="&call=confirm").json


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_asking_with_a_token_takes_the_choice_back(method):
    """
    As OpenCart does it, for whoever has the token; and so does a POST by cookie.
    """
    with_token = Shop().log_in().fill()
    with_cookie = Shop().log_in().fill()

    with_token.call("api/shipping/methods", method=method)
    by_cookie(with_cookie, "api/payment/methods", method="POST")

    assert [None, "cod"] == chosen(with_token)
    assert ["flat.flat", None] == chosen(with_cookie)


def test_a_choice_that_became_wrong_goes():
    """
    What the shop does not offer any more is not left standing by a cookie's GET.
    """
    before = Shop().log_in().fill()
    shop = Shop({"shipping_methods": {"flat": {"status": False}}})
    shop.sessions = Sessions(before.store, shop.host, clock=before.clock)
    shop.api = Api(shop.sessions)
    shop.token = before.token

    answer = by_cookie(shop, "api/shipping/methods")

    assert 'shipping_method_gone;path="/shipping_method"' in (
        answer.header("Ocstate-Problems")
    )
    assert [None, "cod"] == chosen(shop)


@EACH_OFFER
@EACH_MARK
def test_a_browser_s_get_moves_nobody_to_another_shop(name, mark):
    """
    A store in the address is refused, and hints of the reader are not kept.
    """
    shop = Shop().log_in()
    shop.call("api/cart/add", {"product_id": 40})
    shop.call("api/shipping/address", HOME)
    shop.call("api/payment/address", HOME)
    before = shop.sessions.open(shop.token).checkout
    hints = [("Cookie", "currency=EUR; language=en-gb"), mark]

    moved = by_cookie(shop, name, query="&store_id=1", headers=hints)
    asked = by_cookie(shop, name, headers=hints)

    far = mark[0] == "Sec-Fetch-Site"
    assert (403 if far else 405) == moved.status
    assert (403 if far else 200) == asked.status
    after = shop.sessions.open(shop.token).checkout
    assert (before.store_id, before.currency, before.language) == (
        after.store_id,
        after.currency,
        after.language,
    )


OFFERS = dict.fromkeys(["shipping_quotes", "payment_options"])


@pytest.mark.parametrize("name", CLASSIC)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("store", ["", "&store_id=1"], ids=["here", "elsewhere"])
def test_of_a_browser_s_get_nothing_is_kept_but_an_offer(name, method, store):
    """
    Whatever is called, whatever the query names, and whatever the reader prefers.
    """
    shop = Shop().log_in().fill()
    before = shop.sessions.open(shop.token).checkout
    stored = shop.stored()
    fields = [
        ("Cookie", "currency=EUR; language=en-gb"),
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"),
        ("Accept-Language", "en-GB"),
    ]

    by_cookie(
        shop,
        name,
        query=f"{store}&product_id=28&coupon=2222&code=USD&key=0&quantity=9",
        headers=fields,
        method=method,
    )

    after = shop.sessions.open(shop.token).checkout
    assert before.evolve(**OFFERS) == after.evolve(**OFFERS)
    assert [] == list(shop.host.orders.placed)
    if method != "GET" or CLASSIC[name].get != "keeps the offer":
        assert stored == shop.stored()


@pytest.mark.parametrize(
    ("headers", "is_renewed"),
    [
        ([], True),
        ([("Sec-Fetch-Mode", "cors"), ("Accept-Language", "*")], True),
        ([("Accept-Language", "de")], False),
        ([("User-Agent", "Mozilla/5.0")], False),
    ],
    ids=["bare", "node", "language", "agent"],
)
def test_no_page_lets_a_token_grow_old(headers, is_renewed):
    """
    An image that is given up before its answer came would take the session away.
    """
    shop = Shop().log_in().fill()
    policy = Policy(idle=3600, lifetime=86400, rotation=60)
    shop.sessions = Sessions(shop.store, shop.host, clock=shop.clock, policy=policy)
    shop.api = Api(shop.sessions)
    shop.clock.advance(100)

    answer = by_cookie(shop, "api/shipping/methods", headers=headers)

    assert "shipping_methods" in answer.json
    assert is_renewed is ("OCSESSID=" in answer.header("Set-Cookie"))
