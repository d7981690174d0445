"""
A session that ends while its writer waits for others is dead, whatever the writer saw.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager

import pytest

from ocstate import AsyncSessions, Policy, Sessions
from ocstate.core.setup import hashed_key
from ocstate.exceptions import ConflictError, GoneError
from ocstate.protocols import Record, Retired
from ocstate.stores.file import FileStore
from ocstate.stores.memory import MemoryStore
from ocstate.stores.sqlite import SqliteStore
from ocstate.stores.threaded import Threaded
from ocstate.testing import FakeClock

POLICY = Policy(idle=4, lifetime=100)
STORES = {
    "memory": lambda folder: MemoryStore(),
    "file": lambda folder: FileStore(folder / "sessions"),
    "sqlite": lambda folder: SqliteStore(folder / "sessions.db"),
}


class WatchedClock(FakeClock):
    """
    A clock that tells when somebody has looked at it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.looked = threading.Event()

    def __call__(self) -> float:
        seen = super().__call__()
        self.looked.set()
        return seen


@pytest.fixture(params=STORES)
def store(request, tmp_path):
    return STORES[request.param](tmp_path)


@pytest.fixture
def clock():
    return WatchedClock()


@contextmanager
def busy(store, record, clock, seconds):
    """
    Hold *record* until somebody has looked at the clock, and *seconds* more.
    """
    held = threading.Event()

    def hold() -> float:
        clock.looked.clear()
        held.set()
        assert clock.looked.wait(30)
        clock.advance(seconds)
        return record.seen_at

    def write() -> None:
        # Another version than the stored one: nothing comes of it.
        with pytest.raises(ConflictError):
            store.replace(record, expected=record.version + 1, now=hold)

    holder = threading.Thread(target=write)
    holder.start()
    assert held.wait(30)
    yield
    holder.join()


def change(session):
    session["wishlist"] = [42]


def rotate(session):
    session.identify("customer:7")


def end(session):
    session.revoke("logout")


def commit(store, clock, token, work, record, seconds):
    """
    Begin a block 3.3 s after the session was seen, and commit it when all is busy.
    """
    sessions = Sessions(store, policy=POLICY, clock=clock)
    clock.advance(3.3)
    session = sessions.open(token)
    work(session)
    with busy(store, record, clock, seconds):
        session.close()


def commit_async(store, clock, token, work, record, seconds):
    """
    The same under asyncio.
    """

    async def run() -> None:
        sessions = AsyncSessions(Threaded(store), policy=POLICY, clock=clock)
        clock.advance(3.3)
        session = await sessions.open(token).load()
        work(session)
        with busy(store, record, clock, seconds):
            await session.close()

    asyncio.run(run())


@pytest.fixture
def started(store, clock):
    """
    A stored session's token, and its record.
    """
    with Sessions(store, policy=POLICY, clock=clock).open() as session:
        session["wishlist"] = []
    assert session.token is not None
    return session.token, store.load(hashed_key(session.token))


@pytest.mark.parametrize("commit", [commit, commit_async])
@pytest.mark.parametrize("work", [change, rotate])
def test_a_write_that_waited_past_the_end_is_gone(store, clock, started, commit, work):
    """
    The block is told so, and the record is as it was: nothing has revived it.
    """
    token, record = started

    with pytest.raises(GoneError):
        commit(store, clock, token, work, record, 2.7)

    assert record == store.load(record.key)
    left = [each for each in store.scan(None, 9) if each.key != record.key]
    assert not left
    session = Sessions(store, policy=POLICY, clock=clock).open(token)
    assert session.refused == "idle"


@pytest.mark.parametrize("commit", [commit, commit_async])
def test_an_end_that_waited_past_the_end_has_come(store, clock, started, commit):
    """
    Who wants a session ended that ended by itself meanwhile has what they want.
    """
    token, record = started

    commit(store, clock, token, end, record, 2.7)

    session = Sessions(store, policy=POLICY, clock=clock).open(token)
    assert session.refused == "idle"


@pytest.mark.parametrize("commit", [commit, commit_async])
@pytest.mark.parametrize("work", [change, rotate, end])
def test_a_write_that_waited_not_so_long_is_done(store, clock, started, commit, work):
    """
    A wait alone is no harm: what lives at its end is written.
    """
    token, record = started

    commit(store, clock, token, work, record, 0.5)

    found = store.load(record.key)
    if work is change:
        assert isinstance(found, Record)
        assert found.expires_at == found.seen_at + 4 >= record.seen_at + 7.3
        assert found.payload != record.payload
    else:
        assert isinstance(found, Retired)
