"""
Claims in files and in SQLite: those of version 0.1, spoiled ones, and torn ones.
"""

from __future__ import annotations

import io
import sqlite3
import threading
from contextlib import closing

import pytest

from ocstate.exceptions import DecodeError
from ocstate.protocols import Retired
from ocstate.stores.file import FileStore
from ocstate.stores.file.format import encode_claim, encode_entry, read_header
from ocstate.stores.sqlite import SqliteStore
from ocstate.testing.promises import NOW, RECORD

NAME, END = "nonce:1", NOW + 60

# What version 0.1 wrote when it claimed NAME until END.
OF_0_1 = bytes.fromhex(
    "6f637366010000004f00000000b620afbe0000000086a46b696e64a772657469726564a36b6579a76e"
    "6f6e63653a31a6726561736f6ea7636c61696d6564a26174cb41edcd6507800000a5756e74696ccb41"
    "edcd6507800000a9737563636573736f72c0"
)

# The tables of version 0.1, and how it took a name.
TABLES_OF_0_1 = """
CREATE TABLE ocstate_session (
    key TEXT NOT NULL PRIMARY KEY, handle TEXT NOT NULL, version INTEGER NOT NULL,
    payload BLOB NOT NULL, created_at REAL NOT NULL, seen_at REAL NOT NULL,
    expires_at REAL NOT NULL, ends_at REAL NOT NULL, subjects TEXT NOT NULL,
    schema INTEGER NOT NULL, due REAL NOT NULL, reason TEXT, retired_at REAL,
    until REAL, successor TEXT
);
CREATE INDEX ocstate_session_due ON ocstate_session (due);
CREATE TABLE ocstate_subject (
    subject TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (subject, key)
) WITHOUT ROWID;
CREATE TABLE ocstate_claim (name TEXT NOT NULL PRIMARY KEY, until REAL NOT NULL);
CREATE INDEX ocstate_claim_until ON ocstate_claim (until);
CREATE TABLE ocstate_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event BLOB NOT NULL
);
PRAGMA user_version = 1;
"""
CLAIM_OF_0_1 = (
    "INSERT INTO ocstate_claim (name, until) VALUES (?, ?) ON CONFLICT DO NOTHING"
)


@pytest.fixture
def files(tmp_path):
    """
    An empty store of files.
    """
    with closing(FileStore(tmp_path / "store")) as store:
        yield store


@pytest.fixture
def path(tmp_path):
    """
    Where the database is.
    """
    return tmp_path / "sessions.db"


@pytest.fixture
def old(path):
    """
    A connection of version 0.1 to its database, in which a name is taken.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.executescript(TABLES_OF_0_1)
        raw.execute(CLAIM_OF_0_1, (NAME, END))
        yield raw


@pytest.fixture
def database(path):
    """
    The store at the same place as this version opens it.
    """
    with closing(SqliteStore(path)) as store:
        yield store


def path_of(store, name=NAME):
    """
    Return the file of a claim.
    """
    return store._layout.claim(name).path


def spoiled(data):
    """
    Yield what may become of a file: cut anywhere, longer, or with a changed byte.
    """
    yield from (data[:size] for size in range(len(data)))
    yield data + b"\x00"
    for index in range(len(data)):
        yield data[:index] + bytes([data[index] ^ 0x40]) + data[index + 1 :]


def test_a_file_of_version_0_1_is_a_claim_without_a_value(files):
    """
    The name stays taken, answers the empty value, and ends as it was to.
    """
    files.claim(NAME, END, b"")
    path_of(files).write_bytes(OF_0_1)

    assert files.claim(NAME, END + 99, b"later") == b""
    assert files.purge(END, 10) == 0
    assert files.purge(END + 1, 10) == 1
    assert files.claim(NAME, END, b"later") is None


def test_a_claim_s_file_is_one_to_version_0_1():
    """
    It begins with the very header of 0.1, which looks no farther; the value follows.
    """
    data = encode_claim(NAME, END, b"value")
    frame = 21

    assert data[frame:] == OF_0_1[frame:] + b"value"
    assert read_header(io.BytesIO(data)) == Retired(
        key=NAME, reason="claimed", at=END, until=END
    )
    assert encode_claim(NAME, END, b"") == OF_0_1


def test_a_torn_file_gives_the_name_to_nobody(files):
    """
    However a claim was spoiled, it is told, stays as it is, and goes after its end.
    """
    assert files.claim(NAME, END, b"value") is None
    path = path_of(files)

    for data in spoiled(path.read_bytes()):
        path.write_bytes(data)
        with pytest.raises(DecodeError):
            files.claim(NAME, END, b"later")
        assert path.read_bytes() == data
    assert files.claim("nonce:2", END, b"other") is None
    assert files.purge(END + 1200, 10) == 2
    assert files.claim(NAME, END, b"later") is None


@pytest.mark.parametrize(
    "data",
    [encode_claim("nonce:2", END, b"value"), encode_entry(RECORD)],
    ids=["another claim", "a session"],
)
def test_another_s_file_answers_nothing(files, data):
    """
    What somebody put in a claim's place is no value of that claim.
    """
    files.claim(NAME, END, b"value")
    path_of(files).write_bytes(data)

    with pytest.raises(DecodeError):
        files.claim(NAME, END, b"later")


def test_a_newer_claim_is_kept(files):
    """
    What a later ocstate wrote is told as such, and neither taken nor purged.
    """
    files.claim(NAME, END, b"value")
    data = bytearray(path_of(files).read_bytes())
    data[4] = 2
    path_of(files).write_bytes(data)

    with pytest.raises(DecodeError) as caught:
        files.claim(NAME, END, b"later")
    assert caught.value.reason == "newer_format"
    assert files.purge(NOW + 99_999, 10) == 0
    assert path_of(files).read_bytes() == data


def test_a_writer_that_died_took_nothing(files):
    """
    A mark and a whole file on its way are no claim: the next one gets the name, and it
    ends when that one said.
    """
    files.claim(NAME, END, b"died")
    place = files._layout.claim(NAME)
    left = files.folder / "temporary" / f"{place.stripe}.0123456789abcdef"
    place.path.rename(left)

    assert files.claim(NAME, END + 9000, b"first") is None
    assert files.purge(END + 1200, 10) == 0
    assert not left.exists()
    assert files.claim(NAME, END, b"later") == b"first"
    assert files.purge(END + 9001, 10) == 1


def test_a_database_of_version_0_1_gets_the_column(old, database):
    """
    A claim of 0.1 answers the empty value, and what is new keeps its own.
    """
    assert database.claim(NAME, END, b"later") == b""
    assert database.claim("nonce:2", END, b"value") is None
    assert database.claim("nonce:2", END, b"later") == b"value"
    assert old.execute("SELECT value FROM ocstate_claim ORDER BY name").fetchall() == [
        (None,),
        (b"value",),
    ]
    assert database.purge(END + 1, 10) == 2


def test_version_0_1_goes_on_beside(old, database):
    """
    It accepts the tables' number, is refused what is taken, and takes what is not.
    """
    assert database.claim("nonce:2", END, b"value") is None

    assert old.execute("PRAGMA user_version").fetchone() == (1,)
    assert old.execute(CLAIM_OF_0_1, ("nonce:2", END)).rowcount == 0
    assert old.execute(CLAIM_OF_0_1, ("nonce:3", END)).rowcount == 1
    assert database.claim("nonce:2", END, b"later") == b"value"
    assert database.claim("nonce:3", END, b"later") == b""


def test_many_who_open_an_old_database_at_once_all_can(old, path):
    """
    One of them adds the column, and the others find it.
    """
    barrier, found = threading.Barrier(8), []

    def run():
        with closing(SqliteStore(path)) as store:
            barrier.wait(30)
            found.append(store.claim("nonce:2", END, b"value"))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found.count(None) == 1
    assert found.count(b"value") == 7


@pytest.mark.parametrize("value", ["'text'", "1", "2.5", "CAST(x'ff' AS TEXT)"])
def test_a_spoiled_row_gives_the_name_to_nobody(database, path, value):
    """
    Whatever somebody wrote into the column, it is told, and no value is made of it.
    """
    assert database.claim(NAME, END, b"value") is None
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute(f"UPDATE ocstate_claim SET value = {value}")

    for _ in range(2):
        with pytest.raises(DecodeError):
            database.claim(NAME, END, b"later")
    assert database.purge(END + 1, 10) == 1
    assert database.claim(NAME, END, b"later") is None


def test_a_name_that_is_purged_before_it_is_read_is_free(database, path):
    """
    Whoever was second to a claim that goes at this instant is the first of the next.
    """
    database.claim(NAME, END, b"first")
    reads = []

    with closing(sqlite3.connect(path, isolation_level=None)) as raw:

        def purge(statement):
            if "SELECT" in statement and not reads:
                reads.append(statement)
                raw.execute("DELETE FROM ocstate_claim")

        database._connections.read(lambda own: own.set_trace_callback(purge))
        assert database.claim(NAME, END, b"second") is None
    assert len(reads) == 1
    assert database.claim(NAME, END, b"third") == b"second"
