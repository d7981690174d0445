"""
Any host as an asynchronous one: answered at once, or in threads.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from ocstate.host.asking import PORTS, TOLD
from ocstate.host.async_ports import AsyncHost
from ocstate.threads import Threads

_Method = Callable[[object], object]
_Call = Callable[[_Method, object], Awaitable[object]]

# How many threads a port has.
_MOST = 16


class InlineHost(AsyncHost):
    """
    Let asyncio use a host that never blocks, such as `StaticHost`, without a thread.

    Each port's method is called at once. A host that waits for anything, a database or
    another server, would make every other task wait too: for it there is
    `ThreadedHost`.

    Ports that *host* lacks are None here.
    """

    def __init__(self, host: object) -> None:
        super().__init__(**_bridged(host, lambda _: _at_once))


class ThreadedHost(AsyncHost):
    """
    Let asyncio use a blocking host, in threads of its own.

    Each port has its own, so that a service which hangs, such as a carrier's, keeps no
    other port waiting.

    A cancelled call ends when its thread has finished: whoever gets the
    `CancelledError` knows that none of their orders is on its way. If it waits for a
    thread still, it ends at once, and nothing was asked.

    Ports that *host* lacks are None here.
    """

    def __init__(self, host: object) -> None:
        super().__init__(**_bridged(host, _in_threads))


class _Port:
    """
    The methods of one port, each waiting for *call* to call it.
    """

    def __init__(self, name: str, port: object, call: _Call) -> None:
        for method in _METHODS[name]:
            found = getattr(port, method, None)
            # Of a half-written port, what is missing is missing here as well.
            if found is not None:
                setattr(self, method, partial(call, found))


_METHODS: dict[str, list[str]] = {port: [*methods] for port, methods in TOLD.items()}
for _known in PORTS.values():
    _METHODS.setdefault(_known.port, []).append(_known.method)


def _bridged(host: object, call_of: Callable[[str], _Call]) -> dict[str, Any]:
    ports = ((name, getattr(host, name, None)) for name in _METHODS)
    return {
        name: _Port(name, port, call_of(name))
        for name, port in ports
        if port is not None
    }


async def _at_once(method: _Method, argument: object) -> object:
    return method(argument)


def _in_threads(name: str) -> _Call:
    threads = Threads(f"ocstate-{name}", _MOST)

    async def call(method: _Method, argument: object) -> object:
        return await threads.run(partial(method, argument))

    return call
