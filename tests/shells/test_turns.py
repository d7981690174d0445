"""
Who waits for a session goes on in the order of arrival, and nobody waits for ever.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ocstate import AsyncSessions, Session, Sessions
from ocstate.checkout import AddLine
from ocstate.core.effects import Replace
from ocstate.core.flow import Queue, Write
from ocstate.edges import drive
from ocstate.stores import open_async_store, open_store
from ocstate.turns import Turns

WRITERS = 64


def test_turns_come_in_the_order_of_arrival() -> None:
    """
    The first one has its turn at once, each other when the one before it left.
    """
    turns = Turns()
    first, second, third = (turns.join("a") for _ in range(3))
    assert [True, False, False] == [each.is_up for each in (first, second, third)]
    second.leave()
    assert not third.is_up
    first.leave()
    assert third.is_up
    first.leave()
    third.leave()
    assert turns.is_free("a")


def test_each_session_has_a_queue_of_its_own() -> None:
    """
    Who waits for one session does not wait for another.
    """
    turns = Turns()
    held = turns.join("a")
    assert turns.join("b").is_up
    assert held.is_up
    assert not turns.is_free("a")
    assert turns.is_free("b")


def test_nobody_queues_alone_who_only_wants_to_be_behind_others() -> None:
    """
    A first attempt waits for those who are there, and makes no queue.
    """
    turns = Turns()
    assert turns.wait("a", 1.0, behind=True) is None
    held = turns.join("a")
    behind = turns.wait("a", 0.0, behind=True)
    assert behind is not None
    assert not behind.is_up
    held.leave()
    assert behind.is_up


def test_a_turn_that_nobody_holds_any_more_is_given_up() -> None:
    """
    An interrupt between taking a turn and holding it stops nobody.
    """
    turns = Turns()
    turns.join("a")
    assert turns.is_free("a")


def test_waiting_ends_with_the_time_that_was_given() -> None:
    """
    Whoever is not let on goes on without a turn: it is a courtesy, no lock.
    """
    turns = Turns()
    held = turns.join("a")
    impatient = turns.join("a").wait(0.0)
    assert (True, False) == (held.is_up, impatient.is_up)
    impatient.leave()
    held.leave()
    assert turns.is_free("a")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_child_waits_for_nobody_of_its_parent() -> None:
    """
    The threads that stood in a queue are not there after a fork.
    """
    turns = Turns()
    held = turns.join("a")
    child = os.fork()
    if not child:
        held.leave()
        is_free = turns.is_free("a")
        os._exit(0 if is_free and turns.join("a").is_up else 1)
    assert (child, 0) == os.waitpid(child, 0)
    assert held.is_up


def test_waiting_tasks_are_woken_in_the_order_of_arrival() -> None:
    """
    The event loop goes on meanwhile, and a loop that was closed stops nobody.
    """
    turns, order = Turns(), list[int]()

    async def work(number: int) -> None:
        turn = turns.wait_async("a", 60.0, behind=False)
        turn = await turn if asyncio.iscoroutine(turn) else turn
        order.append(number)
        await asyncio.sleep(0)
        turn.leave()

    async def main() -> None:
        held = turns.join("a")
        tasks = [asyncio.ensure_future(work(number)) for number in range(20)]
        await asyncio.sleep(0)
        assert [] == order
        held.leave()
        await asyncio.gather(*tasks)

    asyncio.run(main())
    assert [*range(20)] == order
    assert turns.is_free("a")


class Watched(Sessions):
    """
    Sessions that note who queues, and whose change is stored.
    """

    def watch(self) -> Watched:
        self.notes: list[tuple[str, int]] = []
        self.edge = self._edge
        return self

    def run(self, flow):  # type: ignore[no-untyped-def]
        return drive(self.noted(flow), self._edge)

    def noted(self, flow):  # type: ignore[no-untyped-def]
        """
        Pass on what *flow* wants, and note what is of interest.
        """
        answer, error = None, None
        while True:
            try:
                request = flow.throw(error) if error else flow.send(answer)
            except StopIteration as end:
                return end.value
            answer, error = None, None
            if isinstance(request, Queue) and not request.behind:
                self.notes.append(("queues", threading.get_ident()))
            try:
                answer = yield request
            except BaseException as thrown:  # noqa: BLE001 - the flow decides
                error = thrown
            else:
                if isinstance(request, Write) and isinstance(
                    request.operation, Replace
                ):
                    self.notes.append(("stored", threading.get_ident()))


def overtakings(notes: list[tuple[str, int]]) -> list[int]:
    """
    Count for each writer in the queue how many stored a change before it did.
    """
    counts = []
    for place, (what, who) in enumerate(notes):
        if what == "queues":
            later = [(*note,) for note in notes[place + 1 :] if note[0] == "stored"]
            counts.append(later.index(("stored", who)))
    return counts


def test_overtakings_are_counted() -> None:
    """
    Only those count who stored between one's queueing and one's storing.
    """
    notes = [("stored", 9), ("queues", 1), ("stored", 2), ("stored", 3), ("stored", 1)]
    assert [2] == overtakings(notes)


def write_at_once(write: Callable[[int], object]) -> None:
    """
    Let so many threads begin together; each has to succeed.
    """
    barrier = threading.Barrier(WRITERS)

    def work(number: int) -> None:
        barrier.wait()
        write(number)

    with ThreadPoolExecutor(WRITERS) as pool:
        for future in [pool.submit(work, number) for number in range(WRITERS)]:
            future.result()


@pytest.mark.parametrize("kind", ["sqlite", "file"])
def test_sixty_four_writers_on_one_session_all_succeed(
    kind: str, tmp_path: Path
) -> None:
    """
    All of them within the patience, and nobody is overtaken more than 64 times.
    """
    sessions = Watched(open_store(f"{kind}:///{tmp_path / 'sessions'}")).watch()
    with sessions.open() as session:
        session.do(AddLine(product_id=1000))
    token = session.token

    def add(number: int) -> None:
        with sessions.open(token) as session:
            session.do(AddLine(product_id=number + 1))

    write_at_once(add)
    assert WRITERS + 1 == sessions.open(token).checkout.cart.quantity
    assert max(overtakings(sessions.notes), default=0) <= WRITERS


def test_sixty_four_who_count_all_succeed(tmp_path: Path) -> None:
    """
    `update` queues like a commit, and its strict block waits for no turn of its own.
    """
    sessions = Sessions(open_store(f"sqlite:///{tmp_path / 'shop.db'}"))
    with sessions.open() as session:
        session["count"] = 0
    token = session.token

    def count(session: Session) -> None:
        session["count"] = int(str(session["count"])) + 1

    write_at_once(lambda _: sessions.update(token, count))
    assert WRITERS == sessions.open(token)["count"]


def test_sixty_four_tasks_on_one_session_all_succeed(tmp_path: Path) -> None:
    """
    Tasks of one event loop queue as threads do.
    """

    async def main() -> int:
        sessions = AsyncSessions(open_async_store(f"sqlite:///{tmp_path / 'shop.db'}"))
        async with sessions.open() as session:
            await session.do(AddLine(product_id=1000))
        token = session.token

        async def add(number: int) -> None:
            async with sessions.open(token) as session:
                await session.do(AddLine(product_id=number + 1))

        await asyncio.gather(*(add(number) for number in range(WRITERS)))
        return (await sessions.open(token).load()).checkout.cart.quantity

    assert WRITERS + 1 == asyncio.run(main())
