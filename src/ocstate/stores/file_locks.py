"""
Locks of a folder that threads and processes share, each for a stripe of its names.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from filelock import lock_descriptor, unlock_descriptor

from ocstate.exceptions import StoreUnavailableError
from ocstate.stores.forks import watch_forks

__all__ = ["STRIPES", "StripedLocks"]

# Part of the folder's layout: whoever counts otherwise does not exclude the others.
STRIPES = 64


class StripedLocks:
    """
    Let one thread of one process at a time work on the names of a stripe.

    The operating system's lock belongs to a descriptor and so to a whole process.
    Threads therefore queue at a lock of their own first, and only one of them asks the
    system. A process that dies lets go of what it held.

    Args:
        folder: Where the lock files are; they stay there.
        timeout: How long to wait for a lock, in seconds.
    """

    def __init__(self, folder: Path, timeout: float) -> None:
        self._folder = folder
        self._timeout = timeout
        self._stripes = _stripes(folder)
        watch_forks(self)

    @contextmanager
    def hold(self, number: int) -> Iterator[None]:
        """
        Hold the lock of stripe *number*.

        Raises:
            StoreUnavailableError: If others held it for too long.
            OSError: If the lock's file cannot be used.
        """
        deadline = time.monotonic() + self._timeout
        stripe = self._stripes[number]
        if not stripe.lock.acquire(timeout=self._timeout):
            raise _timed_out()
        try:
            stripe.acquire(deadline)
            try:
                yield
            finally:
                stripe.release()
        finally:
            stripe.lock.release()

    def close(self) -> None:
        """
        Close the lock files, after what is under way; a later use opens them again.
        """
        for stripe in self._stripes:
            with stripe.lock:
                stripe.close()

    def before_fork(self) -> None:
        # A descriptor's lock is shared with a child that inherits it.
        for stripe in self._stripes:
            stripe.lock.acquire()
            stripe.close()

    def after_fork_in_parent(self) -> None:
        for stripe in self._stripes:
            stripe.lock.release()

    def after_fork_in_child(self) -> None:
        self._stripes = _stripes(self._folder)


class _Stripe:
    """
    One lock: the threads' and, while it is held, the system's.
    """

    def __init__(self, path: Path) -> None:
        self.lock = Lock()
        self._path = path
        self._file: int | None = None

    def acquire(self, deadline: float) -> None:
        while True:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            if lock_descriptor(self._file, blocking=False):
                if os.fstat(self._file).st_nlink:
                    return
                # Somebody cleaned up: others would lock another file of this name.
                self.close()
            elif time.monotonic() < deadline:
                time.sleep(random.uniform(0.0002, 0.002))  # noqa: S311 - spreads waits
            else:
                raise _timed_out()

    def release(self) -> None:
        if self._file is not None:
            unlock_descriptor(self._file)

    def close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def __del__(self) -> None:
        self.close()


def _stripes(folder: Path) -> tuple[_Stripe, ...]:
    return tuple(_Stripe(folder / f"{number}.lock") for number in range(STRIPES))


def _timed_out() -> StoreUnavailableError:
    return StoreUnavailableError(
        "others held a lock of the store for too long", outcome="not applied"
    )
