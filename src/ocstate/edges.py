"""
The edges at which flows meet the world, and the drivers that carry what they want.

A driver lets an edge answer each request of a flow, and decides nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from inspect import isawaitable
from typing import TypeVar, cast

from ocstate.checkout import Facts
from ocstate.checkout.confirming.order import Order
from ocstate.checkout.facts import Question
from ocstate.core.edge import Edge, Told
from ocstate.core.flow import Flow
from ocstate.host.asking import batches, collect, telling
from ocstate.protocols import AsyncStore, Store
from ocstate.surroundings import Surroundings, note_failure
from ocstate.turns import Turn, Turns

T = TypeVar("T")


class ThreadEdge(Surroundings):
    """
    An edge that waits for answers by blocking its thread.
    """

    def __init__(self, store: Store, host: object, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self.store = store
        self.host = host
        self._turns = Turns()

    def ask(self, questions: tuple[Question[object], ...]) -> Facts:
        asked = batches(questions, self.host)
        answers = [batch.ask(batch.questions) for batch in asked]
        return collect(asked, answers, self.now())

    def require_orders(self) -> None:
        telling(self.host, "orders", "place")

    def tell(self, port: Told, method: str, about: Order | str) -> object:
        return telling(self.host, port, method)(about)

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def queue(self, key: str, seconds: float, *, behind: bool) -> Turn | None:
        return self._turns.wait(key, seconds, behind=behind)


class AsyncEdge(Surroundings):
    """
    An edge whose answers are awaited.
    """

    def __init__(
        self, store: AsyncStore, host: object, clock: Callable[[], float]
    ) -> None:
        super().__init__(clock)
        self.store = store
        self.host = host
        self._turns = Turns()

    async def ask(self, questions: tuple[Question[object], ...]) -> Facts:
        asked = batches(questions, self.host)
        answers = [
            await cast(Awaitable[object], batch.ask(batch.questions)) for batch in asked
        ]
        return collect(asked, answers, self.now())

    def require_orders(self) -> None:
        telling(self.host, "orders", "place")

    def tell(self, port: Told, method: str, about: Order | str) -> object:
        return telling(self.host, port, method)(about)

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def queue(
        self, key: str, seconds: float, *, behind: bool
    ) -> Turn | Awaitable[Turn] | None:
        return self._turns.wait_async(key, seconds, behind=behind)


def drive(flow: Flow[T], edge: Edge) -> T:
    """
    Let *edge* answer what *flow* wants, until it ends.

    Raises:
        Exception: Whatever the flow raises.
    """
    try:
        request = next(flow)
        while True:
            try:
                answer = request.carry(edge)
            except BaseException as error:  # noqa: BLE001 - the flow decides
                note_failure(error)
                request = flow.throw(error)
            else:
                request = flow.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result


async def drive_async(flow: Flow[T], edge: Edge) -> T:
    """
    Let *edge* answer what *flow* wants, until it ends.

    Raises:
        Exception: Whatever the flow raises.
    """
    try:
        request = next(flow)
        while True:
            try:
                answer = request.carry(edge)
                if isawaitable(answer):
                    answer = await answer
            except BaseException as error:  # noqa: BLE001 - the flow decides
                note_failure(error)
                request = flow.throw(error)
            else:
                request = flow.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result


async def shielded(work: Awaitable[T]) -> T:
    """
    Await *work* to its end, and only then let a cancellation go on.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        # Looked at, so that asyncio does not complain that nobody did.
        if not task.cancelled():
            task.exception()
        raise
