"""
The ways to run a scenario over HTTP: both adapters, in memory and behind real servers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ocstate.asgi import SessionMiddleware as AsgiMiddleware
from ocstate.core.cookies import parse_cookies
from ocstate.testing import FakeClock
from ocstate.wsgi import SESSION_KEY
from ocstate.wsgi import SessionMiddleware as WsgiMiddleware
from tests.adapters import clients, servers
from tests.shells.runners import (
    CountingStore,
    Visit,
    open_async_sessions,
    open_sessions,
)
from tests.shells.scenarios import (
    Outcome,
    Planned,
    Step,
    World,
    drive,
    drive_async,
    play,
)


class Stage:
    """
    Where a server's application finds the step that its client asks for.
    """

    step: Step


def _wsgi_app(stage: Stage, world: World):
    def app(environ, start_response):
        seen = []
        drive(play(environ[SESSION_KEY], stage.step.ops, seen, world))
        body = json.dumps(seen).encode()
        start_response("200 OK", [("Content-Type", "application/json")])
        yield body

    return app


def _asgi_app(stage: Stage, world: World):
    async def app(scope, receive, send):
        assert scope["type"] == "http"
        seen = []
        await drive_async(play(scope[SESSION_KEY], stage.step.ops, seen, world))
        body = json.dumps(seen).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body[:1], "more_body": True})
        await send({"type": "http.response.body", "body": body[1:]})

    return app


def _visitor(stage: Stage, ask: clients.Ask) -> Visit:
    """
    Make a client of HTTP: with a cookie, and eyes for what an answer says.
    """

    def visit(step: Step, token: str | None) -> tuple[Outcome, str | None]:
        stage.step = step
        headers = {} if token is None else {"Cookie": f"a=b; OCSESSID={token}"}
        try:
            answer = ask("GET", "/", headers)
        except Planned:
            return Outcome(seen=None, crashed=True, varies=None), token
        if answer.status == 500:
            return Outcome(seen=None, crashed=True, varies=None), token
        given = [parse_cookies(each) for each in answer.all("set-cookie")]
        told = {cookie["OCSESSID"] for cookie in given}
        token = (told or {token}).pop() or None
        content = json.loads(answer.body)
        is_refused = answer.status != 200
        return (
            Outcome(
                seen=None if is_refused else tuple(content),
                refused=(answer.status, content["problems"][0]["code"])
                if is_refused
                else None,
                cookie=("set" if token else "clear") if given else None,
                varies="Cookie" in answer.all("vary"),
            ),
            token,
        )

    return visit


Serve = Callable[[object], object]


def _through_wsgi(serve: Serve):
    @contextmanager
    def runner(store: CountingStore, clock: FakeClock) -> Iterator[Visit]:
        sessions, world = open_sessions(store, clock)
        stage = Stage()
        with serve(WsgiMiddleware(_wsgi_app(stage, world), sessions)) as ask:
            yield _visitor(stage, ask)

    return runner


def _through_asgi(serve: Serve):
    @contextmanager
    def runner(store: CountingStore, clock: FakeClock) -> Iterator[Visit]:
        sessions, world = open_async_sessions(store, clock)
        stage = Stage()
        with serve(AsgiMiddleware(_asgi_app(stage, world), sessions)) as ask:
            yield _visitor(stage, ask)

    return runner


through_wsgi = _through_wsgi(clients.wsgi)
through_waitress = _through_wsgi(servers.waitress)
through_asgi = _through_asgi(clients.asgi)
through_uvicorn = _through_asgi(servers.uvicorn)
