"""
What may stand under a key, and what has to be written there.

What is written lets a session outlive its block.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import field, frozen

from ocstate.exceptions import DecodeError
from ocstate.protocols import AsyncStore, Record, Retired, Store


@frozen
class Create:
    """
    Store a record under a new key.

    Attributes:
        token: What the client is told, which the key was made of.
    """

    record: Record
    token: str = field(repr=False)

    @property
    def key(self) -> str:
        """
        Return the key that is written to.
        """
        return self.record.key

    def apply(self, store: Store | AsyncStore, now: Callable[[], float]) -> object:
        """
        Do it to *store*, and return the new version, or an awaitable of it.
        """
        return store.create(self.record)


@frozen
class Replace:
    """
    Put a record in place of the version that was read.
    """

    record: Record
    expected: int

    @property
    def key(self) -> str:
        """
        Return the key that is written to.
        """
        return self.record.key

    def apply(self, store: Store | AsyncStore, now: Callable[[], float]) -> object:
        """
        Do it to *store*, and return the new version, or an awaitable of it.
        """
        return store.replace(self.record, expected=self.expected, now=now)


@frozen
class Touch:
    """
    Note that the session was seen.
    """

    key: str = field(repr=False)
    seen_at: float
    expires_at: float

    def apply(self, store: Store | AsyncStore, now: Callable[[], float]) -> object:
        """
        Do it to *store*, and return None, or an awaitable of it.
        """
        return store.touch(self.key, seen_at=self.seen_at, expires_at=self.expires_at)


@frozen
class Retire:
    """
    End a session for good.

    Attributes:
        expected: The version that must still stand there, or None for any.
    """

    key: str = field(repr=False)
    expected: int | None
    retired: Retired

    def apply(self, store: Store | AsyncStore, now: Callable[[], float]) -> object:
        """
        Do it to *store*, and return None, or an awaitable of it.
        """
        return store.retire(
            self.key, expected=self.expected, retired=self.retired, now=now
        )


@frozen
class Rotate:
    """
    Let a session go on under a new key.

    Two operations in this order, so that a crash between them leaves the old session
    and an orphan that nobody can name. Whoever loses the second retires its record.
    """

    create: Create
    retire: Retire


Operation = Create | Replace | Touch | Retire
"""What a store does in one atomic step."""

Effect = Operation | Rotate


Found = Record | Retired | DecodeError | None
"""What stands under a key; the error where the store cannot read it."""

RENEWED: Final = "renewed"
"""The reason of a retirement whose token was renewed by its age; clients and hosts are
told that it was rotated."""

UNHEARD: Final = "unheard"
"""The same of a token that nobody had ever used: the answer that told it seems to be
lost, and so the token before it may find what came after it."""


def heir_of(found: Found) -> str | None:
    """
    Return the key under which a session goes on for whoever has the token before.
    """
    if isinstance(found, Retired) and found.reason in (RENEWED, UNHEARD):
        return found.successor
    return None


def is_unheard(record: Record) -> bool:
    """
    Tell whether the token of *record* was made by a renewal, and never used since.

    Such a record says that it was last seen before it was made.
    """
    return record.seen_at < record.created_at


@frozen
class Damaged:
    """
    A record that is left as it is, unless somebody ends its session.

    Attributes:
        version: None where not even that is known.
        ends_at: The absolute end, None where that is not known either.
    """

    key: str = field(repr=False)
    version: int | None = None
    ends_at: float | None = None

    @classmethod
    def of(cls, record: Record) -> Damaged:
        """
        Note what is known of a record whose payload is spoiled.
        """
        return cls(record.key, record.version, record.ends_at)
