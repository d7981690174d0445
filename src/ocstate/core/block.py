"""
The flows of one block: read a session, do commands on it, commit it.

A commit writes once, on the version that was read. When somebody else was first, it
reads again, decides the block's commands again on what is there now, with fresh facts,
and tries again, until the setup's patience is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from ocstate.checkout import Command, Decision, Facts, decide, questions
from ocstate.checkout.derived.learning import learnt, outdated
from ocstate.core.attempts.concluding import settle_lapsed
from ocstate.core.beginning import begin, judge, lose
from ocstate.core.changes import Entry, Then
from ocstate.core.demands import require_callable
from ocstate.core.effects import Damaged
from ocstate.core.flow import (
    Flow,
    ask,
    call,
    find,
)
from ocstate.core.lifecycle import finish, has_ended, settle
from ocstate.core.patience import patiently
from ocstate.core.session import SessionState
from ocstate.core.setup import Setup
from ocstate.core.writing import apply
from ocstate.exceptions import (
    CommandRefused,
    ConflictError,
    DecodeError,
    GoneError,
)
from ocstate.protocols import Record

MOST_LOOKUPS = 3
"""How many tokens are looked up for a client that sends several."""

T = TypeVar("T")
SessionT = TypeVar("SessionT")


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
        yield from _read(session)


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
            yield from _read(session)
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


def candidates(setup: Setup, tokens: Iterable[str | None]) -> Mapping[str, str]:
    """
    Return those of a client's tokens that are looked up with their keys, in order.

    What cannot be a token costs nothing, and what came twice costs one look.
    """
    keys: dict[str, str] = {}
    for token in tokens:
        if token is None or token in keys or len(keys) == MOST_LOOKUPS:
            continue
        key = setup.key_or_none(token)
        if key is not None:
            keys[token] = key
    return keys


def rehearsal(session: SessionState) -> SessionState:
    """
    Return a block on what *session* has read, to try out what must not be half done.

    It knows nothing of what *session* wants, and is never to be committed.
    """
    again = SessionState(session.setup, session.given)
    decoded = session.decoded or session.setup.codec.empty(session.setup.rules)
    again.fill(session.record, decoded, session.refused)
    return again


def commit(session: SessionState) -> Flow[None]:
    """
    Write what the block changed, and close it; the session shows what was committed.

    Raises:
        CommandRefused: If somebody else was first, and a command is refused on what
            is there now. Nothing was written.
        ConflictError: If somebody else was first, and the block is strict, changed the
            same key of host data, or lost for longer than the setup's patience.
        EncodeError: If something has no encoding. Nothing was written.
        GoneError: If the session ended meanwhile, or the block met something in it that
            cannot be read. Nothing was written.
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


def update(
    setup: Setup,
    token: str | None,
    show: Callable[[SessionState], SessionT],
    change: Callable[[SessionT], object],
    close: Callable[[SessionT], object],
) -> Flow[SessionT]:
    """
    Call *change* on the newest state, again and again, until it commits.

    Args:
        show: Makes of a block what *change* is called with.
        close: Commits a block, as its shell does: nothing interrupts that.

    Returns:
        The block that was committed, or that *change* itself has closed.

    Raises:
        ConflictError: If others were first for longer than the setup's patience.
        UsageError: If *change* is no function of a session.
        Exception: Whatever *change* or `commit` raises else; nothing was written.
    """
    require_callable("the change", change, ("session",))

    def attempt() -> Flow[SessionT | ConflictError]:
        state = SessionState(setup, token, strict=True, begins_anew=True)
        yield from read(state)
        session = show(state)
        yield from call(change, session)
        if state.is_closed:
            return session
        try:
            yield from call(close, session)
        except ConflictError as conflict:
            return conflict
        return session

    key = setup.key_or_none(token)
    return (yield from patiently(setup, key, attempt))


def revoke(session: SessionState, reason: str) -> Flow[None]:
    """
    End the session for good; one that is not alive is left as it is.

    Raises:
        StoreError: If the backend failed.
    """
    yield from read(session)
    session.retirement = reason
    yield from commit(session)


def _read(session: SessionState) -> Flow[None]:
    """
    Look up the client's tokens until one lives; the last of a few tells of a failure.

    Where another one could take its place, all of a session is decoded before it counts
    as alive: damage that showed later would hide the other one at every request.
    """
    now = session.setup.world.now
    keys = candidates(session.setup, (session.given, *session.others))
    if not keys:
        begin(session, None, now())
    for token, key in keys.items():
        # Until this one was looked up, nobody knows that the client has no session.
        session.was_read = False
        found = yield from find(key)
        session.given = session.token = token
        begin(session, found, now(), whole=len(keys) > 1)
        if session.record is not None:
            return


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
    if session.commit_id is None and session.is_changed():
        session.commit_id = world.mint("commit")
    effect = finish(session, world.now(), world.mint)
    try:
        version = yield from apply(session, effect)
    except (ConflictError, GoneError) as error:
        if (yield from _is_settled(session)):
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


def _is_settled(session: SessionState) -> Flow[bool]:
    """
    Look what somebody else has stored: tell if nothing is left to do, else start again.
    """
    ends = session.retirement is not None
    record = session.record or (session.damaged if ends else None)
    if record is None:
        # A new session depends on nothing that somebody else wrote.
        return False
    if not session.is_changed():
        # It only read; somebody else has renewed its token, or ended the session.
        return True
    stored = yield from find(record.key)
    if ends and isinstance(stored, DecodeError):
        session.record, session.damaged = None, Damaged(record.key)
        return False
    found = judge(stored, session.setup.world.now())
    if ends:
        return has_ended(session, found)
    if not isinstance(found, Record):
        raise GoneError(f"the session has ended meanwhile: {found}", reason=found)
    decoded = session.setup.codec.decode(found.payload, session.setup.rules)
    if session.commit_id in decoded.commits:
        # The write that seemed lost has arrived after all.
        session.fill(found, decoded)
        return True
    if session.strict and found.version != record.version:
        raise ConflictError(
            "somebody else was first",
            expected=record.version,
            current=decoded.checkout,
        )
    journal = session.rebase(found, decoded)
    if decoded.checkout.attempt is not None:
        yield from settle_lapsed(session, journal)
    yield from decide_again(session, journal)
    return False
