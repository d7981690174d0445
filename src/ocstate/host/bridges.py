"""
Any host as an asynchronous one: answered at once, or in threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Any

from ocstate.host.asking import PORTS
from ocstate.host.async_ports import AsyncHost

__all__ = ["InlineHost", "ThreadedHost"]

_Method = Callable[[object], object]
_Call = Callable[[_Method, object], Awaitable[object]]


class InlineHost(AsyncHost):
    """
    Let asyncio use a host that never blocks, such as `StaticHost`, without a thread.

    Each port's method is called at once. A host that waits for anything, a database or
    another server, would make every other task wait too: for it there is
    `ThreadedHost`.

    Ports that *host* lacks are None here.
    """

    def __init__(self, host: object) -> None:
        super().__init__(**_bridged(host, _at_once))


class ThreadedHost(AsyncHost):
    """
    Let asyncio use a blocking host, in the threads of the loop's default executor.

    A cancelled call ends when its thread has finished: whoever gets the
    `CancelledError` knows that no order of his is still on its way.

    Ports that *host* lacks are None here.
    """

    def __init__(self, host: object) -> None:
        super().__init__(**_bridged(host, _in_thread))


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


_METHODS: dict[str, list[str]] = {"orders": ["place"]}
for _known in PORTS.values():
    _METHODS.setdefault(_known.port, []).append(_known.method)


def _bridged(host: object, call: _Call) -> dict[str, Any]:
    ports = ((name, getattr(host, name, None)) for name in _METHODS)
    return {name: _Port(name, port, call) for name, port in ports if port is not None}


async def _at_once(method: _Method, argument: object) -> object:
    return method(argument)


async def _in_thread(method: _Method, argument: object) -> object:
    loop, context = asyncio.get_running_loop(), copy_context()
    future = loop.run_in_executor(None, lambda: context.run(method, argument))
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        while not future.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([future])
        raise
