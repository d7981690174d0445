"""
What a store keeps: living sessions, notes of those that ended, and waiting events.
"""

from __future__ import annotations

from attrs import field, frozen


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
