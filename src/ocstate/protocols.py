"""
What a store is: five verbs on records, and small extra powers beside them.

A store keeps bytes and a little metadata. It knows no session, no codec and no clock:
instants, seconds since the epoch as floats, are data that the core compares. Where one
must not be older than a wait, a function that is handed in tells it. There is no
upsert, so a blind overwrite cannot be expressed, and no operation needs two records, so
that every one of them is atomic on a cluster too. All of them, and all powers, raise
`StoreError` when the backend failed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from attrs import field, frozen

__all__ = [
    "AsyncBySubject", "AsyncOnce", "AsyncOutbox", "AsyncPurge", "AsyncScan",
    "AsyncStore", "BySubject", "Delivery", "Once", "Outbox", "Purge", "Record",
    "Retired", "Scan", "Store",
]  # fmt: skip


@frozen(kw_only=True)
class Record:
    """
    One living session as a store sees it.

    Attributes:
        key: What the record is found by: the hash of the token, never the token.
        handle: Random name for logs and lists; opens nothing.
        version: Assigned by the store, ignored where given; equal means unchanged.
        payload: The encoded session.
        created_at: The session's beginning, or when it last got a new token.
        seen_at: When it was last seen, to the precision of throttled touches.
        expires_at: The idle end; the record is dead after it.
        ends_at: The absolute end; ``expires_at`` never passes it.
        subjects: Whose session it is, such as ``("api:7", "customer:123")``.
        schema: Number of the state's schema inside the payload.
    """

    key: str = field(repr=False)
    handle: str
    version: int = 0
    payload: bytes = field(repr=False)
    created_at: float
    seen_at: float
    expires_at: float
    ends_at: float
    subjects: tuple[str, ...] = field(default=(), repr=False)
    schema: int


@frozen(kw_only=True)
class Retired:
    """
    What is left of a session that ended: a note that keeps the key from coming back.

    Attributes:
        key: The key that is dead for good.
        reason: ``"revoked"``, ``"rotated"``, ``"renewed"`` or a host's own word.
        at: When it was retired.
        until: The record's absolute end, when the note too may be forgotten.
        successor: Where it goes on: its key if renewed by age, else a mere handle.
    """

    key: str = field(repr=False)
    reason: str
    at: float
    until: float
    successor: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Delivery:
    """
    One event that waits in an outbox.

    Attributes:
        id: The store's own number or name for it, unique in the store.
        event: The bytes handed in with the change.
    """

    id: str
    event: bytes = field(repr=False)


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


@runtime_checkable
class Purge(Protocol):
    """
    Forget what is over.
    """

    def purge(self, now: float, limit: int) -> int:
        """
        Delete up to *limit* records, retirements and claims that ended before *now*.

        Bounded work, never a full scan. Returns how many were deleted; fewer than
        *limit* means that nothing is left to do, but for what others hold just now.
        """
        ...


@runtime_checkable
class Scan(Protocol):
    """
    Walk through all records in the order of their keys.
    """

    def scan(self, after: str | None, limit: int) -> Sequence[Record]:
        """
        Return up to *limit* records whose keys come after *after*.
        """
        ...


@runtime_checkable
class BySubject(Protocol):
    """
    Find the sessions of a customer or a credential.
    """

    def by_subject(self, subject: str) -> Sequence[Record]:
        """
        Return the sessions of *subject*, such as ``"customer:123"``.

        May name a session that is past its end, never omits a living one.
        """
        ...


@runtime_checkable
class Outbox(Protocol):
    """
    Keep events in the same atomic step as the change they tell of.
    """

    def pending(self, limit: int) -> Sequence[Delivery]:
        """
        Return up to *limit* events that were not settled yet, oldest first.
        """
        ...

    def settle(self, ids: Sequence[str]) -> None:
        """
        Forget events that were delivered; unknown ids are ignored.
        """
        ...


@runtime_checkable
class Once(Protocol):
    """
    Let a name be taken by one caller only.
    """

    def claim(self, name: str, until: float) -> bool:
        """
        Take *name*; False when somebody has it already.

        The claim may be forgotten by `Purge.purge` after *until*.
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


@runtime_checkable
class AsyncPurge(Protocol):
    """
    `Purge` for asyncio.
    """

    async def purge(self, now: float, limit: int) -> int: ...


@runtime_checkable
class AsyncScan(Protocol):
    """
    `Scan` for asyncio.
    """

    async def scan(self, after: str | None, limit: int) -> Sequence[Record]: ...


@runtime_checkable
class AsyncBySubject(Protocol):
    """
    `BySubject` for asyncio.
    """

    async def by_subject(self, subject: str) -> Sequence[Record]: ...


@runtime_checkable
class AsyncOutbox(Protocol):
    """
    `Outbox` for asyncio.
    """

    async def pending(self, limit: int) -> Sequence[Delivery]: ...

    async def settle(self, ids: Sequence[str]) -> None: ...


@runtime_checkable
class AsyncOnce(Protocol):
    """
    `Once` for asyncio.
    """

    async def claim(self, name: str, until: float) -> bool: ...
