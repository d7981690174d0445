"""
The fake clock stands still until it is moved.
"""

from __future__ import annotations

from ocstate.testing import FakeClock


def test_the_clock_stands_still_until_it_is_moved():
    """
    It is called as ``time.time`` is, and moves by what a test says, back as well.
    """
    clock = FakeClock(1000.5)

    assert (clock(), clock()) == (1000.5, 1000.5)
    assert clock.advance(60) == 1060.5
    assert clock.advance(-0.5) == clock() == clock.now == 1060.0


def test_a_clock_of_its_own_is_far_ahead():
    """
    Servers with a real clock do not forget what was written by the fake one.
    """
    assert FakeClock()() > 3_000_000_000
