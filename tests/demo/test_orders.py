"""
Orders of the static host: each once, and nothing sold or used up twice.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from threading import Barrier

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout.confirming.order import Order, Placed
from ocstate.checkout.facts import (
    CouponQuestion,
    CustomerQuestion,
    PriceFact,
    ProductQuestion,
    VoucherQuestion,
)
from ocstate.checkout.values.discounts import Coupon, Voucher
from ocstate.checkout.values.state import State
from ocstate.demo import StaticHost
from ocstate.exceptions import CommandRefused
from tests.demo.shops import AT, ask, bare_shop, checkout, price, product

THREADS = 16
SIZES = {"1": {"type": "select", "values": {"11": {"quantity": 4, "subtract": True}}}}


def store(**more: object) -> StaticHost:
    """
    Open a shop whose status 1 is the default and takes stock, as 2 does; 9 does not.
    """
    return bare_shop(
        **{
            "settings": {"processing_status": [1], "complete_status": [2]},
            "products": {
                "7": product(quantity=10, options=SIZES),
                "8": product(quantity=5, subtract=False),
            },
            **more,
        }
    )


def order(host: StaticHost, state: State, key: str = "k", **more: object) -> Order:
    """
    Make an order as a driver would: priced by the host a moment ago.
    """
    prices = price(host, state)
    return Order(
        **{"key": key, "checkout": state, "prices": prices, "placed_at": AT, **more}
    )


def stock(host: StaticHost, product_id: int = 7) -> int | None:
    """
    Ask how many pieces of a product there are.
    """
    return ask(host, ProductQuestion(product_id=product_id)).stock


def at_once(work: Callable[[int], object], times: int = THREADS) -> list[object]:
    """
    Call *work* in so many threads that all begin together; refusals are results.
    """
    barrier = Barrier(times)

    def run(number: int) -> object:
        barrier.wait()
        try:
            return work(number)
        except CommandRefused as refusal:
            return refusal

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(run, range(times)))
    finally:
        sys.setswitchinterval(interval)


def codes(refusal: CommandRefused) -> list[str]:
    """
    Name what is wrong, in order.
    """
    return [problem.code for problem in refusal.problems]


def test_an_order_is_kept_and_takes_stock():
    """
    Orders are numbered from 1, kept as they were placed, and take what they sell.
    """
    host = store()
    first = order(host, checkout((7, 2), (7, 1, {1: 11}), (8, 5)))
    second = order(host, checkout((7, 1)), key="other")

    assert [Placed(order_id=1), Placed(order_id=2)] == [
        host.orders.place(each) for each in (first, second)
    ]
    assert [(1, first, 1), (2, second, 1)] == [
        (each.order_id, each.order, each.order_status_id) for each in host.orders.placed
    ]
    assert 6 == stock(host)
    assert 5 == stock(host, 8)
    (size,) = ask(host, ProductQuestion(product_id=7)).options
    assert {11: 3} == size.values


def test_the_same_key_is_the_same_order():
    """
    A second attempt gets the first one's answer, even when it could not be placed.
    """
    host = store()
    attempt = order(host, checkout((7, 10)), attempt="first")
    placed = Placed(order_id=1, attempt="first")

    assert placed == host.orders.place(attempt) == host.orders.place(attempt)
    assert placed == host.orders.place(evolve(attempt, comment="x", attempt="second"))
    assert placed == host.orders.find(attempt.key)
    assert None is host.orders.find("other")
    assert 0 == stock(host)
    assert 1 == len(host.orders.placed)


def test_a_refused_order_is_judged_anew():
    """
    A refusal is not remembered under its key, and payments are not kept.
    """
    host = store()
    short = order(host, checkout((7, 11)))
    with pytest.raises(CommandRefused):
        host.orders.place(short)

    assert None is host.orders.find(short.key)
    mended = order(host, checkout((7, 10)), attempt="b", payment="a card")
    assert Placed(order_id=1, attempt="b") == host.orders.place(mended)
    assert mended == host.orders.placed[0].order
    assert None is host.orders.placed[0].order.payment


@pytest.mark.parametrize(
    ("status", "kept", "left"),
    [(None, 1, 7), (1, 1, 7), (2, 2, 7), (9, 9, 10), (0, 0, 10)],
)
def test_a_status_takes_stock_or_not(status, kept, left):
    """
    The processing and complete statuses take stock; the default stands in for None.
    """
    host = store()
    host.orders.place(order(host, checkout((7, 3)), order_status_id=status))

    assert kept == host.orders.placed[0].order_status_id
    assert left == stock(host)


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        ([(7, 11)], [("/cart/lines/0/quantity", 10)]),
        (
            [(8, 1), (7, 6), (7, 5, {1: 99})],
            [(f"/cart/lines/{n}/quantity", 10) for n in (1, 2)],
        ),
        ([(7, 5, {1: 11})], [("/cart/lines/0/quantity", 4)]),
        ([(8, 6)], [("/cart/lines/0/quantity", 5)]),
        ([(99, 1)], [("/cart/lines/0/quantity", 0)]),
    ],
)
def test_what_the_stock_does_not_cover_is_refused(lines, places):
    """
    Every line that is short is named, and nothing is taken.
    """
    host = store()
    with pytest.raises(CommandRefused) as caught:
        host.orders.place(order(host, checkout(*lines)))

    assert {"out_of_stock"} == set(codes(caught.value))
    assert places == [
        (problem.path, problem.params["available"]) for problem in caught.value.problems
    ]
    assert (10, ()) == (stock(host), host.orders.placed)


def test_a_shop_may_sell_what_it_has_not():
    """
    With the switch on, stock goes below nothing.
    """
    host = store(
        settings={"processing_status": [1], "stock_checkout": True},
    )

    assert Placed(order_id=1) == host.orders.place(order(host, checkout((7, 12))))
    assert -2 == stock(host)


def test_an_unknown_status_and_another_price_are_refused():
    """
    All that is wrong is said at once, and the key is free for a better attempt.
    """
    host = store()
    state = checkout((7, 11))
    wrong = order(host, state, prices=PriceFact(), order_status_id=77)

    with pytest.raises(CommandRefused) as caught:
        host.orders.place(wrong)

    assert ["unknown_order_status", "out_of_stock", "price_changed"] == codes(
        caught.value
    )
    assert Placed(order_id=1) == host.orders.place(order(host, checkout((7, 1))))


# --- What is used up ---------------------------------------------------------------

RICH = {
    "5": {"customer_group_id": 1, "reward_points": 100, "credit": "30.0000"},
    "6": {"customer_group_id": 1},
}


def generous() -> StaticHost:
    """
    Open a shop with a coupon for one use a customer and two in all, and a voucher.
    """
    return store(
        products={"7": product(points=10), "8": product()},
        customers=RICH,
        coupons={
            "1": {
                "code": "C",
                "type": "F",
                "discount": "1.0000",
                "uses_total": 2,
                "uses_customer": 1,
            }
        },
        voucher_themes={"1": {}},
        vouchers={"1": {"code": "G", "amount": "25.0000", "voucher_theme_id": 1}},
    )


def buys(host: StaticHost, key: str, **sections: object) -> int:
    """
    Buy one piece.
    """
    return host.orders.place(order(host, checkout((7, 1), **sections), key=key))


def test_a_coupon_is_used_up():
    """
    Uses count for everybody, and for the customer who used it.
    """
    host, coupons = generous(), (Coupon(code="C"),)

    def holds(customer_id: int) -> bool:
        state = checkout((7, 1), customer_id=customer_id)
        return ask(host, CouponQuestion(code="C", checkout=state)).valid

    assert (True, True) == (holds(5), holds(6))
    buys(host, "a", customer_id=5, coupons=coupons)
    assert (False, True) == (holds(5), holds(6))
    buys(host, "b", coupons=(Coupon(code="?"),))
    assert (False, True) == (holds(5), holds(6))
    buys(host, "c", coupons=coupons)
    assert (False, False) == (holds(5), holds(6))


def test_a_voucher_is_spent():
    """
    A voucher pays order after order until nothing is left of it.
    """
    host, vouchers = generous(), (Voucher(code="G"),)
    paid = []
    for key in "abcd":
        paid.append(price(host, checkout((7, 1), vouchers=vouchers)).total)
        buys(host, key, vouchers=vouchers)

    assert [Decimal(0), Decimal(0), Decimal(5), Decimal(10)] == paid
    assert not ask(host, VoucherQuestion(code="G")).valid


def test_points_and_credit_are_spent():
    """
    Credit that was taken is gone from the balance, and so are points that were used:
    only where credit is not enough, and never more than are needed.
    """
    host = generous()
    for key, reward, left in (
        ("a", 4, (100, Decimal(20))),
        ("b", None, (100, Decimal(10))),
        ("c", 4, (100, Decimal(0))),
        ("d", 4, (96, Decimal(0))),
        ("e", 50, (86, Decimal(0))),
    ):
        buys(host, key, customer_id=5, reward=reward)
        after = ask(host, CustomerQuestion(customer_id=5))
        assert left == (after.reward_points, after.credit)


def test_a_status_that_takes_nothing_uses_nothing_up():
    """
    An order that waits leaves coupon, voucher, points and credit alone.
    """
    host = generous()
    state = checkout(
        (7, 1),
        customer_id=5,
        coupons=(Coupon(code="C"),),
        vouchers=(Voucher(code="G"),),
        reward=5,
    )
    before = price(host, state)
    host.orders.place(order(host, state, order_status_id=9))

    assert before == price(host, state)


def test_a_price_that_changed_meanwhile_is_refused():
    """
    Who was told a price with a coupon that somebody else used up is not charged more.
    """
    host = generous()
    late = order(host, checkout((7, 1), coupons=(Coupon(code="C"),)), key="late")
    buys(host, "a", coupons=(Coupon(code="C"),))
    buys(host, "b", coupons=(Coupon(code="C"),))

    with pytest.raises(CommandRefused) as caught:
        host.orders.place(late)
    assert ["price_changed"] == codes(caught.value)


# --- Threads ------------------------------------------------------------------------


def test_one_checkout_is_one_order_however_often_it_is_sent():
    """
    Sixteen attempts with one key at once get one number, and take the stock once.
    """
    host = store()
    attempt = order(host, checkout((7, 1)))

    assert {Placed(order_id=1)} == set(at_once(lambda _: host.orders.place(attempt)))
    assert (9, 1) == (stock(host), len(host.orders.placed))


def test_stock_is_never_oversold():
    """
    Of sixteen buyers at once as many are served as there are pieces.
    """
    host = store()
    orders = [order(host, checkout((7, 1)), key=str(n)) for n in range(THREADS)]
    results = at_once(lambda number: host.orders.place(orders[number]))
    numbers = [int(each.order_id) for each in results if isinstance(each, Placed)]
    refused = [each for each in results if isinstance(each, CommandRefused)]

    assert list(range(1, 11)) == sorted(numbers)
    assert [["out_of_stock"]] * 6 == [codes(each) for each in refused]
    assert 0 == stock(host)


def test_a_balance_is_never_overdrawn():
    """
    Of sixteen orders at once that would each be paid with credit, it pays for three.
    """
    host = generous()
    state = checkout((8, 1), customer_id=5)
    orders = [order(host, state, key=str(n)) for n in range(THREADS)]
    results = at_once(lambda number: host.orders.place(orders[number]))

    assert 3 == sum(isinstance(each, Placed) for each in results)
    assert Decimal(0) == ask(host, CustomerQuestion(customer_id=5)).credit


@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.integers(1, 6), st.sampled_from([1, 9])),
        max_size=12,
    )
)
def test_pieces_are_neither_lost_nor_made(attempts: Iterable[tuple[str, int, int]]):
    """
    Whatever is tried, what is left and what was taken is what there was.
    """
    host = store()
    for key, quantity, status in attempts:
        attempt = order(host, checkout((7, quantity)), key=key, order_status_id=status)
        with suppress(CommandRefused):
            host.orders.place(attempt)
    taken = sum(
        each.order.checkout.cart.quantity
        for each in host.orders.placed
        if each.order_status_id == 1
    )

    assert 10 == taken + stock(host)
    assert stock(host) >= 0
    assert len({each.order.key for each in host.orders.placed}) == len(
        host.orders.placed
    )
