"""
One client's flow, driven request by request, and what it waits for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import define

from ocstate.core.edge import Edge
from ocstate.core.flow import (
    FindOrder,
    Flow,
    Load,
    Pause,
    Place,
    Queue,
    Request,
    Reserve,
    Write,
)
from ocstate.core.session import SessionState
from ocstate.protocols import Record
from tests.machines.slow_shop import Hand, ViolationError

VISIBLE = (Load, Write, Place, FindOrder, Reserve, Pause)


@define(eq=False)
class Job:
    """
    A call of ``place`` that the shop has received: nobody can stop it any more.
    """

    request: Place
    answer: object = None
    is_done: bool = False


@define(eq=False)
class Actor:
    """
    One client's flow, driven request by request.

    Attributes:
        wants: What it waits for; None when it is over.
        history: Hash of everything that it was answered.
        result: What it returned or raised.
        has_crashed: Whether it was dropped in the midst.
        parked_at: How much had changed when it began to wait for others.
    """

    name: str
    hand: Hand
    flow: Flow[Any]
    session: SessionState
    wants: Request | None = None
    history: int = 0
    result: object = None
    has_crashed: bool = False
    job: Job | None = None
    parked_at: int | None = None

    @property
    def is_over(self) -> bool:
        return self.wants is None or self.has_crashed

    def begin(self) -> None:
        self._go_on(lambda: next(self.flow))

    def answer(self, given: object) -> None:
        self.history = hash((self.history, told(given), self.hand.now()))
        if isinstance(given, Exception):
            self._go_on(lambda: self.flow.throw(given))
        else:
            self._go_on(lambda: self.flow.send(given))

    def carry(self) -> None:
        """
        Answer what it waits for, as a driver does.
        """
        assert self.wants is not None
        self.answer(carried(self.wants, self.hand))

    def _go_on(self, step: Callable[[], Request]) -> None:
        try:
            request = step()
            while not isinstance(request, VISIBLE):
                # Nobody else notices it, so it needs no turn of its own.
                if isinstance(request, Queue) and not request.behind:
                    self.parked_at = None
                request = self.flow.send(carried(request, self.hand))
        except StopIteration as end:
            self.wants, self.result = None, end.value
        except ViolationError:
            raise
        except Exception as error:  # noqa: BLE001 - what a client sees
            self.wants, self.result = None, error
        else:
            self.wants = request


def carried(request: Request, edge: Edge) -> object:
    """
    Answer *request* as a driver does; what is raised is returned.
    """
    try:
        return request.carry(edge)
    except ViolationError:
        raise
    except Exception as error:  # noqa: BLE001 - the flow decides
        return error


def present(request: Request | None) -> Request:
    """
    Return what a flow waits for that is not over.
    """
    assert request is not None
    return request


def told(given: object) -> object:
    """
    Return what tells two answers apart.
    """
    # Versions are drawn by the store; what is in it tells the same.
    if isinstance(given, Record):
        return given.payload, given.seen_at, given.expires_at
    return "version" if isinstance(given, int) else repr(given)
