"""
Damage inside of a session whose frame is whole: it shows when somebody looks.
"""

from __future__ import annotations

import asyncio
from itertools import cycle

import flask
import pytest
from attrs import evolve
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ocstate import AsyncSessions, GoneError, Sessions, asgi, wsgi
from ocstate.checkout import AddLine, Customer, SetComment, SetCustomer
from ocstate.core.setup import hashed_key
from ocstate.exceptions import DecodeError
from ocstate.stores.inline import Inline
from ocstate.stores.memory import MemoryStore

ADA = Customer(
    firstname="Ada",
    lastname="Lovelace",
    email="ada@example.com",
    telephone="0405550100",
)


def begun(store):
    """
    Store a session with something in many sections, and return its token.
    """
    with Sessions(store).open() as session:
        session.do(AddLine(product_id=42))
        session.do(AddLine(product_id=30))
        session.do(SetCustomer(customer=ADA))
        session.do(SetComment(comment="ring twice"))
        session["wishlist"] = ["lamp", "chair"]
    return session.token


def put(store, token, payload):
    """
    Let somebody write other bytes into the record.
    """
    record = store.load(hashed_key(token))
    changed = evolve(record, payload=payload)
    store.replace(changed, expected=record.version, now=lambda: record.seen_at)


def spoil(store, token, text):
    """
    Spoil the bytes of *text* in the record.
    """
    payload = store.load(hashed_key(token)).payload
    at = payload.index(text)
    # Of 0xc1 MessagePack says that it is never used.
    put(store, token, payload[:at] + b"\xc1" * len(text) + payload[at + len(text) :])


def look(session):
    """
    Look at everything that a page shows.
    """
    checkout = session.checkout
    customer = checkout.customer
    return [
        checkout.cart.quantity,
        [line.product_id for line in checkout.cart.lines],
        customer and customer.firstname,
        checkout.comment,
        session.get("wishlist"),
    ]


EMPTY = [0, [], None, "", None]


@pytest.mark.parametrize("text", [b"ring twice", b"Ada", b"lamp"])
def test_whoever_looks_goes_on_as_a_new_session(text):
    """
    Nothing is raised, nothing is stored, and the record is left for somebody.
    """
    store = MemoryStore()
    token = begun(store)
    spoil(store, token, text)
    before = store.load(hashed_key(token))

    for _ in range(3):
        with Sessions(store).open(token) as session:
            look(session)
            assert EMPTY == look(session)
            assert ("unreadable", True) == (session.refused, session.is_new)
            assert isinstance(session.unreadable, DecodeError)
        assert session.token is None
    assert before == store.load(hashed_key(token))

    with Sessions(store).open(token) as session:
        look(session)
        session.do(AddLine(product_id=7))
    assert [1, [7], *EMPTY[2:]] == look(Sessions(store).open(session.token).load())
    assert before == store.load(hashed_key(token))


@pytest.mark.parametrize("text", [b"ring twice", b"Ada", b"lamp"])
def test_what_the_block_wanted_already_is_not_given_up_in_silence(text):
    """
    Then the error is for whoever looks, and nothing can be committed any more.
    """
    store = MemoryStore()
    token = begun(store)
    spoil(store, token, text)
    before = store.load(hashed_key(token))

    session = Sessions(store).open(token)
    session["note"] = "mine"
    with pytest.raises(DecodeError):
        look(session)
    assert (None, "clear") == (session.token, session.cookie_due)
    with pytest.raises(GoneError, match="cannot be read"):
        session.close()
    assert before == store.load(hashed_key(token))


def wsgi_client(store):
    """
    Return a browser before a shop in Flask, which makes pages of exceptions.
    """
    app = flask.Flask("shop")
    app.wsgi_app = wsgi.SessionMiddleware(app.wsgi_app, Sessions(store))

    @app.get("/")
    def show():
        return str(look(wsgi.session_of(flask.request.environ)))

    @app.post("/add")
    def add():
        session = wsgi.session_of(flask.request.environ)
        session.do(AddLine(product_id=7))
        return str(look(session))

    def call(token, path, method):
        client = app.test_client()
        if token:
            client.set_cookie("OCSESSID", token)
        answer = client.open(path, method=method)
        cookie = client.get_cookie("OCSESSID")
        return answer.status_code, answer.text, cookie.value if cookie else None

    return call


def asgi_client(store):
    """
    Return a browser before a shop in Starlette, which does the same.
    """

    async def show(request):
        return PlainTextResponse(str(look(await asgi.session_of(request.scope).load())))

    async def add(request):
        session = asgi.session_of(request.scope)
        await session.do(AddLine(product_id=7))
        return PlainTextResponse(str(look(session)))

    routes = [Route("/", show), Route("/add", add, methods=["POST"])]
    app = asgi.SessionMiddleware(Starlette(routes=routes), AsyncSessions(Inline(store)))

    async def called(token, path, method):
        transport = ASGITransport(app, raise_app_exceptions=False)
        headers = {"Cookie": f"OCSESSID={token}"} if token else {}
        async with AsyncClient(transport=transport, base_url="http://shop") as client:
            answer = await client.request(method, path, headers=headers)
            told = answer.headers.get("set-cookie", f"={token or ''}")
            token_now = told.partition(";")[0].partition("=")[2]
            return answer.status_code, answer.text, token_now or None

    return lambda *call: asyncio.run(called(*call))


@pytest.mark.parametrize("client_of", [wsgi_client, asgi_client])
def test_no_damage_is_an_error_on_every_request(client_of):
    """
    Wherever a byte is spoiled: at most one page fails, and then the shop goes on.
    """
    store = MemoryStore()
    token = begun(store)
    payload = store.load(hashed_key(token)).payload
    call = client_of(store)
    ways = cycle([("/", "GET"), ("/add", "POST")])
    for at, (path, method) in zip(range(len(payload)), ways, strict=False):
        put(store, token, payload[:at] + b"\xc1" + payload[at + 1 :])
        mine = token
        answers = []
        for _ in range(3):
            status, text, mine = call(mine, path, method)
            answers.append((status, text))
        assert [200, 200] == [status for status, _ in answers[1:]], (at, answers)
