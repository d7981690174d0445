"""
`session.confirm` in a block, every way in: what enters with the order, and what drops.
"""

from __future__ import annotations

import pytest

from ocstate import Policy
from ocstate.checkout import LogIn, SetComment
from ocstate.checkout.facts import CustomerFact, GroupFact
from ocstate.checkout.values.people import Customer
from ocstate.exceptions import CommandRefused
from ocstate.host import Declined, Placed
from ocstate.problem import Problem
from tests.shells.counter import ADA, BOOK, CARD, READY, WAYS, Shop

ACCOUNT = Customer(
    customer_id=7,
    firstname="Ada",
    lastname="Keeper",
    email="ada@example.com",
    telephone="0405550100",
)


class Accounts:
    """
    Knows every account.
    """

    def customers(self, questions, /):
        return [
            CustomerFact(customer_id=each.customer_id, active=True)
            for each in questions
        ]

    def groups(self, questions, /):
        return [
            GroupFact(customer_group_id=each.customer_group_id or 1, allowed=True)
            for each in questions
        ]


@pytest.fixture(params=WAYS)
def visit(request):
    way = WAYS[request.param]
    return lambda shop, play, token=None: way(shop, play, token)


def decline(order):
    return Declined([Problem("card_declined")])


def test_what_the_block_changed_enters_with_the_order(visit):
    """
    The shop is handed it, the order keeps it, and nothing of it is left behind.
    """
    shop = Shop()
    token = shop.ready()

    def play(session):
        yield session.do(CARD)
        yield session.do(SetComment("Ring twice"))
        session["seen"] = [1]
        done = yield session.confirm()
        assert session.checkout.cart.is_empty
        session["seen"].append(2)
        return done

    came = visit(shop, play, token)

    (order,) = shop.counter.placed.values()
    assert ("Ring twice", 2) == (order.comment, order.checkout.cart.quantity)
    session = shop.look(came.token)
    assert token == came.token
    assert ("1", "1") == (came.told.order_id, session.checkout.order_id)
    assert came.told == session.checkout.confirmation
    assert session.checkout.cart.is_empty
    assert "" == session.checkout.comment
    assert "Ring twice" == session.checkout.confirmation.ordered.comment
    assert ADA.email == session.checkout.customer.email
    assert [1, 2] == session["seen"]


def test_host_data_that_was_handed_out_before_is_kept_too(visit):
    """
    Whoever holds on to a value changes it after the order as before.
    """
    shop = Shop()
    token = shop.ready()
    with shop.sessions.open(token) as session:
        session["wishlist"] = [1]

    def play(session):
        wishlist = session["wishlist"]
        yield session.confirm()
        wishlist.append(2)
        assert [1, 2] == session["wishlist"]

    visit(shop, play, token)

    assert [1, 2] == shop.look(token)["wishlist"]


@pytest.mark.parametrize("why", ["refused", "declined", "raised"])
def test_without_an_order_what_the_block_changed_is_dropped(visit, why):
    """
    Also when the caller goes on in the block: what comes after it is kept, and so is
    the host's own data.
    """
    shop = Shop()
    token = shop.ready()
    if why == "refused":
        shop.goods.on_sale = False
    elif why == "declined":
        shop.counter.before = decline
    else:

        def refuse(order):
            raise CommandRefused([Problem("card_declined")])

        shop.counter.before = refuse

    def play(session):
        yield session.do(SetComment("Ring twice"))
        session["seen"] = 1
        codes = []
        try:
            yield session.confirm()
        except CommandRefused as refused:
            problems = refused.problems
            codes = [one.code for one in problems if one.severity == "error"]
        assert "" == session.checkout.comment
        shop.goods.on_sale = True
        yield session.do(CARD)
        return codes

    came = visit(shop, play, token)

    session = shop.look(came.token)
    assert ["product_unavailable" if why == "refused" else "card_declined"] == came.told
    assert ("", 2, 1) == (
        session.checkout.comment,
        session.checkout.cart.quantity,
        session["seen"],
    )
    assert (None, None) == (session.checkout.attempt, session.checkout.confirmation)
    assert {} == shop.counter.placed


def test_a_declined_order_gets_another_key_next_time(visit):
    """
    It came to an end; the block may confirm again at once.
    """
    shop = Shop()
    token = shop.ready()
    keys = []

    def once(order):
        keys.append(order.key)
        return decline(order) if len(keys) == 1 else None

    shop.counter.before = once

    def play(session):
        with pytest.raises(CommandRefused):
            yield session.confirm()
        return (yield session.confirm())

    assert "1" == visit(shop, play, token).told.order_id
    assert 2 == len(set(keys))


def test_all_that_speaks_against_an_order_is_told_at_once(visit):
    """
    A visitor with nothing at all learns everything, and no session is made of it.
    """
    shop = Shop()

    def play(session):
        try:
            yield session.confirm()
        except CommandRefused as refused:
            return sorted(problem.code for problem in refused.problems)

    came = visit(shop, play)

    assert ["cart_empty", "customer_required", "payment_method_required"] == came.told
    assert None is came.token
    assert [] == shop.store.scan(None, 10)
    assert [] == shop.counter.calls


@pytest.mark.parametrize("seconds", [0, 100])
@pytest.mark.parametrize("repeat", [0, 60])
@pytest.mark.parametrize("keeps", [False, True])
def test_a_new_visitor_fills_and_confirms_in_one_block(visit, seconds, repeat, keeps):
    """
    They are given the token, however long the shop took, and whatever came afterwards.
    """
    shop = Shop(policy=Policy(repeat=repeat), lease=1000)

    def slow(order):
        shop.clock.advance(seconds)

    shop.counter.before = slow

    def play(session):
        for command in READY:
            yield session.do(command)
        done = yield session.confirm()
        if keeps:
            session["last"] = done.order_id
        return done, session.token

    came = visit(shop, play)

    assert came.token is not None
    assert came.told[1] == came.token
    session = shop.look(came.token)
    assert "1" == session.checkout.order_id
    assert ("1" if keeps else None) == session.get("last")


@pytest.mark.parametrize("keeps", [False, True])
def test_who_logs_in_with_the_order_gets_a_new_token(visit, keeps):
    """
    The old one is dead, and whose session it is stands in it.
    """
    shop = Shop(ports={"customers": Accounts()})
    token = shop.ready()

    def play(session):
        yield session.do(LogIn(ACCOUNT))
        yield session.confirm()
        if keeps:
            session["last"] = "1"
        return session.token, session.subjects

    came = visit(shop, play, token)

    assert came.token not in (None, token)
    assert (came.token, ("customer:7",)) == came.told
    assert "rotated" == shop.look(token).refused
    session = shop.look(came.token)
    assert ("customer:7",) == session.subjects
    assert (7, "1") == (
        session.checkout.customer.customer_id,
        session.checkout.order_id,
    )
    assert 7 == session.checkout.confirmation.ordered.customer.customer_id


@pytest.mark.parametrize("how", ["log in", "identify"])
def test_nobody_is_logged_in_by_an_order_that_is_declined(visit, how):
    """
    The token stays, and so does whose session it is.
    """
    shop = Shop(ports={"customers": Accounts()})
    token = shop.ready()
    shop.counter.before = decline

    def play(session):
        if how == "log in":
            yield session.do(LogIn(ACCOUNT))
        else:
            session.identify("customer:7")
        with pytest.raises(CommandRefused):
            yield session.confirm()
        return session.subjects

    came = visit(shop, play, token)

    assert () == came.told
    assert token == came.token
    session = shop.look(token)
    assert (None, ()) == (session.refused, session.subjects)
    assert None is session.checkout.customer.customer_id or (
        0 == session.checkout.customer.customer_id
    )


def test_who_is_identified_in_the_block_is_so_with_the_order(visit):
    """
    As by logging in: a new token, and the old one is dead.
    """
    shop = Shop()
    token = shop.ready()

    def play(session):
        session.identify("partner:3")
        return (yield session.confirm())

    came = visit(shop, play, token)

    assert "rotated" == shop.look(token).refused
    assert ("partner:3",) == shop.look(came.token).subjects
    assert "1" == shop.look(came.token).checkout.order_id


def test_warnings_are_told_with_the_order_and_with_its_repetition(visit):
    """
    Those of commands of the block, and those of the judgement.
    """
    shop = Shop()
    token = shop.ready()

    def play(session):
        yield session.price()
        shop.goods.price -= 1
        first = yield session.confirm()
        told = session.warnings
        again = yield session.confirm()
        assert first == again
        assert told == session.warnings == first.problems
        return [(one.severity, one.code) for one in told]

    assert [("info", "total_decreased")] == visit(shop, play, token).told

    def repeat(session):
        yield session.confirm()
        return [one.code for one in session.warnings]

    assert ["total_decreased"] == visit(shop, repeat, token).told


def test_what_was_ordered_stays_readable_until_the_next_order(visit):
    """
    However the checkout changes.
    """
    shop = Shop()
    token = shop.ready()

    def order(session):
        yield session.confirm()
        yield session.do(BOOK)
        yield session.do(BOOK)

    def again(session):
        before = session.checkout.confirmation.ordered
        for command in READY[1:]:
            yield session.do(command)
        assert before == session.checkout.confirmation.ordered
        yield session.confirm()
        after = session.checkout.confirmation.ordered
        return before.cart.quantity, after.cart.quantity

    visit(shop, order, token)
    assert (1, 2) == visit(shop, again, token).told
    assert 2 == shop.look(token).checkout.confirmation.ordered.cart.quantity
    assert 2 == len(shop.counter.placed)


def test_a_number_a_text_and_a_link_reach_the_caller(visit):
    """
    As the shop named them, also when it is asked for again.
    """
    shop = Shop()
    token = shop.ready()
    shop.counter.after = lambda order: Placed(
        order_id="A-17", number="2025/17", link="https://shop.example/o/17"
    )

    def play(session):
        first = yield session.confirm()
        return [first, (yield session.confirm())]

    for done in visit(shop, play, token).told:
        assert ("A-17", "2025/17", "https://shop.example/o/17") == (
            done.order_id,
            done.number,
            done.link,
        )


def test_it_is_not_asked_of_a_host_that_takes_no_orders(visit):
    """
    That is said before anything is claimed.
    """
    shop = Shop(without=("orders",))
    token = shop.ready()

    def play(session):
        with pytest.raises(Exception, match="port 'orders'"):
            yield session.confirm()

    visit(shop, play, token)
    assert None is shop.look(token).checkout.attempt
