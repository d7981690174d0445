"""
Open files that are closed, whatever arrives from outside in between.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_into(files: list[int], path: Path, flags: int, mode: int = 0o600) -> None:
    """
    Open the file at *path*, and add its descriptor to *files* in the same step.

    A number that ``os.open`` returns is lost when a signal's handler raises before it
    has a name, and the file stays open. Here nothing of Python runs in between.

    Raises:
        OSError: If it cannot be opened.
    """
    files.extend(map(os.open, (path,), (flags,), (mode,)))


@contextmanager
def opened(path: Path, flags: int, mode: int = 0o600) -> Iterator[int]:
    """
    Give the descriptor of the file at *path*, and close it in the end.

    Raises:
        OSError: If it cannot be opened, or closed.
    """
    files: list[int] = []
    closing = map(os.close, files)
    try:
        try:
            open_into(files, path, flags, mode)
            yield files[0]
        finally:
            any(closing)
    finally:
        # What kept the first from being done does not keep the second, and what was
        # closed is not closed again.
        any(closing)
