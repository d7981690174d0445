"""
Clients that send two cookies of one name, as browsers do after a cookie's domain was
changed: the older one first.
"""

from __future__ import annotations

import asyncio

import pytest
from httpx import ASGITransport, AsyncClient

from ocstate import AsyncSessions, Sessions, asgi, wsgi
from ocstate.api.app import Api
from ocstate.checkout import AddLine
from ocstate.core.cookies import CookiePolicy
from ocstate.demo import StaticHost
from ocstate.stores.inline import Inline
from ocstate.stores.memory import MemoryStore
from tests.adapters.clients import call_asgi, call_wsgi

MUG = AddLine(product_id=42)
WIDE = CookiePolicy(domain="shop.example")
NOBODY = "f" * 32


class Counting(MemoryStore):
    """
    A store that counts what is looked up.
    """

    def __init__(self) -> None:
        super().__init__()
        self.loads = 0

    def load(self, key, /):
        self.loads += 1
        return super().load(key)


@pytest.fixture(params=["wsgi", "asgi"])
def add(request):
    """
    Return a function that adds a mug for a client with some tokens, and the store.
    """
    store = Counting()

    def call(*tokens, cookie=CookiePolicy()):  # noqa: B008 - a value
        headers = {"Cookie": "; ".join(f"OCSESSID={each}" for each in tokens)}

        def wsgi_app(environ, start_response):
            session = wsgi.session_of(environ)
            session.do(MUG)
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [str(session.checkout.cart.quantity).encode()]

        async def asgi_app(scope, receive, send):
            session = asgi.session_of(scope)
            await session.do(MUG)
            body = str(session.checkout.cart.quantity).encode()
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body", "body": body})

        store.loads = 0
        if request.param == "wsgi":
            app = wsgi.SessionMiddleware(wsgi_app, Sessions(store), cookie=cookie)
            return call_wsgi(app, "POST", headers=headers)
        sessions = AsyncSessions(Inline(store))
        app = asgi.SessionMiddleware(asgi_app, sessions, cookie=cookie)
        return asyncio.run(call_asgi(app, "POST", headers=headers))

    return call, store


def begun(store) -> str:
    """
    Store a session with a mug in its cart, and return its token.
    """
    with Sessions(store).open() as session:
        session.do(MUG)
    assert session.token is not None
    return session.token


def ended(store) -> str:
    """
    Return the token of a session that somebody has logged out.
    """
    token = begun(store)
    Sessions(store).revoke(token, reason="logout")
    return token


@pytest.mark.parametrize("dead", [(NOBODY,), ("ended",), ("ended", NOBODY)])
def test_the_first_that_lives_counts(add, dead):
    """
    Whatever stands before it was ended or never there; what comes after it is not read.
    """
    call, store = add
    before = [ended(store) if each == "ended" else each for each in dead]
    answer = call(*before, begun(store), begun(store))

    assert (b"2", []) == (answer.body, answer.all("set-cookie"))
    assert len(before) + 1 == store.loads


def test_the_first_of_two_that_live_counts(add):
    """
    As with one cookie, the older one is the client's.
    """
    call, store = add
    first, second = begun(store), begun(store)
    with Sessions(store).open(second) as session:
        session.do(MUG)

    assert b"2" == call(first, second).body


def test_three_are_looked_up_at_most(add):
    """
    What cannot be a token, and what came twice, costs nothing and counts for none.
    """
    call, store = add
    dead = [character * 32 for character in "abcd"]

    assert b"1" == call(*dead, begun(store)).body
    assert 3 == store.loads
    twice = (dead[0], dead[0], "", "no token!", dead[1], dead[1], begun(store))
    assert b"2" == call(*twice).body
    assert 3 == store.loads


def test_the_twin_of_an_earlier_setting_is_taken_away(add):
    """
    With a domain, the cookie of the host alone ends where two came, and only there.
    """
    call, store = add
    new = begun(store)
    answer = call(ended(store), new, cookie=WIDE)

    (gone,) = answer.all("set-cookie")
    assert gone.startswith("OCSESSID=; Path=/; Expires=")
    assert "Domain" not in gone
    assert [] == call(new, cookie=WIDE).all("set-cookie")
    assert [] == call(ended(store), new).all("set-cookie")


def test_a_living_twin_moves_to_the_domain(add):
    """
    The first one may be the cookie that is taken away, so that its token is told again.
    """
    call, store = add
    token = begun(store)
    gone, told = call(token, NOBODY, cookie=WIDE).all("set-cookie")

    assert "Max-Age=0" in gone
    assert "Domain" not in gone
    assert told.startswith(f"OCSESSID={token}; Path=/; Domain=shop.example")


def test_a_spoiled_session_gives_way_to_one_that_lives(add):
    """
    A record that cannot be read is left alone, and the next token counts.
    """
    call, store = add
    spoiled = begun(store)
    key = Sessions(store).setup.key_of(spoiled)
    (record,) = store.scan(None, 1)
    broken = type(record)(**{**fields_of(record), "payload": b"\x00"})
    store.replace(broken, expected=record.version, now=lambda: record.seen_at)

    assert b"2" == call(spoiled, begun(store)).body
    assert b"\x00" == store.load(key).payload


def fields_of(record) -> dict[str, object]:
    """
    Return what a record is made of.
    """
    return {each.name: getattr(record, each.name) for each in record.__attrs_attrs__}


def test_a_cookie_jar_ends_with_one_cookie():
    """
    A client that had a cookie of its host keeps its cart from one setting to the next,
    and then has the cookie of the domain alone.
    """
    sessions = AsyncSessions(Inline(MemoryStore()))

    async def app(scope, receive, send):
        session = asgi.session_of(scope)
        await session.do(MUG)
        if scope["path"] == "/rotate":
            session.rotate()
        body = str(session.checkout.cart.quantity).encode()
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": body})

    before = asgi.SessionMiddleware(app, sessions)
    after = asgi.SessionMiddleware(app, sessions, cookie=WIDE)

    async def shop():
        async with AsyncClient(transport=ASGITransport(before)) as client:
            old = await client.get("http://www.shop.example/")
            jar = client.cookies
        seen = [old.text]
        async with AsyncClient(transport=ASGITransport(after), cookies=jar) as client:
            for path in ("/", "/rotate", "/", "/", "/"):
                answer = await client.get(f"http://www.shop.example{path}")
                seen.append(answer.text)
            return seen, [each.domain for each in client.cookies.jar]

    seen, domains = asyncio.run(shop())

    assert ["1", "2", "3", "4", "5", "6"] == seen
    assert [".shop.example"] == domains


def test_the_api_takes_the_first_that_lives():
    """
    The classic API finds its session in the same way, and ends the twin.
    """
    host = StaticHost.demo()
    sessions = Sessions(MemoryStore(), host)
    app = wsgi.ApiApp(Api(sessions, cookie=WIDE))
    user = next(iter(host.document.api_credentials.values()))
    form = f"username={user.username}&key={user.key}".encode()
    target = "/index.php?route=api/"
    posted = {"Content-Type": "application/x-www-form-urlencoded"}
    login = call_wsgi(app, "POST", f"{target}login", posted, form)
    (cookie,) = login.all("set-cookie")
    living = cookie.partition(";")[0]

    two = {"Cookie": f"OCSESSID={NOBODY}; {living}"}
    answer = call_wsgi(app, "GET", f"{target}cart/products", two)

    assert b'"products"' in answer.body
    (gone,) = answer.all("set-cookie")
    assert "Max-Age=0" in gone
    assert "Domain" not in gone

    again = call_wsgi(app, "POST", f"{target}login", {**posted, **two}, form)
    gone, fresh = again.all("set-cookie")
    assert "Domain=shop.example" in fresh
    dead = call_wsgi(app, "GET", f"{target}cart/products", {"Cookie": living})
    assert b'"products"' not in dead.body
