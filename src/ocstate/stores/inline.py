"""
A store that never waits as an asynchronous one, its work done at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ocstate.stores.bridged import Bridged

__all__ = ["Inline"]

Result = TypeVar("Result")


class Inline(Bridged):
    """
    Let asyncio use a *store* that never waits, such as `MemoryStore`, without a thread.

    Each call is made at once, in the event loop. A store that waits for a disk, a
    server or a lock that somebody keeps would make every other task wait too: for it
    there is `Threaded`.

    It has the extra powers that *store* has, and no others.
    """

    async def _read(self, work: Callable[[], Result]) -> Result:
        return work()

    async def _change(self, key: str | None, work: Callable[[], Result]) -> Result:
        return work()

    async def _walk(self, work: Callable[[], Result]) -> Result:
        return work()
