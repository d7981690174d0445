"""
Any store as an asynchronous one, with the powers that it has.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import Self, TypeVar, cast

from ocstate.exceptions import ConfigurationError
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

Result = TypeVar("Result")


class Bridged(ABC):
    """
    Let asyncio use a blocking *store*; a subclass says where each call is made.

    It has the extra powers that *store* has, and no others.

    Attributes:
        store: The store that does the work.

    Raises:
        ConfigurationError: If *store* is none.
    """

    def __new__(cls, store: Store) -> Self:
        # Told by the class, because isinstance looks for powers there.
        has = [each for power, each in _POWERS.items() if isinstance(store, power)]
        powerful = type(cls.__name__, (*has, cls), {"__module__": cls.__module__})
        return super().__new__(cast("type[Self]", powerful))

    def __init__(self, store: Store) -> None:
        if isinstance(store, type) or not callable(getattr(store, "load", None)):
            name = type(self).__name__
            raise ConfigurationError(
                f"{name} wraps a store, as in {name}(MemoryStore())"
            )
        self.store = store

    @abstractmethod
    async def _read(self, work: Callable[[], Result]) -> Result:
        """
        Return what *work* returns, which loads one record.
        """

    @abstractmethod
    async def _change(self, key: str | None, work: Callable[[], Result]) -> Result:
        """
        Return what *work* returns, which changes the record of *key*, if of any.
        """

    @abstractmethod
    async def _walk(self, work: Callable[[], Result]) -> Result:
        """
        Return what *work* returns, which walks through the store.
        """

    async def close(self) -> None:
        """
        Close the store, if it can be closed.
        """
        close: Callable[[], None] | None = getattr(self.store, "close", None)
        if close is not None:
            await self._walk(close)

    async def load(self, key: str, /) -> Record | Retired | None:
        return await self._read(partial(self.store.load, key))

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


class _WithPurge(Bridged):
    async def purge(self, now: float, limit: int) -> int:
        work = partial(cast("Purge", self.store).purge, now, limit)
        return await self._walk(work)


class _WithScan(Bridged):
    async def scan(self, after: str | None, limit: int) -> Sequence[Record]:
        work = partial(cast("Scan", self.store).scan, after, limit)
        return await self._walk(work)


class _WithBySubject(Bridged):
    async def by_subject(self, subject: str) -> Sequence[Record]:
        store = cast("BySubject", self.store)
        return await self._walk(partial(store.by_subject, subject))


class _WithOutbox(Bridged):
    async def pending(self, limit: int) -> Sequence[Delivery]:
        work = partial(cast("Outbox", self.store).pending, limit)
        return await self._walk(work)

    async def settle(self, ids: Sequence[str]) -> None:
        work = partial(cast("Outbox", self.store).settle, ids)
        await self._walk(work)


class _WithOnce(Bridged):
    async def claim(self, name: str, until: float) -> bool:
        work = partial(cast("Once", self.store).claim, name, until)
        return await self._change(None, work)


_POWERS: dict[type, type] = {
    Purge: _WithPurge,
    Scan: _WithScan,
    BySubject: _WithBySubject,
    Outbox: _WithOutbox,
    Once: _WithOnce,
}
