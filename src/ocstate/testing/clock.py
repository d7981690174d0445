"""
A clock that stands still until a test moves it.
"""

from __future__ import annotations

__all__ = ["FakeClock"]


class FakeClock:
    """
    Tell the time that a test has set, wherever a clock is asked for.

    Attributes:
        now: Seconds since the epoch, UTC.
    """

    def __init__(self, now: float = 4_000_000_000.0) -> None:
        # Far ahead, so that a server with a clock of its own forgets nothing meanwhile.
        self.now = now

    def __call__(self) -> float:
        """
        Return the time, as ``time.time`` does.
        """
        return self.now

    def advance(self, seconds: float) -> float:
        """
        Move on by *seconds*, and return the new time.
        """
        self.now += seconds
        return self.now
