"""
``ocstate serve``: it says when it is ready, serves a shop, and stops when it is told.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import signal
import socket
import sqlite3
import time
from contextlib import closing
from urllib.parse import urlencode

import pytest

from ocstate import Sessions
from ocstate.cli.serving import keep_purging
from ocstate.demo import StaticHost
from ocstate.exceptions import StoreError, StoreUnavailableError
from ocstate.stores.sqlite import SqliteStore
from ocstate.testing import FakeClock
from tests.adapters.servers import Client
from tests.cli.serving import serve

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def post(served, route, cookie=None, **form):
    """
    Call the API as a client does.
    """
    headers = {**FORM, **({"Cookie": cookie} if cookie else {})}
    return Client(served.port)(
        "POST", f"/index.php?route={route}", headers, urlencode(form).encode()
    )


def log_in(served) -> str:
    """
    Log in as the demo shop's client, and return the cookie.
    """
    credential = next(iter(StaticHost.demo().document.api_credentials.values()))
    answer = post(served, "api/login", username=credential.username, key=credential.key)
    (cookie,) = answer.all("set-cookie")
    return cookie.partition(";")[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_a_signal_comes(tmp_path, number):
    """
    It keeps sessions in the working directory, prints what to try, and ends with 0.
    """
    with serve(tmp_path) as served:
        cookie = log_in(served)
        answer = post(served, "api/cart/addProduct", cookie, product_id=42, quantity=1)
        out, err = served.stop(number)

    assert "success" in json.loads(answer.body)
    assert ["no-store"] == answer.all("cache-control")
    assert [] == answer.all("server")
    assert (0, "") == (served.process.returncode, err)
    assert "Lighthouse Goods" in out
    assert 4 == out.count(served.url)
    assert (tmp_path / "ocstate.db").exists()


def test_sessions_outlive_the_server(tmp_path):
    """
    Who has a cookie goes on after a restart.
    """
    with serve(tmp_path) as served:
        cookie = log_in(served)
        post(served, "api/cart/addProduct", cookie, product_id=42, quantity=3)
        served.stop()
    with serve(tmp_path) as served:
        answer = post(served, "api/cart/products", cookie)

    (line,) = json.loads(answer.body)["products"]
    assert ("42", "3") == (line["product_id"], line["quantity"])


def test_what_is_over_is_purged(tmp_path):
    """
    Sessions that ended long ago are gone from the store when the server is ready.
    """
    store = SqliteStore(tmp_path / "ocstate.db")
    with Sessions(store, clock=FakeClock(1000.0)).open() as session:
        session["old"] = True
    with Sessions(store).open() as session:
        session["new"] = True
    with serve(tmp_path) as served:
        (left,) = store.scan(None, 10)
        served.stop()

    assert session.handle == left.handle


def test_what_is_printed_can_be_typed(tmp_path):
    """
    The printed calls name the demo shop's client with its key, and a product.
    """
    with serve(tmp_path) as served:
        out, _ = served.stop()

    credential = next(iter(StaticHost.demo().document.api_credentials.values()))
    assert f"-d username={credential.username} -d key={credential.key} " in out
    assert "-d product_id=42 -d quantity=1 " in out
    assert 4 == len(re.findall(r"^ +curl ", out, re.MULTILINE))


def test_the_key_of_another_shop_stays_its_own(tmp_path):
    """
    A host file's keys are never printed, and its sessions live as long as it says.
    """
    (tmp_path / "shop.json").write_text(
        json.dumps(
            {
                "format": "ocstate-host/1",
                "settings": {
                    "name": "Corner Shop",
                    "currency": "EUR",
                    "language": "en",
                    "api_session_expire": 100_000,
                },
                "stores": {},
                "currencies": {
                    "EUR": {"currency_id": 1, "title": "Euro", "value": "1.0"}
                },
                "languages": {"en": {"language_id": 1, "name": "English"}},
                "api_credentials": {
                    "3": {"username": "till", "key": "secret" * 9, "networks": []}
                },
            }
        )
    )
    with serve(
        tmp_path, "--host-data", "shop.json", "--store", "memory://", "--bind", "::1"
    ) as served:
        out, err = served.stop()

    assert "http://[::1]:" in served.url
    assert "Corner Shop" in out
    assert "-d username=till -d key=KEY " in out
    assert "secret" not in out + err
    assert not (tmp_path / "ocstate.db").exists()


def test_a_forwarded_address_is_not_believed(tmp_path):
    """
    The server has no declared proxies, so the peer's own address and scheme count.
    """
    credential = next(iter(StaticHost.demo().document.api_credentials.values()))
    form = urlencode({"username": credential.username, "key": credential.key})
    with serve(tmp_path, "--store", "memory://") as served:
        answer = Client(served.port)(
            "POST",
            "/index.php?route=api/login",
            {**FORM, "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"},
            form.encode(),
        )

    (cookie,) = answer.all("set-cookie")
    assert "success" in json.loads(answer.body)
    assert "Secure" not in cookie


def test_a_port_that_is_taken_is_told(tmp_path):
    """
    In a sentence, and with another status than a misuse has.
    """
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(AssertionError) as caught,
            serve(tmp_path, "--port", str(port)),
        ):
            pass

    assert f"ocstate: cannot listen on 127.0.0.1 port {port}: " in str(caught.value)


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: 1000\r\n\r\nproduct_id=4",
        b"Content-Length: 1000\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nprodu\r\n",
        b"Content-Le",
    ],
)
def test_half_a_request_keeps_no_server_from_stopping(tmp_path, sent):
    """
    Whoever does not send the rest is not waited for.
    """
    head = (
        b"POST /index.php?route=api/cart/addProduct HTTP/1.1\r\nHost: shop.example\r\n"
    )
    with (
        serve(tmp_path, "--store", "memory://") as served,
        socket.create_connection(("127.0.0.1", served.port)) as half,
    ):
        half.sendall(
            head + b"Content-Type: application/x-www-form-urlencoded\r\n" + sent
        )
        # An answer on another connection, so that the first bytes have arrived.
        log_in(served)
        begun = time.monotonic()
        _, err = served.stop()
        taken = time.monotonic() - begun

    assert (0, "") == (served.process.returncode, err)
    assert taken < 5


def test_a_request_that_arrives_before_the_stop_is_answered(tmp_path):
    """
    What came as a whole is finished, though another one's rest is still missing.
    """
    store = SqliteStore(tmp_path / "ocstate.db")
    store.load("any")
    with serve(tmp_path) as served:
        cookie = log_in(served)
        form = b"product_id=42&quantity=2"
        call = (
            b"POST /index.php?route=api/cart/addProduct HTTP/1.1\r\n"
            b"Host: shop.example\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\nCookie: %s\r\n\r\n" % (len(form), cookie.encode())
        )
        address = ("127.0.0.1", served.port)
        with (
            closing(
                sqlite3.connect(tmp_path / "ocstate.db", isolation_level=None)
            ) as raw,
            socket.create_connection(address) as half,
            socket.create_connection(address) as whole,
        ):
            half.sendall(call)
            raw.execute("BEGIN IMMEDIATE")
            whole.sendall(call + form)
            # A call that only reads is answered after it, so it has begun to wait.
            post(served, "api/reward/available", cookie)
            served.process.send_signal(signal.SIGTERM)
            # The half one is hung up on, which is after the server has begun to stop.
            assert b"" == half.recv(1)
            raw.execute("COMMIT")
            answer = whole.makefile("rb").read()
        _, err = served.stop()

    assert b"200 OK" in answer
    assert b"success" in answer
    assert (0, "") == (served.process.returncode, err)


class FailingSessions:
    """
    Sessions whose purge fails in ways that nobody thought of, and then works again.
    """

    def __init__(self, *answers) -> None:
        self.answers = [*answers]

    async def purge(self, limit):
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


def test_a_purge_goes_on_after_every_error(caplog):
    """
    Each kind is told once, and again only when a step has succeeded in between.
    """
    busy = StoreUnavailableError("the store is busy", outcome="not applied")
    sessions = FailingSessions(
        busy, StoreError("broken"), busy, ValueError("odd"), 1, busy,
        asyncio.CancelledError(),
    )  # fmt: skip
    with caplog.at_level(logging.ERROR), pytest.raises(asyncio.CancelledError):
        asyncio.run(keep_purging(sessions, interval=0))

    assert [each.split(": ")[1] for each in caplog.messages] == [
        "StoreUnavailableError", "StoreError", "ValueError", "StoreUnavailableError"
    ]  # fmt: skip
    assert {"ocstate.cli.serving"} == {each.name for each in caplog.records}


def test_a_busy_store_is_purged_later(tmp_path):
    """
    A file that somebody else is writing to keeps no server from starting.
    """
    with closing(SqliteStore(tmp_path / "ocstate.db")) as store:
        store.load("any")
    path = tmp_path / "ocstate.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        with serve(tmp_path, "--store", f"sqlite:///{path}?timeout=0") as served:
            _, err = served.stop()

    assert (0, "") == (served.process.returncode, err)
