"""
How a block begins, from what the store found, and begins anew where that is damaged.

A token that was renewed by its age is a way to the session: each retirement on it names
the key under which the session goes on. What that is worth depends on how old the first
step is, and on whether anybody ever came with a later token (`arrive`).

What a block ends with, by what its token names and what it does:

=======================  ==============  ===============  ===============  =============
the token names          only reads      changes          signs in         ends it
=======================  ==============  ===============  ===============  =============
nothing that lives       nothing         ``Create``       ``Create``       nothing
a session                ``Touch``       ``Replace``      ``Rotate``       ``Retire``
one, and has its age     ``Rotate``      ``Rotate``       ``Rotate``       ``Retire``
one, never used before   ``Touch``       ``Replace``      ``Rotate``       ``Retire``
one, renewed just now    nothing         ``Replace``      ``Rotate``       ``Retire``
one, renewed and lost    ``Rotate``      ``Rotate``       ``Rotate``       ``Retire``
one, renewed and heard   nothing         ``GoneError``    ``Create``       ``GoneError``
one, rotated just now    nothing         ``GoneError``    ``GoneError``    ``GoneError``
one, rotated long ago    nothing         ``GoneError``    ``Create``       ``GoneError``
one, ended just now      nothing         ``GoneError``    ``GoneError``    nothing
one, ended long ago      nothing         ``GoneError``    ``Create``       nothing
=======================  ==============  ===============  ===============  =============

The same for a block aside, which no answer follows:

=======================  ==============  ===============  ===============  =============
the token names          only reads      changes          signs in         ends it
=======================  ==============  ===============  ===============  =============
nothing that lives       nothing         ``GoneError``    ``GoneError``    nothing
a session                ``Touch``       ``Replace``      ``Rotate``       ``Retire``
one, and has its age     ``Touch``       ``Replace``      ``Rotate``       ``Retire``
one, never used before   nothing         ``Replace``      ``Rotate``       ``Retire``
one, renewed just now    nothing         ``Replace``      ``Rotate``       ``Retire``
one, renewed and lost    nothing         ``Replace``      ``Rotate``       ``Retire``
one, renewed and heard   nothing         ``GoneError``    ``GoneError``    ``GoneError``
one, rotated just now    nothing         ``GoneError``    ``GoneError``    ``GoneError``
one, rotated long ago    nothing         ``GoneError``    ``GoneError``    ``GoneError``
one, ended just now      nothing         ``GoneError``    ``GoneError``    nothing
one, ended long ago      nothing         ``GoneError``    ``GoneError``    nothing
=======================  ==============  ===============  ===============  =============

The answer has a new cookie with ``Create`` and ``Rotate``, takes the client's away with
``Retire``, and has none with ``GoneError``. ``Touch`` is left out where it is not due;
of a renewed token's first use it always is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from ocstate.core.effects import UNHEARD, Damaged, Found, heir_of, is_unheard
from ocstate.core.flow import Flow, find
from ocstate.core.policy import Policies
from ocstate.core.session import Lateness, Refusal, SessionState
from ocstate.core.setup import Setup
from ocstate.exceptions import DecodeError, UsageError
from ocstate.protocols import Record, Retired

MOST_LOOKUPS = 3
"""How many tokens are looked up for a client that sends several."""

MOST_STEPS: Final = 16
"""How many renewals are followed. After so many lost answers the token is renewed no
more, and goes on finding its session until one of the later tokens is used."""

Way = tuple[Retired, ...]
"""The retirements on the way from a key to where the session is now, oldest first."""


def seek(setup: Setup, key: str) -> Flow[tuple[Found, Lateness]]:
    """
    Find what became of the session under *key*, as `arrive` tells it.

    Raises:
        StoreError: If the backend failed.
    """
    found, way = yield from _followed((yield from find(key)))
    return arrive(found, way, setup.policies, setup.world.now())


def arrive(
    found: Found, way: Way, policies: Policies, now: float
) -> tuple[Found, Lateness]:
    """
    Return what counts as found at the end of a way, and how late one comes there.

    It is the retirement that the way began with where it leads nowhere: the session
    goes on, but not for this token.
    """
    if not way or isinstance(found, DecodeError | Retired):
        return found, None
    if found is None:
        return way[0], None
    grace = policies.choose(found.subjects).grace
    if now - way[0].at < grace:
        return found, "late"
    if not is_unheard(found) or any(each.reason != UNHEARD for each in way[1:]):
        return way[0], None
    # Several requests at once need one new token.
    waits = now - way[-1].at < grace or len(way) == MOST_STEPS
    return found, "late" if waits else "lost"


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
            return reason if heir_of(found) is None else "rotated"
        case _ if now >= found.ends_at:
            return "lifetime"
        case _ if now >= found.expires_at:
            return "idle"
        case _:
            return found


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


def look_up(session: SessionState) -> Flow[None]:
    """
    Look up the client's tokens until one lives, and begin with what was found.

    A token that lives counts before one that was renewed, and a token whose session was
    ended before one that names nothing; else the last of a few tells of a failure.

    Where another one could take its place, all of a session is decoded before it counts
    as alive: damage that showed later would hide the other one at every request.

    Raises:
        StoreError: If the backend failed.
    """
    now = session.setup.world.now
    keys = candidates(session.setup, (session.given, *session.others))
    whole = len(keys) > 1
    retired: dict[str, Retired] = {}
    session.heir = None
    if not keys:
        begin(session, None, now())
    for token, key in keys.items():
        # Until this one was looked up, nobody knows that the client has no session.
        session.was_read = False
        found = yield from find(key)
        if isinstance(found, Retired):
            retired[token] = found
            continue
        session.given = session.token = token
        begin(session, found, now(), whole=whole)
        if session.record is not None:
            return
    for token, note in retired.items():
        session.was_read = False
        found, way = yield from _followed(note)
        session.given = session.token = token
        begin(session, found, now(), whole=whole, way=way)
        if session.record is not None:
            return


def begin(
    session: SessionState,
    found: Found,
    now: float,
    *,
    whole: bool = False,
    way: Way = (),
) -> SessionState:
    """
    Start *session* from what the store found, at the end of the way from its token.

    Args:
        found: None also for a block without a token, which is no refusal.
        whole: Whether all of it has to be readable; else damage inside of a section
            shows when somebody looks at that, the first time that it does.
    """
    setup = session.setup
    found, session.late = arrive(found, way, setup.policies, now)
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
            watch(session)
            return session
    elif session.given is not None:
        refused = record
        if isinstance(found, DecodeError):
            key = way[-1].successor if way else None
            damaged = Damaged(key or setup.key_of(session.given))
            session.unreadable, session.damaged = found, damaged
    session.late = None
    session.fill(None, setup.codec.empty(setup.rules), refused)
    if isinstance(found, Retired) and not (
        session.forgiving and judge(found, now) != "rotated"
    ):
        session.ended = found
    return session


def watch(session: SessionState) -> None:
    """
    Let *session* go on as `lose` says when damage shows in what it was filled with.
    """
    if session.decoded is not None:
        session.decoded.stored.on_damage = partial(_found, session)


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


def _followed(found: Found) -> Flow[tuple[Found, Way]]:
    way: list[Retired] = []
    while (
        isinstance(found, Retired)
        and (key := heir_of(found)) is not None
        and len(way) < MOST_STEPS
    ):
        way.append(found)
        found = yield from find(key)
    return found, tuple(way)


def _found(session: SessionState, error: DecodeError, in_row: bool) -> bool:
    try:
        session.require_idle()
    except UsageError:
        # Who decides at this moment meets the error, and decides again without it.
        return False
    return lose(session, error, in_row=in_row)
