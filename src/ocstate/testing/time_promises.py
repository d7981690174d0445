"""
What every store promises of time: an end counts when something is written, not before.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine

import pytest
from attrs import evolve

from ocstate.exceptions import ConflictError, GoneError
from ocstate.protocols import AsyncStore, Record
from ocstate.testing.clock import FakeClock
from ocstate.testing.promises import KEY, NOTE, Promises, promise, started

# In so many seconds a second writer's thread has surely come as far as it can.
_TIME_TO_COME = 0.5

_Writing = Callable[[Callable[[], float]], Coroutine[object, object, object]]


class TimePromises(Promises):
    """
    Whoever comes too late is told so, however early they set out.
    """

    @promise
    async def test_replace_asks_whether_the_record_lives(
        self, store: AsyncStore
    ) -> None:
        """
        A block that began in time is too late when the record has ended since.
        """
        record = await started(store)
        change = evolve(record, payload=b"late", expires_at=record.ends_at)

        for expected in (record.version, record.version + 1):
            with pytest.raises(GoneError):
                await store.replace(
                    change, expected=expected, now=lambda: record.expires_at + 0.5
                )
        assert record == await store.load(KEY)

        version = await store.replace(
            change, expected=record.version, now=lambda: record.expires_at
        )
        assert evolve(change, version=version) == await store.load(KEY)

    @promise
    async def test_retire_asks_whether_the_record_lives(
        self, store: AsyncStore
    ) -> None:
        """
        Retiring a version ends what still lives; revoking any version asks nobody.
        """
        record = await started(store)

        for expected in (record.version, record.version + 1):
            with pytest.raises(GoneError):
                await store.retire(
                    KEY,
                    expected=expected,
                    retired=NOTE,
                    now=lambda: record.expires_at + 0.5,
                )
        assert record == await store.load(KEY)

        await store.retire(
            KEY, expected=None, retired=NOTE, now=lambda: record.expires_at + 0.5
        )
        assert await store.load(KEY) == NOTE

    @promise
    async def test_a_replace_that_waited_past_the_end_revives_nothing(
        self, store: AsyncStore
    ) -> None:
        """
        A record that ends while a writer waits for another one is not written back.
        """
        record = await started(store)
        change = evolve(record, payload=b"late", expires_at=record.ends_at)

        await _waits_past_the_end(
            store,
            record,
            lambda now: store.replace(change, expected=record.version, now=now),
        )
        assert record == await store.load(KEY)

    @promise
    async def test_a_retire_that_waited_past_the_end_is_too_late(
        self, store: AsyncStore
    ) -> None:
        """
        A rotation whose old record ends while it waits is told that it lost.
        """
        record = await started(store)

        await _waits_past_the_end(
            store,
            record,
            lambda now: store.retire(
                KEY, expected=record.version, retired=NOTE, now=now
            ),
        )
        assert record == await store.load(KEY)


async def _waits_past_the_end(
    store: AsyncStore, record: Record, write: _Writing
) -> None:
    """
    Let *write* wait for another writer, and *record* end before its turn comes.

    The other one holds the record while it is asked for the time; it fails in the end,
    and so changes nothing. Where the store's work is done in the loop itself, nothing
    can be held up there, and *write* comes second.
    """
    time = FakeClock(record.expires_at)
    loop, loops_thread = asyncio.get_running_loop(), threading.get_ident()
    second: list[asyncio.Task[object]] = []
    has_asked = threading.Event()

    def ask() -> float:
        has_asked.set()
        return time.now

    def begin() -> None:
        second.append(asyncio.create_task(write(ask)))

    def hold() -> float:
        if threading.get_ident() != loops_thread:
            loop.call_soon_threadsafe(begin)
            has_asked.wait(_TIME_TO_COME)
        time.advance(0.5)
        return record.expires_at

    with pytest.raises(ConflictError):
        await store.replace(record, expected=record.version + 1, now=hold)
    if not second:
        time.now = record.expires_at + 0.5
        begin()
    with pytest.raises(GoneError):
        await second[0]
