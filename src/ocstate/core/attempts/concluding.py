"""
How an attempt at an order ends: whoever hears what the shop says of it stores that.

The table is that of `ocstate.checkout.confirming.conclusion`. A shop is told what
becomes of what it holds before it is stored here: who comes after a crash tells it
again, and telling it twice is telling it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from ocstate.checkout import Checkout
from ocstate.checkout.commands import Cancel
from ocstate.checkout.confirming.conclusion import (
    NOTHING_ADDED,
    confirmation_of,
    declined,
    placed,
    reopened,
    taken_by,
    waiting,
)
from ocstate.checkout.confirming.order import (
    BuyerNeeded,
    Declined,
    InProgress,
    Placed,
    Placement,
)
from ocstate.checkout.values.ordering import Attempt, Confirmation, Held, Try
from ocstate.checkout.values.state import SECTIONS
from ocstate.core.attempts.storing import reload, store
from ocstate.core.changes import Entry
from ocstate.core.flow import Flow, find_order, release, require_orders, take
from ocstate.core.session import SessionState
from ocstate.core.setup import Setup
from ocstate.core.writing import patiently
from ocstate.exceptions import ConflictError, UsageError

_DIGEST = 8


def held_by(setup: Setup, before: Checkout, after: Checkout) -> tuple[Held, ...]:
    """
    Encode the sections that differ, so that whoever finishes an attempt has them.

    Raises:
        EncodeError: If something in them has no encoding.
    """
    names = [name for name in SECTIONS if _differs(before, after, name)]
    names += [f"extras/{name}" for name in after.extras.changed]
    pack = setup.codec.pack_section
    return tuple(
        Held(name=name, body=pack(after, name), was=_digest(pack(before, name)))
        for name in names
    )


def settle_lapsed(
    session: SessionState, wanted: Iterable[Entry | str]
) -> Flow[list[Entry | str]]:
    """
    Finish an attempt whose lease is over, before anything else is done.

    Before a checkout is given up, the shop is asked after one that is open again, too.

    Args:
        wanted: What is to be done then.

    Returns:
        What the block had wanted already, to be decided again.

    Raises:
        GoneError: If the session has ended meanwhile.
        StoreError: If the backend failed.
    """
    attempt, now = session.checkout.attempt, session.setup.world.now()
    if attempt is None or (attempt.is_open and not attempt.has_lapsed(now)):
        return []
    if not attempt.is_open and not any(map(_gives_up, wanted)):
        return []
    try:
        yield from require_orders()
    except UsageError:
        # Nobody here knows what became of it, so that it stays as it is.
        return []
    # What the block has wanted is no part of what is stored now.
    journal, rotates = list(session.journal), session.rotates
    session.drop()
    session.rotates = rotates
    placement = yield from find_order(attempt.key)
    yield from conclude(session, attempt, placement)
    return journal


def conclude(
    session: SessionState,
    attempt: Attempt,
    placement: Placement | None,
    own: Try | None = None,
) -> Flow[Confirmation | None]:
    """
    Store what the shop says of *attempt*, on whatever is there by now.

    Args:
        own: The try that heard it; None for who only asked.

    Returns:
        What is kept of the order, if it was placed.

    Raises:
        ConflictError: If others were first for longer than the setup's patience.
        GoneError: If the session has ended meanwhile.
        StoreError: If the backend failed.
    """
    setup = session.setup
    at = setup.world.now()
    if isinstance(placement, Placed):
        yield from take(attempt.key)
    elif _frees(attempt, placement, own, at):
        yield from release(attempt.key)
    kept: Confirmation | None = None
    if isinstance(placement, Placed):
        kept = confirmation_of(
            placement, taken_by(attempt, placement, own), attempt.key, at
        )

    def once() -> Flow[Confirmation | ConflictError | None]:
        nonlocal kept
        standing = session.checkout.attempt
        if standing is None or standing.key != attempt.key:
            done = session.base.confirmation
            is_noted = done is not None and done.key == attempt.key
            return done if kept and is_noted else kept
        subjects: tuple[str, ...] = ()
        if isinstance(placement, Placed):
            took = taken_by(standing, placement, own)
            kept = confirmation_of(placement, took, attempt.key, at)
            added = NOTHING_ADDED if took is None else took.added
            # Who has signed in with the order is known to the block that did it alone:
            # whoever else has the old token learns nothing of them.
            is_private = own is None and took is not None and bool(took.subjects)
            held = {} if is_private else _entering(session, took)
            after = placed(session.checkout, kept, held, added, is_private=is_private)
            subjects = () if took is None or is_private else took.subjects
        else:
            lapses = own is not None or standing.has_lapsed(at)
            after = session.checkout
            # What was heard of one try is not said of a later one.
            if standing.tries[-1:] == attempt.tries[-1:]:
                after = _without_order(after, placement, own, setup, lapses=lapses)
        if after is session.checkout:
            return kept
        try:
            yield from store(session, after, subjects)
        except ConflictError as conflict:
            yield from reload(session, tells_later=True)
            return conflict
        return session.base.confirmation if kept else None

    # Whoever queues here waits for this outcome, so that nobody is waited for.
    return (yield from patiently(setup, None, once))


def _frees(
    attempt: Attempt, placement: Placement | None, own: Try | None, now: float
) -> bool:
    """
    Tell whether what is held has to be given back.

    What is held ends with the lease. After that, another try may hold it anew, and
    within it, only who placed the order knows that there is none.
    """
    if isinstance(placement, Declined) and own is None:
        return True
    has_none = placement is None or isinstance(placement, Declined)
    return has_none and own is not None and now < attempt.until


def _gives_up(step: Entry | str) -> bool:
    return isinstance(step, Entry) and isinstance(step.command, Cancel)


def _without_order(
    checkout: Checkout,
    placement: Placement | None,
    own: Try | None,
    setup: Setup,
    *,
    lapses: bool,
) -> Checkout:
    """
    Return what becomes of *checkout* as long as there is no order.

    Args:
        lapses: Whether it is open again where nobody knows of an order.
    """
    now = setup.world.now()
    match placement:
        case Declined():
            return declined(checkout, own)
        case BuyerNeeded(url=url, until=until) if until > now:
            return waiting(checkout, until=until, url=url)
        case InProgress(until=until):
            return waiting(checkout, until=max(until or 0.0, now + setup.lease))
        case _:
            attempt = checkout.attempt
            is_open = attempt is not None and attempt.is_open
            return reopened(checkout) if lapses and is_open else checkout


def _entering(session: SessionState, took: Try | None) -> Mapping[str, object]:
    """
    Decode what was held, but for what somebody has changed since.
    """
    codec, checkout = session.setup.codec, session.checkout
    return {
        one.name: codec.unpack_section(one.name, one.body)
        for one in (() if took is None else took.held)
        if _digest(codec.pack_section(checkout, one.name)) == one.was
    }


def _differs(before: Checkout, after: Checkout, name: str) -> bool:
    if not after.has_read(name):
        return False
    return getattr(after, name) is not getattr(before, name)


def _digest(body: bytes) -> bytes:
    return sha256(body).digest()[:_DIGEST]
