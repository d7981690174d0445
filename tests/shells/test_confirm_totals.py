"""
What the buyer saw, and what a confirm makes of it.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from ocstate.checkout import Money, SetCurrency, SetPaymentMethod
from ocstate.exceptions import CommandRefused, UsageError
from tests.shells.counter import BOOK, READY, WAYS, Shop


def problems_of(shop, token, **said):
    """
    Confirm, and return what is told: errors of a refusal, or what is beside an order.
    """
    try:
        done = shop.sessions.confirm(token, **said)
    except CommandRefused as refused:
        return [one for one in refused.problems if one.severity == "error"]
    return list(done.problems)


def told(problems):
    """
    Return codes, and what a total was, is, and why.
    """
    return [
        (one.code, *(one.params.get(name) for name in ("was", "now", "because")))
        for one in problems
    ]


@pytest.mark.parametrize("way", WAYS)
def test_a_price_that_rose_is_told_once(way):
    """
    It is refused, with what it was, is, and why; the new total then counts as shown.
    """
    shop = Shop()
    token = shop.ready()

    def show(session):
        price = yield session.price()
        return price.total

    def order(session):
        try:
            done = yield session.confirm()
        except CommandRefused as refused:
            return told(one for one in refused.problems if one.severity == "error")
        return done.order_id

    visit = WAYS[way]
    assert Money("10", "EUR") == visit(shop, show, token).told
    shop.goods.price = Decimal("12.5")
    rise = ("total_increased", "10.00 EUR", "12.50 EUR", "offer")
    assert [rise] == visit(shop, order, token).told
    assert "1" == visit(shop, order, token).told
    assert 1 == len(shop.counter.placed)


def test_each_rise_is_told_by_itself():
    """
    Against what the last refusal told, and with the right reason.
    """
    shop = Shop()
    token = shop.ready()
    with shop.sessions.open(token) as session:
        session.price()

    for was, now in ((10, 11), (11, 12)):
        shop.goods.price = Decimal(now)
        rise = ("total_increased", f"{was}.00 EUR", f"{now}.00 EUR", "offer")
        assert [rise] == told(problems_of(shop, token))
    shop.goods.price = Decimal(11)
    fall = ("total_decreased", "12.00 EUR", "11.00 EUR", "offer")
    assert [fall] == told(problems_of(shop, token))


def test_what_somebody_put_into_the_cart_meanwhile_is_the_reason():
    """
    In another tab, where no total was shown.
    """
    shop = Shop()
    token = shop.ready()
    with shop.sessions.open(token) as session:
        session.price()
    with shop.sessions.open(token) as session:
        session.do(BOOK)

    (problem,) = problems_of(shop, token)

    assert ("total_increased", "cart") == (problem.code, problem.params["because"])


def test_what_was_never_shown_is_not_compared():
    """
    Neither where nobody asked for a price, nor what an earlier purchase cost.
    """
    shop = Shop()
    token = shop.ready()
    assert [] == problems_of(shop, token)

    shop.goods.price = Decimal(20)
    with shop.sessions.open(token) as session:
        for command in READY:
            session.do(command)
    assert [] == problems_of(shop, token)
    assert 2 == len(shop.counter.placed)


@pytest.mark.parametrize(
    ("expected", "codes"),
    [
        (Money("10", "EUR"), []),
        (Money("9.99", "EUR"), ["total_increased"]),
        (Money("10.01", "EUR"), ["total_decreased"]),
        (Money("10", "USD"), ["other_currency"]),
        (Money("10", ""), ["other_currency"]),
    ],
)
def test_an_expected_total_counts_before_a_shown_one(expected, codes):
    """
    Dearer is refused, cheaper told, another currency refused.
    """
    shop = Shop()
    token = shop.ready()
    shop.goods.price = Decimal(5)
    with shop.sessions.open(token) as session:
        session.price()
    shop.goods.price = Decimal(10)

    problems = problems_of(shop, token, expected_total=expected)

    assert codes == [one.code for one in problems]
    is_refused = codes in (["total_increased"], ["other_currency"])
    assert (0 if is_refused else 1) == len(shop.counter.placed)


def test_who_chose_another_currency_is_shown_and_asked_for_it():
    """
    The total is in it, and what was shown in another one is not compared.
    """
    shop = Shop()
    token = shop.ready()
    with shop.sessions.open(token) as session:
        assert Money("10", "EUR") == session.price().total
    with shop.sessions.open(token) as session:
        session.do(SetCurrency("USD"))
    shop.goods.price = Decimal(40)

    assert [] == problems_of(shop, token)
    (order,) = shop.counter.placed.values()
    assert "USD" == order.checkout.currency.code
    ordered = shop.look(token).checkout.confirmation.ordered
    assert Money("80", "USD") == ordered.total


@pytest.mark.parametrize("change", ["nothing", "price", "method", "cheaper"])
def test_consent_refuses_whatever_is_not_what_they_saw(change):
    """
    Also what costs less, or nothing.
    """
    shop = Shop()
    token = shop.ready()
    with shop.sessions.open(token) as session:
        consent = session.price().consent
    if change == "price":
        shop.goods.price = Decimal(11)
    elif change == "cheaper":
        shop.goods.price = Decimal(9)
    elif change == "method":
        with shop.sessions.open(token) as session:
            session.do(SetPaymentMethod("invoice"))

    problems = problems_of(shop, token, consent=consent)

    found = {one.code: one.params.get("because") for one in problems}
    wanted = {"price": "offer", "cheaper": "offer", "method": "payment_method"}
    assert wanted.get(change) == found.get("consent_changed")
    assert (change == "nothing") == bool(shop.counter.placed)


@pytest.mark.parametrize("without", [("prices",), ("currencies",)])
def test_a_shop_without_a_port_takes_orders_all_the_same(without):
    """
    What it does not know is not compared, and amounts have no currency.
    """
    shop = Shop(without=without)
    token = shop.ready()
    with shop.sessions.open(token) as session:
        price = session.price()

    has_prices = without != ("prices",)
    assert (Money("10", "") if has_prices else None) == price.total
    shop.goods.price = Decimal(11)
    codes = [one.code for one in problems_of(shop, token, consent=price.consent)]
    wanted = ["consent_changed", "total_increased"] if has_prices else []
    assert wanted == codes


def test_a_price_that_is_shown_in_the_confirming_block_counts():
    """
    It is what they saw last; nothing of it is stored when it is refused.
    """
    shop = Shop()
    token = shop.ready()

    with shop.sessions.open(token) as session:
        shown = session.price()
        shop.goods.price = Decimal(11)
        with pytest.raises(CommandRefused):
            session.confirm()
        assert Money("11", "EUR") == session.checkout.shown.money
        assert "1" == session.confirm().order_id

    assert Money("10", "EUR") == shown.total


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"expected_total": "57.80"}, r'write Money\("57.80", "EUR"\)'),
        ({"expected_total": Decimal(5)}, "has to be a Money"),
        ({"consent": 5}, "write consent=price.consent"),
        ({"idempotency_key": 5}, "idempotency_key has to be a str"),
        ({"idempotency_key": ""}, "1 to 255 characters"),
        ({"idempotency_key": "k" * 256}, "1 to 255 characters"),
    ],
)
def test_arguments_that_cannot_be_right_are_named(said, message):
    """
    Before anything is asked or claimed.
    """
    shop = Shop()
    token = shop.ready()

    with pytest.raises(UsageError, match=message):
        shop.sessions.confirm(token, **said)
    assert [] == shop.counter.calls
