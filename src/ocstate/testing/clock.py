"""
A clock that stands still until a test moves it.
"""

from __future__ import annotations

import time


class FakeClock:
    """
    Tell the time that a test has set, wherever a clock is asked for.

    Durations go on beside it, because pauses are real: `monotonic` tells how long the
    test has run, and how far it was advanced.

    Attributes:
        now: Seconds since the epoch, UTC. Setting it is what setting a computer's clock
            is: instants jump, and no time passes.
    """

    def __init__(self, now: float = 4_000_000_000.0) -> None:
        # Far ahead, so that a server with a clock of its own forgets nothing meanwhile.
        self.now = now
        self._advanced = 0.0

    def __call__(self) -> float:
        """
        Return the time, as ``time.time`` does.
        """
        return self.now

    def advance(self, seconds: float) -> float:
        """
        Let *seconds* pass, and return the new time; below zero, set the clock back.
        """
        self.now += seconds
        self._advanced += max(seconds, 0.0)
        return self.now

    def monotonic(self) -> float:
        """
        Return seconds since some instant, as ``time.monotonic`` does.
        """
        return time.monotonic() + self._advanced
