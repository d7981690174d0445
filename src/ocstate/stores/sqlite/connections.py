"""
Connections to an SQLite file: one a thread, none across a fork, patient when busy.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from ocstate.exceptions import Outcome, StoreError, StoreUnavailableError
from ocstate.stores.forks import births, watch_forks
from ocstate.stores.locks import Turns
from ocstate.stores.sqlite.place import OpenedFile, connect

_log = logging.getLogger(__name__)

Result = TypeVar("Result")

# What a value or a statement of ours does, which will be the same next time. Anything
# else is the file's, the disk's or the system's, and somebody can mend it.
_LASTING = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_MISUSE,
        sqlite3.SQLITE_RANGE,
        sqlite3.SQLITE_TOOBIG,
    }
)

# What may come up when a change is on the disk already.
_AFTERWARDS = frozenset({sqlite3.SQLITE_IOERR})

# What the driver raises, and what it lets through for values that SQLite cannot take.
_DRIVER_ERRORS = (sqlite3.Error, sqlite3.Warning, OverflowError, UnicodeError)

# What a child must neither use nor close.
_INHERITED: list[sqlite3.Connection | None] = []


def translated(error: Exception, path: Path) -> StoreError:
    """
    Return the error of ours that tells what the driver's *error* at *path* means.
    """
    code = _primary_code(error)
    if code is None or code in _LASTING:
        return StoreError(f"SQLite failed at {path}: {error}")
    outcome: Outcome = "unknown" if code in _AFTERWARDS else "not applied"
    return StoreUnavailableError(
        f"SQLite is not available at {path}: {error}", outcome=outcome
    )


@contextmanager
def atomic(raw: sqlite3.Connection) -> Iterator[None]:
    """
    Make several statements one change, without a reader's lock to upgrade.

    Whoever runs the work rolls back what did not come to its end. An exception from
    outside, such as a signal handler's, can arrive between any two steps of this
    function, so it could not be trusted to.
    """
    raw.execute("BEGIN IMMEDIATE")
    yield
    raw.execute("COMMIT")


class SqliteConnections:
    """
    Hand each thread a connection of its own, and repeat what met a busy file.

    SQLite's own busy handler is no queue: its waits grow to a tenth of a second while
    a process that does not wait takes the file again and again. So the threads of a
    process queue for writing among themselves, and processes wait for each other in
    short random steps.

    A connection is closed when its thread ends, before a fork, and by `close`; the
    next use opens a new one.

    An exception from outside (a signal handler's, an interrupt from the keyboard) ends
    what is under way: nothing of it stays locked or half done.

    Args:
        path: The file; its folder must exist.
        timeout: How long to wait for others, in seconds.
        pragmas: Statements that each new connection begins with.
        prepare: Brings the file's schema up to date, once per connection.
    """

    def __init__(
        self,
        path: Path,
        timeout: float,
        pragmas: tuple[str, ...],
        prepare: Callable[[sqlite3.Connection], None],
    ) -> None:
        self._path = path
        self._timeout = timeout
        self._pragmas = pragmas
        self._prepare = prepare
        self._local = threading.local()
        self._links: set[_Link] = set()
        self._writing = Turns(path)
        watch_forks(self)

    def read(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """
        Return what *work* makes of this thread's connection.

        Raises:
            StoreError: If SQLite failed or stayed busy.
        """
        return self._run(work, time.monotonic() + self._timeout, writes=False)

    def write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """
        Do *work*, which changes the file in one step, after other threads' writes.

        Raises:
            StoreError: If SQLite failed or stayed busy.
        """
        deadline = time.monotonic() + self._timeout
        try:
            return self._write(work, deadline)
        except _TornError as torn:
            # Whoever opens a connection beside one that uses the old files gets both.
            # The last that closes puts into the database what only those have.
            self.close()
            if torn.outcome == "unknown":
                raise
            return self._write(work, deadline)

    def _write(
        self, work: Callable[[sqlite3.Connection], Result], deadline: float
    ) -> Result:
        with self._writing.take(deadline):
            return self._run(work, deadline, writes=True)

    def close(self) -> None:
        """
        Close all connections of this process, after what is under way in them.
        """
        for link in list(self._links):
            with link.turns.take():
                link.close()

    def before_fork(self) -> None:
        # SQLite forbids even to close an inherited connection in the child, and its
        # own notes of held file locks would be wrong there.
        for link in list(self._links):
            # What a signal's handler interrupted to fork is rolled back, and begins
            # again.
            link.close()

    def _run(
        self,
        work: Callable[[sqlite3.Connection], Result],
        deadline: float,
        *,
        writes: bool,
    ) -> Result:
        link = self._link()
        with link.turns.take(deadline):
            return self._repeated(link, work, deadline, writes=writes)

    def _repeated(
        self,
        link: _Link,
        work: Callable[[sqlite3.Connection], Result],
        deadline: float,
        *,
        writes: bool,
    ) -> Result:
        while True:
            raw = None
            try:
                raw = self._opened(link, writes=writes)
                # A transaction that was left open is nobody's, and what is done inside
                # of it would never be written.
                raw.rollback()
                result = work(raw)
                if writes:
                    self._look_again(link, raw)
                return result
            except BaseException as error:
                link.roll_back()
                if not isinstance(error, _DRIVER_ERRORS):
                    raise
                if raw is not None and raw is not link.raw:
                    # A fork closed it, and so undid what was not written.
                    continue
                busy = _primary_code(error) == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() >= deadline:
                    raise translated(error, self._path) from error
            time.sleep(random.uniform(0.0002, 0.004))  # noqa: S311 - spreads waits

    def _link(self) -> _Link:
        owner: _Owner | None = getattr(self._local, "owner", None)
        if owner is None:
            owner = self._local.owner = _Owner(self._links)
        return owner.link

    def _opened(self, link: _Link, *, writes: bool) -> sqlite3.Connection:
        raw = link.connection()
        if raw is None or link.file is None:
            return self._open(link)
        try:
            is_there = link.file.is_there()
        except StoreUnavailableError:
            link.close()
            raise
        if not is_there:
            # Restored, or made by another process: the old one is nobody's.
            _log.warning("another file is at %s: it is opened anew", self._path)
            link.close()
            return self._open(link)
        if writes and not link.file.is_whole():
            raise _TornError(self._path, "not applied")
        return raw

    def _look_again(self, link: _Link, raw: sqlite3.Connection) -> None:
        # What went since the first look may have taken the change along.
        file = link.file
        try:
            is_there = file is not None and file.is_there()
            is_whole = file is not None and file.is_whole()
        except StoreUnavailableError:
            is_there = is_whole = False
        if not is_there:
            link.close()
            raise StoreUnavailableError(
                f"the store's file {self._path} went, or was replaced, during a change",
                outcome="unknown",
            )
        # A fork that came meanwhile closed the connection, and so what was beside it.
        if not is_whole and raw is link.raw:
            raise _TornError(self._path, "unknown")

    def _open(self, link: _Link) -> sqlite3.Connection:
        raw = connect(self._path)
        try:
            for pragma in self._pragmas:
                raw.execute(pragma)
            self._prepare(raw)
            # Now SQLite has opened what stands beside it, too.
            link.file = OpenedFile.at(self._path)
        except BaseException:
            raw.close()
            raise
        link.raw = raw
        return raw


class _TornError(StoreUnavailableError):
    """
    What SQLite keeps beside its file was deleted or replaced.
    """

    def __init__(self, path: Path, outcome: Outcome) -> None:
        super().__init__(
            f"what SQLite keeps beside {path} was deleted or replaced", outcome=outcome
        )


class _Link:
    """
    One thread's connection, and the queue of those who use or close it.
    """

    def __init__(self) -> None:
        self.turns = Turns("a connection of this thread")
        self.raw: sqlite3.Connection | None = None
        self.file: OpenedFile | None = None
        self._births = births()

    def connection(self) -> sqlite3.Connection | None:
        if self._births != births():
            # Closed before the fork, unless an interrupt prevented that.
            _INHERITED.append(self.raw)
            self.raw, self._births = None, births()
        return self.raw

    def roll_back(self) -> None:
        # Some errors have ended the transaction already, others forbid even this.
        with suppress(sqlite3.Error):
            if self.raw is not None:
                self.raw.rollback()

    def close(self) -> None:
        raw = self.connection()
        self.raw = None
        if raw is not None:
            raw.close()


class _Owner:
    """
    What a thread holds of its link, and so what dies with the thread.
    """

    def __init__(self, links: set[_Link]) -> None:
        self.link = _Link()
        self._links = links
        links.add(self.link)

    def __del__(self) -> None:
        # Closed before it is forgotten: a fork meanwhile would take it along.
        with self.link.turns.take():
            self.link.close()
        self._links.discard(self.link)


def _primary_code(error: Exception) -> int | None:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
