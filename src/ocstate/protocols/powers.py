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
    Let a name be taken by one caller only, who says what all others are answered.

    It is for what must happen once: a nonce, a request that is sent again, an answer
    that has to be the same the second time.
    """

    def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        """
        Take *name* with *value*, or return the value of whoever has it.

        Looking and taking are one step. Of all who claim a name, be it at the same
        time or in other processes, exactly one gets None, and then has it. Everybody
        else gets that one's bytes, whole, also after a restart where the store outlives
        it. The first *until* stays too: a later claim changes nothing.

        No clock is asked. The name stays taken past *until*, until `Purge.purge`
        forgets it together with its value, and is then as free as it was before.

        After an unknown outcome, claim again. A value that nobody else claims with,
        such as one with a random text, tells whoever gets it back that they were first.

        Args:
            name: Any text of up to 255 characters, compared exactly. It never meets a
                record's key. Stores may show it: let it be a hash of what is secret.
            until: The instant after which the claim may be forgotten.
            value: May be empty, and have a mebibyte (2**20 bytes) in every store. Some
                take more; what one cannot take is a `StoreError`, and never cut. How
                much is wise is for the caller to bound.

        Returns:
            None for the first, which is not ``b""``: that is a value, and also stands
            for a claim of version 0.1, which had none.

        Raises:
            DecodeError: If the name is taken and its value cannot be read any more. It
                stays taken, until it is purged.
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

    async def claim(self, name: str, until: float, value: bytes) -> bytes | None: ...
