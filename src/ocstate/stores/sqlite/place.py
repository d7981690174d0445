"""
The file of an SQLite store on its disk: made for its owner alone, and still the same.

Theory of operation. An open file outlives its name. When somebody deletes the database,
puts another in its place or unmounts its disk, SQLite goes on in a file that nobody
else will ever open, and acknowledges what is lost. The same goes for the two files
beside it: in ``-wal`` are the last changes, and who opens another ``-shm`` is not kept
out by the locks in this one. So a connection remembers which files it has opened, and
compares them with what stands under their names before each use, and once more before
a change is acknowledged: what goes while it is written may take it along.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from attrs import frozen

from ocstate.exceptions import ConfigurationError, StoreUnavailableError

_Identity = tuple[int, int] | None
"""Device and number of a file; None where there is none."""


@frozen
class OpenedFile:
    """
    Which files a connection has opened.

    Attributes:
        path: The name of the database.
        beside: The names beside it; SQLite follows a link first.
    """

    path: str
    beside: tuple[str, ...]
    identity: _Identity
    identities: tuple[_Identity, ...]

    @classmethod
    def at(cls, path: Path) -> OpenedFile:
        """
        Remember what stands at *path* now, and beside it.
        """
        beside = tuple(f"{os.path.realpath(path)}{end}" for end in ("-wal", "-shm"))
        return cls(
            os.fspath(path),
            beside,
            _identity(os.fspath(path)),
            tuple(map(_identity, beside)),
        )

    def is_there(self) -> bool:
        """
        Tell whether the database is the very same still.

        Raises:
            StoreUnavailableError: If there is none any more.
        """
        found = _identity(self.path)
        if found is None:
            raise _vanished(self.path)
        return found == self.identity

    def is_whole(self) -> bool:
        """
        Tell whether what stands beside it is the very same still.

        Raises:
            StoreUnavailableError: If nobody can tell.
        """
        return self.identities == tuple(map(_identity, self.beside))


def make_file(path: Path) -> None:
    """
    Make an empty file at *path* for its owner alone, unless something is there.

    SQLite gives the files beside it the same rights.

    Raises:
        ConfigurationError: If none can be made.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise ConfigurationError(f"no store can be at {path}: {error}") from error


def connect(path: Path) -> sqlite3.Connection:
    """
    Open the file at *path*, which is never made here.

    A file that vanished is not begun anew: every session would be unknown in it.

    Raises:
        StoreUnavailableError: If there is no file.
        sqlite3.Error: If SQLite cannot open it.
    """
    if _identity(os.fspath(path)) is None:
        raise _vanished(os.fspath(path))
    return sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=0,
        isolation_level=None,
        check_same_thread=False,
    )


def _vanished(path: str) -> StoreUnavailableError:
    return StoreUnavailableError(
        f"the store's file {path} is gone; nothing is written until it is back, and a "
        f"new one is begun by a new start only",
        outcome="not applied",
    )


def _identity(path: str) -> _Identity:
    try:
        found = os.stat(path)  # noqa: PTH116 - three times cheaper, before each use
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnavailableError(
            f"the store's file {path} is not available: {error.strerror}",
            outcome="not applied",
        ) from error
    return found.st_dev, found.st_ino
