"""
What a buyer pays with reaches the shop, and nothing else.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from contextlib import suppress
from io import StringIO
from traceback import TracebackException

import pytest

from ocstate import AsyncSessions
from ocstate.core.confirm.confirming import confirm
from ocstate.core.confirm.wish import Wish
from ocstate.core.flow import Place, Reserve
from ocstate.core.session import SessionState
from ocstate.exceptions import CommandRefused
from ocstate.host import Declined, InProgress
from ocstate.problem import Problem
from ocstate.stores.inline import Inline
from tests.shells.counter import WAYS, Shop

SECRET = "tok-4111-1111"
PAYMENT = {"card": SECRET}


def declining(order):
    return Declined([Problem("card_declined")])


def failing(order):
    raise RuntimeError("the line broke")


ENDS = {
    "placed": lambda order: None,
    "declined": declining,
    "in progress": lambda order: InProgress(),
    "failed": failing,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("end", ENDS)
def test_it_is_stored_nowhere_and_in_no_log(way, end, caplog):
    """
    Whatever becomes of the order.
    """
    caplog.set_level(logging.DEBUG)
    shop = Shop()
    token = shop.ready()
    seen, stored = [], []
    replace = shop.store.replace

    def spy(record, /, **more):
        stored.append(record.payload)
        return replace(record, **more)

    def placing(order):
        seen.append(order.payment)
        return ENDS[end](order)

    shop.store.replace = spy
    shop.counter.before = placing

    def play(session):
        try:
            return (yield session.confirm(payment=PAYMENT))
        except (CommandRefused, RuntimeError) as error:
            return "".join(TracebackException.from_exception(error).format())

    came = WAYS[way](shop, play, token)

    assert [PAYMENT] == seen
    assert stored
    assert SECRET not in repr(came)
    assert SECRET.encode() not in b"".join(stored)
    assert SECRET not in caplog.text
    assert SECRET not in repr([vars(record) for record in caplog.records])
    assert SECRET not in repr(shop.look(token).checkout.attempt)
    assert SECRET not in repr(shop.counter.placed)


def test_no_repr_on_its_way_shows_it():
    """
    Neither of what the flow wants, nor of anything that it holds in its frames.
    """
    shop = Shop()
    token = shop.ready()
    state = SessionState(shop.sessions.setup, token)
    wish = Wish(payment=PAYMENT)
    flow = confirm(state, wish)
    edge, told = shop.sessions._edge, StringIO()

    def frames(generator):
        while generator is not None:
            if getattr(generator, "gi_frame", None) is not None:
                yield generator.gi_frame.f_locals
            generator = getattr(generator, "gi_yieldfrom", None)

    wanted = next(flow)
    kinds = set()
    with suppress(StopIteration):
        while True:
            kinds.add(type(wanted))
            print(wanted, *frames(flow), file=told)
            wanted = flow.send(wanted.carry(edge))

    assert {Place, Reserve} < kinds
    assert "idempotency" not in told.getvalue()
    assert SECRET not in told.getvalue()


def test_a_cancelled_task_finishes_its_order():
    """
    Then the cancellation goes on; the order is in the session, whenever it comes.
    """

    async def cancelled_at(steps):
        shop = Shop()
        token = shop.ready()
        counter = shop.counter

        class Slow:
            async def place(self, order, /):
                await asyncio.sleep(0)
                answer = counter.place(order)
                await asyncio.sleep(0)
                return answer

            async def find(self, key, /):
                return counter.find(key)

        class Goods:
            async def prices(self, questions, /):
                await asyncio.sleep(0)
                return shop.goods.prices(questions)

        host = type(shop.host)(orders=Slow(), prices=Goods())
        sessions = AsyncSessions(Inline(shop.store), host, **shop.options)
        task = asyncio.create_task(sessions.confirm(token, payment=PAYMENT))
        for _ in range(steps):
            await asyncio.sleep(0)
        ended = task.done()
        task.cancel()
        if ended:
            await task
        else:
            with pytest.raises(asyncio.CancelledError):
                await task
        stored = shop.look(token).checkout
        assert len(counter.placed) == (stored.order_id is not None)
        assert stored.attempt is None
        return ended, len(counter.placed)

    outcomes = []
    while not outcomes or not outcomes[-1][0]:
        outcomes.append(asyncio.run(cancelled_at(len(outcomes))))
    assert {0, 1} == {placed for _, placed in outcomes}
    assert 4 < sum(placed for _, placed in outcomes)
    gc.collect()


def test_a_loop_that_is_stopped_leaves_a_claim_that_the_next_one_finishes():
    """
    As a process that is killed does: what became of the order is asked.
    """

    class Stop(BaseException):
        pass

    shop = Shop()
    token = shop.ready()

    def stop(order):
        raise Stop

    shop.counter.after = stop

    def play(session):
        try:
            yield session.confirm()
        finally:
            session.discard()

    with pytest.raises(Stop):
        WAYS["AsyncSessions"](shop, play, token)
    assert shop.look(token).checkout.attempt.is_open
    assert "1" == shop.sessions.confirm(token).order_id
    assert 1 == len(shop.counter.placed)
