"""
What type checkers must accept and refuse of the adapters; never run.

An ignore that nothing needs is an error itself (``warn_unused_ignores``), so each one
asserts that its line does not type-check.
"""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from fastapi import FastAPI

from ocstate import AsyncSessions, OcstateError, Sessions
from ocstate import asgi as over_asgi
from ocstate import wsgi as over_wsgi
from ocstate.api import Api, Response
from ocstate.core.cookies import CookiePolicy


def wsgi_app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """
    Accept: an application in the standard library's own types.
    """
    start("200 OK", [])
    return []


async def asgi_app(
    scope: over_asgi.Scope, receive: over_asgi.Receive, send: over_asgi.Send
) -> None:
    """
    Accept: an application in the adapter's types.
    """
    await send({"type": "http.response.start", "status": 200})


def explain(error: OcstateError) -> Response:
    """
    Accept: what answers a refused commit.
    """
    return Response(status=409)


def applications(sessions: Sessions, async_sessions: AsyncSessions) -> None:
    """
    Accept: each adapter with sessions of its world. Refuse: those of the other.
    """
    cookie = CookiePolicy(secure="always")
    wrapped: WSGIApplication = over_wsgi.SessionMiddleware(
        wsgi_app, sessions, cookie=cookie, on_refused=explain, trusted_proxies=["::1"]
    )
    served: WSGIApplication = over_wsgi.ApiApp(Api(sessions))
    async_wrapped: over_asgi.App = over_asgi.SessionMiddleware(asgi_app, async_sessions)
    async_served: over_asgi.App = over_asgi.ApiApp(Api(async_sessions))
    print(wrapped, served, async_wrapped, async_served)

    over_wsgi.SessionMiddleware(wsgi_app, async_sessions)  # type: ignore[arg-type]
    over_wsgi.ApiApp(Api(async_sessions))  # type: ignore[arg-type]
    over_asgi.SessionMiddleware(asgi_app, sessions)  # type: ignore[arg-type]
    over_asgi.ApiApp(Api(sessions))  # type: ignore[arg-type]
    over_asgi.SessionMiddleware(wsgi_app, async_sessions)  # type: ignore[arg-type]
    CookiePolicy(secure="sometimes")  # type: ignore[arg-type]


def frameworks(app: FastAPI, sessions: AsyncSessions) -> None:
    """
    Accept: the way in which Starlette and FastAPI add a middleware.
    """
    app.add_middleware(over_asgi.SessionMiddleware, sessions=sessions)
