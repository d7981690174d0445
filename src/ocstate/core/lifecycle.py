"""
The life of a session: what a stored record means now, and what must be written at last.

Theory of operation. A block begins with what a store found under the key of the
client's token, and ends with effects. Between the two nothing is written.

`ocstate.core.beginning.begin` judges what was found:

==================  ==========================  ===================================
found               condition                   the block starts with
==================  ==========================  ===================================
nothing                                         a new session, refused ``unknown``
a retirement        the end of a session        an empty session, refused as it says
a retirement        a renewal, in its grace     the session, and is *late*
a retirement        renewals nobody has heard   the session; its answer was *lost*
a retirement        any other renewal           an empty session, refused ``rotated``
a record            at or after ``ends_at``     a new session, refused ``lifetime``
a record            at or after ``expires_at``  a new session, refused ``idle``
a record            payload unreadable          a new session, refused ``unreadable``
what nobody reads                               a new session, refused ``unreadable``
a record            else                        that session
==================  ==========================  ===================================

``finish`` names the effects. The first row that fits counts:

======================  ======================  =============================
the block               a record is there       effects
======================  ======================  =============================
was not looked at       does not matter         none
ended the session       yes                     ``Retire``
ended the session       no, refused ``rotated`` ``GoneError``
ended the session       no                      none
changed, wants rotation yes                     ``Rotate``
changed                 yes, rotation is due    ``Rotate``
changed                 yes                     ``Replace``
changed                 no, nor may one begin   ``GoneError``
changed                 no                      ``Create``
changed nothing         yes, rotation is due    ``Rotate``
changed nothing         yes, touch is due       ``Touch``
changed nothing         else                    none
======================  ======================  =============================

A rotation is due when the token is older than the policy wants, or the answer that told
the client a renewed one seems to be lost. It never is in a block that could not tell
the client another one. `ocstate.core.beginning` says what is lost, and which sessions
may begin. A renewed token that was never used is one whose record was last seen before
it was made; the first use is noted at once.

An id that nobody issued is never adopted: a new session gets a token of its own when it
is first stored. A dead session stays dead: whether a record still lives is judged again
by the store, in the same step that replaces it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nextafter

from attrs import evolve

from ocstate.core.edge import Purpose
from ocstate.core.effects import (
    RENEWED,
    UNHEARD,
    Create,
    Effect,
    Replace,
    Retire,
    Rotate,
    Touch,
    is_unheard,
)
from ocstate.core.policy import Policy
from ocstate.core.session import CookieDue, Refusal, SessionState
from ocstate.exceptions import GoneError
from ocstate.protocols import Record, Retired

_NOT_YET = 1.0
"""By how many seconds a token that nobody has used was seen before it was made."""

KEPT_COMMITS = 8
"""How many commit ids a record remembers."""


def finish(
    session: SessionState, now: float, mint: Callable[[Purpose], str]
) -> Effect | None:
    """
    Tell what must be written so that *session* outlives its block.

    Args:
        mint: Makes a token and a handle, where the table says ``Create`` or ``Rotate``.

    Returns:
        The one effect, or None when nothing has to be written.

    Raises:
        EncodeError: If something in the session has no encoding.
        GoneError: If there is nothing that the block could have changed, or ended, and
            no new session may begin.
    """
    if not session.was_read:
        return None
    if session.retirement is not None:
        if session.record is None and session.refused == "rotated":
            raise GoneError("the session goes on under another token", reason="rotated")
        return _ending(session, session.retirement, now)
    record, is_changed = session.record, session.is_changed()
    policy = session.setup.policies.choose(session.subjects)
    if record is None:
        if not is_changed:
            return None
        _require_beginning(session, policy, now)
        return _creation(session, policy, now, mint)
    if session.rotates or _rotation_is_due(session, record, policy, now):
        return _rotation(session, record, policy, now, mint)
    if is_changed:
        expires_at = min(now + policy.idle, record.ends_at)
        return Replace(_renewed(session, record, now, expires_at), record.version)
    return seen(session, record, now)


def seen(session: SessionState, record: Record, now: float) -> Touch | None:
    """
    Note the first use of a renewed token at once, any other one when it is due.

    Whoever comes with the token before it has not heard the new one: that moves the end
    alone, as far as it has to.
    """
    policy = session.setup.policies.choose(session.subjects)
    expires_at = min(now + policy.idle, record.ends_at)
    if not is_unheard(record):
        is_due = now - record.seen_at >= policy.touch_interval
        return Touch(record.key, now, expires_at) if is_due else None
    if not session.late and not session.aside:
        return Touch(record.key, max(now, record.created_at), expires_at)
    if expires_at - record.expires_at < policy.touch_interval:
        return None
    return Touch(record.key, nextafter(record.seen_at, record.created_at), expires_at)


def settle(session: SessionState, effect: Effect | None, version: int | None) -> None:
    """
    Let *session* show what was committed: its token, its record, its cookie.
    """
    match effect:
        case Create(record, token) | Rotate(Create(record, token)):
            session.token = token
            session.cookie_due = "set"
            session.record = evolve(record, version=version or 0)
            session.late = None
        case Replace(record=record):
            session.cookie_due = _repeated(session, record.seen_at)
            session.record = evolve(record, version=version or 0)
        case Touch(seen_at=seen_at):
            session.cookie_due = _repeated(session, seen_at)
        case Retire():
            session.token = None
            session.record = None
            session.cookie_due = "clear"
        case None:
            pass
    if session.own is not None and effect is not None:
        session.own.hear(session)


def has_ended(session: SessionState, found: Record | Refusal) -> bool:
    """
    Tell whether the session that *session* wants ended has ended already.

    One that lives is to be ended as it is found. One that goes on under another token
    has not ended, whatever became of the token that was given.

    Raises:
        GoneError: If it goes on under another token.
    """
    if isinstance(found, Record):
        session.record = found
        return False
    if found == "rotated":
        raise GoneError("the session goes on under another token", reason=found)
    session.token = None
    session.record = None
    session.cookie_due = "clear"
    return True


def _repeated(session: SessionState, now: float) -> CookieDue:
    if session.late or session.cookie_due == "set":
        # A renewed token is never told again, a new one always.
        return session.cookie_due
    policy = session.setup.policies.choose(session.subjects)
    seen_at = now if session.record is None else session.record.seen_at
    return "repeat" if now - seen_at >= policy.repeat else None


def _ending(session: SessionState, reason: str, now: float) -> Retire | None:
    ended = session.record or session.damaged
    if ended is None:
        return None
    # One of which nothing is known may be of the kind that lives longest.
    longest = now + session.setup.policies.longest
    until = longest if ended.ends_at is None else ended.ends_at
    retired = Retired(key=ended.key, reason=reason, at=now, until=until)
    return Retire(ended.key, ended.version, retired)


def _rotation_is_due(
    session: SessionState, record: Record, policy: Policy, now: float
) -> bool:
    if session.late or not session.renewable or policy.rotation is None:
        return session.late == "lost" and session.renewable
    return now - record.created_at >= policy.rotation


def _renewed(
    session: SessionState, record: Record, now: float, expires_at: float
) -> Record:
    seen_at = max(now, record.seen_at, record.created_at)
    if (session.late or session.aside) and is_unheard(record):
        seen_at = record.seen_at
    return evolve(
        record,
        payload=_payload(session),
        seen_at=seen_at,
        expires_at=expires_at,
        subjects=session.subjects,
        schema=_schema(session),
    )


def _require_beginning(session: SessionState, policy: Policy, now: float) -> None:
    """
    Make sure that a new session takes the place of no other, and has a client.

    Where one was ended, this may be a late request, whose cookie would take the place
    of a login's. One that signs somebody in long after the end is no late request.

    Raises:
        GoneError: If it may not begin.
    """
    ended, refused = session.ended, session.refused or "unknown"
    if ended is not None:
        signs_in = bool(session.subjects)
        if not signs_in or now - ended.at < policy.grace:
            raise GoneError(f"the session has ended: {refused}", reason=refused)
    if not session.can_begin:
        told = f"nobody could name a new session: {refused}"
        raise GoneError(told, reason=refused)


def _creation(
    session: SessionState, policy: Policy, now: float, mint: Callable[[Purpose], str]
) -> Create:
    token, ends_at = mint("token"), now + policy.lifetime
    record = Record(
        key=session.setup.key_of(token),
        handle=mint("handle"),
        payload=_payload(session),
        created_at=now,
        seen_at=now,
        expires_at=min(now + policy.idle, ends_at),
        ends_at=ends_at,
        subjects=session.subjects,
        schema=_schema(session),
    )
    return Create(record, token)


def _rotation(
    session: SessionState,
    record: Record,
    policy: Policy,
    now: float,
    mint: Callable[[Purpose], str],
) -> Rotate:
    create = _creation(session, policy, now, mint)
    successor, is_renewal = create.record, not session.rotates
    if set(session.subjects) == set(record.subjects):
        # A new token alone is no new session: its name and its absolute end stay.
        successor = evolve(
            successor,
            handle=record.handle,
            ends_at=record.ends_at,
            expires_at=min(successor.expires_at, record.ends_at),
        )
    if is_renewal:
        successor = evolve(successor, seen_at=now - _NOT_YET)
    renewed = UNHEARD if session.late else RENEWED
    retired = Retired(
        key=record.key,
        reason=renewed if is_renewal else "rotated",
        at=now,
        until=record.ends_at,
        # A handle leads nowhere; it tells this rotation from another at this instant.
        successor=successor.key if is_renewal else successor.handle,
    )
    retire = Retire(record.key, record.version, retired)
    return Rotate(evolve(create, record=successor), retire)


def _schema(session: SessionState) -> int:
    """
    Return the schema number of `_payload`; a later version's is kept.
    """
    known = 0 if session.decoded is None else session.decoded.schema
    return max(session.setup.codec.schema, known)


def _payload(session: SessionState) -> bytes:
    decoded = session.decoded
    commits = () if decoded is None else decoded.commits
    if session.commit_id is not None:
        commits = (*commits, session.commit_id)[-KEPT_COMMITS:]
    return session.setup.codec.encode(
        session.checkout,
        data=session.data.merged(),
        commits=commits,
        base=decoded,
    )
