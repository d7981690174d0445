"""
The session of a request, with its type.
"""

from __future__ import annotations

import asyncio

import pytest

from ocstate import AsyncSessions, Sessions, asgi, wsgi
from ocstate.exceptions import UsageError
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded


def test_a_wsgi_application_finds_its_session():
    """
    It is the very object in the environment.
    """
    found = []

    def app(environ, start_response):
        found.append(wsgi.session_of(environ) is environ[wsgi.SESSION_KEY])
        start_response("200 OK", [])
        return [b""]

    around = wsgi.SessionMiddleware(app, Sessions(MemoryStore()))
    around({"wsgi.url_scheme": "http"}, lambda *_: lambda _: None)
    assert [True] == found


def test_an_asgi_application_finds_its_session():
    """
    It is the very object in the scope, and not loaded yet.
    """
    found = []

    async def app(scope, receive, send):
        session = asgi.session_of(scope)
        found.append((session is scope[asgi.SESSION_KEY], session.was_read))

    around = asgi.SessionMiddleware(app, AsyncSessions(Threaded(MemoryStore())))
    asyncio.run(around({"type": "http", "headers": []}, None, None))
    assert [(True, False)] == found


@pytest.mark.parametrize(
    "find", [wsgi.session_of, asgi.session_of], ids=["wsgi", "asgi"]
)
@pytest.mark.parametrize(
    "request_", [{}, {wsgi.SESSION_KEY: object()}], ids=["none", "other"]
)
def test_without_a_middleware_there_is_none(find, request_):
    """
    That is said, instead of an attribute error later.
    """
    with pytest.raises(UsageError):
        find(request_)
