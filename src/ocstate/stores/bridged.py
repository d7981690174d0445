"""
Any store as an asynchronous one, with the powers that it has.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Self, TypeVar, cast

from ocstate.exceptions import ConfigurationError
from ocstate.protocols import (
    BySubject,
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
        has = [calls for power, calls in _POWERS.items() if isinstance(store, power)]
        bridges = {name: cls._bridge(name) for calls in has for name in calls}
        powerful = type(cls.__name__, (cls,), {"__module__": cls.__module__, **bridges})
        return super().__new__(cast("type[Self]", powerful))

    def __init__(self, store: Store) -> None:
        if isinstance(store, type) or not callable(getattr(store, "load", None)):
            name = type(self).__name__
            raise ConfigurationError(
                f"{name} wraps a store, as in {name}(MemoryStore())"
            )
        self.store = store

    @staticmethod
    def _bridge(name: str) -> Callable[..., Awaitable[object]]:
        async def call(self: Bridged, *given: object, **named: object) -> object:
            power: Callable[..., object] = getattr(self.store, name)
            work = partial(power, *given, **named)
            if name == "claim":
                return await self._change(None, work)
            return await self._walk(work)

        call.__name__ = name
        return call

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


_POWERS: Mapping[type, tuple[str, ...]] = {
    Purge: ("purge",),
    Scan: ("scan",),
    BySubject: ("by_subject",),
    Outbox: ("pending", "settle"),
    Once: ("claim",),
}
