"""
Somebody sets the computer's clock: durations stay, and no living session is purged.
"""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from ocstate import AsyncSessions, Policy, Sessions
from ocstate.exceptions import ConflictError, UsageError
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.testing import FakeClock

HOUR = 3600.0


class LosingStore(MemoryStore):
    """
    A store in which somebody else is always first, and then sets the clock.
    """

    def __init__(self, set_clock) -> None:
        super().__init__()
        self.set_clock = set_clock
        self.lost = 0

    def replace(self, record, /, **arguments):
        self.lost += 1
        self.set_clock()
        raise ConflictError("somebody was first")


class Wall:
    """
    A wall clock without a method for durations, as an application may have one.
    """

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


def lose(store, clock, patience):
    with Sessions(store, clock=clock).open() as session:
        session["visits"] = 1
    session = Sessions(store, clock=clock, patience=patience).open(session.token)
    session["visits"] = 2
    session.close()


def lose_async(store, clock, patience):
    async def run():
        sessions = AsyncSessions(Threaded(store), clock=clock, patience=patience)
        async with sessions.open() as session:
            session["visits"] = 1
        session = await sessions.open(session.token).load()
        session["visits"] = 2
        await session.close()

    asyncio.run(run())


@pytest.mark.parametrize("lose", [lose, lose_async])
@pytest.mark.parametrize("kind", [Wall, FakeClock])
@pytest.mark.parametrize("step", [-HOUR, 0.0, HOUR])
def test_patience_ends_in_its_own_time(lose, kind, step):
    """
    Not later when the clock is set back, not at once when it is set forward.
    """
    clock = kind()
    steps = [step]

    def set_clock():
        if steps:
            clock.now += steps.pop()

    store = LosingStore(set_clock)
    begun = time.monotonic()
    with pytest.raises(ConflictError):
        lose(store, clock, 0.2)

    assert 0.2 <= time.monotonic() - begun < 5
    assert store.lost > 2


def test_a_test_lets_time_pass():
    """
    What a fake clock is advanced by counts for durations, what it is set to does not.
    """
    clock = FakeClock()
    before = clock.monotonic()
    clock.advance(50)
    clock.advance(-20)
    clock.now += 1000

    assert 50 <= clock.monotonic() - before < 60

    store = LosingStore(lambda: clock.advance(6))
    begun = time.monotonic()
    with pytest.raises(ConflictError):
        lose(store, clock, 5)
    assert time.monotonic() - begun < 5
    assert store.lost == 1


POLICY = Policy(idle=1800, lifetime=12 * HOUR)


def test_a_process_an_hour_ahead_purges_nothing_that_lives():
    """
    What is over by its clock alone stays, and goes when it is over by everybody's.
    """
    store, clock, ahead = MemoryStore(), FakeClock(), FakeClock()
    sessions = Sessions(store, policy=POLICY, clock=clock)
    with sessions.open() as session:
        session["wishlist"] = [42]
    ahead.now = clock.now + HOUR
    hasty = Sessions(store, policy=POLICY, clock=ahead)

    assert hasty.purge() == 0
    assert not sessions.open(session.token).is_new

    clock.advance(1801)
    assert sessions.purge() == 0
    assert sessions.purge(margin=0) == 1


def test_a_margin_is_a_time():
    """
    A margin below zero would purge what lives, and one without an end nothing.
    """
    for margin in (-1, float("inf"), float("nan")):
        with pytest.raises(UsageError, match="margin"):
            Sessions(MemoryStore()).purge(margin=margin)


@pytest.mark.parametrize("step", [-HOUR, -10.0, 10.0, HOUR])
def test_a_clock_that_was_set_is_told(caplog, step):
    """
    Once for each time; time that passes is nothing to speak of.
    """
    clock = FakeClock()
    sessions = Sessions(MemoryStore(), clock=clock)
    with caplog.at_level(logging.WARNING, "ocstate"):
        sessions.purge()
        clock.advance(HOUR)
        sessions.purge()
        assert not caplog.records

        clock.now += step
        sessions.purge()
        sessions.purge()

    (told,) = caplog.messages
    assert f"{step:+.0f} s" in told
