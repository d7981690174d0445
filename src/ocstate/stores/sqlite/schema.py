"""
The tables of the SQLite store, and the number that tells their version.
"""

from __future__ import annotations

import sqlite3

from ocstate.exceptions import StoreError, StoreUnavailableError
from ocstate.stores.sqlite.connections import atomic

SCHEMA_VERSION = 1

# A row with a `reason` is a retirement. `due` is an instant no later than the row's
# end. It is not moved when the end moves on, because that would cost every save a
# change of the index; purging moves it. Rows of kilobytes are slow in a table without
# row ids.
TABLES = (
    """
    CREATE TABLE ocstate_session (
        key TEXT NOT NULL PRIMARY KEY,
        handle TEXT NOT NULL,
        version INTEGER NOT NULL,
        payload BLOB NOT NULL,
        created_at REAL NOT NULL,
        seen_at REAL NOT NULL,
        expires_at REAL NOT NULL,
        ends_at REAL NOT NULL,
        subjects TEXT NOT NULL,
        schema INTEGER NOT NULL,
        due REAL NOT NULL,
        reason TEXT,
        retired_at REAL,
        until REAL,
        successor TEXT
    )
    """,
    "CREATE INDEX ocstate_session_due ON ocstate_session (due)",
    """
    CREATE TABLE ocstate_subject (
        subject TEXT NOT NULL,
        key TEXT NOT NULL,
        PRIMARY KEY (subject, key)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE ocstate_claim (
        name TEXT NOT NULL PRIMARY KEY,
        until REAL NOT NULL,
        value BLOB
    )
    """,
    "CREATE INDEX ocstate_claim_until ON ocstate_claim (until)",
    """
    CREATE TABLE ocstate_event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        event BLOB NOT NULL
    )
    """,
)

# What version 0.1 did not have. It goes on working beside it, and writes a NULL there:
# so the tables keep their version, which 0.1 would refuse if it were another.
_ADD_VALUE = "ALTER TABLE ocstate_claim ADD COLUMN value BLOB"


def prepare(raw: sqlite3.Connection) -> None:
    """
    Create the tables in a new file, and refuse a file that this version cannot use.

    The file may be the shop's own: the tables have names of their own. One of an older
    version gets the columns that it lacks.

    Raises:
        StoreError: If the file's version is a newer one's, or another application's.
        StoreUnavailableError: If the file had the tables, and has them no more.
    """
    if _version(raw) == SCHEMA_VERSION and _has_values(raw) and _has_tables(raw):
        return
    with atomic(raw):
        # Another process may have been first.
        version, ours = _version(raw), _has_tables(raw)
        if ours and version > SCHEMA_VERSION:
            raise StoreError(
                f"the file's tables have version {version}; "
                f"this ocstate knows {SCHEMA_VERSION}"
            )
        if not ours and version == SCHEMA_VERSION:
            raise StoreUnavailableError(
                "the file's table of sessions is missing", outcome="not applied"
            )
        if not ours and version:
            raise StoreError(
                f"the file's user_version {version} belongs to another application; "
                f"give ocstate a file of its own"
            )
        if not ours:
            for statement in TABLES:
                raw.execute(statement)
        elif not _has_values(raw):
            raw.execute(_ADD_VALUE)
        raw.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _version(raw: sqlite3.Connection) -> int:
    version: int = raw.execute("PRAGMA user_version").fetchone()[0]
    return version


def _has_values(raw: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM pragma_table_info('ocstate_claim') WHERE name = 'value'"
    return raw.execute(query).fetchone() is not None


def _has_tables(raw: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = 'ocstate_session'"
    return raw.execute(query).fetchone() is not None
