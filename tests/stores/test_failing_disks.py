"""
A disk that fails is told at once, by its own error, and never as somebody's conflict.
"""

from __future__ import annotations

import errno
import logging
import os
import resource
import signal
import sqlite3
import time
from contextlib import closing

import pytest

from ocstate import Sessions
from ocstate.core.setup import hashed_key
from ocstate.exceptions import StoreError, StoreUnavailableError
from ocstate.stores import open_store

URLS = {"file": "file://{}/sessions", "sqlite": "sqlite:///{}/sessions.db"}


@pytest.fixture(params=URLS)
def store(request, tmp_path):
    with closing(open_store(URLS[request.param].format(tmp_path))) as store:
        yield store


@pytest.fixture
def no_room():
    """
    Let no file of this process grow beyond a few bytes.
    """
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, ignored)


def change(session):
    session["text"] = "x" * 20_000


def log_in(session):
    session.identify("customer:7")
    change(session)


def log_out(session):
    session.revoke("logout")


@pytest.mark.parametrize("work", [change, log_in, log_out])
def test_a_file_that_cannot_grow_is_the_disk_s_error(
    store, tmp_path, no_room, caplog, work
):
    """
    At once, with the system's error as the cause; the log has it too, without a key.
    """
    sessions = Sessions(store)
    with sessions.open() as session:
        session["text"] = "short"
    token, key = session.token, hashed_key(session.token)
    session = sessions.open(token)
    work(session)

    no_room(8)
    begun = time.monotonic()
    with caplog.at_level(logging.ERROR), pytest.raises(StoreUnavailableError) as caught:
        session.close()
    taken = time.monotonic() - begun
    no_room(resource.RLIM_INFINITY)

    assert taken < 2
    assert isinstance(caught.value.__cause__, OSError | sqlite3.Error)
    assert f"{tmp_path}/sessions" in str(caught.value)
    assert str(caught.value) in caplog.text
    assert {"ocstate.surroundings"} == {each.name for each in caplog.records}
    for secret in (key, key.encode().hex(), token):
        assert secret not in caplog.text
    assert sessions.open(token).load()["text"] == "short"


@pytest.mark.parametrize(
    "number",
    [
        errno.EACCES, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC, errno.EPERM,
        errno.EROFS,
    ],
)  # fmt: skip
@pytest.mark.parametrize("call", ["open", "replace"])
def test_every_error_of_a_folder_is_told_at_once(tmp_path, monkeypatch, number, call):
    """
    Whatever system call fails in whatever way, nothing is tried for seconds.
    """
    store = open_store(f"file://{tmp_path}/sessions")
    sessions = Sessions(store)
    with sessions.open() as session:
        session["text"] = "short"
    session = sessions.open(session.token)
    change(session)
    real = getattr(os, call)

    def fail(target, *arguments, **more):
        if "temporary" in str(target):
            raise OSError(number, os.strerror(number))
        return real(target, *arguments, **more)

    monkeypatch.setattr(os, call, fail)
    begun = time.monotonic()
    with pytest.raises(StoreError, match=str(tmp_path)) as caught:
        session.close()
    monkeypatch.undo()

    assert time.monotonic() - begun < 2
    assert caught.value.__cause__.errno == number


def test_a_file_that_may_only_be_read_is_told_at_once(tmp_path):
    """
    SQLite says so itself, and nobody waits for it to become another file.
    """
    path = tmp_path / "sessions.db"
    with closing(open_store(f"sqlite:///{path}")) as store:
        session = Sessions(store).open()
        store.load("any")
        store._connections.read(lambda raw: raw.execute("PRAGMA query_only = 1"))
        change(session)
        begun = time.monotonic()
        with pytest.raises(StoreError, match=f"{path}.*readonly"):
            session.close()

    assert time.monotonic() - begun < 2
