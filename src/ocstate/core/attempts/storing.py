"""
Storing a checkout in the midst of a block, which then goes on from what is stored.
"""

from __future__ import annotations

from ocstate.checkout import Checkout
from ocstate.core.beginning import judge, seek, watch
from ocstate.core.changes import Entry
from ocstate.core.flow import Flow
from ocstate.core.lifecycle import finish, settle
from ocstate.core.session import SessionState
from ocstate.core.writing import apply
from ocstate.exceptions import DecodeError, GoneError
from ocstate.protocols import Record


def store(
    session: SessionState, checkout: Checkout, subjects: tuple[str, ...] = ()
) -> Flow[None]:
    """
    Put *checkout* in place of the version that *session* has read, and go on from it.

    Commands of the block are forgotten: they are in it, or not wanted. What it changed
    of the host's own data waits for its end.

    Args:
        subjects: Whose session it is from now on, with a new token; empty for no
            change.

    Raises:
        ConflictError: If somebody else was first.
        EncodeError: If something has no encoding, or there is too much of it.
        GoneError: If the session has ended meanwhile.
        StoreError: If the backend failed.
    """
    setup = session.setup
    writer = SessionState(
        setup, session.given, rotate=False, aside=session.aside, own=session.own
    )
    decoded = session.decoded or setup.codec.empty(setup.rules)
    writer.fill(session.record, decoded, session.refused)
    writer.ended, writer.late = session.ended, session.late
    writer.checkout = checkout
    writer.token, writer.cookie_due = session.token, session.cookie_due
    if subjects:
        writer.subjects, writer.rotates = subjects, True
    writer.commit_id = setup.world.mint("commit")
    effect = finish(writer, setup.world.now(), setup.world.mint)
    version = yield from apply(writer, effect)
    settle(writer, effect, version)
    if writer.record is None:
        return
    payload = writer.record.payload
    session.rebase(writer.record, setup.codec.decode(payload, setup.rules))
    watch(session)
    session.token, session.cookie_due = writer.token, writer.cookie_due
    session.late = writer.late
    session.rotates = session.rotates and not subjects


def reload(session: SessionState) -> Flow[list[Entry | str]]:
    """
    Go on from what somebody else has stored; return what the block had wanted.

    Raises:
        ConflictError: If a key of host data was changed here and there.
        DecodeError: If a later version has stored what this one cannot read.
        GoneError: If the session has ended meanwhile.
        StoreError: If the backend failed.
    """
    if session.record is None:
        return []
    setup = session.setup
    heir, session.heir = session.heir, None
    stored, late = yield from seek(setup, heir or session.record.key)
    if isinstance(stored, DecodeError):
        raise stored
    found = judge(stored, setup.world.now())
    if not isinstance(found, Record):
        raise GoneError(f"the session has ended meanwhile: {found}", reason=found)
    session.late = late or session.late
    decoded = setup.codec.decode(found.payload, setup.rules)
    journal = session.rebase(found, decoded)
    watch(session)
    return journal
