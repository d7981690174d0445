"""
Any store as an asynchronous one, its work done in threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Self, TypeVar, cast

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

__all__ = ["Threaded"]

Result = TypeVar("Result")


class Threaded:
    """
    Let asyncio use a blocking *store*, in the threads of the loop's default executor.

    It has the extra powers that *store* has, and no others.

    A cancelled call ends when its thread has finished: whoever gets the
    `CancelledError` knows that no write of his is still on its way. What it did, if
    anything, is for the caller to find out, as after an unknown outcome.

    Attributes:
        store: The store whose work is done in threads.
    """

    def __new__(cls, store: Store) -> Self:
        # Told by the class, because isinstance looks for powers there.
        has = [each for power, each in _POWERS.items() if isinstance(store, power)]
        powerful = type(cls.__name__, (*has, cls), {"__module__": cls.__module__})
        return super().__new__(cast("type[Self]", powerful))

    def __init__(self, store: Store) -> None:
        self.store = store

    async def load(self, key: str, /) -> Record | Retired | None:
        return await _in_thread(partial(self.store.load, key))

    async def create(self, record: Record, /, *, events: Sequence[bytes] = ()) -> int:
        return await _in_thread(partial(self.store.create, record, events=events))

    async def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        return await _in_thread(
            partial(
                self.store.replace, record, expected=expected, now=now, events=events
            )
        )

    async def touch(self, key: str, /, *, seen_at: float, expires_at: float) -> None:
        await _in_thread(
            partial(self.store.touch, key, seen_at=seen_at, expires_at=expires_at)
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
        await _in_thread(
            partial(
                self.store.retire,
                key,
                expected=expected,
                retired=retired,
                now=now,
                events=events,
            )
        )


class _WithPurge(Threaded):
    async def purge(self, now: float, limit: int) -> int:
        return await _in_thread(partial(cast("Purge", self.store).purge, now, limit))


class _WithScan(Threaded):
    async def scan(self, after: str | None, limit: int) -> Sequence[Record]:
        return await _in_thread(partial(cast("Scan", self.store).scan, after, limit))


class _WithBySubject(Threaded):
    async def by_subject(self, subject: str) -> Sequence[Record]:
        store = cast("BySubject", self.store)
        return await _in_thread(partial(store.by_subject, subject))


class _WithOutbox(Threaded):
    async def pending(self, limit: int) -> Sequence[Delivery]:
        return await _in_thread(partial(cast("Outbox", self.store).pending, limit))

    async def settle(self, ids: Sequence[str]) -> None:
        await _in_thread(partial(cast("Outbox", self.store).settle, ids))


class _WithOnce(Threaded):
    async def claim(self, name: str, until: float) -> bool:
        return await _in_thread(partial(cast("Once", self.store).claim, name, until))


_POWERS: dict[type, type[Threaded]] = {
    Purge: _WithPurge,
    Scan: _WithScan,
    BySubject: _WithBySubject,
    Outbox: _WithOutbox,
    Once: _WithOnce,
}


async def _in_thread(work: Callable[[], Result]) -> Result:
    loop = asyncio.get_running_loop()
    future = loop.run_in_executor(None, copy_context().run, work)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        while not future.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([future])
        if not future.cancelled():
            # Looked at, so that the loop does not report it as forgotten.
            future.exception()
        raise
