"""
How a block begins, from what the store found, and begins anew where that is damaged.
"""

from __future__ import annotations

from functools import partial

from ocstate.core.effects import Damaged, Found
from ocstate.core.session import Refusal, SessionState
from ocstate.exceptions import DecodeError, UsageError
from ocstate.protocols import Record, Retired


def judge(found: Found, now: float) -> Record | Refusal:
    """
    Return the record if it is alive at *now*, else why it is not.
    """
    match found:
        case None:
            return "unknown"
        case DecodeError():
            return "unreadable"
        case Retired(reason=reason):
            return reason
        case _ if now >= found.ends_at:
            return "lifetime"
        case _ if now >= found.expires_at:
            return "idle"
        case _:
            return found


def begin(
    session: SessionState, found: Found, now: float, *, whole: bool = False
) -> SessionState:
    """
    Start *session* from what the store found under its token's key.

    Args:
        found: None also for a block without a token, which is no refusal.
        whole: Whether all of it has to be readable; else damage inside of a section
            shows when somebody looks at that, the first time that it does.
    """
    setup = session.setup
    record = judge(found, now)
    refused: Refusal | None = None
    session.unreadable = session.damaged = None
    if isinstance(record, Record):
        try:
            decoded = setup.codec.decode(record.payload, setup.rules)
            if whole or setup.doubts(record.key):
                decoded.stored.read_all()
        except DecodeError as error:
            refused = "unreadable"
            session.unreadable, session.damaged = error, Damaged.of(record)
        else:
            session.fill(record, decoded)
            decoded.stored.on_damage = partial(_found, session)
            return session
    elif session.given is not None:
        refused = record
        if isinstance(found, DecodeError):
            key = setup.key_of(session.given)
            session.unreadable, session.damaged = found, Damaged(key)
    session.fill(None, setup.codec.empty(setup.rules), refused)
    return session


def lose(session: SessionState, error: DecodeError, *, in_row: bool = False) -> bool:
    """
    Go on as a new session, because a section turned out to be unreadable.

    Sections are decoded when somebody looks at them, so that this may come to light in
    the middle of a block. What the block wanted already is not given up silently, and
    a row of the cart has no default: then the error is for whoever looks, nothing can
    be committed any more, and the client is to forget its token. Where nobody can tell
    it that, the next block finds the damage when it begins.

    Returns:
        Whether it goes on as a new session.
    """
    if session.record is None:
        return False
    session.setup.doubt(session.record.key)
    if not session.begins_anew:
        return False
    session.unreadable, session.damaged = error, Damaged.of(session.record)
    if in_row or session.is_closed or session.is_changed():
        session.token, session.cookie_due = None, "clear"
        return False
    setup = session.setup
    session.fill(None, setup.codec.empty(setup.rules), "unreadable")
    return True


def _found(session: SessionState, error: DecodeError, in_row: bool) -> bool:
    try:
        session.require_idle()
    except UsageError:
        # Who decides at this moment meets the error, and decides again without it.
        return False
    return lose(session, error, in_row=in_row)
