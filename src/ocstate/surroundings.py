"""
A clock and dice: what flows need of the world besides a store and a host.
"""

from __future__ import annotations

import logging
import random
import secrets
import time
from collections.abc import Callable
from inspect import iscoroutinefunction, isroutine
from threading import get_ident
from typing import TypeVar

from ocstate.core.demands import described
from ocstate.core.edge import Purpose
from ocstate.exceptions import ConfigurationError, StoreError, UsageError

DEFAULT_MARGIN = 3600.0
"""Seconds; a mistake about summer time is as long."""

PowerT = TypeVar("PowerT")

_log = logging.getLogger(__name__)
_noted: set[str] = set()

# What slewing never does between two purges, in seconds.
_STEP = 5.0

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"

_LENGTHS: dict[Purpose, int] = {
    "token": 32,
    "handle": 12,
    "commit": 12,
    "gift": 10,
    "order": 24,
}
"""Characters by purpose: 165 bits for a token (ASVS 7.2.3 asks for 128), 62 for names
that open nothing and must only not collide within one shop."""


class Surroundings:
    """
    Tells the time, throws dice, makes up texts that nobody can guess.

    Args:
        clock: Returns the seconds since the epoch; tests give a clock of their own.
            Where it has a method ``monotonic``, durations are told by that.

    Raises:
        ConfigurationError: If the clock cannot be called.
    """

    __slots__ = ("_ahead", "_clock", "_monotonic")

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        _require_clock(clock)
        self._clock = clock
        self._monotonic: Callable[[], float] = getattr(
            clock, "monotonic", time.monotonic
        )
        self._ahead: float | None = None

    def now(self) -> float:
        """
        Return the seconds since the epoch.
        """
        return self._clock()

    def monotonic(self) -> float:
        """
        Return seconds since some instant, which no change of the system's clock moves.
        """
        return self._monotonic()

    def over_before(self, margin: float) -> float:
        """
        Return the instant before which what has ended may be forgotten.

        Between two such calls the clock must go as far as time does. Where it was set
        meanwhile, that is told in the log, since nobody knows which of the two was
        right: sessions that live may be past their end by this clock.

        Args:
            margin: By how many seconds the clock may be ahead of that of others.

        Raises:
            UsageError: If *margin* is no time.
        """
        if not 0 <= margin < float("inf"):
            raise UsageError(f"margin must be some seconds, not {margin}")
        at = self.now()
        ahead = at - self.monotonic()
        step = 0.0 if self._ahead is None else ahead - self._ahead
        self._ahead = ahead
        if abs(step) >= _STEP:
            _log.warning("the clock was set by %+.0f s between two purges", step)
        return at - margin

    def draw(self) -> float:
        """
        Return a random number from 0 up to but not including 1.
        """
        return random.random()  # noqa: S311 - spreads retries, guards nothing

    def mint(self, purpose: Purpose) -> str:
        """
        Return a text of lower-case letters and digits, drawn uniformly.
        """
        length = _LENGTHS[purpose]
        number = secrets.randbelow(36**length)
        digits = []
        for _ in range(length):
            number, digit = divmod(number, 36)
            digits.append(_ALPHABET[digit])
        return "".join(digits)


def note_failure(error: BaseException) -> None:
    """
    Log what a store said when it failed; adapters answer it without a word of why.

    Without the driver's own error, whose text may spell a key.
    """
    if isinstance(error, StoreError):
        _log.error("%s: %s", type(error).__name__, error)


def _require_clock(clock: object) -> None:
    if not callable(clock):
        raise ConfigurationError(
            "clock has to be a function that tells the seconds since the epoch, "
            f"such as time.time, not {described(clock)}"
        )


def note_once(warning: str | None) -> None:
    """
    Log what the author of an application should hear, once in a process.
    """
    if warning is not None and warning not in _noted:
        _noted.add(warning)
        _log.warning(warning)


def require_threads(store: object) -> None:
    """
    Make sure that *store* is one for threads.

    Raises:
        ConfigurationError: If it is none at all, or one for asyncio.
    """
    if _load_of(store) == "awaited":
        raise ConfigurationError(
            f"{type(store).__name__} is an asynchronous store: use AsyncSessions"
        )


def require_asyncio(store: object) -> None:
    """
    Make sure that *store* is one for asyncio.

    Raises:
        ConfigurationError: If it is none at all, or one for threads.
    """
    if _load_of(store) == "blocking":
        raise ConfigurationError(
            f"{type(store).__name__} would block the event loop: wrap it in Threaded"
        )


def _load_of(store: object) -> str:
    """
    Tell how *store* loads, as far as that can be seen without a call.

    Raises:
        ConfigurationError: If it is none.
    """
    if isinstance(store, type):
        raise ConfigurationError(
            f"a store is an object, not the class {store.__name__}: "
            f"write {store.__name__}(…)"
        )
    if isinstance(store, str | bytes):
        raise ConfigurationError(
            "a text is no store: write open_store(url), or open_async_store(url)"
        )
    load = getattr(store, "load", None)
    if not callable(load):
        raise ConfigurationError(f"{type(store).__name__} is no store")
    if iscoroutinefunction(load):
        return "awaited"
    # Any other callable, and a method that hands on what another store returns, may
    # return an awaitable just as well.
    is_plain = isroutine(load) and not hasattr(type(store), "__getattr__")
    return "blocking" if is_plain else "unknown"


def require_power(store: object, power: type[PowerT]) -> PowerT:
    """
    Return *store* as one that has *power*.

    Raises:
        UsageError: If it has not.
    """
    if not isinstance(store, power):
        raise UsageError(f"{type(store).__name__} has no power {power.__name__}")
    return store


def require_limit(limit: object) -> None:
    """
    Make sure that *limit* says how much is to be done at most.

    Raises:
        UsageError: If it is no whole number above zero.
    """
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise UsageError(f"a limit is a whole number above zero, not {limit!r}")


def require_thread(known: int | None) -> int:
    """
    Return the number of this thread, if it is the *known* one or none is known.

    Raises:
        UsageError: If it is another one.
    """
    current = get_ident()
    if known not in (None, current):
        raise UsageError(
            "another thread has done commands in this block: a session belongs to one "
            "thread, so open a block in each, with sessions.open(token)"
        )
    return current
