"""
What a failed system call means for a store in a folder.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ocstate.exceptions import Outcome, StoreError, StoreUnavailableError

__all__ = ["translated"]

# What a system without room, memory or patience says; other failures stay.
_PASSING = {
    errno.EAGAIN,
    errno.EBUSY,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EINTR,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOLCK,
    errno.ENOMEM,
    errno.ENOSPC,
    errno.ESTALE,
    errno.ETIMEDOUT,
}


@contextmanager
def translated(folder: Path, outcome: Outcome) -> Iterator[None]:
    """
    Raise the error of ours that tells what a failed system call in *folder* means.

    The driver's text is left out, because a file's name spells the key.

    Raises:
        StoreError: If a system call failed.
        StoreUnavailableError: The same, where trying again may help.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _PASSING:
            raise StoreUnavailableError(
                f"the store's folder {folder} is not available: {error.strerror}",
                outcome=outcome,
            ) from error
        raise StoreError(
            f"the store's folder {folder} failed: {error.strerror}"
        ) from error
