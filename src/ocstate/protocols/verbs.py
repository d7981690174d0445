"""
The five verbs of a store, for threads and for asyncio.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ocstate.protocols.entries import Record, Retired


class Store(Protocol):
    """
    Keep records so that no acknowledged change is ever lost.

    Every method is atomic and may be called by several threads at once. A damaged
    backend is a `StoreUnavailableError`; ``load`` raises `DecodeError` for a record
    that cannot be read, which stays as it is until any version of it is retired.
    """

    def load(self, key: str, /) -> Record | Retired | None:
        """
        Read what stands under *key*, past its end or not; None when nothing does.
        """
        ...

    def create(self, record: Record, /, *, events: Sequence[bytes] = ()) -> int:
        """
        Store a record under a key that is free, and return its version.

        Versions of a key never repeat, even when it was purged in between: who still
        holds the old record must not find its version again.

        Args:
            events: Kept together with the change by a store that is an `Outbox`;
                other stores are never given any.

        Raises:
            ConflictError: If the key is taken, by a record or by a retirement.
        """
        ...

    def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        """
        Put *record* in place of version *expected*, and return the new version.

        ``seen_at`` and ``expires_at`` never move back: the later of the stored and
        the given one stays, ``expires_at`` at most the given ``ends_at``.
        ``created_at`` and ``handle`` stay as they were stored.

        Args:
            now: Tells the instant at which the record must still live. Called when the
                record is the store's own, after every wait for others; where that would
                cost a round trip, before the last wait, if a time-out bounds it.

        Raises:
            ConflictError: If the stored version is another one.
            GoneError: If nothing living stands under the key: it is absent or
                retired, or what *now* told, or the given ``seen_at``, lies after the
                stored ``expires_at``. Being gone counts before being in conflict.
        """
        ...

    def touch(self, key: str, /, *, seen_at: float, expires_at: float) -> None:
        """
        Note that a session was seen, without making a new version.

        Acts only on a living record whose stored ``seen_at`` is earlier and whose
        stored ``expires_at`` is not earlier than the given ``seen_at``; then
        ``expires_at`` becomes the later of the stored and the given one, at most the
        stored ``ends_at``. Anything else is silently left alone.

        No clock is asked: a session that was used while it lived ends so much later,
        however long it took to note that.
        """
        ...

    def retire(
        self,
        key: str,
        /,
        *,
        expected: int | None,
        retired: Retired,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> None:
        """
        End a session: its record gives way to *retired* for good.

        With ``expected=None`` any version is retired, and a key that is absent or
        already retired is left as it is, without an error.

        Args:
            now: As for `replace`.

        Raises:
            ConflictError: If *expected* is given and the stored version is another.
            GoneError: If *expected* is given and nothing living stands there, as for
                `replace`; ``retired.at`` counts like ``seen_at``.
        """
        ...


class AsyncStore(Protocol):
    """
    `Store` for asyncio: the same verbs, arguments, promises and errors.
    """

    async def load(self, key: str, /) -> Record | Retired | None: ...

    async def create(
        self, record: Record, /, *, events: Sequence[bytes] = ()
    ) -> int: ...

    async def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int: ...

    async def touch(
        self, key: str, /, *, seen_at: float, expires_at: float
    ) -> None: ...

    async def retire(
        self,
        key: str,
        /,
        *,
        expected: int | None,
        retired: Retired,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> None: ...
