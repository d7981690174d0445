"""
A task is cancelled at every single await: nothing is lost, nothing is half-written.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence

import pytest

from ocstate import AsyncSession, AsyncSessions
from ocstate.checkout import AddLine
from ocstate.exceptions import EncodeError
from ocstate.protocols import Record, Retired
from ocstate.stores.memory import MemoryStore


class SlowStore:
    """
    A store whose every operation awaits before and after it is done.
    """

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.awaits = 0

    async def wait(self) -> None:
        self.awaits += 1
        await asyncio.sleep(0)

    async def load(self, key: str, /) -> Record | Retired | None:
        await self.wait()
        found = self.store.load(key)
        await self.wait()
        return found

    async def create(self, record: Record, /, *, events: Sequence[bytes] = ()) -> int:
        await self.wait()
        version = self.store.create(record, events=events)
        await self.wait()
        return version

    async def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        await self.wait()
        version = self.store.replace(record, expected=expected, now=now, events=events)
        await self.wait()
        return version

    async def touch(self, key: str, /, *, seen_at: float, expires_at: float) -> None:
        await self.wait()
        self.store.touch(key, seen_at=seen_at, expires_at=expires_at)

    async def retire(
        self,
        key: str,
        /,
        *,
        expected: int | None,
        retired: Retired,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> None:
        await self.wait()
        self.store.retire(
            key, expected=expected, retired=retired, now=now, events=events
        )
        await self.wait()


async def shop(sessions: AsyncSessions, token: str | None, told: list[str]) -> None:
    """
    One block that changes and rotates, and tells how far it came.
    """
    async with sessions.open(token) as session:
        await session.do(AddLine(product_id=42))
        session.identify("customer:1")
        told.append("decided")
    told.append("committed")
    told.append(session.token or "")


async def cancelled_at(steps: int) -> tuple[bool, int]:
    """
    Cancel the block after so many turns of the loop; tell if it ended, and the pieces.
    """
    store = SlowStore()
    sessions = AsyncSessions(store)
    async with sessions.open() as session:
        session["started"] = True
    token = session.token
    told: list[str] = []
    task = asyncio.create_task(shop(sessions, token, told))
    for _ in range(steps):
        await asyncio.sleep(0)
    ended = task.done()
    task.cancel()
    if ended:
        await task
    else:
        with pytest.raises(asyncio.CancelledError):
            await task
    assert task.done()
    assert {task for task in asyncio.all_tasks() if not task.done()} == {
        asyncio.current_task()
    }
    living = store.store.scan(None, 10)
    assert 1 == len(living), "one session lives, never two and never none"
    before = await sessions.open(token).load()
    found = sum(_quantities(sessions, living))
    if "decided" not in told:
        assert 0 == found
        assert before.refused is None
    elif ended:
        assert 1 == found
        assert "rotated" == before.refused
    else:
        assert found == (1 if before.refused == "rotated" else 0)
    return ended, found


def _quantities(sessions: AsyncSessions, records: Sequence[Record]) -> list[int]:
    decoded = [
        sessions.setup.codec.decode(record.payload, sessions.setup.rules)
        for record in records
    ]
    return [one.checkout.cart.quantity for one in decoded]


def test_a_block_can_be_cancelled_at_every_await() -> None:
    """
    Before the commit a cancellation discards; from then on the commit finishes first.
    """
    outcomes = []
    while not outcomes or not outcomes[-1][0]:
        outcomes.append(asyncio.run(cancelled_at(len(outcomes))))
    found = [pieces for _, pieces in outcomes]
    assert len(outcomes) > 6
    assert found == sorted(found), "once the commit has begun, it is always finished"
    assert 0 in found
    assert found.count(1) > 2


def test_a_second_cancellation_waits_for_the_commit_too() -> None:
    """
    However often a task is cancelled, a commit that has begun is finished.
    """

    async def cancel_often() -> int:
        store = SlowStore()
        sessions = AsyncSessions(store)
        entered = asyncio.Event()

        async def change() -> None:
            async with sessions.open() as session:
                await session.do(AddLine(product_id=42))
                entered.set()

        task = asyncio.create_task(change())
        await entered.wait()
        while not task.done():
            await asyncio.sleep(0)
            task.cancel()
        assert task.cancelled()
        return len(store.store.scan(None, 10))

    assert 1 == asyncio.run(cancel_often())


async def updated_at(steps: int) -> tuple[bool, int]:
    """
    Cancel an update after so many turns of the loop; tell if it ended, and the count.
    """
    store = SlowStore()
    sessions = AsyncSessions(store)
    async with sessions.open() as session:
        session["count"] = 0

    async def change(newest: AsyncSession) -> None:
        await asyncio.sleep(0)
        newest["count"] = 1
        newest.identify("customer:1")

    task = asyncio.create_task(sessions.update(session.token, change))
    for _ in range(steps):
        await asyncio.sleep(0)
    ended = task.done()
    task.cancel()
    if ended:
        await task
    else:
        with pytest.raises(asyncio.CancelledError):
            await task
    (living,) = store.store.scan(None, 10)
    decoded = sessions.setup.codec.decode(living.payload, sessions.setup.rules)
    count = decoded.data["count"]
    assert isinstance(count, int)
    return ended, count


def test_an_update_can_be_cancelled_at_every_await() -> None:
    """
    One session lives whenever it is cancelled, and a commit that has begun finishes.
    """
    outcomes = []
    while not outcomes or not outcomes[-1][0]:
        outcomes.append(asyncio.run(updated_at(len(outcomes))))
    counts = [count for _, count in outcomes]
    assert len(outcomes) > 6
    assert counts == sorted(counts)
    assert {0, 1} == set(counts)


def test_a_failing_commit_of_a_cancelled_task_is_quiet(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """
    Nobody complains of an error that nobody could have seen.
    """

    async def fail() -> None:
        sessions = AsyncSessions(SlowStore())
        entered = asyncio.Event()

        async def change() -> None:
            async with sessions.open() as session:
                session["bad"] = object()
                entered.set()

        task = asyncio.create_task(change())
        await entered.wait()
        task.cancel()
        with pytest.raises((asyncio.CancelledError, EncodeError)):
            await task

    asyncio.run(fail())
    gc.collect()
    assert [] == caplog.records
