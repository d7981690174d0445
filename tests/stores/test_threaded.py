"""
What ``Threaded`` promises beside the suite: powers, context, errors and cancellation.
"""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar

import pytest
from attrs import evolve

from ocstate.exceptions import ConflictError, StoreError, StoreUnavailableError
from ocstate.protocols import AsyncOnce, AsyncPurge, Record
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.testing import ALL_POWERS
from ocstate.testing.promises import KEY, NOW, RECORD, key_of

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


class Held(MemoryStore):
    """
    A store whose changes of some sessions are stuck, as behind a lock that is held.
    """

    def __init__(self, stuck):
        super().__init__()
        self.stuck, self.begun = stuck, []
        self.inside, self.go_on = threading.Event(), threading.Event()

    def create(self, record, /, *, events=()):
        if record.key in self.stuck:
            self.begun.append(record.handle)
            self.inside.set()
            assert self.go_on.wait(60)
        return super().create(record, events=events)


def test_writers_of_one_session_keep_nobody_else_waiting():
    """
    Of 64 that wait for one session one has a thread; another session is read and
    changed, and found, meanwhile. Those who wait go on in their order.
    """

    async def main():
        held = Held({KEY})
        store = Threaded(held)
        writers = [
            asyncio.create_task(store.create(evolve(RECORD, handle=f"{number}")))
            for number in range(64)
        ]
        other = evolve(RECORD, key=key_of("other"))
        await store.create(other)
        assert isinstance(await store.load(other.key), Record)
        assert len(await store.by_subject("api:7")) == 1
        await store.touch(other.key, seen_at=NOW + 9, expires_at=NOW + 99)
        assert await store.claim("nonce", NOW, b"value") is None
        assert held.begun == ["0"]
        held.go_on.set()
        outcomes = await asyncio.gather(*writers, return_exceptions=True)
        assert [type(each) for each in outcomes] == [int, *[ConflictError] * 63]
        return held.begun

    assert asyncio.run(main()) == [f"{number}" for number in range(64)]


def test_writers_of_many_sessions_keep_no_reader_waiting():
    """
    However many sessions are stuck, those who wait take a bounded number of threads,
    and reading has its own.
    """

    async def main():
        keys = [key_of(f"{number}") for number in range(64)]
        held = Held(set(keys))
        store = Threaded(held)
        before = threading.active_count()
        writers = [
            asyncio.create_task(store.create(evolve(RECORD, key=key))) for key in keys
        ]
        assert await store.load(keys[0]) is None
        assert list(await store.scan(None, 9)) == []
        assert threading.active_count() - before <= 20
        held.go_on.set()
        return await asyncio.gather(*writers)

    assert len(asyncio.run(main())) == 64


def test_a_call_that_has_not_begun_ends_at_once():
    """
    A cancelled call in the queue does nothing, and a time-out counts there as well.
    """

    async def main():
        held = Held({KEY})
        store = Threaded(held)
        first = asyncio.create_task(store.create(RECORD))
        second = asyncio.create_task(store.create(evolve(RECORD, handle="second")))
        await asyncio.to_thread(held.inside.wait, 60)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second

        hasty = Threaded(held)
        hasty._patience = 0.01
        hasty._keys = store._keys
        with pytest.raises(StoreUnavailableError) as caught:
            await hasty.create(evolve(RECORD, handle="third"))
        assert caught.value.outcome == "not applied"
        held.go_on.set()
        await first
        return held.begun

    assert asyncio.run(main()) == [RECORD.handle]


def test_loops_one_after_another_and_at_once():
    """
    One store serves any number of loops, and its threads end when it is closed.
    """
    before = set(threading.enumerate())
    store = Threaded(MemoryStore())
    keys = [key_of(f"{number}") for number in range(8)]
    asyncio.run(store.create(RECORD))
    asyncio.run(store.load(KEY))
    loops = [
        threading.Thread(
            target=lambda key=key: asyncio.run(store.create(evolve(RECORD, key=key)))
        )
        for key in keys
    ]
    for loop in loops:
        loop.start()
    for loop in loops:
        loop.join()
    assert len(asyncio.run(store.scan(None, 99))) == 9

    ours = set(threading.enumerate()) - before
    asyncio.run(store.close())
    for thread in ours:
        thread.join(60)
        assert not thread.is_alive()
