"""
Ways to run a scenario: what each needs in common, and the two without HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ocstate import AsyncSessions, Policy, Sessions
from ocstate.demo import StaticHost
from ocstate.host import InlineHost
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.testing import FakeClock
from tests.shells.scenarios import (
    REFUSED,
    AnySession,
    Outcome,
    Planned,
    Step,
    World,
    drive,
    drive_async,
    play,
    refusal_of,
)

POLICY = Policy(idle=1800, lifetime=7200)
HOST = StaticHost.demo()

Visit = Callable[[Step, str | None], tuple[Outcome, str | None]]
"""Lets a client with a token do a step; returns what it is told, and its token now."""


class CountingStore:
    """
    A store that remembers which verbs it was asked for, and fails when it is told to.
    """

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.verbs: list[str] = []
        self.before_write: Callable[[], None] = lambda: None

    def load(self, key, /):
        self.verbs.append("load")
        return self.store.load(key)

    def create(self, record, /, *, events=()):
        return self._write("create", record, events=events)

    def replace(self, record, /, *, expected, now, events=()):
        return self._write("replace", record, expected=expected, now=now, events=events)

    def touch(self, key, /, *, seen_at, expires_at):
        return self._write("touch", key, seen_at=seen_at, expires_at=expires_at)

    def retire(self, key, /, *, expected, retired, now, events=()):
        return self._write(
            "retire", key, expected=expected, retired=retired, now=now, events=events
        )

    def _write(self, verb, subject, **arguments):
        self.verbs.append(verb)
        self.before_write()
        return getattr(self.store, verb)(subject, **arguments)

    def told(self) -> tuple[str, ...]:
        """
        Return the verbs since this was asked last.
        """
        told = tuple(self.verbs)
        self.verbs.clear()
        return told


def open_sessions(store: CountingStore, clock: FakeClock) -> tuple[Sessions, World]:
    """
    Wire sessions for threads.
    """
    sessions = Sessions(store, HOST, policy=POLICY, clock=clock)
    return sessions, World(sessions, store)


def open_async_sessions(
    store: CountingStore, clock: FakeClock
) -> tuple[AsyncSessions, World]:
    """
    Wire sessions for asyncio.
    """
    host = InlineHost(HOST)
    sessions = AsyncSessions(Threaded(store), host, policy=POLICY, clock=clock)
    return sessions, World(sessions, store)


@contextmanager
def through_sessions(store: CountingStore, clock: FakeClock) -> Iterator[Visit]:
    """
    Use `Sessions` themselves.
    """
    sessions, world = open_sessions(store, clock)

    def visit(step: Step, token: str | None) -> tuple[Outcome, str | None]:
        session, seen = sessions.open(token), []
        try:
            with session:
                drive(play(session, step.ops, seen, world))
        except Planned as planned:
            return _failed(planned), token
        except REFUSED as error:
            return _failed(error), token
        return _told(session, seen, token)

    yield visit


@contextmanager
def through_async_sessions(store: CountingStore, clock: FakeClock) -> Iterator[Visit]:
    """
    Use `AsyncSessions` themselves.
    """
    sessions, world = open_async_sessions(store, clock)

    async def visit(step: Step, token: str | None) -> tuple[Outcome, str | None]:
        session, seen = sessions.open(token), []
        try:
            # Its block reads at once, so one that must not look has none.
            await drive_async(play(session, step.ops, seen, world))
            await session.close()
        except Planned as planned:
            return _failed(planned), token
        except REFUSED as error:
            return _failed(error), token
        return _told(session, seen, token)

    with asyncio.Runner() as loop:
        yield lambda step, token: loop.run(visit(step, token))


def _failed(error: Exception) -> Outcome:
    if isinstance(error, Planned):
        return Outcome(seen=None, crashed=True, varies=None)
    return Outcome(seen=None, refused=refusal_of(error))


def _told(
    session: AnySession, seen: list[object], token: str | None
) -> tuple[Outcome, str | None]:
    due = session.cookie_due if session.cookie_due in ("set", "clear") else None
    tokens = {"set": session.token, "clear": None, None: token}
    return Outcome(seen=tuple(seen), cookie=due, varies=session.was_read), tokens[due]
