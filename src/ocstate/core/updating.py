"""
Changes that are called again on the newest state until they commit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ocstate.core.beginning import look_up
from ocstate.core.block import is_settled, read
from ocstate.core.demands import require_callable
from ocstate.core.flow import Flow, call
from ocstate.core.session import SessionState
from ocstate.core.setup import Setup
from ocstate.core.writing import patiently
from ocstate.exceptions import ConflictError, OcstateError

SessionT = TypeVar("SessionT")


def update(
    setup: Setup,
    token: str | None,
    show: Callable[[SessionState], SessionT],
    change: Callable[[SessionT], object],
    close: Callable[[SessionT], object],
    *,
    own: SessionState | None = None,
) -> Flow[SessionT]:
    """
    Call *change* on the newest state, again and again, until it commits.

    Args:
        own: The request's own block on this token, which is told of a new one.
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
        state = SessionState(
            setup,
            token,
            strict=True,
            begins_anew=True,
            own=own,
            others=() if own is None else own.others,
            forgiving=own is not None and own.forgiving,
        )
        yield from read(state)
        session = show(state)
        yield from call(change, session)
        if state.is_closed:
            return session
        try:
            yield from call(close, session)
        except ConflictError as conflict:
            if not state.strict:
                # An order was confirmed in it, which another run would make again.
                raise
            return conflict
        return session

    key = setup.key_or_none(token)
    return (yield from patiently(setup, key, attempt))


def update_own(
    session: SessionState,
    show: Callable[[SessionState], SessionT],
    change: Callable[[SessionT], object],
    close: Callable[[SessionT], object],
) -> Flow[None]:
    """
    Do an `update` on the session of this block, and go on from what it committed.

    What this block wants stays wanted: its commands are decided again on top.

    Raises:
        CommandRefused: If a command of this block is refused there; it fails again at
            the block's end.
        ConflictError: If others were first for longer than the setup's patience, or
            this block and *change* have changed the same key of host data.
        UsageError: If the block is over, or *change* is no function of a session.
        Exception: Whatever *change* or `commit` raises else; nothing was written.
    """
    session.require_open()
    session.require_idle()
    token = session.given
    yield from update(session.setup, token, show, change, close, own=session)
    with session.alone():
        if not session.was_read:
            yield from look_up(session)
            return
        heir, journal = session.heir, session.journal
        try:
            if heir is not None:
                yield from is_settled(session)
        except OcstateError:
            session.heir, session.journal = heir, journal
            raise
