"""
What ``Threaded`` promises beside the suite: powers, context, errors and cancellation.
"""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar

import pytest

from ocstate.exceptions import ConflictError, StoreError
from ocstate.protocols import AsyncOnce, AsyncPurge, Record
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.testing import ALL_POWERS
from ocstate.testing.promises import KEY, RECORD

place = ContextVar("place", default="nowhere")


class Powerless:
    """
    A store with the five verbs and nothing else.
    """

    def __init__(self):
        store = MemoryStore()
        self.load, self.create, self.replace = store.load, store.create, store.replace
        self.touch, self.retire = store.touch, store.retire


class Purging(Powerless):
    """
    The same with one power.
    """

    def purge(self, now, limit):
        """
        Delete nothing.
        """
        return 0


class Slow(MemoryStore):
    """
    A store whose changes wait until they are let go.
    """

    def __init__(self):
        super().__init__()
        self.inside = threading.Event()
        self.go_on = threading.Event()

    def create(self, record, /, *, events=()):
        self.inside.set()
        assert self.go_on.wait(30)
        return super().create(record, events=events)


@pytest.mark.parametrize(
    ("store", "powers"),
    [(Powerless(), set()), (Purging(), {AsyncPurge}), (MemoryStore(), {*ALL_POWERS})],
    ids=["none", "one", "all"],
)
def test_powers_are_those_of_the_store(store, powers):
    """
    ``isinstance`` tells the truth about what the wrapped store can do.
    """
    threaded = Threaded(store)

    assert {each for each in ALL_POWERS if isinstance(threaded, each)} == powers
    assert isinstance(threaded, Threaded)
    assert type(threaded).__name__ == "Threaded"
    assert threaded.store is store


def test_a_subclass_keeps_its_own():
    """
    Whoever extends ``Threaded`` gets the powers as well.
    """

    class Named(Threaded):
        name = "mine"

    threaded = Named(MemoryStore())

    assert isinstance(threaded, Named)
    assert isinstance(threaded, AsyncOnce)
    assert threaded.name == "mine"


def test_the_loop_goes_on_while_a_thread_works():
    """
    Blocking work leaves the loop free, and sees the caller's context.
    """

    class Telling(MemoryStore):
        def load(self, key, /):
            return place.get(), threading.get_ident()

    async def main():
        place.set("here")
        return await Threaded(Telling()).load(KEY)

    told, thread = asyncio.run(main())

    assert told == "here"
    assert thread != threading.get_ident()


def test_errors_come_through():
    """
    What the store raises is raised where it is awaited.
    """

    async def main():
        store = Threaded(MemoryStore())
        await store.create(RECORD)
        with pytest.raises(ConflictError):
            await store.create(RECORD)

    asyncio.run(main())


def test_a_cancelled_write_has_ended_when_the_caller_is_told():
    """
    However often it is cancelled, a call ends with its thread's work, not before.
    """

    async def main():
        slow = Slow()
        task = asyncio.create_task(Threaded(slow).create(RECORD))
        await asyncio.to_thread(slow.inside.wait, 30)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
            assert not task.done()
        slow.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        return slow.load(KEY)

    assert isinstance(asyncio.run(main()), Record)


def test_a_cancelled_write_that_fails_is_still_a_cancellation():
    """
    The error of a write that nobody waits for any more is not left over as a warning.
    """

    class Failing(Slow):
        def create(self, record, /, *, events=()):
            super().create(record)
            raise StoreError("planted")

    async def main():
        complaints = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: complaints.append(context))
        failing = Failing()
        task = asyncio.create_task(Threaded(failing).create(RECORD))
        await asyncio.to_thread(failing.inside.wait, 30)
        task.cancel()
        await asyncio.sleep(0)
        failing.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        return complaints

    assert asyncio.run(main()) == []
