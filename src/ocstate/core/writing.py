"""
Writing once: apply an effect, and find out what came of it when the store cannot say.

Theory of operation. A write is never repeated blindly. When the store reports a
conflict, or did not answer, the flow looks what is stored now:

====================  =================================  =========================
the store said        stored now                         what follows
====================  =================================  =========================
conflict              this write                         it was written: done
conflict              another                            ``ConflictError``
nothing, for certain                                     the error, as it is
nothing is known      this write                         it was written: done
nothing is known      something that could not be there  ``ConflictError``: it was not
                      had it been written                written, so try again
nothing is known      too much has happened since        the error: still unknown
====================  =================================  =========================

A write is recognised by what it alone can have left: a new record by its handle, a
retirement by being there, a changed record by the id of the commit. Each record
remembers the ids of its last commits; one that no longer knows the commit on which this
write was built has moved too far to tell.
"""

from __future__ import annotations

from contextlib import suppress

from ocstate.core.effects import Create, Effect, Operation, Replace, Retire, Rotate
from ocstate.core.flow import Flow, load, write
from ocstate.core.session import SessionState
from ocstate.exceptions import (
    ConflictError,
    DecodeError,
    OcstateError,
    StoreError,
    StoreUnavailableError,
)
from ocstate.protocols import Record, Retired

__all__ = ["apply"]


def apply(session: SessionState, effect: Effect | None) -> Flow[int | None]:
    """
    Write *effect*, and return the version of the record it left.

    A rotation is two operations. Who loses the second one retires his own new record,
    as far as the store lets him: nobody knows its token.

    Raises:
        ConflictError: If it was not written, because somebody else was first or
            because it got lost on the way.
        GoneError: If nothing living is there any more.
        StoreError: If the backend failed.
    """
    match effect:
        case None:
            return None
        case Rotate(record=record, retire=retire):
            version = yield from _write_once(session, Create(record))
            try:
                yield from _write_once(session, retire)
            except OcstateError:
                with suppress(StoreError):
                    yield from write(_abandoned(record, retire.retired.at))
                raise
            return version
        case _:
            return (yield from _write_once(session, effect))


def _write_once(session: SessionState, operation: Operation) -> Flow[int | None]:
    try:
        return (yield from write(operation))
    except (ConflictError, StoreUnavailableError) as error:
        if isinstance(error, StoreUnavailableError) and error.outcome == "not applied":
            raise
        try:
            found = yield from load(operation.key)
        except StoreError:
            raise error from None
        if _stands(session, operation, found):
            return found.version if isinstance(found, Record) else None
        if isinstance(error, ConflictError) or not _is_lost(session, operation, found):
            raise
        raise ConflictError("the write got lost on its way") from error


def _stands(
    session: SessionState, operation: Operation, found: Record | Retired | None
) -> bool:
    """
    Tell whether *operation* was written after all.
    """
    match operation:
        case Create(record=record):
            return isinstance(found, Record) and found.handle == record.handle
        case Replace():
            return session.commit_id in _commits(session, found)
        case Retire(expected=None):
            return not isinstance(found, Record)
        case Retire(retired=retired):
            return found == retired
        case _:
            # A touch acknowledges nothing, so it need not have been written.
            return True


def _is_lost(
    session: SessionState, operation: Operation, found: Record | Retired | None
) -> bool:
    """
    Tell whether it is certain that *operation*, which does not stand, was not written.
    """
    if not isinstance(operation, Replace) or not isinstance(found, Record):
        return True
    if found.version == operation.expected or session.decoded is None:
        return True
    built_on = session.decoded.commits[-1:]
    return bool(built_on) and built_on[0] in _commits(session, found)


def _commits(session: SessionState, found: Record | Retired | None) -> tuple[str, ...]:
    if not isinstance(found, Record):
        return ()
    try:
        decoded = session.setup.codec.decode(found.payload, session.setup.rules)
    except DecodeError:
        return ()
    return decoded.commits


def _abandoned(record: Record, at: float) -> Retire:
    retired = Retired(key=record.key, reason="abandoned", at=at, until=record.ends_at)
    return Retire(record.key, None, retired)
