"""
Changes that pages of other sites send through a session middleware, and who sent them.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from attrs import evolve

from ocstate import AsyncSessions, Sessions, asgi, wsgi
from ocstate.api.app import Api
from ocstate.demo import StaticHost
from ocstate.exceptions import ConfigurationError
from ocstate.http.forwarded import Proxies
from ocstate.http.networks import parse_networks
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from tests.adapters.clients import call_asgi, call_wsgi
from tests.adapters.servers import Client, waitress

COOKIE = {"Cookie": f"OCSESSID={'a' * 32}", "Host": "shop.example"}
OWN, OTHER = "http://shop.example", "https://other.example"
DECLARED = "https://pages.example"


@pytest.fixture(params=["wsgi", "asgi"])
def ask(request):
    """
    Return a function that asks an application behind a middleware with origins.
    """
    calls = []

    def wsgi_app(environ, start_response):
        calls.append(environ["REQUEST_METHOD"])
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    async def asgi_app(scope, receive, send):
        calls.append(scope["method"])
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"done"})

    def call(origins, method="POST", **headers):
        calls.clear()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {**COOKIE, **given}
        if request.param == "wsgi":
            sessions = Sessions(MemoryStore())
            app = wsgi.SessionMiddleware(wsgi_app, sessions, origins=origins)
            answer = call_wsgi(app, method, headers=given)
        else:
            sessions = AsyncSessions(Threaded(MemoryStore()))
            app = asgi.SessionMiddleware(asgi_app, sessions, origins=origins)
            answer = asyncio.run(call_asgi(app, method, headers=given))
        assert (answer.status == 200) is bool(calls)
        return answer

    return call


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_change_from_another_site_is_barred(ask, method):
    """
    The application does not even begin; by default nobody is asked.
    """
    barred = ask((), method, Origin=OTHER)

    assert (403, True) == (barred.status, b"foreign_origin" in barred.body)
    assert 403 == ask((), method, Sec_Fetch_Site="cross-site").status
    assert 403 == ask((), method, Sec_Fetch_Site="same-site").status
    assert 200 == ask(None, method, Origin=OTHER).status


def test_own_and_declared_pages_go_on(ask):
    """
    So do programs, which say nothing, and whoever has no cookie of the session.
    """
    assert 200 == ask((), Origin=OWN).status
    assert 200 == ask((), Origin=OTHER, Sec_Fetch_Site="same-origin").status
    assert 200 == ask([DECLARED], Origin=DECLARED, Sec_Fetch_Site="cross-site").status
    assert 403 == ask([DECLARED], Origin=OTHER).status
    assert 200 == ask(()).status
    assert 200 == ask((), Origin=OTHER, Cookie="other=1").status


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_is_no_change(ask, method):
    """
    A link from another site shows the page, as the cookie's SameSite allows it.
    """
    assert 200 == ask((), method, Origin=OTHER, Sec_Fetch_Site="cross-site").status


def test_what_is_no_origin_is_found_at_the_start():
    """
    A path or a name alone would never be equal to what browsers send.
    """
    for wrong in (["shop.example"], ["https://shop.example/"]):
        with pytest.raises(ConfigurationError):
            wsgi.SessionMiddleware(ask, Sessions(MemoryStore()), origins=wrong)


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """
        Log nothing.
        """


@contextmanager
def wsgiref(app):
    """
    Serve with the standard library's server, which maps underscores to hyphens.
    """
    with make_server("127.0.0.1", 0, app, handler_class=_Silent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Client(server.server_port)
        finally:
            server.shutdown()
            thread.join()


def test_a_name_that_is_mapped_cannot_forge_the_standard_header():
    """
    A client's ``X_Forwarded_For`` comes behind what the proxy wrote; `Forwarded` stays.
    """

    def shop(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        seen = [
            wsgi._sender(environ, Proxies.of(["127.0.0.0/8"], header)).client
            for header in ("x-forwarded", "forwarded")
        ]
        return [" ".join(seen).encode()]

    headers = {
        "X-Forwarded-For": "198.51.100.7",
        "Forwarded": "for=198.51.100.7",
        "X_Forwarded_For": "192.0.2.66",
    }
    with wsgiref(shop) as client:
        by_name, by_standard = client(headers=headers).body.decode().split()

    # That this server lets itself be deceived is why the other header can be chosen.
    assert ("192.0.2.66", "198.51.100.7") == (by_name, by_standard)


# By itself it drops what proxies say.
open_waitress = partial(waitress, clear_untrusted_proxy_headers=False)


@pytest.mark.parametrize(
    ("serve", "header", "is_deceived"),
    [
        (wsgiref, "x-forwarded", True),
        (wsgiref, "forwarded", False),
        (open_waitress, "x-forwarded", False),
        (open_waitress, "forwarded", False),
    ],
)
def test_who_logs_in_from_an_address_of_a_list(serve, header, is_deceived):
    """
    A forged name opens a session behind a server that maps it, and a header without a
    name that could be mapped keeps it shut there, too. waitress drops such names.
    """
    demo = StaticHost.demo().document
    (credential,) = demo.api_credentials.values()
    networks = parse_networks(["192.0.2.66"])
    known = {1: evolve(credential, networks=networks)}
    host = StaticHost(evolve(demo, api_credentials=known))
    api = Api(Sessions(MemoryStore(), host))
    app = wsgi.ApiApp(api, trusted_proxies=["127.0.0.1"], forwarded=header)
    form = urlencode({"username": credential.username, "key": credential.key})
    target = "/index.php?route=api/login"

    def says(**told):
        headers = {"Content-Type": "application/x-www-form-urlencoded", **told}
        return b'"success"' in client("POST", target, headers, form.encode()).body

    with serve(app) as client:
        seen = {"X-Forwarded-For": "192.0.2.66", "Forwarded": "for=192.0.2.66"}
        other = {"X-Forwarded-For": "198.51.100.7", "Forwarded": "for=198.51.100.7"}
        assert says(**seen)
        assert not says(**other)
        assert is_deceived is says(**other, X_Forwarded_For="192.0.2.66")


def test_asgi_maps_no_names():
    """
    There the names come as they were sent, and one with underscores is another one.
    """
    seen = []

    async def shop(scope, receive, send):
        proxies = Proxies.of(["127.0.0.0/8"])
        seen.append(asgi._sender(scope, asgi._headers(scope), proxies).client)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    given = {"X-Forwarded-For": "198.51.100.7", "X_Forwarded_For": "192.0.2.66"}
    asyncio.run(call_asgi(shop, headers=given))

    assert ["198.51.100.7"] == seen
