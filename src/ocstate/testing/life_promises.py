"""
What every store promises of a session's life: it is touched, and it ends for good.

An end counts when something is written, not before.
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
from ocstate.testing.promises import KEY, NOTE, NOW, Promises, clock, promise, started

# In so many seconds a second writer's thread has surely come as far as it can.
_TIME_TO_COME = 0.5

_Writing = Callable[[Callable[[], float]], Coroutine[object, object, object]]


class LifePromises(Promises):
    """
    Time only moves forward, and what is dead stays dead.

    Whoever comes too late is told so, however early they set out.
    """

    @promise
    async def test_touch_moves_the_instants_alone(self, store: AsyncStore) -> None:
        """
        A touch changes ``seen_at`` and ``expires_at``, and makes no new version.
        """
        record = await started(store)

        await store.touch(KEY, seen_at=NOW + 200.5, expires_at=NOW + 2000.5)

        touched = evolve(record, seen_at=NOW + 200.5, expires_at=NOW + 2000.5)
        assert touched == await store.load(KEY)

    @promise
    async def test_a_replace_keeps_a_touch_it_did_not_see(
        self, store: AsyncStore
    ) -> None:
        """
        A touch between load and replace is no conflict, and is not undone.
        """
        record = await started(store)
        await store.touch(KEY, seen_at=NOW + 200, expires_at=NOW + 2000)

        version = await store.replace(record, expected=record.version, now=clock)

        touched = evolve(record, seen_at=NOW + 200, expires_at=NOW + 2000)
        assert evolve(touched, version=version) == await store.load(KEY)

    @promise
    async def test_touch_goes_forward_only(self, store: AsyncStore) -> None:
        """
        A touch that is not later than the last one changes nothing at all.
        """
        record = await started(store)

        for seen_at in (record.seen_at, record.seen_at - 1):
            await store.touch(KEY, seen_at=seen_at, expires_at=NOW + 9000)

        assert record == await store.load(KEY)

    @promise
    async def test_touch_shortens_nothing(self, store: AsyncStore) -> None:
        """
        A touch with an earlier end than the stored one leaves the end alone.
        """
        record = await started(store)

        await store.touch(KEY, seen_at=NOW + 100, expires_at=NOW + 200)

        assert evolve(record, seen_at=NOW + 100) == await store.load(KEY)

    @promise
    async def test_touch_never_passes_the_absolute_end(self, store: AsyncStore) -> None:
        """
        ``expires_at`` becomes at most the stored ``ends_at``.
        """
        record = await started(store)

        await store.touch(KEY, seen_at=NOW + 100, expires_at=NOW + 99_999)

        touched = evolve(record, seen_at=NOW + 100, expires_at=record.ends_at)
        assert touched == await store.load(KEY)

    @promise
    async def test_touch_revives_nothing(self, store: AsyncStore) -> None:
        """
        After its end a record is not touched; at its very end it is.
        """
        record = await started(store)
        end = record.expires_at

        await store.touch(KEY, seen_at=end + 0.5, expires_at=end + 1800)
        assert record == await store.load(KEY)

        await store.touch(KEY, seen_at=end, expires_at=end + 1800)
        touched = evolve(record, seen_at=end, expires_at=end + 1800)
        assert touched == await store.load(KEY)

    @promise
    async def test_touch_finds_nothing_without_a_word(self, store: AsyncStore) -> None:
        """
        Touching a key that is absent or retired neither fails nor makes anything.
        """
        await store.touch(KEY, seen_at=NOW, expires_at=NOW + 1800)
        assert await store.load(KEY) is None

        await started(store)
        await store.retire(KEY, expected=None, retired=NOTE, now=clock)
        await store.touch(KEY, seen_at=NOW + 20, expires_at=NOW + 1800)
        assert await store.load(KEY) == NOTE

    @promise
    async def test_a_retirement_stands_in_the_record_s_place(
        self, store: AsyncStore
    ) -> None:
        """
        After ``retire`` the key answers the note, in every field.
        """
        record = await started(store)

        await store.retire(KEY, expected=record.version, retired=NOTE, now=clock)

        assert await store.load(KEY) == NOTE

    @promise
    async def test_a_retirement_may_have_no_successor(self, store: AsyncStore) -> None:
        """
        A note without a successor comes back without one.
        """
        await started(store)
        note = evolve(NOTE, reason="logout", successor=None)

        await store.retire(KEY, expected=None, retired=note, now=clock)

        assert note == await store.load(KEY)

    @promise
    async def test_another_version_is_not_retired(self, store: AsyncStore) -> None:
        """
        Whoever expects another version ends nothing.
        """
        record = await started(store)

        with pytest.raises(ConflictError) as caught:
            await store.retire(
                KEY, expected=record.version + 1, retired=NOTE, now=clock
            )
        assert caught.value.expected == record.version + 1
        assert record == await store.load(KEY)

    @promise
    async def test_nothing_living_is_not_retired(self, store: AsyncStore) -> None:
        """
        Whoever expects a version of what is absent, retired or past its end is told so.
        """
        with pytest.raises(GoneError):
            await store.retire(KEY, expected=1, retired=NOTE, now=clock)
        assert await store.load(KEY) is None

        record = await started(store)
        late = evolve(NOTE, at=record.expires_at + 1)
        for expected in (record.version, record.version + 1):
            with pytest.raises(GoneError):
                await store.retire(KEY, expected=expected, retired=late, now=clock)
        assert record == await store.load(KEY)

        await store.retire(KEY, expected=None, retired=NOTE, now=clock)
        for expected in (record.version, record.version + 1):
            with pytest.raises(GoneError):
                await store.retire(KEY, expected=expected, retired=late, now=clock)
        assert await store.load(KEY) == NOTE

    @promise
    async def test_any_version_is_retired_when_none_is_expected(
        self, store: AsyncStore
    ) -> None:
        """
        Revoking needs no version, and ends a record that is past its end as well.
        """
        record = await started(store)
        await store.replace(record, expected=record.version, now=clock)
        note = evolve(NOTE, at=record.expires_at + 1)

        await store.retire(KEY, expected=None, retired=note, now=clock)

        assert note == await store.load(KEY)

    @promise
    async def test_revoking_nothing_leaves_nothing(self, store: AsyncStore) -> None:
        """
        Without an expected version an absent key stays absent, without an error.
        """
        await store.retire(KEY, expected=None, retired=NOTE, now=clock)

        assert await store.load(KEY) is None

    @promise
    async def test_the_first_retirement_stays(self, store: AsyncStore) -> None:
        """
        A key is retired once; a second note changes nothing.
        """
        await started(store)
        await store.retire(KEY, expected=None, retired=NOTE, now=clock)

        await store.retire(
            KEY, expected=None, retired=evolve(NOTE, reason="logout"), now=clock
        )

        assert await store.load(KEY) == NOTE

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
