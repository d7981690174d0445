"""
Stores from URLs: what each means, and one clear sentence for what cannot be.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import closing

import pytest

from ocstate.exceptions import ConfigurationError
from ocstate.stores import open_async_store, open_store
from ocstate.stores.file import FileStore
from ocstate.stores.inline import Inline
from ocstate.stores.memory import MemoryStore
from ocstate.stores.sqlite import SqliteStore
from ocstate.stores.threaded import Threaded
from ocstate.testing.promises import KEY, RECORD
from tests.stores.programs import environment


@pytest.fixture(autouse=True)
def working_directory(tmp_path, monkeypatch):
    """
    Let relative paths begin in an empty folder.
    """
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_memory():
    """
    ``memory://`` is a store in memory, bounded where that is asked for.
    """
    store = open_store("memory://")
    assert isinstance(store, MemoryStore)
    assert store.maximum is None

    bounded = open_store("memory://?maximum=7")
    assert isinstance(bounded, MemoryStore)
    assert bounded.maximum == 7


@pytest.mark.parametrize(
    ("form", "path"),
    [
        ("sqlite:///shop.db", "shop.db"),
        ("sqlite:///{}/absolute.db", "absolute.db"),
        ("sqlite:///with%20space%23.db", "with space#.db"),
        ("SQLite:///shop.db?timeout=0.5&synchronous=full", "shop.db"),
    ],
)
def test_sqlite(form, path, tmp_path):
    """
    Three slashes are relative and four absolute, as SQLAlchemy reads them.
    """
    store = open_store(form.format(tmp_path))

    assert isinstance(store, SqliteStore)
    assert tmp_path / path == store.path
    with closing(store):
        store.create(RECORD)
    assert (tmp_path / path).exists()


@pytest.mark.parametrize(
    ("options", "fsync"),
    [("", False), ("?fsync=1", True), ("?fsync=False&timeout=2", False)],
)
def test_file(options, fsync, tmp_path):
    """
    ``file://`` is followed by an absolute folder, which is created.
    """
    store = open_store(f"file://{tmp_path}/my%20store{options}")

    assert isinstance(store, FileStore)
    assert tmp_path / "my store" == store.folder
    assert fsync is store._layout.fsync
    store.close()


def test_asynchronous(tmp_path):
    """
    The same URLs give stores for asyncio.
    """
    store = open_async_store(f"sqlite:///{tmp_path}/shop.db")

    assert isinstance(store, Threaded)
    assert isinstance(open_async_store("memory://"), Inline)
    assert asyncio.run(store.load(KEY)) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql+psycopg://u:secret@h/d", "no store for postgresql.psycopg://"),
        ("postgresql+asyncpg://u:secret@h/d", "no store for postgresql.asyncpg://"),
        ("mysql+pymysql://u:secret@h/d", "no store for mysql.pymysql://"),
        ("mysql+asyncmy://u:secret@h/d", "no store for mysql.asyncmy://"),
        ("sqlite+pysqlite:///shop.db", "no store for sqlite.pysqlite://"),
        ("redis://:secret@h", "this version of ocstate has no store for redis://"),
        ("rediss://:secret@h", "no store for rediss://"),
        ("unix:///run/redis.sock", "no store for unix://"),
        ("valkey://h", "no store for valkey://"),
        ("redis+sentinel://h", "no store for redis.sentinel://"),
        ("redis+cluster://h", "no store for redis.cluster://"),
        ("shop.db", "begins with one of file://, memory://, sqlite://"),
        ("", "begins with one of"),
        ("sqlite://[half", "cannot be read"),
        ("sqlite://", "MemoryStore"),
        ("sqlite:///:memory:", "MemoryStore"),
        ("sqlite:shop.db", "begins with a slash"),
        ("sqlite://host/shop.db", "begins with a slash"),
        ("sqlite:///shop#1.db", "%23"),
        ("sqlite:///nowhere/shop.db", "no folder"),
        ("sqlite:///shop.db?timeout=soon", "'soon' is no value for the option timeout"),
        ("sqlite:///shop.db?synchronous=perhaps", "synchronous must be one of"),
        ("sqlite:///shop.db?cache=1&mode=rw", "no option cache, mode; it has sync"),
        ("sqlite:///shop.db?timeout=1&timeout=2", "given twice"),
        ("sqlite:///shop.db?timeout", "options cannot be read"),
        ("file://relative/folder", "begins with a slash"),
        ("file:///", "name a folder"),
        ("file:///proc/version/x", "no store can be at"),
        ("file:///tmp/x?fsync=perhaps", "'perhaps' is no value"),
        ("file:///tmp/x?timeout=-1", "timeout must be some seconds, not -1"),
        ("memory://here", "begins with a slash"),
        ("memory:///path", "without a path"),
        ("memory://?maximum=many", "'many' is no value"),
        ("memory://?maximum=0", "at least 1"),
    ],
)
def test_what_cannot_be_opened_is_told_in_a_sentence(url, reason, tmp_path):
    """
    One sentence says what is wrong, and never shows a password.
    """
    for open_one in (open_store, open_async_store):
        with pytest.raises(ConfigurationError, match=reason) as caught:
            open_one(url)
        assert "secret" not in str(caught.value)
        assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_extra_is_named(monkeypatch):
    """
    Where filelock is not installed the sentence says what to install.
    """
    for name in [
        name for name in sys.modules if name.startswith("ocstate.stores.file")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "filelock", None)

    with pytest.raises(ConfigurationError, match=r'pip install "ocstate\[file\]"$'):
        open_store("file:///tmp/never")


def test_another_missing_module_is_told_as_it_is(monkeypatch):
    """
    A broken installation is not mistaken for a missing extra.
    """
    for name in [
        name for name in sys.modules if name.startswith("ocstate.stores.file")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "msgpack", None)

    with pytest.raises(ModuleNotFoundError, match="msgpack"):
        open_store("file:///tmp/never")


LOADED = """
import sys
from ocstate.stores import open_store
opened = [open_store(url) for url in sys.argv[1:]]
stores = ("ocstate.stores.sqlite", "ocstate.stores.file", "ocstate.stores.memory")
names = {"filelock", *stores}
print(*sorted(names & sys.modules.keys()))
"""


@pytest.mark.parametrize(
    ("urls", "loaded"),
    [
        ([], ""),
        (["memory://"], "ocstate.stores.memory"),
        (["sqlite:///shop.db"], "ocstate.stores.sqlite"),
        (["file://{}/x"], "filelock ocstate.stores.file"),
    ],
)
def test_only_the_chosen_store_is_imported(urls, loaded, tmp_path):
    """
    Importing the door brings no store along, and opening one no other.
    """
    command = [sys.executable, "-c", LOADED, *(each.format(tmp_path) for each in urls)]

    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment()
    )

    assert done.stderr == ""
    assert loaded == done.stdout.strip()
