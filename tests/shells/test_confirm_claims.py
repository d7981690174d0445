"""
A claim on a checkout: what is refused meanwhile, what breaks, and who finishes it.
"""

from __future__ import annotations

from math import ceil
from threading import Event, Thread

import pytest

from ocstate.checkout import Cancel, LogOut, SetComment
from ocstate.exceptions import (
    CommandRefused,
    ConflictError,
    GoneError,
    StoreUnavailableError,
)
from ocstate.host import BuyerNeeded, Declined, InProgress, Placed
from ocstate.problem import Problem
from ocstate.stores.memory import MemoryStore
from tests.shells.counter import BOOK, CARD, WAYS, Shop

URL = "https://bank.example/3ds?secret=1"


class Power(KeyboardInterrupt):
    """
    The process is stopped.
    """


def errors_of(refused):
    """
    Return the errors of a refusal by code.
    """
    return {one.code: one for one in refused.problems if one.severity == "error"}


def crash(shop, token, *, placed, **said):
    """
    Confirm in a process that is stopped before or after the order was placed.
    """

    def stop(order):
        raise Power

    moment = "after" if placed else "before"
    kept = getattr(shop.counter, moment)
    setattr(shop.counter, moment, stop)
    with shop.sessions.open(token) as session:
        session.do(SetComment("Ring twice"))
        with pytest.raises(Power):
            session.confirm(**said)
        session.discard()
    setattr(shop.counter, moment, kept)
    assert shop.look(token).checkout.attempt.is_open


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_edited_while_an_order_is_made(way):
    """
    The refusal says until when; reading, host data and showing a price still work.
    """
    shop = Shop()
    token = shop.ready()
    reached, goes_on = Event(), Event()

    def wait(order):
        reached.set()
        assert goes_on.wait(30)

    shop.counter.before = wait
    thread = Thread(target=shop.sessions.confirm, args=[token])
    thread.start()
    assert reached.wait(30)

    def play(session):
        refusals = []
        for command in (BOOK, Cancel(), LogOut()):
            try:
                yield session.do(command)
            except CommandRefused as refused:
                refusals += refused.problems
        yield session.price()
        session["seen"] = 1
        return refusals, session.checkout.cart.quantity

    try:
        refusals, quantity = WAYS[way](shop, play, token).told
    finally:
        goes_on.set()
        thread.join(30)

    assert ["confirm_in_progress"] * 3 == [one.code for one in refusals]
    assert {ceil(shop.clock() + 30)} == {one.params["until"] for one in refusals}
    assert 1 == quantity
    session = shop.look(token)
    assert ("1", 1) == (session.checkout.order_id, session["seen"])
    assert session.checkout.cart.is_empty


def test_a_block_that_is_older_than_the_claim_is_refused_at_its_end():
    """
    What it wanted is not lost silently: it is told, and the order is as it was.
    """
    shop = Shop()
    token = shop.ready()
    block = shop.sessions.open(token)
    block.do(CARD)

    def close(order):
        with pytest.raises(CommandRefused, match="confirm_in_progress"):
            block.close()

    shop.counter.before = close
    shop.sessions.confirm(token)
    assert shop.look(token).checkout.cart.is_empty


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("placed", [False, True])
@pytest.mark.parametrize("seconds", [1, 31])
def test_a_confirm_after_a_crash_finishes_the_attempt(way, placed, seconds):
    """
    What the crashed block had changed enters, if its order was placed.

    Before the end of the lease nobody else places what may be placed yet.
    """
    shop = Shop()
    token = shop.ready()
    crash(shop, token, placed=placed)
    shop.clock.advance(seconds)

    def play(session):
        try:
            return (yield session.confirm())
        except CommandRefused as refused:
            return errors_of(refused)

    told = WAYS[way](shop, play, token).told

    if not placed and seconds == 1:
        assert ["confirm_in_progress"] == list(told)
        assert not shop.counter.placed
        return
    checkout = shop.look(token).checkout
    assert ("1", "1") == (told.order_id, checkout.order_id)
    assert None is checkout.attempt
    assert ("Ring twice" if placed else "") == checkout.confirmation.ordered.comment
    assert (1 if placed else 2) == shop.counter.calls.count("place")
    assert 1 == len(shop.counter.placed)


FOUND = {
    "placed": lambda shop: Placed(order_id=9),
    "unknown": lambda shop: None,
    "declined": lambda shop: Declined([Problem("card_declined")]),
    "in progress": lambda shop: InProgress(),
    "later": lambda shop: InProgress(until=shop.clock() + 500),
    "the buyer": lambda shop: BuyerNeeded(url=URL, until=shop.clock() + 500),
    "too late": lambda shop: BuyerNeeded(url=URL, until=shop.clock() - 1),
    "a fault": lambda shop: RuntimeError("the shop is away"),
}


@pytest.mark.parametrize("said", FOUND)
@pytest.mark.parametrize("way", ["Sessions", "ASGI"])
def test_an_edit_behind_a_lapsed_claim_asks_what_became_of_it(way, said):
    """
    Only where the shop knows that there is no order, or has one, is it open again.
    """
    shop = Shop()
    token = shop.ready()
    crash(shop, token, placed=False)
    shop.clock.advance(31)
    shop.counter.answers.append(FOUND[said](shop))

    def play(session):
        try:
            yield session.do(CARD)
        except CommandRefused as refused:
            return errors_of(refused)
        except RuntimeError as error:
            return str(error)

    told = WAYS[way](shop, play, token).told

    checkout = shop.look(token).checkout
    lines = checkout.cart.lines.product_ids
    match said:
        case "placed":
            assert (None, "9", (2,)) == (told, checkout.order_id, tuple(lines))
        case "unknown" | "declined" | "too late":
            assert (None, None, (1, 2)) == (told, checkout.order_id, tuple(lines))
            assert (said == "declined") == (checkout.attempt is None)
        case "a fault":
            assert "the shop is away" == told
            assert checkout.attempt.has_lapsed(shop.clock())
        case _:
            (problem,) = told.values()
            assert "confirm_in_progress" == problem.code
            until = 30 if said == "in progress" else 500
            assert shop.clock() + until == checkout.attempt.until
            assert ceil(checkout.attempt.until) == problem.params["until"]
    assert not shop.counter.placed


@pytest.mark.parametrize("said", FOUND)
def test_a_confirm_behind_a_lapsed_claim_asks_what_became_of_it(said):
    """
    And places an order only where the shop knows that there is none.
    """
    shop = Shop()
    token = shop.ready()
    crash(shop, token, placed=False)
    key = shop.look(token).checkout.attempt.key
    shop.clock.advance(31)
    # Whoever goes on asking hears the same.
    shop.counter.answers += [FOUND[said](shop)] * (1 if said == "unknown" else 1000)

    try:
        told = shop.sessions.confirm(token).order_id
    except CommandRefused as refused:
        (told,) = errors_of(refused)
    except RuntimeError as error:
        told = str(error)

    wanted = {
        "placed": "9",
        "in progress": "confirm_in_progress",
        "later": "confirm_in_progress",
        "the buyer": "buyer_needed",
        "a fault": "the shop is away",
    }
    assert wanted.get(said, "1") == told
    if said in ("unknown", "too late"):
        assert [key] == list(shop.counter.placed)
    elif said == "declined":
        assert [key] != list(shop.counter.placed)
    else:
        assert not shop.counter.placed


def test_a_price_behind_a_lapsed_claim_is_that_of_what_is_left():
    """
    It settles what came before, as an edit does, and counts as shown.
    """
    shop = Shop()
    token = shop.ready()
    crash(shop, token, placed=True)
    shop.clock.advance(31)

    with shop.sessions.open(token) as session:
        assert 0 == session.price().total.amount
    assert "1" == shop.look(token).checkout.order_id


def test_a_price_behind_a_lapsed_claim_without_an_order_counts_as_shown():
    """
    So the next confirm is compared with it.
    """
    shop = Shop()
    token = shop.ready()
    with shop.sessions.open(token) as session:
        session.price()
    crash(shop, token, placed=False)
    shop.clock.advance(31)
    shop.goods.price *= 2

    with shop.sessions.open(token) as session:
        session.price()

    assert () == shop.sessions.confirm(token).problems


@pytest.mark.parametrize("way", WAYS)
def test_a_shop_that_fails_after_it_placed_is_asked(way):
    """
    The order stands, so that is the answer.
    """
    shop = Shop()
    token = shop.ready()

    def fail(order):
        raise RuntimeError("the line broke")

    shop.counter.after = fail

    def play(session):
        return (yield session.confirm())

    assert "1" == WAYS[way](shop, play, token).told.order_id
    assert "1" == shop.look(token).checkout.order_id


def test_a_shop_that_fails_before_it_placed_is_heard():
    """
    Its error comes through, nothing is stuck, and the next try has the same key.
    """
    shop = Shop()
    token = shop.ready()
    keys = []

    def fail(order):
        keys.append(order.key)
        raise RuntimeError("the line broke")

    shop.counter.before = fail
    with pytest.raises(RuntimeError, match="the line broke"):
        shop.sessions.confirm(token)
    shop.counter.before = lambda order: keys.append(order.key)

    with shop.sessions.open(token) as session:
        session.do(CARD)
        assert "1" == session.confirm().order_id
    assert 1 == len(set(keys))


def test_a_shop_that_fails_and_cannot_tell_keeps_the_claim():
    """
    Nobody guesses: there may be an order.
    """
    shop = Shop()
    token = shop.ready()

    def fail(order):
        raise RuntimeError("the line broke")

    shop.counter.after = fail
    shop.counter.answers.append(RuntimeError("the line is broken still"))

    with pytest.raises(RuntimeError, match="the line broke"):
        shop.sessions.confirm(token)

    session = shop.sessions.open(token)
    with pytest.raises(CommandRefused, match="confirm_in_progress"):
        session.do(BOOK)
    assert "1" == shop.sessions.confirm(token).order_id
    assert 1 == len(shop.counter.placed)


def test_a_buyer_who_is_needed_is_told_where_and_until_when():
    """
    Again and again; the URL is for them, and in nobody's log.
    """
    shop = Shop()
    token = shop.ready()
    until = shop.clock() + 600
    needed = BuyerNeeded(url=URL, until=until)
    shop.counter.before = lambda order: needed
    shop.counter.answers += [needed] * 10

    for _ in range(2):
        with pytest.raises(CommandRefused) as refused:
            shop.sessions.confirm(token)
        assert {"url": URL, "until": until} == dict(
            errors_of(refused.value)["buyer_needed"].params
        )
        assert "secret" not in repr(shop.look(token).checkout)
    shop.counter.answers[:] = [Placed(order_id="B")]
    assert "B" == shop.sessions.confirm(token).order_id


def test_an_order_that_takes_long_is_recorded_all_the_same():
    """
    Its lease is over, and nobody came.
    """
    shop = Shop(lease=5)
    token = shop.ready()
    shop.counter.before = lambda order: shop.clock.advance(60) and None

    assert "1" == shop.sessions.confirm(token).order_id
    assert shop.look(token).checkout.cart.is_empty


def test_an_edit_that_came_after_the_lease_stays():
    """
    There is one order, of what was claimed; what came later is for the next one.
    """
    shop = Shop(lease=5)
    token = shop.ready()

    def edit(order):
        shop.clock.advance(6)
        with shop.sessions.open(token) as session:
            session.do(CARD)

    shop.counter.before = edit

    done = shop.sessions.confirm(token)

    checkout = shop.look(token).checkout
    assert ("1", "1") == (done.order_id, checkout.order_id)
    assert [2] == list(checkout.cart.lines.product_ids)
    assert [1] == list(checkout.confirmation.ordered.lines.product_ids)


@pytest.mark.parametrize("how", ["revoke", "log out"])
def test_a_session_that_ends_while_its_order_is_made_has_the_order_told(how):
    """
    Ending a session is nobody's to refuse; the caller hears of the order.
    """
    shop = Shop()
    token = shop.ready()
    shop.counter.before = lambda order: shop.sessions.revoke(token)

    with shop.sessions.open(token) as session:
        if how == "log out":
            session["seen"] = 1
        try:
            assert "1" == session.confirm().order_id
        finally:
            session.discard()

    assert "revoked" == shop.look(token).refused


def test_a_session_that_ended_before_orders_nothing():
    """
    It is told that it ended.
    """
    shop = Shop()
    token = shop.ready()
    with shop.sessions.open(token) as session:
        session.load()
        shop.sessions.revoke(token)
        with pytest.raises(GoneError):
            session.confirm()
    assert not shop.counter.placed


@pytest.mark.parametrize("strict", [False, True])
def test_a_strict_block_orders_only_what_it_has_read(strict):
    """
    Any other one looks again.
    """
    shop = Shop()
    token = shop.ready()
    with shop.sessions.open(token, strict=strict) as session:
        session.load()
        with shop.sessions.open(token) as other:
            other["seen"] = 1
        if strict:
            with pytest.raises(ConflictError):
                session.confirm()
            session.discard()
        else:
            session.confirm()
    assert (not strict) == bool(shop.counter.placed)


def test_host_data_that_changed_here_and_there_makes_no_second_order():
    """
    The order is told, the block's own data is in conflict, and the next confirm
    finds what was placed.
    """
    shop = Shop()
    token = shop.ready()

    def meanwhile(order):
        with shop.sessions.open(token) as other:
            other["seen"] = "there"

    shop.counter.before = meanwhile
    session = shop.sessions.open(token)
    session["seen"] = "here"

    assert "1" == session.confirm().order_id
    with pytest.raises(ConflictError, match="somebody else changed 'seen' too"):
        session.close()
    assert "1" == shop.sessions.confirm(token).order_id

    checkout = shop.look(token).checkout
    assert ("1", None) == (checkout.order_id, checkout.attempt)
    assert "there" == shop.look(token)["seen"]
    assert 1 == shop.counter.calls.count("place")


class Failing(MemoryStore):
    """
    A store that fails at one of its writes, before or after it has written.
    """

    def __init__(self):
        super().__init__()
        self.fails_at, self.outcome = 0, "not applied"

    def replace(self, record, /, *, expected, now, events=()):
        self.fails_at -= 1
        if self.fails_at == 0 and self.outcome == "not applied":
            raise StoreUnavailableError("away", outcome=self.outcome)
        version = super().replace(record, expected=expected, now=now, events=events)
        if self.fails_at == 0:
            raise StoreUnavailableError("away", outcome=self.outcome)
        return version


@pytest.mark.parametrize("outcome", ["not applied", "unknown"])
@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_store_that_fails_makes_no_second_order(outcome, fails_at):
    """
    At the claim there is no order, at the recording it is told and found again.
    """
    shop = Shop()
    store = Failing()
    shop.store = store
    shop.sessions = type(shop.sessions)(store, shop.host, **shop.options)
    token = shop.ready()
    store.fails_at, store.outcome = fails_at, outcome

    if (fails_at, outcome) == (1, "not applied"):
        with pytest.raises(StoreUnavailableError):
            shop.sessions.confirm(token)
        assert not shop.counter.placed
    else:
        assert "1" == shop.sessions.confirm(token).order_id
    assert "1" == shop.sessions.confirm(token).order_id
    assert "1" == shop.look(token).checkout.order_id
    assert 1 == len(shop.counter.placed)
    assert shop.look(token).checkout.cart.is_empty


class Held:
    """
    Holds, takes and releases, and keeps the books.
    """

    def __init__(self, counter):
        self.counter, self.calls = counter, []
        self.short = False

    def hold(self, order, /):
        self.calls.append(("hold", order.key))
        if self.short:
            raise CommandRefused([Problem("out_of_stock", "/cart")])

    def take(self, key, /):
        assert key in self.counter.placed
        self.calls.append(("take", key))

    def release(self, key, /):
        assert key not in self.counter.placed
        self.calls.append(("release", key))

    def verbs(self):
        assert 1 == len({key for _, key in self.calls})
        return [verb for verb, _ in self.calls]


@pytest.fixture
def holding():
    shop = Shop()
    shop.held = Held(shop.counter)
    shop.host = type(shop.host)(**shop.ports, reservations=shop.held)
    shop.sessions = type(shop.sessions)(shop.store, shop.host, **shop.options)
    return shop


def test_what_is_held_is_taken_with_the_order(holding):
    """
    Once each, in this order.
    """
    token = holding.ready()
    holding.sessions.confirm(token)
    holding.sessions.confirm(token)
    assert ["hold", "take"] == holding.held.verbs()


def test_what_is_held_is_released_without_an_order(holding):
    """
    Whether the shop declines, or fails and knows of no order.
    """
    token = holding.ready()
    holding.counter.before = lambda order: Declined([Problem("card_declined")])
    with pytest.raises(CommandRefused):
        holding.sessions.confirm(token)
    assert ["hold", "release"] == holding.held.verbs()

    def fail(order):
        raise RuntimeError("broken")

    holding.held.calls.clear()
    holding.counter.before = fail
    with pytest.raises(RuntimeError):
        holding.sessions.confirm(token)
    assert ["hold", "release"] == holding.held.verbs()


def test_who_cannot_hold_asks_for_no_order(holding):
    """
    The refusal is told, and the checkout is open.
    """
    token = holding.ready()
    holding.held.short = True
    with pytest.raises(CommandRefused, match="out_of_stock"):
        holding.sessions.confirm(token)
    assert "place" not in holding.counter.calls
    assert None is holding.look(token).checkout.attempt


@pytest.mark.parametrize("placed", [False, True])
@pytest.mark.parametrize("confirms", [False, True])
def test_what_a_crash_left_held_comes_to_its_end(holding, placed, confirms):
    """
    By whoever comes after the lease; while an order may still come of it, it is held
    until its own end.
    """
    token = holding.ready()
    crash(holding, token, placed=placed)
    holding.clock.advance(31)
    if confirms:
        holding.sessions.confirm(token)
    else:
        with holding.sessions.open(token) as session:
            session.do(BOOK)

    after = ["take"] if placed else ["hold", "take"] if confirms else []
    assert ["hold", *after] == holding.held.verbs()


@pytest.mark.parametrize("answer", [None, InProgress(), Placed(order_id=9)])
def test_what_a_block_did_before_it_gives_up_is_done_once(answer):
    """
    Whatever the shop says of the attempt that was open again. Where an order is being
    made after all, it is refused together with the cancellation.
    """
    shop = Shop()
    token = shop.ready()
    crash(shop, token, placed=False)
    shop.clock.advance(31)
    with shop.sessions.open(token) as session:
        session.do(CARD)
    shop.counter.answers.append(answer)

    is_canceled = not isinstance(answer, InProgress)
    with shop.sessions.open(token) as session:
        session.do(CARD)
        if is_canceled:
            session.do(Cancel())
        else:
            with pytest.raises(CommandRefused, match="confirm_in_progress"):
                session.do(Cancel())

    assert is_canceled == (shop.look(token).checkout.cancellation is not None)
    lines = shop.look(token).checkout.cart.lines
    pieces = dict(zip(lines.product_ids, lines.quantities, strict=True))
    assert (2 if is_canceled else 1) == pieces[2]
