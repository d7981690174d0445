"""
Real servers in threads of a test, and a client that speaks HTTP to them.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress

import uvicorn as uvicorn_package
from attrs import frozen
from waitress.server import create_server

from tests.adapters.clients import Answer


@frozen
class Client:
    """
    Speaks HTTP to the server at a port of this machine.
    """

    port: int

    def __call__(
        self,
        method: str = "GET",
        target: str = "/",
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterator[bytes] = b"",
    ) -> Answer:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with closing(link):
            link.request(method, target, body or None, dict(headers or {}))
            response = link.getresponse()
            return Answer(
                status=response.status,
                headers=tuple(response.getheaders()),
                body=response.read(),
            )


@contextmanager
def waitress(app: object, *, many: int = 2, **settings: object) -> Iterator[Client]:
    """
    Serve a WSGI application with waitress.

    Args:
        many: How many threads serve.
    """
    server = create_server(app, host="127.0.0.1", port=0, threads=many, **settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield Client(server.effective_port)
    finally:
        # The loop ends when it has nothing left to watch; only its thread may close. It
        # may be awake and have closed already when it would be woken.
        with suppress(OSError):
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
def uvicorn(app: object, **options: object) -> Iterator[Client]:
    """
    Serve an ASGI application with uvicorn.
    """
    config = uvicorn_package.Config(
        app, host="127.0.0.1", port=0, log_config=None, lifespan="off", **options
    )
    server = _Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert server.is_ready.wait(30)
        yield Client(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
