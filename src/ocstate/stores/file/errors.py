"""
What a failed system call means for a store in a folder.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ocstate.exceptions import Outcome, StoreError, StoreUnavailableError

# What a name or an argument of ours does, which will be the same next time. Anything
# else is the folder's, the disk's or the system's: no room, no right, no patience, no
# disk any more. Somebody can mend it.
_LASTING: Final = frozenset({errno.EINVAL, errno.ENAMETOOLONG})


@contextmanager
def translated(folder: Path, outcome: Outcome) -> Iterator[None]:
    """
    Raise the error of ours that tells what a failed system call in *folder* means.

    The driver's text is left out, because a file's name spells the key.

    Args:
        outcome: What is known of a change that is under way.

    Raises:
        StoreError: In the place of an `OSError`.
        StoreUnavailableError: The same, where somebody can mend it.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _LASTING:
            raise StoreError(
                f"the store's folder {folder} failed: {error.strerror}"
            ) from error
        raise StoreUnavailableError(
            f"the store's folder {folder} is not available: {error.strerror}",
            outcome=outcome,
        ) from error
