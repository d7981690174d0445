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

from ocstate import AsyncSessions, Sessions, asgi, wsgi
from ocstate.checkout import AddLine
from ocstate.exceptions import ConfigurationError, UsageError
from ocstate.stores.inline import Inline
from ocstate.stores.memory import MemoryStore
from tests.adapters.clients import call_asgi, call_wsgi

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
