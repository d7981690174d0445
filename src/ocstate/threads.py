"""
Threads for blocking work that asyncio waits for, and who waits for a thread.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import TypeVar

Result = TypeVar("Result")


class NoThreadError(Exception):
    """
    No thread became free in time, so nothing was done.
    """


class Threads:
    """
    Run one kind of blocking work, so that it never waits for work of another kind.

    The threads are started when they are needed, and end when nothing refers to this
    any more, with the interpreter, or with `close`. Any number of event loops may use
    them, at once or one after another; a forked child starts its own.

    Args:
        name: How the threads' names begin.
        most: How many there are at most. Work beyond that waits without a thread, in
            the order in which it came.
    """

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most
        self._executor: ThreadPoolExecutor | None = None
        self._process = os.getpid()

    async def run(
        self, work: Callable[[], Result], patience: float | None = None
    ) -> Result:
        """
        Return what *work* returns in a thread, which sees the caller's context.

        A cancelled call whose work has begun ends when it has finished: whoever gets
        the `CancelledError` knows that nothing of theirs is on its way. If it waits
        for a thread still, it ends at once, and nothing was done.

        Args:
            patience: How long to wait for a thread, in seconds; None for any time.

        Raises:
            NoThreadError: If none became free for so long.
        """
        begun = self._start().submit(copy_context().run, work)
        try:
            await _until_done(begun, patience)
            if not begun.done():
                if begun.cancel():
                    raise NoThreadError(f"all {self._most} threads were busy")
                await _until_done(begun)
        except asyncio.CancelledError:
            while not begun.cancel() and not begun.done():
                with suppress(asyncio.CancelledError):
                    await _until_done(begun)
            raise
        return begun.result()

    def close(self) -> None:
        """
        Let the threads end, after what is under way; later work starts new ones.
        """
        executor, self._executor = self._executor, None
        if executor is not None and self._process == os.getpid():
            executor.shutdown(wait=False)

    def _start(self) -> ThreadPoolExecutor:
        executor = self._executor
        if executor is None or self._process != os.getpid():
            # Two loops in two threads may start two at once: one of them ends soon.
            self._process = os.getpid()
            executor = self._executor = ThreadPoolExecutor(
                self._most, thread_name_prefix=self._name
            )
        return executor


async def _until_done(begun: Future[Result], patience: float | None = None) -> None:
    """
    Wait for a thread with one step of the loop, and for no longer than *patience*.
    """
    loop = asyncio.get_running_loop()
    waiting = loop.create_future()

    def wake() -> None:
        if not waiting.done():
            waiting.set_result(None)

    def call(_: object) -> None:
        # A loop that was closed meanwhile waits for nothing any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(wake)

    begun.add_done_callback(call)
    timer = None if patience is None else loop.call_later(patience, wake)
    try:
        await waiting
    finally:
        if timer is not None:
            timer.cancel()
