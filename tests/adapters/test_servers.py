"""
The API behind real servers: what is too long, too short or in pieces is answered.
"""

from __future__ import annotations

import json
import socket
from urllib.parse import urlencode

import pytest

from ocstate import AsyncSessions, Sessions
from ocstate.api import Api, Limits
from ocstate.asgi import ApiApp as AsgiApp
from ocstate.demo import StaticHost
from ocstate.host import InlineHost
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.wsgi import ApiApp as WsgiApp
from tests.adapters import servers

LIMITS = Limits(body=1000, headers=50, header_bytes=4000, query=500)
HOST = StaticHost.demo()
CREDENTIAL = next(iter(HOST.document.api_credentials.values()))
LOGIN = urlencode({"username": CREDENTIAL.username, "key": CREDENTIAL.key}).encode()
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TARGET = "/index.php?route=api/login"


def over_wsgi():
    """
    Serve the demo shop with waitress.
    """
    sessions = Sessions(MemoryStore(), HOST)
    return servers.waitress(WsgiApp(Api(sessions, limits=LIMITS)))


def over_asgi():
    """
    Serve the demo shop with uvicorn.
    """
    sessions = AsyncSessions(Threaded(MemoryStore()), InlineHost(HOST))
    return servers.uvicorn(AsgiApp(Api(sessions, limits=LIMITS)))


@pytest.fixture(params=[over_wsgi, over_asgi], ids=["waitress", "uvicorn"])
def ask(request):
    with request.param() as ask:
        yield ask


def pieces(size: int):
    """
    Send a body in pieces, without saying how long it will be.
    """
    for start in range(0, size, 100):
        yield b"x" * min(100, size - start)


def code(answer) -> str:
    """
    Return the code of a refusal.
    """
    return json.loads(answer.body)["code"]


def test_a_client_logs_in(ask):
    """
    The token is answered, and nobody keeps the answer.
    """
    answer = ask("POST", TARGET, FORM, LOGIN)

    assert (200, ["no-store"]) == (answer.status, answer.all("cache-control"))
    assert 32 == len(json.loads(answer.body)["api_token"])


def test_a_body_in_pieces_is_put_together(ask):
    """
    A client that does not say how long its body is logs in as well.
    """
    answer = ask("POST", TARGET, FORM, iter([LOGIN[:10], LOGIN[10:]]))

    assert "api_token" in json.loads(answer.body)


@pytest.mark.parametrize("body", [b"x" * 1001, b"x" * 5000], ids=["one", "much"])
def test_a_body_past_the_limit_is_refused(ask, body):
    """
    One byte is enough.
    """
    answer = ask("POST", TARGET, FORM, body)

    assert (413, "body_too_long") == (answer.status, code(answer))


def test_a_body_in_pieces_past_the_limit_is_refused(ask):
    """
    Its length is counted while it is read.
    """
    answer = ask("POST", TARGET, FORM, pieces(5000))

    assert (413, "body_too_long") == (answer.status, code(answer))


@pytest.mark.parametrize(
    ("target", "headers", "status"),
    [
        (f"{TARGET}&a={'x' * 500}", {}, 414),
        (TARGET, {f"X-{number}": "1" for number in range(60)}, 431),
        (TARGET, {"X-Long": "x" * 4000}, 431),
        ("/elsewhere", {}, 404),
        ("/index.php?route=api/none", {}, 404),
    ],
)
def test_other_limits_are_answered_too(ask, target, headers, status):
    """
    Each has its status, and a code in JSON.
    """
    answer = ask("POST", target, {**FORM, **headers}, LOGIN)

    assert status == answer.status
    assert code(answer)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "BREW"])
def test_other_methods_are_answered_too(ask, method):
    """
    They are not allowed, and HEAD is told so without a body.
    """
    answer = ask(method, TARGET)

    assert 405 == answer.status
    assert (b"" == answer.body) is (method == "HEAD")
    assert int(*answer.all("content-length")) > 0


@pytest.mark.parametrize("server", [over_wsgi, over_asgi])
def test_half_a_request_logs_nobody_in(server):
    """
    A client that leaves within its body is not served what it sent by then.
    """
    head = (
        f"POST {TARGET} HTTP/1.1\r\nHost: shop\r\n"
        f"Content-Type: {FORM['Content-Type']}\r\n"
        f"Content-Length: {len(LOGIN) + 10}\r\n\r\n"
    )
    with server() as ask, socket.create_connection(("127.0.0.1", ask.port)) as link:
        link.settimeout(10)
        link.sendall(head.encode() + LOGIN)
        link.shutdown(socket.SHUT_WR)
        answered = link.makefile("rb").read()

    assert b"api_token" not in answered
