"""
A shared cache in front of an application never hands one visitor's session to another.

The cache is hishel's, which keeps to RFC 9111 and shares what it keeps with everybody.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import httpx
import pytest
from hishel import AsyncSqliteStorage, CacheOptions, SqliteStorage
from hishel.asgi import ASGICacheMiddleware
from hishel.httpx import CacheTransport

from ocstate import AsyncSessions, Sessions
from ocstate.asgi import SessionMiddleware as AsgiMiddleware
from ocstate.checkout import AddLine
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.wsgi import SessionMiddleware as WsgiMiddleware
from tests.adapters.servers import uvicorn
from tests.browsers.chromium import chromium

SHOP = "www.shop.test"

# What applications say of pages that they take for everybody's.
CLAIMS = [
    [("Cache-Control", "public, max-age=600")],
    [("Cache-Control", "max-age=600"), ("cache-control", "PUBLIC")],
    [("Cache-Control", "s-maxage=600")],
    [("Cache-Control", "max-age=600, immutable")],
    [("Cache-Control", "no-store, must-understand, max-age=600")],
    [("Expires", "Thu, 01 Jan 2099 00:00:00 GMT")],
]


def wsgi_shop(claims):
    """
    Make a page that puts something into the visitor's cart, and shows it.
    """

    def shop(environ, start_response):
        session = environ["ocstate.session"]
        if environ["PATH_INFO"] != "/static":
            session.do(AddLine(product_id=42))
        start_response("200 OK", [("Content-Type", "text/plain"), *claims])
        if environ["PATH_INFO"] == "/static":
            return [b"for everybody"]
        return [b"%d in your cart" % session.checkout.cart.quantity]

    return shop


def asgi_shop(claims):
    """
    Make the same page for ASGI.
    """

    async def shop(scope, receive, send):
        body = b"for everybody"
        if scope["path"] != "/static":
            session = await scope["ocstate.session"].load()
            await session.do(AddLine(product_id=42))
            body = b"%d in your cart" % session.checkout.cart.quantity
        fields = [("content-type", "text/plain"), *claims]
        pairs = [
            (name.lower().encode(), value.encode("latin-1")) for name, value in fields
        ]
        start = {"type": "http.response.start", "status": 200, "headers": pairs}
        await send(start)
        await send({"type": "http.response.body", "body": body})

    return shop


@pytest.fixture
def cached(tmp_path) -> Iterator:
    """
    Give a function that makes a client behind a shared cache, in front of a shop.
    """
    opened = []

    def make(kind, claims):
        if kind == "wsgi":
            sessions = Sessions(MemoryStore())
            inner = httpx.WSGITransport(WsgiMiddleware(wsgi_shop(claims), sessions))
            raw = sqlite3.connect(tmp_path / "cache.db", check_same_thread=False)
            opened.append(raw)
            transport = CacheTransport(
                inner,
                storage=SqliteStorage(connection=raw),
                rfc=CacheOptions(shared=True),
            )
            client = httpx.Client(transport=transport, base_url="http://shop.example")
            opened.append(client)
            return lambda path: visit(client, path)
        front = in_front_of(claims, tmp_path)
        served = uvicorn(front)
        port = served.__enter__().port
        opened.append(Leaving(served))
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False)
        opened.append(client)
        return lambda path: visit(client, path)

    yield make
    for each in reversed(opened):
        each.close()


def visit(client, path):
    """
    Ask like somebody who has no cookie yet.
    """
    client.cookies.clear()
    return client.get(path)


class Leaving:
    """
    A block that is left by closing it.
    """

    def __init__(self, block) -> None:
        self.block = block

    def close(self) -> None:
        self.block.__exit__(None, None, None)


def in_front_of(claims, folder):
    """
    Put a shared cache in front of a shop.
    """
    sessions = AsyncSessions(Threaded(MemoryStore()))
    storage = AsyncSqliteStorage(database_path=folder / "cache.db")
    shop = AsgiMiddleware(asgi_shop(claims), sessions)
    return ASGICacheMiddleware(shop, storage, rfc=CacheOptions(shared=True))


@pytest.mark.parametrize("claims", CLAIMS, ids=str)
@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
def test_two_visitors_have_two_sessions(cached, kind, claims):
    """
    Neither the cookie nor the page of the first is the second one's.
    """
    get = cached(kind, claims)

    first, second = get("/"), get("/")

    assert (200, "1 in your cart") == (second.status_code, second.text)
    tokens = {each.cookies["OCSESSID"] for each in (first, second)}
    assert 2 == len(tokens)


@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
def test_what_is_everybodys_is_shared(cached, kind):
    """
    A page that never looked at the session is kept: the cache works, and shares.
    """
    get = cached(kind, CLAIMS[0])

    assert "age" not in get("/static").headers
    second = get("/static")

    assert ("for everybody", True) == (second.text, "age" in second.headers)
    assert "Set-Cookie" not in second.headers


def test_two_browsers_have_two_sessions(tmp_path):
    """
    Chromium gets a cookie of its own through a cache that has seen another's page.
    """
    front = in_front_of(CLAIMS[0], tmp_path)
    with uvicorn(front) as client:
        seen = []
        for name in ("first", "second"):
            with chromium(tmp_path / name, {SHOP: client.port}) as browser:
                browser.get(f"http://{SHOP}/")
                text = browser.find_element("tag name", "body").text
                seen.append((text, browser.get_cookie("OCSESSID")["value"]))

    assert ["1 in your cart"] * 2 == [text for text, _ in seen]
    assert 2 == len({token for _, token in seen})
