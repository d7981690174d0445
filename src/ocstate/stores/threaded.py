"""
Any store as an asynchronous one, its work done in threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import Self, TypeVar, cast
from weakref import WeakValueDictionary

from ocstate.exceptions import ConfigurationError, StoreUnavailableError
from ocstate.protocols import (
    BySubject,
    Delivery,
    Once,
    Outbox,
    Purge,
    Record,
    Retired,
    Scan,
    Store,
)
from ocstate.threads import NoThreadError, Threads

__all__ = ["Threaded"]

Result = TypeVar("Result")

# How many threads load, and how many change; and how many walk through the store.
_MOST, _WALKERS = 16, 2


class Threaded:
    """
    Let asyncio use a blocking *store*, in threads of its own.

    It has the extra powers that *store* has, and no others.

    Loads, changes, and what walks through the store have threads of their own, so that
    none of the three waits for another. A change takes a thread when the change of the
    same key before it is done: however many wait for one session, they take one
    thread, and go on in the order in which they came.

    A store's time-out, its ``timeout``, counts for a call that waits for its turn or
    for a thread as well: it ends in `StoreUnavailableError`, with nothing applied.

    A cancelled call ends when its thread has finished: whoever gets the
    `CancelledError` knows that no write of his is still on its way. What it did, if
    anything, is for the caller to find out, as after an unknown outcome. A call that
    has not begun ends at once, with nothing done.

    Threads are started when they are needed, by any number of event loops and on both
    sides of a fork. They end when nothing refers to this any more, with `close`, or
    with the interpreter, which waits for what is under way.

    Attributes:
        store: The store whose work is done in threads.
    """

    def __new__(cls, store: Store) -> Self:
        # Told by the class, because isinstance looks for powers there.
        has = [each for power, each in _POWERS.items() if isinstance(store, power)]
        powerful = type(cls.__name__, (*has, cls), {"__module__": cls.__module__})
        return super().__new__(cast("type[Self]", powerful))

    def __init__(self, store: Store) -> None:
        if isinstance(store, type) or not callable(getattr(store, "load", None)):
            raise ConfigurationError(
                "Threaded wraps a store, as in Threaded(MemoryStore())"
            )
        self.store = store
        self._patience: float | None = getattr(store, "timeout", None)
        self._loading = Threads("ocstate-load", _MOST)
        self._changing = Threads("ocstate-change", _MOST)
        self._walking = Threads("ocstate-walk", _WALKERS)
        self._keys = WeakValueDictionary[tuple[object, str], asyncio.Lock]()

    async def close(self) -> None:
        """
        Close the store, if it can be closed, and let the threads end.

        A later call starts new ones.
        """
        close: Callable[[], None] | None = getattr(self.store, "close", None)
        if close is not None:
            await self._walking.run(close)
        for threads in (self._loading, self._changing, self._walking):
            threads.close()

    async def load(self, key: str, /) -> Record | Retired | None:
        return await self._run(self._loading, partial(self.store.load, key))

    async def create(self, record: Record, /, *, events: Sequence[bytes] = ()) -> int:
        return await self._change(
            record.key, partial(self.store.create, record, events=events)
        )

    async def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        return await self._change(
            record.key,
            partial(
                self.store.replace, record, expected=expected, now=now, events=events
            ),
        )

    async def touch(self, key: str, /, *, seen_at: float, expires_at: float) -> None:
        await self._change(
            key, partial(self.store.touch, key, seen_at=seen_at, expires_at=expires_at)
        )

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
        await self._change(
            key,
            partial(
                self.store.retire,
                key,
                expected=expected,
                retired=retired,
                now=now,
                events=events,
            ),
        )

    async def _change(self, key: str, work: Callable[[], Result]) -> Result:
        of_loop = (asyncio.get_running_loop(), key)
        turn = self._keys.setdefault(of_loop, asyncio.Lock())
        began = monotonic()
        try:
            await asyncio.wait_for(turn.acquire(), self._patience)
        except TimeoutError:
            raise _too_late() from None
        try:
            waited = monotonic() - began
            return await self._run(self._changing, work, waited)
        finally:
            turn.release()

    async def _run(
        self, threads: Threads, work: Callable[[], Result], waited: float = 0.0
    ) -> Result:
        left = None if self._patience is None else max(self._patience - waited, 0.0)
        try:
            return await threads.run(work, left)
        except NoThreadError:
            raise _too_late() from None


class _WithPurge(Threaded):
    async def purge(self, now: float, limit: int) -> int:
        work = partial(cast("Purge", self.store).purge, now, limit)
        return await self._run(self._walking, work)


class _WithScan(Threaded):
    async def scan(self, after: str | None, limit: int) -> Sequence[Record]:
        work = partial(cast("Scan", self.store).scan, after, limit)
        return await self._run(self._walking, work)


class _WithBySubject(Threaded):
    async def by_subject(self, subject: str) -> Sequence[Record]:
        store = cast("BySubject", self.store)
        return await self._run(self._walking, partial(store.by_subject, subject))


class _WithOutbox(Threaded):
    async def pending(self, limit: int) -> Sequence[Delivery]:
        work = partial(cast("Outbox", self.store).pending, limit)
        return await self._run(self._walking, work)

    async def settle(self, ids: Sequence[str]) -> None:
        work = partial(cast("Outbox", self.store).settle, ids)
        await self._run(self._walking, work)


class _WithOnce(Threaded):
    async def claim(self, name: str, until: float) -> bool:
        work = partial(cast("Once", self.store).claim, name, until)
        return await self._run(self._changing, work)


_POWERS: dict[type, type[Threaded]] = {
    Purge: _WithPurge,
    Scan: _WithScan,
    BySubject: _WithBySubject,
    Outbox: _WithOutbox,
    Once: _WithOnce,
}


def _too_late() -> StoreUnavailableError:
    return StoreUnavailableError(
        "others kept the store busy for too long", outcome="not applied"
    )
