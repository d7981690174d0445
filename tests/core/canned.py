"""
A third driver for flows: it sends canned answers, and has neither store nor host.

`FixedWorld` is their clock and their dice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ocstate.checkout import Facts
from ocstate.core.edge import Purpose
from ocstate.core.flow import Ask, Flow, Queue, Request

T = TypeVar("T")


class FixedWorld:
    """
    A clock that stands still but for a *tick* at each look, dice that always fall in
    the middle, and texts numbered by their purpose.
    """

    def __init__(self, at: float = 1000.0, tick: float = 0.0) -> None:
        self.at = at
        self.tick = tick
        self.minted = 0

    def now(self) -> float:
        self.at += self.tick
        return self.at

    monotonic = now

    def draw(self) -> float:
        return 0.5

    def mint(self, purpose: Purpose, /) -> str:
        self.minted += 1
        return f"{purpose}{self.minted}".ljust(32, "0")


class Canned:
    """
    Answers a flow's requests in order, and remembers what it wanted.

    Attributes:
        wanted: The requests that needed an answer, in order.
    """

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.wanted: list[Request] = []

    def drive(self, flow: Flow[T]) -> T:
        """
        Drive *flow* to its end; an answer that is an exception is thrown into it.
        """
        try:
            request = next(flow)
            while True:
                answer = self.answer(request)
                if isinstance(answer, Exception):
                    request = flow.throw(answer)
                else:
                    request = flow.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result

    def answer(self, request: Request) -> object:
        """
        Return the next canned answer, or what every driver knows by itself.
        """
        match request:
            case Queue(behind=True):
                # Nobody else is in this process.
                return None
            case Queue():
                self.wanted.append(request)
                return self
            case Ask() if not self.answers:
                # As a host without ports: nothing is asked, so nothing is checked.
                self.wanted.append(request)
                return Facts(1000.0)
            case _:
                self.wanted.append(request)
                return self.answers.pop(0)

    def leave(self) -> None:
        """
        End a turn; nobody waits for it.
        """

    def kinds(self) -> list[str]:
        """
        Return the names of what was wanted, with the operation of a write.
        """
        return [_kind(request) for request in self.wanted]


def _kind(request: Request) -> str:
    operation = getattr(request, "operation", None)
    return type(request if operation is None else operation).__name__


def requests(canned: Canned, kind: type[T]) -> Iterable[T]:
    """
    Return the requests of one kind.
    """
    return [request for request in canned.wanted if isinstance(request, kind)]
