"""
Real servers in threads of a test, and a client that speaks HTTP to them.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

import uvicorn as uvicorn_package
from waitress.server import create_server

from tests.adapters.clients import Answer, Ask

__all__ = ["ask_at", "uvicorn", "waitress"]


def ask_at(port: int) -> Ask:
    """
    Make a client of the server at *port*.
    """

    def ask(
        method: str = "GET",
        target: str = "/",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as link:
            link.request(method, target, body or None, dict(headers or {}))
            response = link.getresponse()
            return Answer(
                status=response.status,
                headers=tuple(response.getheaders()),
                body=response.read(),
            )

    return ask


@contextmanager
def waitress(app: object) -> Iterator[Ask]:
    """
    Serve a WSGI application with waitress.
    """
    server = create_server(app, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield ask_at(server.effective_port)
    finally:
        # The loop ends when it has nothing left to watch; only its thread may close.
        server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
        thread.join()
        server.task_dispatcher.shutdown()


class _Server(uvicorn_package.Server):
    """
    A server that says when it is ready.
    """

    def __init__(self, config: uvicorn_package.Config) -> None:
        super().__init__(config)
        self.is_ready = threading.Event()

    async def startup(self, sockets=None):
        await super().startup(sockets)
        self.is_ready.set()


@contextmanager
def uvicorn(app: object) -> Iterator[Ask]:
    """
    Serve an ASGI application with uvicorn.
    """
    config = uvicorn_package.Config(
        app, host="127.0.0.1", port=0, log_config=None, lifespan="off"
    )
    server = _Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert server.is_ready.wait(30)
        yield ask_at(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
