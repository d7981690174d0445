"""
Turns: who waits for a session in this process goes on in the order of arrival.

A commit that finds somebody else first has to read and decide again. Left to chance, of
many that do so at once some would lose again and again. So they queue, a queue a
session. A turn is a courtesy and no lock: whoever waited too long goes on without it,
and what is written is right without any turn, for the store compares versions. Other
processes have queues of their own; of those only the first ones compete.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self


class Turns:
    """
    The queues of one application in one process; safe to share between threads.
    """

    def __init__(self) -> None:
        self._start_anew()

    def _start_anew(self) -> None:
        self._process = os.getpid()
        # Reentrant, because a turn may be collected while this thread holds it.
        self._lock = threading.RLock()
        self._queues: dict[str, deque[_Place]] = {}

    def wait(self, key: str, seconds: float, *, behind: bool) -> Turn | None:
        """
        Block the thread until the turn at *key* has come, for at most *seconds*.

        Args:
            behind: Whether to queue only behind others; None is returned where nobody
                is there.
        """
        return None if behind and self.is_free(key) else self.join(key).wait(seconds)

    def wait_async(
        self, key: str, seconds: float, *, behind: bool
    ) -> Turn | Awaitable[Turn] | None:
        """
        Wait like `wait`, without blocking the event loop.
        """
        if behind and self.is_free(key):
            return None
        return self.join(key).wait_async(seconds)

    def is_free(self, key: str) -> bool:
        """
        Tell whether nobody of this process has, or waits for, the turn at *key*.
        """
        return key not in self._queues or self._process != os.getpid()

    def join(self, key: str) -> Turn:
        """
        Join the queue of *key*, behind everybody who is in it.
        """
        if self._process != os.getpid():
            # A fork took over the places of threads that do not exist here.
            self._start_anew()
        place = _Place()
        turn = Turn(self, key, place)
        with self._lock:
            queue = self._queues.setdefault(key, deque())
            queue.append(place)
            place.is_up = queue[0] is place
        return turn

    def leave(self, key: str, place: _Place) -> None:
        """
        Take *place* out of the queue, and tell whoever is first then.
        """
        with self._lock:
            queue = self._queues.get(key)
            if queue is None or place not in queue:
                return
            queue.remove(place)
            if not queue:
                del self._queues[key]
            elif not queue[0].is_up:
                queue[0].is_up = True
                queue[0].wake()


class Turn:
    """
    One place in a queue; it is given up at the latest when nobody holds it any more.
    """

    __slots__ = ("_key", "_place", "_turns")

    def __init__(self, turns: Turns, key: str, place: _Place) -> None:
        self._turns = turns
        self._key = key
        self._place = place

    @property
    def is_up(self) -> bool:
        """
        Tell whether everybody who came before has left.
        """
        return self._place.is_up

    def wait(self, seconds: float) -> Self:
        """
        Block the thread until the turn has come, for at most so many seconds.
        """
        if not self.is_up:
            came = threading.Event()
            self._place.wake = came.set
            # It may have come before anybody could be woken.
            if not self.is_up:
                came.wait(max(0.0, seconds))
        return self

    def wait_async(self, seconds: float) -> Self | Awaitable[Self]:
        """
        Wait like `wait`, without blocking the event loop; at once if it has come.
        """
        return self if self.is_up else self._woken(seconds)

    def leave(self) -> None:
        """
        Let the next one go on; leaving again does nothing.
        """
        self._turns.leave(self._key, self._place)

    def __del__(self) -> None:
        # An interrupt may have come between taking a turn and holding it.
        self.leave()

    async def _woken(self, seconds: float) -> Self:
        loop, came = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            # A loop that was closed has nobody left who waits.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(came.set)

        self._place.wake = wake
        if not self.is_up:
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, seconds)):
                    await came.wait()
        return self


class _Place:
    """
    Where somebody stands in a queue.
    """

    __slots__ = ("is_up", "wake")

    def __init__(self) -> None:
        self.is_up = False
        self.wake: Callable[[], object] = _nobody


def _nobody() -> None:
    """
    Wake nobody: the turn came before it was waited for.
    """
