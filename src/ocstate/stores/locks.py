"""
A lock that belongs to a call, and ends with it, whatever the call ends by.

An exception can come from outside: a signal's handler raises it (a soft time limit, an
interrupt from the keyboard), or another thread sends it. It arrives between any two
steps of the interpreter, so also between a lock's ``acquire`` and the ``try`` that
would release it, or in the first step of the function that releases. No arrangement of
``try`` and ``with`` closes all these gaps in all versions of Python.

So a call that wants a turn here puts itself into a queue, which is one step, together
with the frame that it works in. The first in the queue has the turn. Whoever
waits looks whether the frame of the first is still being executed, and shows it out if
it is not. In the same way a forked child shows out whatever its parent was doing.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from inspect import currentframe
from math import inf
from threading import Lock, get_ident
from types import FrameType
from typing import Self

from ocstate.exceptions import StoreUnavailableError
from ocstate.stores import forks

# How long it takes until those who wait see that the first has left in silence.
_GLANCE = 0.05


class Turns:
    """
    Let one thread at a time in, in the order in which they came.

    Args:
        place: What they want to use, for those who are told that they cannot.
    """

    def __init__(self, place: object = "the store") -> None:
        self.place = place
        self.queue: deque[Turn] = deque()

    def take(self, deadline: float = inf) -> Turn:
        """
        Return a turn for one ``with`` statement, which waits for it.

        Args:
            deadline: Until when to wait, by the monotonic clock.
        """
        return Turn(self, deadline)


class Turn:
    """
    A place in the queue of *turns*, while a function executes its ``with`` statement.

    Raises:
        StoreUnavailableError: When it begins, if others kept it waiting for too long,
            or if this very thread has the turn already: then a signal's handler wants
            what it interrupted, and would wait for itself.
    """

    def __init__(self, turns: Turns, deadline: float) -> None:
        self.thread = get_ident()
        self._turns = turns
        self._deadline = deadline
        self._births = forks.births()
        self._frame: FrameType | None = None
        self._bell: Lock | None = None

    def __enter__(self) -> Self:
        self._take(currentframe())
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> None:
        """
        End the turn; a second time does nothing, or what the first was kept from.
        """
        if self._frame is None:
            return
        self.let_go()
        forks.end(self)
        queue = self._turns.queue
        with suppress(ValueError):
            queue.remove(self)
        self._frame = None
        if queue:
            with suppress(IndexError):
                queue[0].ring()

    def check(self) -> None:
        """
        Make sure that the turn is still this process's.

        Raises:
            StoreUnavailableError: If it is a parent's, which forked in its midst.
        """
        if self._births != forks.births():
            raise StoreUnavailableError(
                "the process forked in the midst of this", outcome="not applied"
            )

    def is_over(self) -> bool:
        """
        Tell whether the call has ended, or was a parent's.
        """
        frame = self._frame
        if frame is None or self._births != forks.births():
            return True
        try:
            # The one question about a frame that is answered in one step: it is
            # refused for as long as the frame is being executed.
            frame.clear()
        except RuntimeError:
            return False
        return True

    def let_go(self) -> None:
        """
        Close what the turn has open; may be called again, and by others at once.
        """

    def _take(self, entering: FrameType | None) -> None:
        # Who entered is the ``with`` statement's function.
        self._frame = entering.f_back if entering is not None else None
        try:
            self._turns.queue.append(self)
            if self._turns.queue[0] is not self:
                self._wait()
            forks.begin(self)
        except BaseException:
            self.leave()
            raise

    def _wait(self) -> None:
        self._bell = bell = Lock()
        bell.acquire()
        queue = self._turns.queue
        while (first := queue[0]) is not self:
            if first.is_over():
                first.let_go()
                forks.end(first)
                with suppress(ValueError):
                    queue.remove(first)
                continue
            if first.thread == self.thread:
                raise StoreUnavailableError(
                    f"this thread was interrupted in {self._turns.place},"
                    " and uses it again",
                    outcome="not applied",
                )
            patience = self._deadline - time.monotonic()
            if patience <= 0:
                raise StoreUnavailableError(
                    f"others kept {self._turns.place} busy for too long",
                    outcome="not applied",
                )
            bell.acquire(timeout=min(patience, _GLANCE))
            self.check()

    def ring(self) -> None:
        """
        Wake whoever waits for this turn.
        """
        if self._bell is not None:
            # It rings already, where two ring at once.
            with suppress(RuntimeError):
                self._bell.release()
