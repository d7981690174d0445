"""
The server of ``ocstate serve`` sends answers at once, however its socket was made.
"""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import closing

import pytest
import uvicorn

from ocstate import AsyncSessions
from ocstate.api import Api
from ocstate.asgi import ApiApp
from ocstate.cli.serving import _listen, _Server
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded

CALL = b"GET /index.php?route=api/cart/products HTTP/1.1\r\nHost: shop\r\n\r\n"


def inherited() -> socket.socket:
    """
    Make a listener as a child finds it that its parent gave a descriptor.
    """
    made = socket.create_server(("127.0.0.1", 0))
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM, fileno=made.detach())


def dual() -> socket.socket:
    """
    Make a listener for both families.
    """
    return socket.create_server(("::1", 0), family=socket.AF_INET6, dualstack_ipv6=True)


def unix(folder) -> socket.socket:
    """
    Make a listener behind a file.
    """
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "socket"))
    listener.listen()
    return listener


def serve_one(listener: socket.socket) -> list[socket.socket]:
    """
    Serve one call in this thread; return a copy of the connection that was accepted.
    """
    sessions = AsyncSessions(Threaded(MemoryStore()))
    accepted: list[socket.socket] = []

    def call() -> None:
        try:
            with closing(socket.socket(listener.family)) as link:
                link.connect(listener.getsockname())
                link.sendall(CALL)
                assert link.recv(12) == b"HTTP/1.1 200"
                (connection,) = server.server_state.connections
                accepted.append(connection.transport.get_extra_info("socket").dup())
        finally:
            server.should_exit = True

    client = threading.Thread(target=call)
    config = uvicorn.Config(ApiApp(Api(sessions)), log_config=None, lifespan="off")
    server = _Server(config, sessions, client.start)
    handlers = [
        (each, signal.getsignal(each)) for each in (signal.SIGINT, signal.SIGTERM)
    ]
    try:
        server.run(sockets=[listener])
    finally:
        for number, handler in handlers:
            signal.signal(number, handler)
    client.join()
    return accepted


@pytest.mark.parametrize(
    "make",
    [lambda: _listen("127.0.0.1", 0), lambda: _listen("::1", 0), inherited, dual],
    ids=["IPv4", "IPv6", "inherited", "both families"],
)
def test_a_packet_waits_for_no_acknowledgement(make):
    """
    Else a client that keeps its connection would wait 40 ms for each answer's body.
    """
    with make() as listener:
        (accepted,) = serve_one(listener)

    with accepted:
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_socket_file_is_served_too(tmp_path):
    """
    There are no packets behind one, so there is nothing to set.
    """
    with unix(tmp_path) as listener:
        (accepted,) = serve_one(listener)

    with accepted:
        assert socket.AF_UNIX == accepted.family
