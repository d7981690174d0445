"""
The flows of one block: read a session, do commands on it, commit it.

A commit writes once, on the version that was read. When somebody else was first, it
reads again, decides the block's commands again on what is there now, with fresh facts,
and tries again, until the setup's patience is over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ocstate.checkout import Command, Decision, decide, questions
from ocstate.core.flow import Flow, ask, call, draw, load, mint, now, pause
from ocstate.core.lifecycle import (
    NOTHING_MINTED,
    Minted,
    begin,
    finish,
    judge,
    settle,
    wants_minting,
)
from ocstate.core.session import Entry, SessionState, Then
from ocstate.core.writing import apply
from ocstate.exceptions import CommandRefused, ConflictError, GoneError
from ocstate.protocols import Record

__all__ = ["commit", "do", "leave", "read", "revoke", "update"]

SessionT = TypeVar("SessionT", bound=SessionState)

_FIRST_PAUSE = 0.001
_LONGEST_PAUSE = 0.05


def read(session: SessionState) -> Flow[None]:
    """
    Read *session* from the store, unless somebody looked at it before.

    A token that cannot be one is unknown without a look into the store.

    Raises:
        StoreError: If the backend failed.
        UsageError: If the block is over and nobody looked at it before: an answer
            that has been sent could no longer say that it depends on the session.
    """
    if session.was_read:
        return
    session.require_open()
    key = session.setup.key_or_none(session.given)
    found = None if key is None else (yield from load(key))
    begin(session, found, (yield from now()))


def do(
    session: SessionState, command: Command, then: Then | None = None
) -> Flow[Decision]:
    """
    Decide *command* at once, and let the session go on with what came of it.

    Args:
        then: What follows from the command when it is accepted, in a host's own ways;
            it is decided again with it.

    Raises:
        CommandRefused: If the domain says no; the session is as it was.
        UsageError: If the block is over.
        StoreError: If the backend failed.
    """
    session.require_open()
    yield from read(session)
    return (yield from _decide(session, Entry(command, then)))


def commit(session: SessionState) -> Flow[None]:
    """
    Write what the block changed, and close it; the session shows what was committed.

    Raises:
        CommandRefused: If somebody else was first, and a command is refused on what
            is there now. Nothing was written.
        ConflictError: If somebody else was first, and the block is strict, changed the
            same key of host data, or lost for longer than the setup's patience.
        EncodeError: If something has no encoding. Nothing was written.
        GoneError: If the session ended meanwhile. Nothing was written.
        StoreError: If the backend failed.
        StoreUnavailableError: The same; with the outcome ``"unknown"`` the change may
            have been written.
    """
    session.require_open()
    session.is_closed = True
    if not session.was_read:
        return
    started_at = yield from now()
    attempt = 1
    while not (yield from _attempt(session)):
        if (yield from now()) - started_at >= session.setup.patience:
            raise ConflictError("others kept being first", current=session.checkout)
        yield from pause((yield from draw()) * _window(attempt))
        attempt += 1


def leave(session: SessionState, error: BaseException | None) -> Flow[None]:
    """
    End a block at its end: commit it, or discard it when *error* left it.

    A block that was closed before is left as it is.

    Raises:
        OcstateError: As `commit` does.
    """
    if error is None and not session.is_closed:
        yield from commit(session)
    session.is_closed = True


def update(
    begin_again: Callable[[], SessionT], change: Callable[[SessionT], object]
) -> Flow[SessionT]:
    """
    Call *change* on the newest state, again and again, until it commits.

    Args:
        begin_again: Makes a strict block on the same token.

    Returns:
        The block that was committed.

    Raises:
        ConflictError: If others were first for longer than the setup's patience.
        Exception: Whatever *change* or `commit` raises else; nothing was written.
    """
    started_at = yield from now()
    attempt = 1
    while True:
        session = begin_again()
        yield from read(session)
        yield from call(change, session)
        try:
            yield from commit(session)
        except ConflictError:
            if (yield from now()) - started_at >= session.setup.patience:
                raise
        else:
            return session
        yield from pause((yield from draw()) * _window(attempt))
        attempt += 1


def revoke(session: SessionState, reason: str) -> Flow[None]:
    """
    End the session for good; one that is not alive is left as it is.

    Raises:
        StoreError: If the backend failed.
    """
    yield from read(session)
    session.revoke(reason)
    yield from commit(session)


def _decide(session: SessionState, entry: Entry) -> Flow[Decision]:
    facts = yield from ask(*questions(session.checkout, entry.command))
    decision = decide(session.checkout, entry.command, facts, session.setup.rules)
    if decision.refused:
        raise CommandRefused(decision.problems)
    session.accept(entry, decision)
    return decision


def _attempt(session: SessionState) -> Flow[bool]:
    """
    Try to write once; False when somebody else was first, and all is decided again.
    """
    if session.commit_id is None and session.is_changed():
        session.commit_id = yield from mint("commit")
    at = yield from now()
    minted = NOTHING_MINTED
    if wants_minting(session, at):
        minted = Minted((yield from mint("token")), (yield from mint("handle")))
    effect = finish(session, at, minted)
    try:
        version = yield from apply(session, effect)
    except (ConflictError, GoneError):
        yield from _start_again(session)
        return False
    settle(session, effect, version, minted)
    return True


def _start_again(session: SessionState) -> Flow[None]:
    if session.record is None or session.retirement is not None:
        # What is created or ended depends on nothing that somebody else wrote.
        return
    found = judge((yield from load(session.record.key)), (yield from now()))
    if not isinstance(found, Record):
        raise GoneError(f"the session has ended meanwhile: {found}", reason=found)
    decoded = session.setup.codec.decode(found.payload, session.setup.rules)
    if session.strict and found.version != session.record.version:
        raise ConflictError(
            "somebody else was first",
            expected=session.record.version,
            current=decoded.checkout,
        )
    for entry in session.rebase(found, decoded):
        yield from _decide(session, entry)


def _window(attempt: int) -> float:
    """
    Return from how many seconds a pause is drawn.
    """
    return min(_FIRST_PAUSE * 2.0**attempt, _LONGEST_PAUSE)
