"""
Damage inside of a session whose frame is whole: it shows when somebody looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

import flask
import pytest
from attrs import evolve, frozen
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ocstate import AsyncSessions, GoneError, Sessions, asgi, wsgi
from ocstate.checkout import AddLine, Command, Customer, SetComment, SetCustomer
from ocstate.core.session import SessionState
from ocstate.core.setup import hashed_key
from ocstate.exceptions import DecodeError
from ocstate.stores.inline import Inline
from ocstate.stores.memory import MemoryStore
from tests.adapters.clients import call_wsgi

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

# Any byte can be spoiled; a stride that no section is a multiple of finds each kind.
STEP = 5


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


@pytest.mark.parametrize(
    ("text", "command"),
    [(b"ring twice", SetComment(comment="new")), (b"Ada", SetCustomer(customer=ADA))],
)
def test_a_command_that_meets_the_damage_is_decided_for_a_new_session(text, command):
    """
    Whoever decides first goes on as whoever looks first, and the command counts.
    """
    store = MemoryStore()
    token = begun(store)
    spoil(store, token, text)
    before = store.load(hashed_key(token))

    with Sessions(store).open(token) as session:
        session.do(command)
        assert "unreadable" == session.refused
    again = Sessions(store).open(session.token).load()
    assert 0 == again.checkout.cart.quantity
    assert ("new" in again.checkout.comment) is isinstance(command, SetComment)
    assert (again.checkout.customer == ADA) is isinstance(command, SetCustomer)
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


@frozen
class Page:
    """
    What a request does: a command, and then what needs no waiting.
    """

    work: Callable[[SessionState], object]
    command: Command | None = None

    def show(self, session):
        if self.command is not None:
            session.do(self.command)
        self.work(session)

    async def show_async(self, session):
        if self.command is not None:
            await session.do(self.command)
        self.work(await session.load())


def both(change):
    """
    Return work that changes something, and then looks at everything.
    """
    return lambda session: (change(session), look(session))


ADD = AddLine(product_id=7)
PAGES = {
    "looks": Page(look),
    "lists": Page(lambda session: dict(session.data)),
    "commands": Page(lambda session: None, ADD),
    "commands and looks": Page(look, ADD),
    "sets": Page(lambda session: session.data.update(note="mine")),
    "sets and looks": Page(both(lambda session: session.data.update(note="mine"))),
    "deletes": Page(lambda session: session.data.pop("wishlist", None)),
    "rotates": Page(lambda session: session.rotate()),
    "names and looks": Page(both(lambda session: session.identify("customer:7"))),
}


def blocks(store, page):
    """
    Return a client of blocks: after an error nobody tells it another token.
    """
    sessions = Sessions(store)

    def call(token):
        with sessions.open(token) as session:
            page.show(session)
        return True, session.token

    return call


def async_blocks(store, page):
    """
    Return the same for asyncio.
    """
    sessions = AsyncSessions(Inline(store))

    async def called(token):
        async with sessions.open(token) as session:
            await page.show_async(session)
        return True, session.token

    return lambda token: asyncio.run(called(token))


def updates(store, page):
    """
    Return a client of functions that are called until they commit.
    """
    sessions = Sessions(store)
    return lambda token: (True, sessions.update(token, page.show).token)


def wsgi_client(store, page):
    """
    Return a browser before a bare application: its server answers for exceptions.
    """

    def app(environ, start_response):
        page.show(wsgi.session_of(environ))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"shown"]

    return wsgi_browser(wsgi.SessionMiddleware(app, Sessions(store)))


def flask_client(store, page):
    """
    Return a browser before a shop in Flask, which makes pages of exceptions.
    """
    app = flask.Flask("shop")
    app.wsgi_app = wsgi.SessionMiddleware(app.wsgi_app, Sessions(store))

    @app.get("/")
    def show():
        page.show(wsgi.session_of(flask.request.environ))
        return "shown"

    return wsgi_browser(app)


def wsgi_browser(app):
    def call(token):
        answer = call_wsgi(app, headers={"Cookie": f"OCSESSID={token}"})
        return answer.status == 200, kept(token, answer.all("set-cookie"))

    return call


def asgi_client(store, page):
    """
    Return a browser before a bare application under asyncio.
    """

    async def app(scope, receive, send):
        await page.show_async(asgi.session_of(scope))
        await PlainTextResponse("shown")(scope, receive, send)

    return asgi_browser(app, store)


def starlette_client(store, page):
    """
    Return a browser before a shop in Starlette, which makes pages of exceptions.
    """

    async def show(request):
        await page.show_async(asgi.session_of(request.scope))
        return PlainTextResponse("shown")

    return asgi_browser(Starlette(routes=[Route("/", show)]), store)


def asgi_browser(app, store):
    served = asgi.SessionMiddleware(app, AsyncSessions(Inline(store)))
    transport = ASGITransport(served, raise_app_exceptions=False)

    async def called(token):
        headers = {"Cookie": f"OCSESSID={token}"}
        async with AsyncClient(transport=transport, base_url="http://shop") as client:
            answer = await client.get("/", headers=headers)
        told = answer.headers.get_list("set-cookie")
        return answer.status_code == 200, kept(token, told)

    return lambda token: asyncio.run(called(token))


def kept(token, cookies):
    """
    Return what a browser sends after an answer with these cookies.
    """
    for cookie in cookies:
        token = cookie.partition(";")[0].partition("=")[2]
    return token


CLIENTS = [
    *(blocks, async_blocks, updates),
    *(wsgi_client, flask_client, asgi_client, starlette_client),
]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("client_of", CLIENTS)
def test_no_damage_is_an_error_on_every_request(client_of, page):
    """
    Wherever a byte is spoiled: at most one page fails, and then the shop goes on.
    """
    store = MemoryStore()
    call = client_of(store, page)
    template = store.load(hashed_key(begun(store)))
    for at in range(0, len(template.payload), STEP):
        token = f"{at:032}"
        key = hashed_key(token)
        store.create(evolve(template, key=key))
        put(store, token, torn(template.payload, at))
        before, mine = store.load(key), token
        shown = []
        for _ in range(3):
            try:
                is_shown, mine = call(mine)
            except (DecodeError, GoneError, KeyError):
                is_shown = False
            shown.append(is_shown)
        assert [True, True] == shown[1:], (at, shown)
        if not shown[0]:
            assert before == store.load(key)


def torn(payload, at):
    return payload[:at] + b"\xc1" + payload[at + 1 :]


def test_damage_that_was_found_is_found_at_once_from_then_on():
    """
    The block that finds it fails, the next begins anew, and a mended record is taken.
    """
    store = MemoryStore()
    sessions = Sessions(store)
    token = begun(store)
    whole = store.load(hashed_key(token)).payload
    spoil(store, token, b"Ada")
    with pytest.raises(DecodeError):
        sessions.update(token, PAGES["sets and looks"].show)

    with sessions.open(token) as session:
        session["note"] = "mine"
        assert ("unreadable", EMPTY) == (session.refused, look(session))
    assert session.token not in (None, token)

    put(store, token, whole)
    assert "ring twice" == sessions.open(token).checkout.comment


@frozen
class Loyalty:
    """
    A host's section, and the command that begins it.
    """

    points: int = 5
    section: ClassVar[str] = "loyalty"

    def apply(self, value):
        return self


def test_damage_that_only_writing_meets_is_one_error():
    """
    A host's section has a name, and whoever knows no such section reads it to write.
    """
    store = MemoryStore()
    with Sessions(store, sections={"loyalty": Loyalty}).open() as session:
        session.do(Loyalty())
    spoil(store, session.token, b"loyalty")
    call = blocks(store, PAGES["sets"])

    with pytest.raises(DecodeError):
        call(session.token)
    for _ in range(2):
        _, other = call(session.token)
        assert other not in (None, session.token)


def test_what_was_damaged_is_remembered_up_to_a_bound():
    """
    Whoever sends much that is damaged fills no memory.
    """
    setup = Sessions(MemoryStore()).setup
    for number in range(20_000):
        setup.doubt(f"{number}")
    assert not setup.doubts("0")
    assert setup.doubts("19999")
