"""
A store in one SQLite file, with nothing but the standard library: the embedded default.
"""

from __future__ import annotations

import math
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from threading import TIMEOUT_MAX

from ocstate.exceptions import ConfigurationError, ConflictError
from ocstate.protocols import Delivery, Record, Retired
from ocstate.stores.exclusion import require_locks
from ocstate.stores.ownership import warn_of_strangers
from ocstate.stores.soundness import ended_at
from ocstate.stores.sqlite.connections import SqliteConnections, atomic
from ocstate.stores.sqlite.place import make_file
from ocstate.stores.sqlite.rows import (
    SOUND,
    find,
    load,
    load_claim,
    pack_subjects,
    records,
    spoiled,
    unpack_subjects,
)
from ocstate.stores.sqlite.schema import prepare
from ocstate.stores.verbs import Stored, check_retirement, created, replaced

_SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")

# How many rows a purge deletes before it lets waiting writers in.
_BATCH = 200

_CREATE = """
INSERT INTO ocstate_session (key, handle, version, payload, created_at, seen_at,
    expires_at, ends_at, subjects, schema, due)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO NOTHING
"""
# Where the subjects change or the end may move back, other rows change too.
_REPLACE = f"""
UPDATE ocstate_session
SET version = version + 1, payload = ?, seen_at = max(seen_at, ?),
    expires_at = min(max(expires_at, ?), ?), ends_at = ?, schema = ?
WHERE key = ? AND version = ? AND reason IS NULL AND subjects = ? AND ends_at <= ?
    AND expires_at >= ? AND {SOUND}
"""  # noqa: S608 - a constant
_REPLACE_ALL = """
UPDATE ocstate_session
SET version = ?, payload = ?, seen_at = ?, expires_at = ?, ends_at = ?, schema = ?,
    subjects = ?, due = min(due, ?)
WHERE key = ?
"""
_TOUCH = f"""
UPDATE ocstate_session
SET seen_at = ?, expires_at = min(max(expires_at, ?), ends_at)
WHERE key = ? AND reason IS NULL AND seen_at < ? AND expires_at >= ? AND {SOUND}
"""  # noqa: S608 - a constant
_RETIRE = """
UPDATE ocstate_session
SET handle = '', payload = x'', subjects = '[]', due = min(due, ?), reason = ?,
    retired_at = ?, until = ?, successor = ?
WHERE key = ?
"""
_DUE = """
SELECT rowid, key, subjects, due, until, expires_at, ends_at FROM ocstate_session
WHERE due < ? ORDER BY due LIMIT ?
"""
_PURGE_CLAIMS = """
DELETE FROM ocstate_claim WHERE name IN (
    SELECT name FROM ocstate_claim WHERE until < ? ORDER BY until LIMIT ?
)
"""
_CLAIM = """
INSERT INTO ocstate_claim (name, until, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
"""


class SqliteStore:
    """
    Keep records in one SQLite file that several processes may share.

    The file is in WAL mode and must lie on a local disk. A change that was answered
    with success survives the death of the process; with ``synchronous="NORMAL"`` the
    last few may be undone by a loss of power, with ``"FULL"`` none is.

    Args:
        path: The file. It is created when it is missing, for its owner alone; its
            folder is not, and a file that vanishes later is not made anew.
        timeout: How long to wait for other processes, in seconds.
        synchronous: SQLite's pragma of this name.

    Raises:
        ConfigurationError: If no file can stand at *path*, an option is unknown, or
            locks on its disk keep nobody out.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        timeout: float = 5.0,
        synchronous: str = "NORMAL",
    ) -> None:
        if os.fspath(path) in {"", ":memory:"}:
            raise ConfigurationError(
                "SqliteStore needs a file; use MemoryStore for sessions in memory"
            )
        if synchronous not in _SYNCHRONOUS:
            raise ConfigurationError(
                f"synchronous must be one of {', '.join(_SYNCHRONOUS)}, "
                f"not {synchronous!r}"
            )
        if not 0 <= timeout <= TIMEOUT_MAX:
            raise ConfigurationError(f"timeout must be some seconds, not {timeout}")
        # A later change of the working directory must not move the store.
        self.path = Path(path).absolute()
        if not self.path.parent.is_dir():
            raise ConfigurationError(f"there is no folder {self.path.parent}")
        require_locks(self.path.parent)
        make_file(self.path)
        warn_of_strangers(self.path)
        pragmas = ("PRAGMA journal_mode = WAL", f"PRAGMA synchronous = {synchronous}")
        self._connections = SqliteConnections(self.path, timeout, pragmas, prepare)

    def close(self) -> None:
        """
        Close the connections of this process; a later call opens new ones.
        """
        self._connections.close()

    def load(self, key: str, /) -> Record | Retired | None:
        return self._connections.read(lambda raw: load(raw, key))

    def create(self, record: Record, /, *, events: Sequence[bytes] = ()) -> int:
        entry = created(record)
        row = (
            entry.key, entry.handle, entry.version, entry.payload, entry.created_at,
            entry.seen_at, entry.expires_at, entry.ends_at,
            pack_subjects(entry.subjects), entry.schema, entry.expires_at,
        )  # fmt: skip

        def insert(raw: sqlite3.Connection) -> None:
            if not raw.execute(_CREATE, row).rowcount:
                raise ConflictError("the key is taken")

        def insert_all(raw: sqlite3.Connection) -> None:
            with atomic(raw):
                insert(raw)
                _add_subjects(raw, entry.key, entry.subjects)
                _add_events(raw, events)

        self._connections.write(insert_all if entry.subjects or events else insert)
        return entry.version

    def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        values = (
            bytes(record.payload), record.seen_at, record.expires_at, record.ends_at,
            record.ends_at, record.schema, record.key, expected,
            pack_subjects(record.subjects), record.ends_at,
        )  # fmt: skip
        seen_at = record.seen_at

        def update(raw: sqlite3.Connection) -> int:
            with atomic(raw):
                at, version = now(), expected + 1
                if not raw.execute(_REPLACE, (*values, max(at, seen_at))).rowcount:
                    version = _replace_all(raw, record, expected, at)
                _add_events(raw, events)
            return version

        return self._connections.write(update)

    def touch(self, key: str, /, *, seen_at: float, expires_at: float) -> None:
        values = (seen_at, expires_at, key, seen_at, seen_at)
        self._connections.write(lambda raw: raw.execute(_TOUCH, values))

    def retire(
        self,
        key: str,
        /,
        *,
        expected: int | None,
        retired: Retired,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> None:
        values = (
            retired.until, retired.reason, retired.at, retired.until,
            retired.successor, key,
        )  # fmt: skip

        def update(raw: sqlite3.Connection) -> None:
            with atomic(raw):
                stored = find(raw, key)
                if check_retirement(stored, retired, expected, now()):
                    raw.execute(_RETIRE, values)
                    _remove_subjects(raw, key, stored)
                    _add_events(raw, events)

        self._connections.write(update)

    def purge(self, now: float, limit: int) -> int:
        deleted, is_last = 0, False
        while deleted < limit and not is_last:
            size = min(limit - deleted, _BATCH)
            batch = partial(_purge_batch, now=now, size=size)
            gone, is_last = self._connections.write(batch)
            deleted += gone
        return deleted

    def scan(self, after: str | None, limit: int) -> Sequence[Record]:
        if after is None:
            return self._records("WHERE reason IS NULL ORDER BY key", (), limit)
        where = "WHERE key > ? AND reason IS NULL ORDER BY key"
        return self._records(where, (after,), limit)

    def by_subject(self, subject: str) -> Sequence[Record]:
        where = "JOIN ocstate_subject USING (key) WHERE subject = ? AND reason IS NULL"
        return self._records(where, (subject,))

    def pending(self, limit: int) -> Sequence[Delivery]:
        query = "SELECT id, event FROM ocstate_event ORDER BY id LIMIT ?"
        rows = self._connections.read(
            lambda raw: raw.execute(query, (limit,)).fetchall()
        )
        return [Delivery(id=str(number), event=event) for number, event in rows]

    def settle(self, ids: Sequence[str]) -> None:
        def delete(raw: sqlite3.Connection) -> None:
            with atomic(raw):
                raw.executemany(
                    "DELETE FROM ocstate_event WHERE id = ?", [(each,) for each in ids]
                )

        self._connections.write(delete)

    def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        values = (name, until, bytes(value))

        def insert(raw: sqlite3.Connection) -> bytes | None:
            taken = None
            # Somebody may purge it before it is read, and then it is free.
            while taken is None and not raw.execute(_CLAIM, values).rowcount:
                taken = load_claim(raw, name)
            return taken

        return self._connections.write(insert)

    def _records(
        self, where: str, values: Sequence[str], limit: int | None = None
    ) -> Sequence[Record]:
        return self._connections.read(
            lambda raw: list(islice(records(raw, where, values), limit))
        )


def _replace_all(
    raw: sqlite3.Connection, record: Record, expected: int, now: float
) -> int:
    stored = find(raw, record.key)
    entry = replaced(stored, record, expected, now)
    values = (
        entry.version, entry.payload, entry.seen_at, entry.expires_at, entry.ends_at,
        entry.schema, pack_subjects(entry.subjects), entry.expires_at, entry.key,
    )  # fmt: skip
    raw.execute(_REPLACE_ALL, values)
    _remove_subjects(raw, entry.key, stored)
    _add_subjects(raw, entry.key, entry.subjects)
    return entry.version


def _purge_batch(raw: sqlite3.Connection, now: float, size: int) -> tuple[int, bool]:
    with atomic(raw):
        with spoiled(raw):
            rows = raw.execute(_DUE, (now, size)).fetchall()
        dead, living = [], []
        for number, key, subjects, *noted in rows:
            end = _end_of(*noted)
            if end < now:
                dead.append((number, key, subjects))
            else:
                living.append((end, number))
        for number, key, subjects in dead:
            _forget_subjects(raw, key, subjects)
            raw.execute("DELETE FROM ocstate_session WHERE rowid = ?", (number,))
        raw.executemany("UPDATE ocstate_session SET due = ? WHERE rowid = ?", living)
        claims = raw.execute(_PURGE_CLAIMS, (now, size - len(rows))).rowcount
    return len(dead) + claims, len(rows) + claims < size


def _end_of(due: object, until: object, expires_at: object, ends_at: object) -> float:
    """
    Return when a row may be forgotten; one that cannot be read, too.
    """
    end = ended_at(expires_at if until is None else until, ends_at, due)
    return math.inf if end is None else end


def _add_subjects(raw: sqlite3.Connection, key: str, subjects: Iterable[str]) -> None:
    raw.executemany(
        "INSERT OR IGNORE INTO ocstate_subject (subject, key) VALUES (?, ?)",
        [(subject, key) for subject in subjects],
    )


def _remove_subjects(raw: sqlite3.Connection, key: str, stored: Stored) -> None:
    if isinstance(stored, Record):
        _forget_subjects(raw, key, pack_subjects(stored.subjects))
    else:
        _forget_subjects(raw, key, None)


def _forget_subjects(raw: sqlite3.Connection, key: object, subjects: object) -> None:
    """
    Let no subject name *key* any more; where the row does not tell, all are asked.
    """
    known = unpack_subjects(subjects)
    if known is None:
        raw.execute("DELETE FROM ocstate_subject WHERE key = ?", (key,))
    else:
        raw.executemany(
            "DELETE FROM ocstate_subject WHERE subject = ? AND key = ?",
            [(subject, key) for subject in known],
        )


def _add_events(raw: sqlite3.Connection, events: Sequence[bytes]) -> None:
    raw.executemany(
        "INSERT INTO ocstate_event (event) VALUES (?)", [(event,) for event in events]
    )
