"""
The flows of one block: read a session, do commands on it, commit it.

A commit writes once, on the version that was read. When somebody else was first, it
reads again, decides the block's commands again on what is there now, with fresh facts,
and tries again, until the setup's patience is over.
"""

from __future__ import annotations

from collections.abc import Iterable

from ocstate.checkout import Command, Decision, Facts, decide, questions
from ocstate.checkout.derived.learning import learnt, outdated
from ocstate.core.attempts.concluding import settle_lapsed
from ocstate.core.beginning import judge, look_up, lose, seek, watch
from ocstate.core.changes import Entry, Then
from ocstate.core.demands import require_callable
from ocstate.core.effects import Damaged
from ocstate.core.flow import Flow, ask
from ocstate.core.lifecycle import finish, has_ended, seen, settle
from ocstate.core.session import Lateness, SessionState
from ocstate.core.writing import apply, patiently
from ocstate.exceptions import (
    CommandRefused,
    ConflictError,
    DecodeError,
    GoneError,
)
from ocstate.protocols import Record


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
    session.require_readable()
    with session.alone():
        yield from look_up(session)


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
        UsageError: If the block is over, the command is none or of a section that was
            not given to the sessions, *then* does not return a checkout, or another
            command of this session is still being decided.
        StoreError: If the backend failed.
    """
    session.require_open()
    session.require_known(command)
    if then is not None:
        require_callable("then", then, ("before", "after", "command"))
    with session.alone():
        if not session.was_read:
            yield from look_up(session)
        entry = Entry(command, then)
        try:
            # Whatever is written builds on these: damage shows before it matters.
            _ = session.decoded and session.decoded.commits
            if session.checkout.attempt is not None:
                before = yield from settle_lapsed(session, [entry])
                yield from decide_again(session, before)
            return (yield from _decide(session, entry))
        except DecodeError as error:
            if not lose(session, error):
                raise
            return (yield from _decide(session, entry))


def decide_again(session: SessionState, steps: Iterable[Entry | str]) -> Flow[None]:
    """
    Do what a block wanted once more, on whatever it has read by now.

    Raises:
        CommandRefused: If a command is refused now.
        DecodeError: If a section that one needs cannot be read.
    """
    for step in steps:
        if isinstance(step, Entry):
            yield from _decide(session, step)
        else:
            session.name(step)


def commit(session: SessionState) -> Flow[None]:
    """
    Write what the block changed, and close it; the session shows what was committed.

    Raises:
        CommandRefused: If somebody else was first, and a command is refused on what
            is there now. Nothing was written.
        ConflictError: If somebody else was first, and the block is strict, changed the
            same key of host data, or lost for longer than the setup's patience.
        EncodeError: If something has no encoding. Nothing was written.
        GoneError: If the session has ended, meanwhile or before the block began, or the
            block met something in it that cannot be read. Nothing was written.
        DecodeError: If a later version has stored what this one cannot read, or what
            is to be written again is spoiled.
        StoreError: If the backend failed.
        StoreUnavailableError: The same; with the outcome ``"unknown"`` the change may
            have been written.
    """
    session.require_open()
    session.require_idle()
    session.is_closed = True
    if not session.was_read:
        return
    ends = session.retirement is not None
    if session.record is not None and session.unreadable is not None and not ends:
        raise GoneError("the session cannot be read", reason="unreadable")
    if not ends:
        session.data.settle()
    key = _queued_at(session)
    try:
        yield from patiently(session.setup, key, lambda: _attempt(session))
    except DecodeError:
        if session.record is not None:
            session.setup.doubt(session.record.key)
        raise


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


def revoke(session: SessionState, reason: str) -> Flow[None]:
    """
    End the session for good; one that is not alive is left as it is.

    Raises:
        StoreError: If the backend failed.
    """
    yield from read(session)
    if session.record is None and session.damaged is None:
        session.discard()
        return
    session.retirement = reason
    yield from commit(session)


def _decide(session: SessionState, entry: Entry) -> Flow[Decision]:
    asked = questions(session.checkout, entry.command)
    facts = (yield from ask(*asked)) if asked else Facts(session.setup.world.now())
    decision = decide(session.checkout, entry.command, facts, session.setup.rules)
    if decision.refused:
        raise CommandRefused(decision.problems)
    after = entry.followed(session.checkout, decision.checkout)
    again = outdated(session.checkout, after)
    if again:
        after = learnt(after, (yield from ask(*again)))
    session.accept(entry, decision, after)
    return decision


def _queued_at(session: SessionState) -> str | None:
    """
    Return the key at which the commit of *session* queues; None for none.

    A strict block gives up at its first conflict, or `update` queues for it. Who only
    looked, or made a new session, is in nobody's way.
    """
    if session.strict or session.record is None or not session.is_changed():
        return None
    return session.record.key


def _attempt(session: SessionState) -> Flow[ConflictError | None]:
    """
    Try to write once; when somebody else was first, decide all again, and say so.
    """
    world = session.setup.world
    if session.heir is not None and (yield from is_settled(session)):
        return None
    if session.commit_id is None and session.is_changed():
        session.commit_id = world.mint("commit")
    effect = finish(session, world.now(), world.mint)
    try:
        version = yield from apply(session, effect)
    except (ConflictError, GoneError) as error:
        if (yield from is_settled(session)):
            return None
        conflict = ConflictError(
            "others kept being first",
            expected=None if session.record is None else session.record.version,
            current=None if session.decoded is None else session.decoded.checkout,
        )
        # The backend's error, where the write got lost and nobody was first.
        conflict.__cause__ = error.__cause__
        return conflict
    settle(session, effect, version)
    return None


def is_settled(session: SessionState) -> Flow[bool]:
    """
    Look what somebody else has stored: tell if nothing is left to do, else start again.

    Where a block beside this one has left the session somewhere, it is followed there.
    """
    ends = session.retirement is not None
    record = session.record or (session.damaged if ends else None)
    heir, session.heir = session.heir, None
    key = heir or (None if record is None else record.key)
    if key is None:
        # A new session depends on nothing that somebody else wrote.
        return False
    if heir is None and not session.is_changed():
        # It only read; somebody else has renewed its token, or ended the session. If
        # they have merely changed something, it was seen all the same.
        if session.record is not None:
            now = session.setup.world.now()
            yield from apply(session, seen(session, session.record, now))
        return True
    stored, late = yield from seek(session.setup, key)
    if ends and isinstance(stored, DecodeError):
        session.record, session.damaged = None, Damaged(key)
        return False
    found = judge(stored, session.setup.world.now())
    if ends:
        return has_ended(session, found)
    if isinstance(found, Record):
        return (yield from _goes_on(session, found, late, is_foreign=heir is None))
    if session.is_changed():
        raise GoneError(f"the session has ended meanwhile: {found}", reason=found)
    return True


def _goes_on(
    session: SessionState, found: Record, late: Lateness, *, is_foreign: bool
) -> Flow[bool]:
    """
    Decide again on what was *found*, but not what was written there already.
    """
    decoded = session.setup.codec.decode(found.payload, session.setup.rules)
    session.late = late or session.late
    if session.commit_id in decoded.commits:
        # The write that seemed lost has arrived after all.
        session.fill(found, decoded)
        return True
    read = session.record
    is_same = read is None or (found.key, found.version) == (read.key, read.version)
    if is_foreign and session.strict and not is_same:
        raise ConflictError(
            "somebody else was first",
            expected=None if read is None else read.version,
            current=decoded.checkout,
        )
    journal = session.rebase(found, decoded)
    if decoded.checkout.attempt is not None:
        yield from settle_lapsed(session, journal)
    yield from decide_again(session, journal)
    watch(session)
    return False
