"""
The small extra powers of a store, for threads and for asyncio.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from ocstate.protocols.entries import Delivery, Record


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
