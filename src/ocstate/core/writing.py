"""
Writing: once, and again when others were first, in their turn or after a pause.

Theory of operation. A write is never repeated blindly. When the store reports a
conflict, or did not answer, the flow looks what is stored now:

====================  =================================  =========================
the store said        stored now                         what follows
====================  =================================  =========================
conflict, gone        this write                         it was written: done
conflict, gone        another                            the error, as it is
nothing, for certain                                     the error, as it is
nothing is known      this write                         it was written: done
nothing is known      something that could not be there  ``ConflictError``: it was not
                      had it been written                written, so try again, once
nothing is known      the record that should be retired  the same once more
nothing is known      too much has happened since        the error: still unknown
====================  =================================  =========================

Where the second try fails too, the backend does not work: its first error is told.

A write is recognised by what it alone can have left: a new record by its handle, a
retirement by being there, a changed record by the id of the commit. Each record
remembers the ids of its last commits; one that no longer knows the commit on which this
write was built has moved too far to tell, and so has one that has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from ocstate.core.effects import (
    Create,
    Effect,
    Operation,
    Replace,
    Retire,
    Rotate,
    Touch,
)
from ocstate.core.flow import Flow, load, pause, queue, write
from ocstate.core.session import SessionState
from ocstate.core.setup import Setup
from ocstate.exceptions import (
    ConflictError,
    DecodeError,
    GoneError,
    OcstateError,
    StoreError,
    StoreUnavailableError,
)
from ocstate.protocols import Record, Retired

T = TypeVar("T")

_PAUSE = 0.05
_FIRST_PAUSE = 0.001
_LONGEST_PAUSE = 0.05
_DOUBLINGS = 16


def apply(session: SessionState, effect: Effect | None) -> Flow[int | None]:
    """
    Write *effect*, and return the version of the record it left.

    A rotation is two operations. Whoever loses the second one retires its new record,
    as far as the store lets it: nobody knows its token. While it is unknown who lost,
    both stay.

    Raises:
        ConflictError: If it was not written, because somebody else was first or
            because it got lost on the way.
        GoneError: If nothing living is there any more.
        StoreError: If the backend failed; never for a touch, which acknowledges
            nothing.
    """
    match effect:
        case None:
            return None
        case Touch():
            with suppress(StoreError):
                yield from write(effect)
            return None
        case Retire():
            yield from _retire_surely(session, effect)
            return None
        case Rotate(create=create, retire=retire):
            version = yield from _write_once(session, create)
            try:
                yield from _retire_surely(session, retire)
            except OcstateError as error:
                if getattr(error, "outcome", "not applied") == "not applied":
                    with suppress(StoreError):
                        yield from write(_abandoned(create.record, retire.retired.at))
                raise
            return version
        case _:
            return (yield from _write_once(session, effect))


def _retire_surely(session: SessionState, retire: Retire) -> Flow[None]:
    """
    Retire, and try the very same once more when nothing is known of it.

    Ending a session twice in the same words is ending it once. Whatever the second
    try says of itself, it stays unknown what became of the first.
    """
    try:
        yield from _write_once(session, retire)
    except StoreUnavailableError as error:
        if error.outcome == "not applied":
            raise
        yield from pause(session.setup.world.draw() * _PAUSE)
        try:
            yield from _write_once(session, retire)
        except StoreError:
            raise error from error.__cause__


def _write_once(session: SessionState, operation: Operation) -> Flow[int | None]:
    try:
        return (yield from write(operation))
    except (ConflictError, GoneError, StoreUnavailableError) as error:
        if not _is_worth_a_look(operation, error):
            raise
        try:
            found = yield from load(operation.key)
        except (DecodeError, StoreError):
            raise error from None
        if _stands(session, operation, found):
            return found.version if isinstance(found, Record) else None
        if not isinstance(error, StoreUnavailableError):
            raise
        if not _is_lost(session, operation, found):
            raise
        raise ConflictError("the write got lost on its way") from error


def _is_worth_a_look(operation: Operation, error: OcstateError) -> bool:
    """
    Tell whether *operation* may have been written in spite of *error*.
    """
    match error:
        case StoreUnavailableError(outcome=outcome):
            return outcome == "unknown"
        case GoneError():
            # Somebody's retirement: it may be this one.
            return isinstance(operation, Retire)
        case _:
            return True


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
        case Retire(retired=retired):
            return found == retired
        case Touch():
            return False


def _is_lost(
    session: SessionState, operation: Operation, found: Record | Retired | None
) -> bool:
    """
    Tell whether *operation*, which does not stand, cannot have been written.

    One that arrives late is no harm afterwards: a new record is one that nobody can
    name, and a change or a retirement finds another version than it expects.
    """
    match operation:
        case Create():
            return found is None
        case Retire(expected=expected):
            return not isinstance(found, Record) or found.version != expected
        case Replace(expected=expected) if isinstance(found, Record):
            if found.version == expected or session.decoded is None:
                return True
            built_on = session.decoded.commits[-1:]
            return bool(built_on) and built_on[0] in _commits(session, found)
        case _:
            return False


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


def patiently(
    setup: Setup, key: str | None, attempt: Callable[[], Flow[T | ConflictError]]
) -> Flow[T]:
    """
    Attempt until it comes out without a conflict, and let who came before go first.

    Whoever had a conflict queues, or finds a queue. So within this process
    nobody is overtaken by more than those who were writing already when they came; the
    first ones of several processes pause at random between their attempts.

    A write that got lost is tried again once. Whoever fails twice has met a
    backend that does not work, and nobody who was first.

    Raises:
        ConflictError: The last one, when the patience of *setup* is over.
        StoreError: If the backend failed, and not for the first time.
    """
    world, patience = setup.world, setup.patience
    ends_at = world.monotonic() + patience
    turn = None if key is None else (yield from queue(key, patience, behind=True))
    number = 0
    lost: StoreError | None = None
    try:
        while isinstance(
            outcome := (yield from _once_more(attempt, lost)), ConflictError
        ):
            if isinstance(outcome.__cause__, StoreError):
                lost = outcome.__cause__
            left = ends_at - world.monotonic()
            if left <= 0:
                raise lost or outcome
            if turn is None and key is not None:
                turn = yield from queue(key, left)
            else:
                number += 1
                yield from pause(world.draw() * _window(number))
        return outcome
    finally:
        if turn is not None:
            turn.leave()


def _once_more(
    attempt: Callable[[], Flow[T | ConflictError]], lost: StoreError | None
) -> Flow[T | ConflictError]:
    """
    Attempt; what fails after a write that got *lost* is told as that one's failure.

    Of the earlier write it stays unknown what becomes of it.
    """
    try:
        outcome = yield from attempt()
    except StoreError as error:
        raise lost or error from (lost or error).__cause__
    if lost is not None and isinstance(outcome, ConflictError) and outcome.__cause__:
        raise lost
    return outcome


def _window(number: int) -> float:
    """
    Return from how many seconds a pause is drawn.
    """
    return min(_FIRST_PAUSE * 2.0 ** min(number, _DOUBLINGS), _LONGEST_PAUSE)
