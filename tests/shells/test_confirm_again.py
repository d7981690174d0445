"""
A confirm that is sent again: when it is the same order, and when it is another one.
"""

from __future__ import annotations

from decimal import Decimal
from threading import Thread

import pytest

from ocstate import Policy
from ocstate.checkout import Cancel, LogOut, Money, SetComment
from ocstate.exceptions import CommandRefused
from tests.shells.counter import BOOK, READY, WAYS, Shop


def fill(shop, token):
    """
    Make the session ready for the next order.
    """
    with shop.sessions.open(token) as session:
        for command in READY:
            session.do(command)


def codes_of(shop, token, **said):
    """
    Return the codes of the refusal; None for an order.
    """
    try:
        shop.sessions.confirm(token, **said)
    except CommandRefused as refused:
        return {one.code for one in refused.problems if one.severity == "error"}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_key_is_the_same_order(way):
    """
    For as long as it is the last one, whatever is in the cart by then.
    """
    shop = Shop()
    token = shop.ready()

    def order(key):
        def play(session):
            return (yield session.confirm(idempotency_key=key))

        return WAYS[way](shop, play, token).told

    first = order("one")
    shop.clock.advance(100)
    fill(shop, token)
    shop.goods.price = Decimal(99)

    assert first == order("one")
    assert "2" == order("two").order_id
    assert 2 == len(shop.counter.placed)
    assert shop.look(token).checkout.cart.is_empty


def test_a_key_counts_where_nothing_else_does():
    """
    With ``repeat=0`` a confirm without one is never a repetition.
    """
    shop = Shop(policy=Policy(repeat=0))
    token = shop.ready()

    first = shop.sessions.confirm(token, idempotency_key="one")

    assert {"cart_empty", "payment_method_required"} == codes_of(shop, token)
    assert first == shop.sessions.confirm(token, idempotency_key="one")
    fill(shop, token)
    assert "2" == shop.sessions.confirm(token).order_id


def test_another_key_asks_for_another_order():
    """
    So it is refused where there is nothing to order.
    """
    shop = Shop()
    token = shop.ready()
    shop.sessions.confirm(token, idempotency_key="one")

    codes = codes_of(shop, token, idempotency_key="two")

    assert {"cart_empty", "payment_method_required"} == codes


def test_without_a_key_it_is_a_repetition_for_a_while():
    """
    Also of an order that had one; what was said beside is not looked at then.
    """
    shop = Shop()
    token = shop.ready()

    first = shop.sessions.confirm(token, idempotency_key="one")
    shop.clock.advance(59)
    assert first == shop.sessions.confirm(token)
    assert first == shop.sessions.confirm(token, expected_total=Money("1", "EUR"))
    shop.clock.advance(2)
    assert {"cart_empty", "payment_method_required"} == codes_of(shop, token)


def test_what_does_not_matter_to_an_order_makes_no_other_one():
    """
    Neither the host's own data, nor that a price was shown.
    """
    shop = Shop()
    token = shop.ready()
    first = shop.sessions.confirm(token)

    with shop.sessions.open(token) as session:
        session["seen"] = 1
        session.price()

    assert first == shop.sessions.confirm(token)


def test_two_blocks_that_were_open_at_once_make_one_order():
    """
    The second one had read what the first one ordered.
    """
    shop = Shop(policy=Policy(repeat=0))
    token = shop.ready()

    with shop.sessions.open(token) as one, shop.sessions.open(token) as two:
        for session in (one, two):
            session.do(SetComment("Ring twice"))
        assert one.confirm() == two.confirm()
        assert "" == two.checkout.comment

    assert 1 == len(shop.counter.placed)
    assert "" == shop.look(token).checkout.comment


def test_two_blocks_that_want_different_things_make_two_orders_or_one_refusal():
    """
    What the second one put in is ordered after what the first one did.
    """
    shop = Shop()
    token = shop.ready()

    with shop.sessions.open(token) as one, shop.sessions.open(token) as two:
        two.do(BOOK)
        one.confirm()
        with pytest.raises(CommandRefused) as refused:
            two.confirm()

    assert {"payment_method_required"} == {
        each.code for each in refused.value.problems if each.severity == "error"
    }
    assert shop.look(token).checkout.cart.is_empty


def test_a_confirm_beside_another_waits_for_its_order():
    """
    It is answered with the same one; the shop is asked to place once.
    """
    shop = Shop(patience=30)
    token = shop.ready()
    answers = []

    def other():
        answers.append(shop.sessions.confirm(token))

    thread = Thread(target=other)
    shop.counter.before = lambda order: thread.start()
    answers.append(shop.sessions.confirm(token))
    thread.join(30)

    assert 2 == len(answers)
    assert 1 == len(set(map(repr, answers)))
    assert 1 == shop.counter.calls.count("place")


def test_a_canceled_checkout_is_ordered_by_nobody():
    """
    Its last state stays readable, and nothing changes it; to cancel twice is nothing.
    """
    shop = Shop()
    token = shop.ready()
    with shop.sessions.open(token) as session:
        session.do(Cancel(reason="buyer"))

    with shop.sessions.open(token) as session:
        for command in (BOOK, SetComment("x")):
            with pytest.raises(CommandRefused, match="checkout_canceled"):
                session.do(command)
        session.do(Cancel(reason="again"))
    assert "checkout_canceled" in codes_of(shop, token)
    assert [] == shop.counter.calls
    checkout = shop.look(token).checkout
    assert ("buyer", 1) == (checkout.cancellation.reason, checkout.cart.quantity)
    with shop.sessions.open(token) as session:
        session.price()
        with pytest.raises(CommandRefused, match="checkout_canceled"):
            session.do(LogOut())
    assert checkout == shop.look(token).checkout


def test_an_order_is_not_repeated_by_a_canceled_checkout():
    """
    Whoever canceled what came after an order is not told that it was placed.
    """
    shop = Shop()
    token = shop.ready()
    shop.sessions.confirm(token)
    with shop.sessions.open(token) as session:
        session.do(Cancel())

    assert "checkout_canceled" in codes_of(shop, token)


@pytest.mark.parametrize("token", ["0" * 32, "%22"])
def test_a_token_that_names_nothing_orders_nothing(token):
    """
    There is nothing to order, and no session is made of it.
    """
    shop = Shop()

    assert {"cart_empty"} < codes_of(shop, token)
    assert [] == shop.store.scan(None, 10)
