"""
Answers whose status says that something failed, and what of their session is kept.
"""

from __future__ import annotations

import asyncio
import sys

import flask
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.routing import Route

from ocstate import AsyncSessions, Sessions, asgi, wsgi
from ocstate.checkout import AddLine
from ocstate.exceptions import ConfigurationError, UsageError
from ocstate.stores.inline import Inline
from ocstate.stores.memory import MemoryStore
from tests.adapters.clients import call_asgi, call_wsgi
from tests.adapters.servers import uvicorn, waitress

MUG, BOOK = AddLine(product_id=42), AddLine(product_id=43)


@pytest.fixture(params=["wsgi", "asgi"])
def shop(request):
    """
    Return a function that puts a mug into a session and answers with a status, and the
    store.
    """
    store = MemoryStore()

    def call(status, cookie="", *, closes=False, **settings):
        headers = {"Cookie": cookie} if cookie else {}

        def wsgi_app(environ, start_response):
            session = wsgi.session_of(environ)
            session.do(MUG)
            if closes:
                session.close()
            typed = [] if status == 204 else [("Content-Type", "text/plain")]
            start_response(f"{status} Told", typed)
            return [b"told"]

        async def asgi_app(scope, receive, send):
            session = asgi.session_of(scope)
            await session.do(MUG)
            if closes:
                await session.close()
            await send({"type": "http.response.start", "status": status})
            await send({"type": "http.response.body", "body": b"told"})

        if request.param == "wsgi":
            app = wsgi.SessionMiddleware(wsgi_app, Sessions(store), **settings)
            return call_wsgi(app, "POST", headers=headers)
        sessions = AsyncSessions(Inline(store))
        app = asgi.SessionMiddleware(asgi_app, sessions, **settings)
        return asyncio.run(call_asgi(app, "POST", headers=headers))

    return call, store


def cookie_of(answer) -> str:
    """
    Return the cookie that an answer gives; empty without one.
    """
    return next(iter(answer.all("set-cookie")), "").partition(";")[0]


def quantity(store, cookie: str) -> int:
    """
    Count what is stored in the cart of a client.
    """
    return Sessions(store).open(cookie.partition("=")[2]).checkout.cart.quantity


@pytest.mark.parametrize("status", [500, 502, 503, 599])
def test_what_failed_is_not_kept(shop, status):
    """
    A new session is not stored and no cookie told; one that was there stays as it was.
    """
    call, store = shop
    failed = call(status)

    assert (status, b"told") == (failed.status, failed.body)
    assert ("", []) == (cookie_of(failed), list(store.scan(None, 9)))

    cookie = cookie_of(call(200))
    before = store.scan(None, 9)
    assert "" == cookie_of(call(status, cookie))
    assert before == store.scan(None, 9)
    assert 1 == quantity(store, cookie)


@pytest.mark.parametrize("status", [200, 204, 302, 400, 404, 422, 499])
def test_all_other_answers_are_kept(shop, status):
    """
    Who is told that a form was wrong goes on with what was filled in.
    """
    call, store = shop

    assert 1 == quantity(store, cookie_of(call(status)))


def test_a_host_says_which_statuses_commit(shop):
    """
    ``commit_on`` is asked with the status alone, in the place of the usual rule.
    """
    call, store = shop
    asked = []

    def below_400(status):
        asked.append(status)
        return status < 400

    assert "" == cookie_of(call(404, commit_on=below_400))
    assert 1 == quantity(store, cookie_of(call(302, commit_on=below_400)))
    assert 1 == quantity(store, cookie_of(call(500, commit_on=lambda _: True)))
    assert [404, 302] == asked


def test_what_the_application_has_committed_itself_stays(shop):
    """
    A block that was closed before the answer is stored, and its cookie is told.
    """
    call, store = shop

    assert 1 == quantity(store, cookie_of(call(500, closes=True)))


def test_a_page_that_takes_the_place_of_another_one_counts():
    """
    After an error WSGI lets an application start again, and that start decides.
    """
    store = MemoryStore()

    def app(environ, start_response):
        wsgi.session_of(environ).do(MUG)
        start_response("200 OK", [("Content-Type", "text/plain")])
        try:
            raise RuntimeError("too late")
        except RuntimeError:
            start_response("500 No", [("Content-Type", "text/plain")], sys.exc_info())
        return [b"sorry"]

    assert 500 == call_wsgi(wsgi.SessionMiddleware(app, Sessions(store))).status
    assert [] == list(store.scan(None, 9))


def test_an_exception_in_flask_is_no_change():
    """
    Flask makes a page of a view's exception, so that a middleware sees none.
    """
    store = MemoryStore()
    app = flask.Flask("shop")
    app.wsgi_app = wsgi.SessionMiddleware(app.wsgi_app, Sessions(store))

    @app.post("/<int:product_id>")
    def add(product_id):
        session = wsgi.session_of(flask.request.environ)
        session.do(AddLine(product_id=product_id))
        if product_id == 43:
            raise RuntimeError("a view that fails")
        return str(session.checkout.cart.quantity)

    client = app.test_client()

    assert ["1", "2"] == [client.post("/42").text, client.post("/42").text]
    assert 500 == client.post("/43").status_code
    assert "3" == client.post("/42").text


def test_an_exception_in_fastapi_is_no_change():
    """
    The same where a handler of the application's own makes the page.
    """
    app = FastAPI()

    @app.exception_handler(LookupError)
    def sorry(request, error):
        return PlainTextResponse("sorry", 500)

    @app.post("/{product_id}")
    async def add(product_id: int, request: Request):
        session = asgi.session_of(request.scope)
        await session.do(AddLine(product_id=product_id))
        if product_id == 43:
            raise LookupError("a view that fails")
        return session.checkout.cart.quantity

    wrapped = asgi.SessionMiddleware(app, AsyncSessions(Inline(MemoryStore())))

    async def told():
        transport = ASGITransport(wrapped)
        async with AsyncClient(transport=transport, base_url="http://shop") as client:
            return [(await client.post(f"/{each}")).text for each in (42, 42, 43, 42)]

    assert ["1", "2", "sorry", "3"] == asyncio.run(told())


def test_a_status_without_a_number_is_told():
    """
    What is no status line could mean anything, so nothing is stored.
    """
    store = MemoryStore()

    def app(environ, start_response):
        wsgi.session_of(environ).do(MUG)
        start_response("OK", [])
        return [b""]

    with pytest.raises(UsageError, match="'200 OK', not 'OK'"):
        call_wsgi(wsgi.SessionMiddleware(app, Sessions(store)))
    assert [] == list(store.scan(None, 9))


def test_what_is_no_function_cannot_decide(shop):
    """
    A list of statuses is refused at once, with what to write instead.
    """
    call, _ = shop

    with pytest.raises(ConfigurationError, match="commit_on has to be a function"):
        call(200, commit_on=[200])


def test_a_function_that_has_to_be_awaited_cannot_decide(shop):
    """
    What it returns would count as true whatever the status is.
    """
    call, _ = shop

    async def never(status):
        return False

    with pytest.raises(ConfigurationError, match="not an async function"):
        call(200, commit_on=never)
    with pytest.raises(ConfigurationError, match=r"on_refused has to be .* not an"):
        call(200, on_refused=never)


@pytest.mark.parametrize(("line", "kept"), [("200", 1), ("404 ", 1), ("500", 0)])
def test_a_status_without_a_phrase_counts(line, kept):
    """
    Some frameworks leave the phrase out, as HTTP allows, and servers take that.
    """
    store = MemoryStore()

    def app(environ, start_response):
        wsgi.session_of(environ).do(MUG)
        start_response(line, [("Content-Type", "text/plain")])
        return [b"told"]

    wrapped = wsgi.SessionMiddleware(app, Sessions(store))
    with waitress(wrapped) as client:
        assert int(line[:3]) == client().status
    assert kept == len(store.scan(None, 9))


@pytest.mark.parametrize("way", ["with", "close"])
def test_a_block_of_the_view_itself_stays(way):
    """
    What the view committed before it failed is kept, and its cookie is told.
    """
    store = MemoryStore()
    app = flask.Flask("shop")
    app.wsgi_app = wsgi.SessionMiddleware(app.wsgi_app, Sessions(store))

    @app.post("/")
    def add():
        session = wsgi.session_of(flask.request.environ)
        if way == "with":
            with session:
                session.do(MUG)
        else:
            session.do(MUG)
            session.close()
        raise RuntimeError("after the block")

    client = app.test_client()

    assert [500, 500] == [client.post("/").status_code for _ in range(2)]
    cookie = client.get_cookie("OCSESSID")
    assert cookie is not None
    assert 2 == quantity(store, f"OCSESSID={cookie.value}")


@pytest.mark.parametrize(("fails", "kept"), [("before", 0), ("after", 1)])
def test_a_stream_has_committed_when_its_first_bytes_go_out(fails, kept):
    """
    What fails behind them undoes nothing: the client has read that it went well.
    """
    store = MemoryStore()
    app = flask.Flask("shop")
    app.wsgi_app = wsgi.SessionMiddleware(app.wsgi_app, Sessions(store))

    @app.post("/")
    def add():
        @flask.stream_with_context
        def body():
            wsgi.session_of(flask.request.environ).do(MUG)
            if fails == "before":
                raise LookupError("before the first bytes")
            yield "so far"
            raise LookupError("behind the first bytes")

        return app.response_class(body())

    with pytest.raises(LookupError, match="the first bytes"):
        _ = app.test_client().post("/").data
    assert kept == len(store.scan(None, 9))


def test_a_page_of_starlette_for_an_exception_is_no_change():
    """
    Starlette answers with 500, and raises what it has answered for once more.
    """
    store = MemoryStore()

    async def add(request):
        session = asgi.session_of(request.scope)
        await session.do(MUG)
        session["seen"] = True
        raise RuntimeError("a view that fails")

    app = Starlette(routes=[Route("/", add)])
    wrapped = asgi.SessionMiddleware(app, AsyncSessions(Inline(store)))
    with uvicorn(wrapped) as client:
        answer = client()

    assert (500, []) == (answer.status, answer.all("set-cookie"))
    assert ["Cookie"] == answer.all("vary")
    assert [] == list(store.scan(None, 9))


@pytest.mark.parametrize("status", [500, 503])
def test_a_logout_that_failed_has_not_happened(status):
    """
    Neither an end nor a new token is kept, and the client's cookie still opens it.
    """
    store = MemoryStore()

    def app(environ, start_response):
        session = wsgi.session_of(environ)
        session.do(MUG)
        if environ["PATH_INFO"] == "/end":
            session.revoke("logout")
        if environ["PATH_INFO"] == "/rotate":
            session.rotate()
        told = "200 OK" if environ["PATH_INFO"] == "/" else f"{status} Told"
        start_response(told, [("Content-Type", "text/plain")])
        return [b"told"]

    wrapped = wsgi.SessionMiddleware(app, Sessions(store))
    cookie = cookie_of(call_wsgi(wrapped))
    for target in ("/end", "/rotate"):
        answer = call_wsgi(wrapped, "POST", target, {"Cookie": cookie})
        assert [] == answer.all("set-cookie")
    assert 1 == quantity(store, cookie)
