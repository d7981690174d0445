"""
Locks of a folder that threads and processes share, each for a stripe of its names.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import currentframe
from pathlib import Path
from typing import Self

from filelock import lock_descriptor

from ocstate.exceptions import StoreUnavailableError
from ocstate.stores.descriptors import open_into
from ocstate.stores.locks import Turn, Turns

# Part of the folder's layout: whoever counts otherwise does not exclude the others.
STRIPES = 64


class StripedLocks:
    """
    Let one thread of one process at a time work on the names of a stripe.

    The operating system's lock belongs to a descriptor and so to a whole process.
    Threads therefore queue among themselves first, and only one of them asks the
    system. A process that dies lets go of what it held.

    Args:
        folder: Where the lock files are; they stay there.
        timeout: How long to wait for a lock, in seconds.
    """

    def __init__(self, folder: Path, timeout: float) -> None:
        self.folder = folder
        self._timeout = timeout
        self._turns = tuple(Turns(folder.parent) for _ in range(STRIPES))

    def deadline(self) -> float:
        """
        Return until when a wait that begins now goes on, by the monotonic clock.
        """
        return time.monotonic() + self._timeout

    @contextmanager
    def hold(self, number: int, deadline: float | None = None) -> Iterator[StripeTurn]:
        """
        Give the turn that holds the lock of stripe *number*, and end it in any case.

        For ``with locks.hold(number) as turn, turn:``. Other processes wait for the
        turn's end, and an interrupt may keep one of the two from it, not both.

        Args:
            deadline: Until when to wait; None for as long as the time-out says.

        Raises:
            StoreUnavailableError: If others held it for too long.
            OSError: If the lock's file cannot be used.
        """
        until = self.deadline() if deadline is None else deadline
        path = self.folder / f"{number}.lock"
        turn = StripeTurn(self._turns[number], path, until)
        try:
            yield turn
        finally:
            turn.leave()


class StripeTurn(Turn):
    """
    A turn of one thread and, while it has it, of the process.

    Raises:
        StoreUnavailableError: When it begins, if others held the lock for too long.
        OSError: When it begins, if the lock's file cannot be used.
    """

    def __init__(self, turns: Turns, path: Path, deadline: float) -> None:
        super().__init__(turns, deadline)
        self._path = path
        self._closing: Iterator[None] = iter(())

    def __enter__(self) -> Self:
        self._take(currentframe())
        try:
            self._lock()
        except BaseException:
            self.leave()
            raise
        return self

    def let_go(self) -> None:
        # Whoever closes the file unlocks it, unless a forked child still has it open,
        # which closes it at once.
        any(self._closing)

    def _lock(self) -> None:
        file = self._open()
        while True:
            if lock_descriptor(file, blocking=False):
                if self._is_there(file):
                    return
                # Somebody cleaned up, or put a copy of the folder in its place: others
                # would lock another file of this name.
                self.let_go()
                file = self._open()
            elif time.monotonic() < self._deadline:
                time.sleep(random.uniform(0.0002, 0.002))  # noqa: S311 - spreads waits
            else:
                raise StoreUnavailableError(
                    f"others held {self._path} for too long",
                    outcome="not applied",
                )

    def _is_there(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self._path.stat())
        except FileNotFoundError:
            return False

    def _open(self) -> int:
        files: list[int] = []
        # Known before there is anything to close, and each file is closed once.
        self._closing = map(os.close, files)
        open_into(files, self._path, os.O_RDWR | os.O_CREAT)
        return files[0]
