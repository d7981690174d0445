"""
What the verbs of a store make of what stands under a key, without any I/O.
"""

from __future__ import annotations

import secrets

from attrs import evolve

from ocstate.exceptions import ConflictError, DecodeError, GoneError
from ocstate.protocols import Record, Retired

__all__ = [
    "Entry",
    "Stored",
    "check_retirement",
    "created",
    "end_of",
    "replaced",
    "touched",
]

Entry = Record | Retired
"""A session, or what is left of one that was ended."""

Stored = Entry | DecodeError | None
"""What stands under a key: an entry, one that cannot be read, or nothing."""


def created(record: Record) -> Record:
    """
    Return *record* as it is stored first.

    Its version begins at a random number. A key may come back after it was purged, and
    a writer who still holds the old record must not find their version there again.
    """
    return evolve(
        record,
        version=secrets.randbits(48) + 1,
        payload=bytes(record.payload),
        expires_at=min(record.expires_at, record.ends_at),
        subjects=tuple(record.subjects),
    )


def replaced(stored: Stored, record: Record, expected: int, now: float) -> Record:
    """
    Return what stands in place of *stored* when *record* is put there.

    Its instants stay data of the record: what it ends at is at least what was stored,
    and that has been found not to be over yet.

    Args:
        now: Told when nobody else could change *stored* any more.

    Raises:
        ConflictError: If *stored* is another version than *expected*.
        GoneError: If *stored* is nothing living at *now* and at ``record.seen_at``.
    """
    living = _living(stored, max(now, record.seen_at))
    _check_version(living, expected)
    return evolve(
        record,
        handle=living.handle,
        version=expected + 1,
        payload=bytes(record.payload),
        created_at=living.created_at,
        seen_at=max(living.seen_at, record.seen_at),
        expires_at=min(max(living.expires_at, record.expires_at), record.ends_at),
        subjects=tuple(record.subjects),
    )


def touched(stored: Stored, seen_at: float, expires_at: float) -> Record | None:
    """
    Return *stored* as it is after a touch, or None where a touch changes nothing.
    """
    if not isinstance(stored, Record):
        return None
    if not stored.seen_at < seen_at <= stored.expires_at:
        return None
    later = min(max(stored.expires_at, expires_at), stored.ends_at)
    return evolve(stored, seen_at=seen_at, expires_at=later)


def check_retirement(
    stored: Stored, retired: Retired, expected: int | None, now: float
) -> bool:
    """
    Tell whether *stored* gives way to *retired*; False leaves it as it is.

    Whoever ends a session whatever its version is ends one that cannot be read, too.

    Args:
        now: Told when nobody else could change *stored* any more.

    Raises:
        ConflictError: If *stored* is another version than *expected*.
        GoneError: If *expected* is given and nothing that lives at *now* and at
            ``retired.at`` stands there.
    """
    if expected is None:
        return isinstance(stored, Record | DecodeError)
    _check_version(_living(stored, max(now, retired.at)), expected)
    return True


def end_of(entry: Entry) -> float:
    """
    Return the instant after which *entry* may be forgotten.
    """
    return entry.expires_at if isinstance(entry, Record) else entry.until


def _living(stored: Stored, at: float) -> Record:
    if stored is None:
        raise GoneError("no session stands under this key")
    if isinstance(stored, DecodeError):
        raise GoneError("the session cannot be read", reason="unreadable") from stored
    if isinstance(stored, Retired):
        raise GoneError("the session was ended", reason=stored.reason)
    if stored.expires_at < at:
        reason = "lifetime" if stored.ends_at < at else "idle"
        raise GoneError("the session is past its end", reason=reason)
    return stored


def _check_version(living: Record, expected: int) -> None:
    if living.version != expected:
        raise ConflictError("another version is stored", expected=expected)
