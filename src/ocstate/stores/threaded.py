"""
Any store as an asynchronous one, its work done in threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import TypeVar
from weakref import WeakValueDictionary

from ocstate.exceptions import StoreUnavailableError
from ocstate.protocols import Store
from ocstate.stores.bridged import Bridged
from ocstate.threads import NoThreadError, Threads

__all__ = ["Threaded"]

Result = TypeVar("Result")

# How many threads load, and how many change; and how many walk through the store.
_MOST, _WALKERS = 16, 2


class Threaded(Bridged):
    """
    Let asyncio use a blocking *store*, in threads of its own.

    It has the extra powers that *store* has, and no others.

    Loads, changes, and what walks through the store have threads of their own, so that
    none of the three waits for another. A change takes a thread when the change of the
    same key before it is done: however many wait for one session, they take one
    thread, and go on in the order in which they came.

    A store's time-out, its ``timeout``, counts for a call that waits for its turn or
    for a thread as well: it ends in `StoreUnavailableError`, with nothing applied.

    A cancelled call ends when its thread has finished: whoever gets the
    `CancelledError` knows that no write of theirs is still on its way. What it did, if
    anything, is for the caller to find out, as after an unknown outcome. A call that
    has not begun ends at once, with nothing done.

    Threads are started when they are needed, by any number of event loops and on both
    sides of a fork. They end when nothing refers to this any more, with `close`, or
    with the interpreter, which waits for what is under way.

    Attributes:
        store: The store whose work is done in threads.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._patience: float | None = getattr(store, "timeout", None)
        self._loading = Threads("ocstate-load", _MOST)
        self._changing = Threads("ocstate-change", _MOST)
        self._walking = Threads("ocstate-walk", _WALKERS)
        self._keys = WeakValueDictionary[tuple[object, str], asyncio.Lock]()

    async def close(self) -> None:
        """
        Close the store, if it can be closed, and let the threads end.

        A later call starts new ones.
        """
        await super().close()
        for threads in (self._loading, self._changing, self._walking):
            threads.close()

    async def _read(self, work: Callable[[], Result]) -> Result:
        return await self._run(self._loading, work)

    async def _change(self, key: str | None, work: Callable[[], Result]) -> Result:
        if key is None:
            return await self._run(self._changing, work)
        of_loop = (asyncio.get_running_loop(), key)
        turn = self._keys.setdefault(of_loop, asyncio.Lock())
        began = monotonic()
        try:
            await asyncio.wait_for(turn.acquire(), self._patience)
        except TimeoutError:
            raise _too_late() from None
        try:
            waited = monotonic() - began
            return await self._run(self._changing, work, waited)
        finally:
            turn.release()

    async def _walk(self, work: Callable[[], Result]) -> Result:
        return await self._run(self._walking, work)

    async def _run(
        self, threads: Threads, work: Callable[[], Result], waited: float = 0.0
    ) -> Result:
        left = None if self._patience is None else max(self._patience - waited, 0.0)
        try:
            return await threads.run(work, left)
        except NoThreadError:
            raise _too_late() from None


def _too_late() -> StoreUnavailableError:
    return StoreUnavailableError(
        "others kept the store busy for too long", outcome="not applied"
    )
