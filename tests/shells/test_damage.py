"""
A record that cannot be read is a new session, never an error on every request.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
from contextlib import closing
from zlib import crc32

import msgpack
import pytest
from attrs import evolve

from ocstate import AsyncSessions, Sessions
from ocstate.api import Api, Request
from ocstate.asgi import SessionMiddleware as AsgiMiddleware
from ocstate.checkout import AddLine
from ocstate.core.setup import hashed_key
from ocstate.demo import StaticHost
from ocstate.exceptions import (
    ConfigurationError,
    DecodeError,
    StoreUnavailableError,
)
from ocstate.stores.file import FileStore
from ocstate.stores.memory import MemoryStore
from ocstate.stores.sqlite import SqliteStore
from ocstate.stores.threaded import Threaded
from ocstate.wsgi import SessionMiddleware as WsgiMiddleware
from tests.adapters.clients import call_asgi, call_wsgi
from tests.effort import some_of

NAN, INF = float("nan"), float("inf")

HEADERS = [
    {},
    {"kind": "record"},
    {"kind": "retired", "key": 1},
    {"kind": "other"},
    ["record"],
    "record",
    {"subjects": 5},
    {"subjects": "customer:7"},
    {"subjects": [7]},
    {"subjects": [["customer:7"]]},
    {"expires_at": "tomorrow"},
    {"expires_at": None},
    {"expires_at": NAN},
    {"expires_at": INF},
    {"ends_at": INF},
    {"seen_at": -INF},
    {"created_at": True},
    {"created_at": -INF},
    {"schema": -1},
    {"schema": 2**63},
    {"schema": True},
    {"version": True},
    {"seen_at": b"1"},
    {"ends_at": []},
    {"version": "1"},
    {"version": -1},
    {"version": 2**64 - 1},
    {"handle": None},
    {"key": b"key"},
    {"schema": 1.5},
    {"more": 1},
    {"kind": ["record"]},
]
"""What somebody may have written into a file's header, in part or as a whole."""

COLUMNS = [
    ("subjects", "5"),
    ("subjects", "'no json'"),
    ("subjects", "'[7]'"),
    ("subjects", "x'ff'"),
    ("expires_at", "'tomorrow'"),
    ("expires_at", "x'00'"),
    ("ends_at", "'never'"),
    ("seen_at", "'text'"),
    ("created_at", "x''"),
    ("created_at", "-9e999"),
    ("seen_at", "9e999"),
    ("seen_at", "-9e999"),
    ("expires_at", "9e999"),
    ("ends_at", "9e999"),
    ("schema", "-1"),
    ("schema", "9e999"),
    ("version", "-1"),
    ("version", "9e999"),
    ("version", "'one'"),
    ("payload", "'text'"),
    ("payload", "5"),
    ("payload", "x''"),
    ("payload", "x'00ff00ff'"),
    ("schema", "'x'"),
    ("handle", "x'ff'"),
    ("handle", "CAST(x'ff' AS TEXT)"),
]
"""What SQLite takes in a column, whatever its type is said to be."""


def begun(store):
    """
    Store a session of a customer, and a second one; return both tokens.
    """
    sessions = Sessions(store)
    tokens = []
    for _ in range(2):
        with sessions.open() as session:
            session.do(AddLine(product_id=42))
            session.identify("customer:7")
        tokens.append(session.token)
    return tokens


def is_survived(store, token, other):
    """
    Make sure that a damaged session hinders nobody, and is left until it is ended.
    """
    sessions = Sessions(store)
    with sessions.open(token) as session:
        assert ("unreadable", True) == (session.refused, session.is_new)
        assert isinstance(session.unreadable, DecodeError)
        session.do(AddLine(product_id=40))
    assert session.token not in (None, token)
    assert 1 == sessions.open(session.token).checkout.cart.quantity
    assert "unreadable" == sessions.open(token).load().refused
    keys = {record.key for record in store.by_subject("customer:7")}
    assert hashed_key(other) in keys
    assert {hashed_key(other)} <= {each.key for each in store.scan(None, 10)}
    assert 0 == sessions.purge()

    sessions.revoke(token, reason="logout")
    assert "logout" == sessions.open(token).load().refused
    assert 1 == sessions.open(other).checkout.cart.quantity


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "store"


def file_of(folder, token):
    (path,) = folder.glob(f"sessions/*/k{hashed_key(token).encode().hex()}")
    return path


def test_a_file_cut_anywhere_is_a_new_session(folder):
    """
    Also the empty one; nothing of it is changed by anybody who looks.
    """
    store = FileStore(folder)
    token, _ = begun(store)
    path = file_of(folder, token)
    whole = path.read_bytes()
    for length in some_of(range(len(whole))):
        path.write_bytes(whole[:length])
        assert "unreadable" == Sessions(store).open(token).load().refused, length
        assert whole[:length] == path.read_bytes()
    path.write_bytes(whole)
    assert Sessions(store).open(token).load().refused is None


def test_a_file_with_any_byte_changed_is_a_new_session(folder):
    """
    Its sums say so, wherever the byte is.
    """
    store = FileStore(folder)
    token, other = begun(store)
    path = file_of(folder, token)
    whole = path.read_bytes()
    for place in some_of(range(len(whole))):
        torn = bytearray(whole)
        torn[place] ^= 0x41
        path.write_bytes(torn)
        assert "unreadable" == Sessions(store).open(token).load().refused, place
    path.write_bytes(whole[:40])
    is_survived(store, token, other)


@pytest.mark.parametrize("header", HEADERS, ids=str)
def test_a_file_of_somebody_else_is_a_new_session(folder, header):
    """
    Its sums are right, and its fields are none of a record's.
    """
    store = FileStore(folder)
    token, other = begun(store)
    path = file_of(folder, token)
    whole = path.read_bytes()
    size = int.from_bytes(whole[5:9], "big")
    fields = msgpack.unpackb(whole[21 : 21 + size])
    is_part = isinstance(header, dict) and header and "kind" not in header
    crafted = msgpack.packb({**fields, **header} if is_part else header)
    payload = whole[21 + size :]
    frame = whole[:5] + b"".join(
        each.to_bytes(4, "big")
        for each in (len(crafted), len(payload), crc32(crafted), crc32(payload))
    )
    path.write_bytes(frame + crafted + payload)

    is_survived(store, token, other)


def test_a_file_of_another_session_is_a_new_session(folder):
    """
    Somebody put one in the place of the other, with all that it holds.
    """
    store = FileStore(folder)
    token, other = begun(store)
    shutil.copy(file_of(folder, other), file_of(folder, token))

    is_survived(store, token, other)


@pytest.mark.parametrize(("column", "value"), COLUMNS)
def test_a_row_of_somebody_else_is_a_new_session(tmp_path, column, value):
    """
    SQLite keeps anything in any column.
    """
    path = tmp_path / "shop.db"
    store = SqliteStore(path)
    token, other = begun(store)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute(
            f"UPDATE ocstate_session SET {column} = {value} WHERE key = ?",
            [hashed_key(token)],
        )

    is_survived(store, token, other)


@pytest.mark.parametrize(
    # Whether a text is UTF-8 is what no statement can ask.
    ("column", "value"),
    [(column, value) for column, value in COLUMNS if "AS TEXT" not in value],
)
def test_a_row_that_cannot_be_read_is_not_touched(tmp_path, column, value):
    """
    A statement that reads nothing before it changes a row asks whether it is whole.
    """
    path = tmp_path / "shop.db"
    store = SqliteStore(path)
    token, _ = begun(store)
    key = hashed_key(token)
    seen_at, row = 9e9, "SELECT * FROM ocstate_session WHERE key = ?"
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("UPDATE ocstate_session SET ends_at = 99e9, expires_at = 99e9")
        store.touch(key, seen_at=seen_at, expires_at=seen_at + 1)
        assert seen_at == store.load(key).seen_at
        raw.execute(
            f"UPDATE ocstate_session SET {column} = {value} WHERE key = ?", [key]
        )
        before = raw.execute(row, [key]).fetchall()
        try:
            store.load(key)
        except DecodeError:
            store.touch(key, seen_at=seen_at + 5, expires_at=seen_at + 9)
            assert before == raw.execute(row, [key]).fetchall()


@pytest.mark.parametrize("seed", range(8))
def test_a_payload_of_noise_is_a_new_session(seed):
    """
    In memory, too; what was looked at before it is changed is not looked at again.
    """
    dice, store = random.Random(seed), MemoryStore()
    token, other = begun(store)
    key = hashed_key(token)
    record = store.load(key)
    noise = dice.randbytes(dice.randrange(1, 200))
    spoiled = evolve(record, payload=noise)
    store.replace(spoiled, expected=record.version, now=lambda: record.seen_at)

    is_survived(store, token, other)


def test_a_spoiled_section_is_a_new_session_for_a_command():
    """
    A frame may be whole and a section not: whoever wants a change gets a new session.
    """
    store = MemoryStore()
    token, other = begun(store)
    record = store.load(hashed_key(token))
    for length in range(1, 30):
        torn = record.payload[:-length] + b"\xc1" * length
        current = store.load(record.key)
        store.replace(
            evolve(current, payload=torn),
            expected=current.version,
            now=lambda: record.seen_at,
        )
        sessions = Sessions(store)
        with sessions.open(token) as session:
            session.do(AddLine(product_id=40))
        assert 1 <= sessions.open(session.token).checkout.cart.quantity
    assert sessions.open(other).load().refused is None


def shop(environ, start_response):
    session = environ["ocstate.session"]
    session.do(AddLine(product_id=42))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"%d" % session.checkout.cart.quantity]


async def async_shop(scope, receive, send):
    session = await scope["ocstate.session"].load()
    await session.do(AddLine(product_id=42))
    body = b"%d" % session.checkout.cart.quantity
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": body})


@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
def test_a_middleware_serves_a_new_visitor(folder, kind):
    """
    The page is shown, with a cookie that takes the place of the old one.
    """
    store = FileStore(folder)
    token, _ = begun(store)
    path = file_of(folder, token)
    path.write_bytes(path.read_bytes()[:50])
    cookie = {"Cookie": f"OCSESSID={token}"}
    if kind == "wsgi":
        answer = call_wsgi(WsgiMiddleware(shop, Sessions(store)), headers=cookie)
    else:
        app = AsgiMiddleware(async_shop, AsyncSessions(Threaded(store)))
        answer = asyncio.run(call_asgi(app, headers=cookie))

    assert (200, b"1") == (answer.status, answer.body)
    given = {name.lower(): value for name, value in answer.headers}["set-cookie"]
    assert given.startswith("OCSESSID=")
    assert token not in given


def test_a_client_of_the_api_logs_in_again(folder):
    """
    It is answered as not logged in, and a login gives it a session that works.
    """
    store, host = FileStore(folder), StaticHost.demo()
    credential = next(iter(host.document.api_credentials.values()))
    sessions = Sessions(store, host)
    api = Api(sessions)

    def call(route, body, token):
        request = Request(
            method="POST",
            query=f"route={route}&api_token={token}",
            headers=[("Content-Type", "application/x-www-form-urlencoded")],
            body=body,
            client="127.0.0.1",
        )
        response = sessions.run(api.handle(request))
        return response.status, response.body.decode()

    login = f"username={credential.username}&key={credential.key}".encode()
    _, told = call("api/login", login, "")
    token = told.split('"api_token":"')[1][:32]
    path = file_of(folder, token)
    path.write_bytes(path.read_bytes()[:-5])

    status, told = call("api/cart/add", b"product_id=42", token)
    assert (200, True) == (status, "error" in told)
    status, told = call("api/login", login, token)
    assert (200, True) == (status, "api_token" in told)
    token = told.split('"api_token":"')[1][:32]
    assert "success" in call("api/cart/add", b"product_id=42", token)[1]


def test_a_client_of_the_api_is_not_told_of_success_in_a_session_it_does_not_have():
    """
    A section turns out to be spoiled in the midst of a call: nothing new is stored.
    """
    store, host = MemoryStore(), StaticHost.demo()
    credential = next(iter(host.document.api_credentials.values()))
    sessions = Sessions(store, host)
    with sessions.open() as session:
        session.identify(f"api:{next(iter(host.document.api_credentials))}")
        session.do(AddLine(product_id=42))
    record = store.load(hashed_key(session.token))
    torn = evolve(record, payload=record.payload[:-20] + b"\xc1" * 20)
    store.replace(torn, expected=record.version, now=lambda: record.seen_at)
    before = store.scan(None, 10)

    request = Request(
        method="POST",
        query=f"route=api/cart/add&api_token={session.token}",
        headers=[("Content-Type", "application/x-www-form-urlencoded")],
        body=b"product_id=42",
        client="127.0.0.1",
    )
    response = sessions.run(Api(sessions).handle(request))

    assert (200, True) == (response.status, b"error" in response.body)
    assert before == store.scan(None, 10)
    assert credential.key.encode() not in response.body


def test_a_damaged_database_is_an_outage(tmp_path):
    """
    It hides no session and retires none: whoever comes is told to come again.
    """
    path = tmp_path / "shop.db"
    store = SqliteStore(path)
    token, _ = begun(store)
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))

    sessions = Sessions(SqliteStore(path))
    for work in (
        lambda: sessions.open(token).load(),
        lambda: sessions.revoke(token),
        lambda: _change(sessions, token),
        lambda: _change(sessions, None),
    ):
        with pytest.raises(StoreUnavailableError):
            work()
    sessions.store.close()
    for end in ("-wal", "-shm"):
        (tmp_path / f"shop.db{end}").unlink(missing_ok=True)
    path.write_bytes(whole)
    assert Sessions(SqliteStore(path)).open(token).load().refused is None


def test_a_file_that_is_no_database_is_an_outage(tmp_path):
    """
    The same goes for what never was one.
    """
    path = tmp_path / "shop.db"
    path.write_bytes(b"not a database, but long enough to be one" * 100)
    with pytest.raises(StoreUnavailableError):
        Sessions(SqliteStore(path)).open("a" * 32).load()


def _change(sessions, token):
    with sessions.open(token) as session:
        session.do(AddLine(product_id=42))


@pytest.mark.parametrize("how", ["deleted", "renamed", "replaced"])
def test_a_database_that_vanished_acknowledges_nothing(tmp_path, how):
    """
    SQLite would go on in a file that nobody will ever open again.
    """
    path = tmp_path / "shop.db"
    sessions = Sessions(SqliteStore(path))
    token, _ = begun(sessions.store)
    kept = tmp_path / "kept.db"
    if how == "replaced":
        sessions.store.close()
        shutil.copy(path, kept)
        _change(sessions, token)
        kept.replace(path)
        for end in ("-wal", "-shm"):
            (tmp_path / f"shop.db{end}").unlink(missing_ok=True)
        _change(sessions, token)
        fresh = Sessions(SqliteStore(path))
        assert 2 == fresh.open(token).checkout.cart.quantity
        return
    path.rename(kept)
    if how == "deleted":
        kept.unlink()
    for _ in range(2):
        with pytest.raises(StoreUnavailableError, match="is gone") as gone:
            _change(sessions, token)
        assert "not applied" == gone.value.outcome
        with pytest.raises(StoreUnavailableError, match="is gone"):
            sessions.open(token).load()
    assert not path.exists()
    if how == "renamed":
        kept.rename(path)
        _change(sessions, token)
        assert 2 == sessions.open(token).checkout.cart.quantity


def test_a_folder_that_vanished_is_an_outage(folder):
    """
    A disk that is not mounted leaves an empty folder: nobody is logged out by that.
    """
    sessions = Sessions(FileStore(folder))
    token, _ = begun(sessions.store)
    kept = folder.with_name("kept")
    folder.rename(kept)
    for make in (lambda: None, folder.mkdir):
        make()
        for work in (
            lambda: sessions.open(token).load(),
            lambda: _change(sessions, token),
            lambda: _change(sessions, None),
            sessions.purge,
        ):
            with pytest.raises(StoreUnavailableError):
                work()
    folder.rmdir()
    kept.rename(folder)
    _change(sessions, token)
    assert 2 == sessions.open(token).checkout.cart.quantity


@pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")
def test_a_new_database_is_its_owner_s_alone(tmp_path):
    """
    What stands beside it, too; whoever made the file before is asked, not overruled.
    """
    path = tmp_path / "shop.db"
    store = SqliteStore(path)
    begun(store)
    for end in ("", "-wal", "-shm"):
        assert 0o600 == (tmp_path / f"shop.db{end}").stat().st_mode & 0o777


@pytest.mark.parametrize("kind", ["file", "sqlite"])
def test_a_place_that_is_open_to_strangers_is_told(tmp_path, caplog, kind):
    """
    A warning: only its owner can know who else is there.
    """
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    if kind == "file":
        FileStore(folder / "store")
    else:
        SqliteStore(folder / "shop.db")
    assert f"everybody may write in the folder {folder}" in caplog.text


@pytest.mark.parametrize(("kind", "call"), [("file", "flock"), ("sqlite", "fcntl")])
def test_a_disk_that_locks_nothing_is_refused(tmp_path, monkeypatch, kind, call):
    """
    Its locks are given to everybody, and so two writers would overwrite each other.
    """
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(fcntl, call, lambda *_: 0)
    with pytest.raises(ConfigurationError, match="keep nobody out"):
        FileStore(tmp_path / "s") if kind == "file" else SqliteStore(tmp_path / "s.db")
    monkeypatch.undo()

    assert not [each for each in tmp_path.rglob("*") if ".ocstate-" in each.name]
    FileStore(tmp_path / "s") if kind == "file" else SqliteStore(tmp_path / "s.db")
