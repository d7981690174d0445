"""
Where the shop is: ``ocstate serve``, and the API under a prefix of other applications.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from attrs import frozen
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.responses import Response as StarletteResponse
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
from tests.adapters import servers
from tests.cli.serving import serve

PREFIX = "/my/shop"
PAGE = "<!doctype html><title>shop</title>"


@frozen
class Place:
    """
    A port of this machine, and the prefix of the shop there.
    """

    port: int
    prefix: str = ""

    @property
    def url(self) -> str:
        """
        Return what stands for the documentation's scheme and host.
        """
        return f"http://127.0.0.1:{self.port}{self.prefix}"


Open = Callable[[Path, str], AbstractContextManager[Place]]
"""Takes a working directory, and a script that a page at ``/script.js`` loads."""


@contextmanager
def served(folder: Path, _script: str = "") -> Iterator[Place]:
    """
    Run ``ocstate serve``.
    """
    with serve(folder) as running:
        yield Place(running.port)


@contextmanager
def beside_wsgi(_folder: Path, script: str = "") -> Iterator[Place]:
    """
    Mount the API beside a page, behind waitress.
    """
    api = WsgiApp(Api(Sessions(MemoryStore(), StaticHost.demo())))
    page = Response(PAGE, mimetype="text/html")
    scripts = Response(script, mimetype="text/javascript")
    app = DispatcherMiddleware(page, {PREFIX: api, "/script.js": scripts})
    with servers.waitress(app) as client:
        yield Place(client.port, PREFIX)


@contextmanager
def beside_asgi(_folder: Path, script: str = "") -> Iterator[Place]:
    """
    Mount the API beside a page, behind uvicorn.
    """
    host = InlineHost(StaticHost.demo())
    api = AsgiApp(Api(AsyncSessions(Threaded(MemoryStore()), host)))
    page = HTMLResponse(PAGE)
    scripts = StarletteResponse(script, media_type="text/javascript")
    routes = [Route("/script.js", scripts), Mount(PREFIX, api), Mount("/", page)]
    with servers.uvicorn(Starlette(routes=routes)) as client:
        yield Place(client.port, PREFIX)


PLACES: dict[str, Open] = {
    "serve": served,
    "WSGI, mounted": beside_wsgi,
    "ASGI, mounted": beside_asgi,
}
