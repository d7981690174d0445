"""
`World`, what flows know at once, and `Edge`, where they wait for a store or a host.
"""

from __future__ import annotations

from typing import Literal, Protocol

from ocstate.checkout.confirming.order import Order
from ocstate.checkout.facts import Question
from ocstate.protocols import AsyncStore, Store

Purpose = Literal["token", "handle", "commit", "gift", "order"]
"""What a random text is wanted for; the edge decides how long it is."""

Told = Literal["orders", "reservations"]
"""A port that is told something instead of asked."""


class Turn(Protocol):
    """
    A place in the queue of those who want to change one session in this process.
    """

    def leave(self) -> None:
        """
        Let the next one go on; leaving again does nothing.
        """
        ...


class World(Protocol):
    """
    A clock and dice. They answer at once, so that flows have them as an argument.
    """

    def now(self) -> float:
        """
        Return the seconds since the epoch.
        """
        ...

    def monotonic(self) -> float:
        """
        Return seconds since some instant, which no change of the system's clock moves.
        """
        ...

    def draw(self) -> float:
        """
        Return a random number from 0 up to but not including 1.
        """
        ...

    def mint(self, purpose: Purpose, /) -> str:
        """
        Return a random text that nobody can guess.
        """
        ...


class Edge(World, Protocol):
    """
    Where flows meet a store, a host and those who came before.

    What these methods return is what the flow receives; an asyncio edge returns
    awaitables of it where it has to wait, and its driver awaits them.
    """

    @property
    def store(self) -> Store | AsyncStore:
        """
        Return the store, whose verbs the requests call.
        """
        ...

    def ask(self, questions: tuple[Question[object], ...], /) -> object:
        """
        Ask the host, and return `Facts`.
        """
        ...

    def require_orders(self) -> None:
        """
        Make sure that there is somebody who takes orders.

        Raises:
            UsageError: If there is nobody.
        """
        ...

    def tell(self, port: Told, method: str, about: Order | str, /) -> object:
        """
        Call a method of a *port* with an order or its key, and return what it answers.

        None where the host has no such port; without one no order is placed.

        Raises:
            UsageError: If an order is to be placed, and there is nobody who takes it.
        """
        ...

    def pause(self, seconds: float, /) -> object:
        """
        Wait.
        """
        ...

    def queue(self, key: str, seconds: float, /, *, behind: bool) -> object:
        """
        Wait for the `Turn` of a session in this process; None where nobody waits.
        """
        ...
