"""
The API under a prefix: every way to mount it in frameworks and servers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from ocstate import AsyncSessions, Sessions
from ocstate.api import Api
from ocstate.asgi import ApiApp as AsgiApp
from ocstate.demo import StaticHost
from ocstate.host import InlineHost
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.wsgi import ApiApp as WsgiApp
from tests.adapters import clients, servers
from tests.adapters.clients import Ask

HOST = StaticHost.demo()
CREDENTIAL = next(iter(HOST.document.api_credentials.values()))
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
UMLAUT = "/ü".encode().decode("latin-1")  # as WSGI spells it
ELSEWHERE = Response("elsewhere", status=404)


def wsgi_api() -> WsgiApp:
    """
    Make the demo shop's API for WSGI.
    """
    return WsgiApp(Api(Sessions(MemoryStore(), HOST)))


def asgi_api() -> AsgiApp:
    """
    Make the demo shop's API for ASGI.
    """
    sessions = AsyncSessions(Threaded(MemoryStore()), InlineHost(HOST))
    return AsgiApp(Api(sessions))


def dispatched(*mounts: str) -> object:
    """
    Mount it with werkzeug, as Flask's users do; several times in one another.
    """
    app: object = wsgi_api()
    for mount in reversed(mounts):
        app = DispatcherMiddleware(ELSEWHERE, {mount: app})
    return app


def mounted(*mounts: str) -> object:
    """
    Mount it with Starlette; several times in one another.
    """
    app: object = asgi_api()
    for mount in reversed(mounts):
        app = Starlette(routes=[Mount(mount, app=app)])
    return app


def in_fastapi(mount: str) -> object:
    """
    Mount it in FastAPI.
    """
    app = FastAPI()
    app.mount(mount, asgi_api())
    return app


def cut(root: str) -> object:
    """
    Take the mount out of the path, as servers did before ASGI said to leave it in.
    """
    api = asgi_api()

    async def app(scope, receive, send):
        scope = {**scope, "path": scope["path"].removeprefix(root), "root_path": root}
        await api(scope, receive, send)

    return app


@contextmanager
def at_root(root: str) -> Iterator[Ask]:
    """
    Serve it with uvicorn behind a proxy that takes the mount away.
    """
    with servers.uvicorn(asgi_api(), root_path=root) as ask:
        yield ask


WAYS = {
    "waitress": (lambda: servers.waitress(wsgi_api()), ""),
    "uvicorn": (lambda: servers.uvicorn(asgi_api()), ""),
    "dispatched": (lambda: servers.waitress(dispatched("/shop")), "/shop"),
    "dispatched deep": (lambda: servers.waitress(dispatched("/a/b")), "/a/b"),
    "dispatched twice": (lambda: servers.waitress(dispatched("/a", "/b")), "/a/b"),
    "dispatched umlaut": (lambda: servers.waitress(dispatched(UMLAUT)), "/%C3%BC"),
    "mounted": (lambda: servers.uvicorn(mounted("/shop")), "/shop"),
    "mounted at the root": (lambda: servers.uvicorn(mounted("/")), ""),
    "mounted twice": (lambda: servers.uvicorn(mounted("/a", "/b/c")), "/a/b/c"),
    "mounted alike": (lambda: servers.uvicorn(mounted("/a", "/a")), "/a/a"),
    "mounted by name": (lambda: servers.uvicorn(mounted("/{shop}")), "/any%20shop"),
    "mounted in FastAPI": (lambda: servers.uvicorn(in_fastapi("/shop")), "/shop"),
    "cut": (lambda: clients.asgi(cut("/shop")), "/shop"),
    "behind a proxy": (lambda: at_root("/shop"), ""),
    "behind a proxy, slash": (lambda: at_root("/shop/"), ""),
}


@pytest.fixture(params=WAYS)
def place(request):
    serve, prefix = WAYS[request.param]
    with serve() as ask:
        yield ask, prefix


def log_in(ask: Ask, target: str) -> int:
    """
    Log in at a target; return the status, 0 for one that is no call of the API.
    """
    form = f"username={CREDENTIAL.username}&key={CREDENTIAL.key}".encode()
    answer = ask("POST", target, FORM, form)
    if answer.status == 200:
        assert 32 == len(json.loads(answer.body)["api_token"])
    return answer.status


@pytest.mark.parametrize(
    "path", ["/", "/index.php", "/index.php/", "/index.php/any/thing", "/index.php//"]
)
def test_the_script_is_found_under_a_mount(place, path):
    """
    Whatever is in front of it, the folder and the script are called as in PHP.
    """
    ask, prefix = place

    assert 200 == log_in(ask, f"{prefix}{path}?route=api/login")


@pytest.mark.parametrize("path", ["/api", "/other/index.php", "/index.phpx", "/a/"])
def test_nothing_else_is_found_under_a_mount(place, path):
    """
    A mount makes no path a call.
    """
    ask, prefix = place

    assert 404 == log_in(ask, f"{prefix}{path}?route=api/login")


@pytest.mark.parametrize(
    "serve",
    [
        lambda: servers.waitress(dispatched("/index.php")),
        lambda: servers.waitress(dispatched("/shop", "/index.php")),
        lambda: servers.uvicorn(mounted("/index.php")),
        lambda: servers.uvicorn(mounted("/shop", "/index.php")),
    ],
    ids=["dispatched", "dispatched twice", "mounted", "mounted twice"],
)
def test_the_script_itself_may_be_the_mount(serve):
    """
    Then what is left of the path is path info, all of it.
    """
    with serve() as ask:
        found = [
            log_in(ask, f"{prefix}/index.php{rest}?route=api/login")
            for prefix in ("", "/shop")
            for rest in ("/", "/any/thing")
        ]

    assert sorted(found) == [200, 200, 404, 404]


def test_a_route_of_the_script_is_enough():
    """
    An application may give the API that one path, without a mount.
    """
    with servers.uvicorn(Starlette(routes=[Route("/index.php", asgi_api())])) as ask:
        assert 200 == log_in(ask, "/index.php?route=api/login")


@pytest.mark.parametrize("serve", [servers.waitress, servers.uvicorn])
def test_a_whole_url_is_served_as_its_path(serve):
    """
    What clients send to a proxy may come through (RFC 9112 section 3.2.2).
    """
    app = wsgi_api() if serve is servers.waitress else asgi_api()
    with serve(app) as ask:
        found = log_in(ask, "http://shop.example/index.php?route=api/login")

    assert 200 == found
