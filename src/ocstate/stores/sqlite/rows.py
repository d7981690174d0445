"""
Rows of the SQLite store, and what they are when somebody has spoiled one.

SQLite is dynamically typed: any column may hold anything, whatever its declared type.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ocstate.exceptions import DecodeError
from ocstate.protocols import Record
from ocstate.stores.soundness import record_of, retired_of, unsound
from ocstate.stores.verbs import Entry, Stored

_log = logging.getLogger(__name__)

_OF_RECORDS = (
    *("key", "handle", "version", "payload", "created_at", "seen_at", "expires_at"),
    *("ends_at", "subjects", "schema"),
)
_OF_NOTES = ("reason", "retired_at", "until", "successor")
_COLUMNS = ", ".join((*_OF_RECORDS, *_OF_NOTES))
_SELECT = f"SELECT {_COLUMNS} FROM ocstate_session"  # noqa: S608 - a constant
_SELECT_CLAIM = """
SELECT CASE typeof(value) WHEN 'blob' THEN value WHEN 'null' THEN x'' END
FROM ocstate_claim WHERE name = ?
"""

# What a statement has to ask of a row that it changes without reading it: any text
# counts as more than every number, and an endless instant as more than every end.
SOUND = """
typeof(seen_at) = 'real' AND typeof(expires_at) = 'real' AND typeof(ends_at) = 'real'
AND typeof(created_at) = 'real' AND abs(seen_at) < 9e999 AND abs(expires_at) < 9e999
AND abs(ends_at) < 9e999 AND abs(created_at) < 9e999 AND typeof(payload) = 'blob'
AND typeof(handle) = 'text' AND typeof(version) = 'integer' AND version >= 0
AND typeof(schema) = 'integer' AND schema >= 0 AND typeof(subjects) = 'text'
AND (subjects = '[]' OR subjects LIKE '["%"]')
"""


def load(raw: sqlite3.Connection, key: str) -> Entry | None:
    """
    Read the row of *key*; None when there is none.

    Raises:
        DecodeError: If it holds what no row of ours does.
    """
    try:
        row = raw.execute(f"{_SELECT} WHERE key = ?", (key,)).fetchone()
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) is not None:
            raise
        # The driver's own: a text that is no UTF-8, which the message would show.
        raise unsound("a text is no UTF-8") from None
    return None if row is None else _entry(row)


def find(raw: sqlite3.Connection, key: str) -> Stored:
    """
    Return what the row of *key* holds, or the reason why it cannot be read.
    """
    try:
        return load(raw, key)
    except DecodeError as error:
        return error


def load_claim(raw: sqlite3.Connection, name: str) -> bytes | None:
    """
    Return the value of the claim of *name*; None when nobody has the name.

    Raises:
        DecodeError: If it holds what no claim of ours does.
    """
    row = raw.execute(_SELECT_CLAIM, (name,)).fetchone()
    if row is None:
        return None
    value = row[0]
    if not isinstance(value, bytes):
        raise unsound("the value of a claim is no bytes")
    return value


def records(
    raw: sqlite3.Connection, where: str, values: Iterable[str | int]
) -> Iterator[Record]:
    """
    Yield the living records, and leave out what cannot be read.

    Args:
        where: What follows the table's name in a query.
    """
    with spoiled(raw):
        for row in raw.execute(f"{_SELECT} {where}", tuple(values)):
            try:
                entry = _entry(row)
            except DecodeError as error:
                # Nobody can use it, so it must not hide the others.
                _log.warning("left out a session: %s", error)
            else:
                if isinstance(entry, Record):
                    yield entry


@contextmanager
def spoiled(raw: sqlite3.Connection) -> Iterator[None]:
    """
    Let rows be read whose texts are no UTF-8: such a text comes as bytes.
    """
    raw.text_factory = _text
    try:
        yield
    finally:
        raw.text_factory = str


def pack_subjects(subjects: Iterable[str]) -> str:
    """
    Return the text that stands for *subjects* in their column.
    """
    return json.dumps(list(subjects))


def unpack_subjects(column: object) -> tuple[str, ...] | None:
    """
    Return the subjects that a column tells; None when it tells none.
    """
    if column == "[]":
        return ()
    try:
        subjects = json.loads(column) if isinstance(column, str) else None
    except (ValueError, RecursionError):
        return None
    match subjects:
        case [*each] if all(type(one) is str for one in each):
            return tuple(each)
        case _:
            return None


def _text(data: bytes) -> str | bytes:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _entry(row: tuple[object, ...]) -> Entry:
    count = len(_OF_RECORDS)
    fields = dict(zip(_OF_RECORDS, row[:count], strict=True))
    reason, at, until, successor = row[count:]
    if reason is not None:
        note = {"at": at, "until": until, "successor": successor}
        return retired_of({"key": fields["key"], "reason": reason, **note})
    return record_of({**fields, "subjects": unpack_subjects(fields["subjects"])})
