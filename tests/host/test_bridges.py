"""
Hosts for asyncio: answered at once or in threads, and cancelled in between.
"""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar

import pytest

from ocstate.checkout.facts import PlaceFact, PlaceQuestion, VoucherQuestion
from ocstate.demo import StaticHost
from ocstate.exceptions import UsageError
from ocstate.host import AsyncHost, Host, InlineHost, Placed, ThreadedHost
from ocstate.host.asking import PORTS, batches, collect, telling
from tests.demo.shops import ask, checkout
from tests.demo.test_orders import order, store

BRIDGES = pytest.mark.parametrize("bridge", [InlineHost, ThreadedHost])

REQUEST = ContextVar("REQUEST", default="none")


class Places:
    """
    A port that notes in which thread and context it was asked.
    """

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.contexts: list[str] = []
        self.entered = threading.Event()
        self.leave = threading.Event()
        self.leave.set()

    def places(self, questions):
        self.entered.set()
        assert self.leave.wait(30)
        self.threads.append(threading.get_ident())
        self.contexts.append(REQUEST.get())
        return [PlaceFact(country_known=True) for _ in questions]


async def ask_async(host, question):
    """
    Ask as an asynchronous driver does.
    """
    asked = batches([question], host)
    answers = [await batch.ask(batch.questions) for batch in asked]
    return collect(asked, answers, 1.0).answer(question)


@BRIDGES
def test_answers_are_those_of_the_host(bridge):
    """
    Through a bridge the same questions have the same answers, and orders are placed.
    """
    host = StaticHost.demo()
    question = PlaceQuestion(country_id=81, zone_id=1259)

    assert ask(host, question) == asyncio.run(ask_async(bridge(host), question))

    shop = store()
    attempt = order(shop, checkout((7, 1)))
    placing = telling(bridge(shop), "orders", "place")
    assert Placed(order_id=1) == asyncio.run(placing(attempt))
    assert 1 == len(shop.orders.placed)


@BRIDGES
def test_a_bridge_has_the_ports_of_its_host(bridge):
    """
    Every port of a full host is there, and of another only those that it has.
    """
    full, little = bridge(StaticHost.demo()), bridge(Host(geography=Places()))

    assert isinstance(full, AsyncHost)
    assert all(getattr(full, port.port) is not None for port in PORTS.values())
    assert full.orders is not None
    assert little.geography is not None
    assert little.catalog is None
    assert () == batches([VoucherQuestion(code="G")], little)


@BRIDGES
def test_a_half_written_port_is_as_wrong_as_before(bridge):
    """
    A method that is missing is missed when it is asked, not sooner and not never.
    """
    with pytest.raises(UsageError, match="no method 'vouchers'"):
        batches([VoucherQuestion(code="G")], bridge(Host(discounts=object())))


@BRIDGES
def test_errors_of_the_host_come_through(bridge):
    """
    What a port raises is raised where it is awaited.
    """

    class Broken:
        def places(self, questions):
            raise LookupError("no map")

    with pytest.raises(LookupError, match="no map"):
        asyncio.run(
            ask_async(bridge(Host(geography=Broken())), PlaceQuestion(country_id=1))
        )


def test_an_inline_host_runs_no_thread():
    """
    A host that never blocks is asked in the loop's own thread.
    """
    places = Places()
    asyncio.run(
        ask_async(InlineHost(Host(geography=places)), PlaceQuestion(country_id=1))
    )

    assert [threading.get_ident()] == places.threads


def test_a_threaded_host_leaves_the_loop_alone():
    """
    A blocking host is asked in another thread, which sees the caller's context.
    """

    async def call() -> None:
        REQUEST.set("mine")
        await ask_async(host, PlaceQuestion(country_id=1))

    places = Places()
    host = ThreadedHost(Host(geography=places))
    asyncio.run(call())

    assert threading.get_ident() not in places.threads
    assert ["mine"] == places.contexts


def test_a_cancelled_call_ends_with_its_thread():
    """
    Whoever gets the cancellation knows that nothing is under way any more.
    """

    async def cancel() -> list[int]:
        task = asyncio.ensure_future(ask_async(host, PlaceQuestion(country_id=1)))
        await asyncio.to_thread(places.entered.wait, 30)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
        places.leave.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        return places.threads

    places = Places()
    places.leave.clear()
    host = ThreadedHost(Host(geography=places))

    assert 1 == len(asyncio.run(cancel()))
