"""
``ocstate serve``: the API on a port, for a shop out of a file.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from ocstate.aio import AsyncSessions
from ocstate.api.app import Api
from ocstate.asgi import ApiApp
from ocstate.core.policy import Policies, Policy
from ocstate.demo import StaticHost
from ocstate.exceptions import OcstateError, StoreUnavailableError
from ocstate.host import InlineHost
from ocstate.stores import open_async_store

_log = logging.getLogger(__name__)

_DAY = 24 * 3600
_GRACE = 10
# How long after a signal a request may still arrive that has begun to, in seconds.
_ARRIVAL = 1.0
_PURGE_INTERVAL = 600.0
_PURGE_STEP = 1000


def serve(
    *, host_data: str | None, profile: str, store: str, bind: str, port: int
) -> int:
    """
    Serve until a signal comes; requests that have arrived by then are finished.

    The first line on the standard output is for programs: JSON with the address, when
    the server is ready. What to try next follows for people. Nothing is logged of the
    calls, because their queries may hold tokens.

    Args:
        host_data: Path of a host file; None for the demo shop.
        port: 0 for any free one.

    Returns:
        0 after a signal.

    Raises:
        ConfigurationError: If host file, store or profile cannot be right.
        OcstateError: If nobody can listen there.
    """
    host = StaticHost.demo() if host_data is None else StaticHost.from_file(host_data)
    sessions = AsyncSessions(
        open_async_store(store), InlineHost(host), policy=_policies(host)
    )
    app = ApiApp(Api(sessions, profile=profile))
    with _listen(bind, port) as listener:
        url = _address(listener)
        server = _Server(
            uvicorn.Config(
                app,
                access_log=False,
                # Nobody in front was declared, so nobody's claims count.
                proxy_headers=False,
                server_header=False,
                lifespan="off",
                log_level="warning",
                timeout_graceful_shutdown=_GRACE,
            ),
            sessions,
            lambda: _announce(url, host, store, is_demo=host_data is None),
        )
        server.run(sockets=[listener])
    return 0


def _policies(host: StaticHost) -> Policies:
    """
    Let sessions of the API live as long as the shop says.
    """
    idle = host.document.settings.api_session_expire
    if idle is None:
        return Policies()
    return Policies(api=Policy(idle=idle, lifetime=max(idle, _DAY)))


def _listen(bind: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    try:
        return socket.create_server((bind, port), family=family)
    except (OSError, UnicodeError) as error:
        # Python adds the address once more, in brackets.
        reason = str(getattr(error, "strerror", None) or error).partition(" (")[0]
        raise OcstateError(f"cannot listen on {bind} port {port}: {reason}") from error


def _send_at_once(listener: socket.socket) -> None:
    """
    Let no answer wait until the client has acknowledged what came before it.

    A head and a body are two packets, so that the second one would wait for as long as
    clients delay acknowledgements, 40 ms and more. Connections inherit this; asyncio
    sees to it only where a socket was made with the number of its protocol.
    """
    if listener.family in (socket.AF_INET, socket.AF_INET6):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _address(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/index.php"


class _Server(uvicorn.Server):
    """
    A server that says when it is ready, and ends in peace when a signal stops it.

    While it runs, it purges what is over.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        sessions: AsyncSessions,
        announce: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._sessions = sessions
        self._announce = announce
        self._purging: asyncio.Task[None] | None = None

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        # After its shutdown uvicorn raises what stopped it once more, for these.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        for listener in sockets or ():
            _send_at_once(listener)
        super().run(sockets)

    def _stop(self, *_: object) -> None:
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # The file's owner wants to know at once if it cannot be used at all.
        deleted = 0
        with suppress(StoreUnavailableError):
            deleted = await self._sessions.purge(_PURGE_STEP)
        self._purging = asyncio.create_task(keep_purging(self._sessions, deleted))
        self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._purging is not None:
            self._purging.cancel()
        # uvicorn waits for every request, and so for a body that never comes.
        asyncio.get_running_loop().call_later(_ARRIVAL, self._hang_up)
        await super().shutdown(sockets)

    def _hang_up(self) -> None:
        """
        Close the connections whose request has not arrived as a whole.
        """
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            transport = getattr(connection, "transport", None)
            if cycle is not None and transport is not None and cycle.more_body:
                transport.close()


async def keep_purging(
    sessions: AsyncSessions, deleted: int = 0, interval: float = _PURGE_INTERVAL
) -> None:
    """
    Delete in small steps for ever, and rest when a step found less than it could take.

    Nobody waits for this, so whatever goes wrong, the next time will do. Each kind of
    error is logged once, until a step succeeds.

    Args:
        deleted: How many a first step found.
        interval: How long to rest, in seconds.
    """
    told: set[type[Exception]] = set()
    while True:
        if deleted < _PURGE_STEP:
            await asyncio.sleep(interval)
        try:
            deleted = await sessions.purge(_PURGE_STEP)
        except Exception as error:  # noqa: BLE001 - it must go on
            deleted = 0
            if type(error) not in told:
                told.add(type(error))
                _log.error("purging failed: %s: %s", type(error).__name__, error)
        else:
            told.clear()


def _announce(url: str, host: StaticHost, store: str, *, is_demo: bool) -> None:
    print(json.dumps({"event": "ready", "url": url}), flush=True)
    print(_hints(url, host, store, is_demo=is_demo), flush=True)


def _hints(url: str, host: StaticHost, store: str, *, is_demo: bool) -> str:
    """
    Tell people what runs here, and what to type next.
    """
    shop = host.document.settings.name or "The shop"
    credential = next(iter(host.document.api_credentials.values()), None)
    username = "USERNAME" if credential is None else credential.username
    # Of a shop that is not ours, no key gets onto a screen.
    key = credential.key if credential is not None and is_demo else "KEY"
    product = 42 if is_demo else next(iter(host.document.products), 1)
    add = f"-d product_id={product} -d quantity=1"
    return f"""
{shop} is open, its sessions are kept in {_without_password(store)}.
Orders are forgotten when this server stops; Ctrl+C stops it.

Log in, and keep the cookie:
  curl -c jar.txt -d username={username} -d key={key} \\
    '{url}?route=api/login'
Put something into the cart, and look at it:
  curl -b jar.txt {add} '{url}?route=api/cart/addProduct'
  curl -b jar.txt '{url}?route=api/cart/products'
Ask what an order still needs:
  curl -b jar.txt -X POST '{url}?route=api/order&call=confirm'"""


def _without_password(store: str) -> str:
    return re.sub(r"(?<=://)[^/]*@", "", store)
