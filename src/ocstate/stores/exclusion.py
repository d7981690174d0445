"""
Whether locks of a disk keep anybody out.

Some network disks and some that run in user space answer that a file is locked, and
lock nothing. Two writers then overwrite each other, and both are told that all is well.
So a store asks once, when it is made: a lock that is held must be refused to whoever
opens the file again. It shows what this machine's processes do to each other; whether
two machines exclude each other on a shared disk cannot be seen from one of them.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from struct import pack

from ocstate.exceptions import ConfigurationError


def require_locks(folder: Path, lock: Callable[[int], bool] | None = None) -> None:
    """
    Make sure that a file in *folder* that is locked keeps others out.

    Args:
        lock: Locks a descriptor, or returns False where somebody holds the lock. By
            default a part of the file is locked, as SQLite does it. A process never
            excludes itself with the usual locks of that kind, so the kind that belongs
            to an open file is asked for, where the system has it; both end in the same
            disk.

    Raises:
        ConfigurationError: If a second holder is let in, or nothing can be locked.
    """
    lock = _lock_range if lock is None else lock
    try:
        first, name = tempfile.mkstemp(prefix=".ocstate-", dir=folder)
    except OSError:
        # A full disk says nothing of locks, and what is stored can be read still.
        return
    try:
        if lock(first) and _lets_in(Path(name), lock):
            raise ConfigurationError(
                f"locks in {folder} keep nobody out, so changes would be lost: a store "
                "has to be on a disk that locks files, best on a local one"
            )
    except OSError as error:
        # Some systems know the usual kind alone.
        if error.errno not in {errno.EINVAL, errno.ENOSYS}:
            raise ConfigurationError(
                f"nothing can be locked in {folder}: {error.strerror}"
            ) from error
    finally:
        os.close(first)
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108 - as it was made


def _lets_in(path: Path, lock: Callable[[int], bool]) -> bool:
    second = os.open(path, os.O_RDWR)
    try:
        return lock(second)
    finally:
        os.close(second)


def _lock_range(descriptor: int) -> bool:
    if sys.platform != "linux":
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    import fcntl

    # struct flock: kind, from where, start, length, process.
    whole = pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, whole)
    except (BlockingIOError, PermissionError):
        return False
    return True
