"""
Totals that the API showed, and what an order makes of them.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from ocstate.api import Api
from ocstate.checkout import Money
from ocstate.demo import StaticHost
from ocstate.sync import Sessions
from tests.api.calls import SHOP, Shop, merged
from tests.api.test_cookie_gets import by_cookie

DEARER = {"products": {"40": {"price": "151.0000"}}}
CHEAPER = {"products": {"40": {"price": "51.0000"}}}
CROSS_SITE = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "image")]


def reopened(shop, patch, **options):
    """
    Let the shop have other prices from now on.
    """
    shop.host = StaticHost(merged(SHOP, patch), clock=shop.clock)
    shop.sessions = Sessions(shop.store, shop.host, clock=shop.clock)
    shop.api = Api(shop.sessions, **options)
    return shop


def shown(shop):
    """
    Return what counts as shown.
    """
    noted = shop.sessions.open(shop.token).checkout.shown
    return None if noted is None else noted.money


def total_in(answer):
    """
    Return the text of the total that an answer shows.
    """
    return answer.json["totals"][-1]["text"]


@pytest.fixture
def shop():
    return Shop().log_in().fill()


WAYS = {
    "a POST": lambda shop, **more: shop.call("api/cart/products", **more),
    "a program's GET": lambda shop, **more: shop.call(
        "api/cart/products", method="GET", **more
    ),
    "a cookie's POST": lambda shop, **more: by_cookie(
        shop, "api/cart/products", method="POST", **more
    ),
    "a cookie's GET": lambda shop, **more: by_cookie(shop, "api/cart/products", **more),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_answer_that_shows_totals_is_remembered(shop, way):
    """
    With its amount and currency, however it was asked for.
    """
    assert None is shown(shop)

    answer = WAYS[way](shop)

    total = shown(shop)
    assert "USD" == total.currency
    assert total_in(answer) == f"${total.amount:.2f}"


def test_what_anybody_could_have_asked_for_is_not(shop):
    """
    Neither by an image of another site, nor the prices of another shop.
    """
    answer = by_cookie(shop, "api/cart/products", headers=CROSS_SITE)
    assert "totals" in answer.json
    assert None is shown(shop)

    answer = shop.call("api/cart/products", query="&store_id=1")
    assert "totals" in answer.json
    assert None is shown(shop)


def test_it_is_remembered_in_the_currency_that_it_was_shown_in(shop):
    """
    A rise is told in it; what is ordered in another one is not compared.
    """
    euro = [("Cookie", "currency=EUR")]
    shop.call("api/cart/products", headers=euro)
    assert "EUR" == shown(shop).currency
    reopened(shop, DEARER, strict_totals=True)

    told = shop.call("api/order/add", headers=euro)

    assert "total_increased" in told.header("Ocstate-Problems")
    assert "EUR" in str(told.json["error"])
    assert "order_id" in shop.call("api/order/add").json


@pytest.mark.parametrize("route", ["api/order/add", "api/order"])
def test_an_order_that_became_dearer_is_placed_and_the_rise_is_named(shop, route):
    """
    As real shops do; by a repetition too.
    """
    shop.call("api/cart/products")
    reopened(shop, DEARER)
    query = "&call=confirm" if route == "api/order" else ""

    answers = [shop.call(route, query=query) for _ in range(2)]

    assert answers[0].json == answers[1].json
    assert "order_id" in answers[0].json
    for answer in answers:
        assert 'total_increased;path=""' in answer.header("Ocstate-Problems")


@pytest.mark.parametrize("route", ["api/order/add", "api/order"])
def test_a_strict_shop_refuses_it_once(shop, route):
    """
    The refusal tells the new total, which counts as shown from then on.
    """
    shop.call("api/cart/products")
    was = shown(shop)
    reopened(shop, DEARER, strict_totals=True)
    query = "&call=confirm" if route == "api/order" else ""

    refused, placed = (shop.call(route, query=query) for _ in range(2))

    now = shop.sessions.open(shop.token).checkout.confirmation.ordered.total
    assert now.amount > was.amount
    text = str(refused.json["error"])
    assert f"{was.amount:.2f} USD" in text
    assert f"{now.amount:.2f} USD" in text
    assert "total_increased" in refused.header("Ocstate-Problems")
    assert "order_id" in placed.json
    assert "total_increased" not in placed.header("Ocstate-Problems")


@pytest.mark.parametrize("strict_totals", [False, True])
def test_what_became_cheaper_is_placed_and_told(shop, strict_totals):
    """
    As an info beside the order.
    """
    shop.call("api/cart/products")
    reopened(shop, CHEAPER, strict_totals=strict_totals)

    answer = shop.call("api/order/add")

    assert "order_id" in answer.json
    assert "total_decreased" in answer.header("Ocstate-Problems")


@pytest.mark.parametrize("strict_totals", [False, True])
def test_what_was_never_shown_is_not_compared(shop, strict_totals):
    """
    A client that looks at no total is refused for none.
    """
    reopened(shop, DEARER, strict_totals=strict_totals)

    answer = shop.call("api/order/add")

    assert "order_id" in answer.json
    assert "total_" not in answer.header("Ocstate-Problems")


def test_the_library_and_the_api_remember_the_same(shop):
    """
    `session.price` and the call show one total.
    """
    with shop.sessions.open(shop.token) as session:
        priced = session.price().total
    kept = shown(shop)
    shop.call("api/cart/products")

    assert priced == kept == shown(shop)
    assert isinstance(priced, Money)
    assert priced.amount > Decimal(0)


def test_a_cart_behind_a_lapsed_claim_is_what_its_order_left(shop):
    """
    Whoever shows it asks the shop what became of the order, unless any page may ask.
    """

    class Power(BaseException):
        pass

    place = shop.host.orders.place

    def stop(order):
        place(order)
        raise Power

    shop.host.orders.place = stop
    with pytest.raises(Power):
        shop.call("api/order/add")
    shop.clock.advance(31)

    images = by_cookie(shop, "api/cart/products", headers=CROSS_SITE)
    assert 1 == len(images.json["products"])
    assert [] == shop.call("api/cart/products").json["products"]
    assert "1" == shop.sessions.open(shop.token).checkout.order_id
