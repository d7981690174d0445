"""
Flows: work that needs I/O more than once, written once and driven twice.

A flow is a generator that yields requests for what has to wait and receives answers, as
httpx does it in ``Auth.auth_flow``; what it knows at once, such as the time, is an
argument. It decides everything; a driver only carries: it lets an `Edge`
answer each request, and sends the answer back or throws the error in. `ocstate.sync`
and `ocstate.aio` are the two drivers, and a test is a third: it sends canned answers,
and needs neither store nor host.

Inside a flow, requests are made with ``yield from``, which also types the answer::

    found = yield from load(key)
    facts = yield from ask(*questions(checkout, command))
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Literal, Protocol, TypeVar, cast

from attrs import field, frozen

from ocstate.checkout.confirming.order import (
    Declined,
    Order,
    Placement,
    found_of,
    placement_of,
)
from ocstate.checkout.facts import Facts, Question
from ocstate.core.edge import Edge, Turn
from ocstate.core.effects import Found, Operation
from ocstate.exceptions import CommandRefused, DecodeError
from ocstate.protocols import Record, Retired

__all__ = [
    "Ask",
    "Call",
    "FindOrder",
    "Flow",
    "Load",
    "Pause",
    "Place",
    "Queue",
    "Request",
    "RequireOrders",
    "Reserve",
    "Write",
    "ask",
    "call",
    "find",
    "find_order",
    "hold",
    "load",
    "pause",
    "place",
    "queue",
    "release",
    "require_orders",
    "take",
    "write",
]

T = TypeVar("T")


@frozen
class Load:
    """
    Read what a store has under a key.
    """

    key: str = field(repr=False)

    def carry(self, edge: Edge) -> object:
        return edge.store.load(self.key)


@frozen
class Write:
    """
    Apply one operation to the store.
    """

    operation: Operation

    def carry(self, edge: Edge) -> object:
        return self.operation.apply(edge.store, edge.now)


@frozen
class Ask:
    """
    Ask the host these questions, in one batch a port.
    """

    questions: tuple[Question[object], ...]

    def carry(self, edge: Edge) -> object:
        return edge.ask(self.questions)


@frozen
class Place:
    """
    Let the host place an order.
    """

    order: Order

    def carry(self, edge: Edge) -> object:
        return edge.tell("orders", "place", self.order)


@frozen
class RequireOrders:
    """
    Make sure that there is a host that takes orders.
    """

    def carry(self, edge: Edge) -> None:
        edge.require_orders()


@frozen
class FindOrder:
    """
    Ask the host what it knows of an order.
    """

    key: str

    def carry(self, edge: Edge) -> object:
        return edge.tell("orders", "find", self.key)


@frozen
class Reserve:
    """
    Let the host hold what an order needs, take what it held, or release it.
    """

    verb: Literal["hold", "take", "release"]
    about: Order | str

    def carry(self, edge: Edge) -> object:
        return edge.tell("reservations", self.verb, self.about)


@frozen
class Pause:
    """
    Let others go first for so many seconds.
    """

    seconds: float

    def carry(self, edge: Edge) -> object:
        return edge.pause(self.seconds)


@frozen
class Queue:
    """
    Wait until those who came before have had their turn at a session.

    Attributes:
        seconds: For how long at most; then the flow goes on all the same.
        behind: Whether to wait only behind others: where there are none, no queue is
            made.
    """

    key: str = field(repr=False)
    seconds: float
    behind: bool

    def carry(self, edge: Edge) -> object:
        return edge.queue(self.key, self.seconds, behind=self.behind)


@frozen
class Call:
    """
    Call a host's own function, such as the change of `Sessions.update`.
    """

    function: Callable[..., object]
    argument: object

    def carry(self, edge: Edge) -> object:
        return self.function(self.argument)


class Request(Protocol):
    """
    Something that a flow wants from the world.
    """

    def carry(self, edge: Edge, /) -> object:
        """
        Let *edge* answer, and return the answer, or an awaitable of it.

        Raises:
            OcstateError: As the edge does; a driver throws it into the flow.
        """
        ...


Flow = Generator[Request, object, T]
"""A flow that ends with a T. What is sent in is the answer to what was yielded."""


def load(key: str) -> Flow[Record | Retired | None]:
    """
    Read what stands under *key*.

    Raises:
        DecodeError: If the store cannot read it.
        StoreError: If the backend failed.
    """
    return cast(Record | Retired | None, (yield Load(key)))


def find(key: str) -> Flow[Found]:
    """
    Read what stands under *key*, or learn why it cannot be read.

    Raises:
        StoreError: If the backend failed.
    """
    try:
        return cast(Record | Retired | None, (yield Load(key)))
    except DecodeError as error:
        return error


def write(operation: Operation) -> Flow[int | None]:
    """
    Apply *operation*, and return the version it made, if it made one.

    Raises:
        ConflictError: If somebody else was first.
        GoneError: If nothing living is there any more.
        StoreError: If the backend failed.
    """
    return cast(int | None, (yield Write(operation)))


def ask(*questions: Question[object]) -> Flow[Facts]:
    """
    Ask the host, and return what it said with the time it was said.

    Questions of ports that the host lacks stay unanswered. Without questions nobody
    is asked, and the facts hold the time alone.
    """
    return cast(Facts, (yield Ask(questions)))


def require_orders() -> Flow[None]:
    """
    Make sure that there is a host that takes orders, before anything is claimed.

    Raises:
        UsageError: If there is none; it is a `NoOrdersError`.
    """
    yield RequireOrders()


def place(order: Order) -> Flow[Placement]:
    """
    Let the host place *order*, and return what became of it.

    A host that raises `CommandRefused` has declined.

    Raises:
        UsageError: If the host answers with anything else. It is a `NoOrdersError` if
            there is none that takes orders.
    """
    try:
        answer = yield Place(order)
    except CommandRefused as refused:
        return Declined(refused.problems)
    return placement_of(answer)


def find_order(key: str) -> Flow[Placement | None]:
    """
    Return what the host knows of the order under *key*; None for nothing.

    Raises:
        UsageError: If the host answers with anything else.
    """
    return found_of((yield FindOrder(key)))


def hold(order: Order) -> Flow[None]:
    """
    Let the host hold what *order* needs until its end, if it holds anything.

    Raises:
        CommandRefused: If there is not enough; what was held before is held still.
    """
    yield Reserve("hold", order)


def take(key: str) -> Flow[None]:
    """
    Let the host take what it held under *key*, for the order stands.
    """
    yield Reserve("take", key)


def release(key: str) -> Flow[None]:
    """
    Let the host give back what it held under *key*, for there is no order.
    """
    yield Reserve("release", key)


def call(function: Callable[[T], object], argument: T) -> Flow[None]:
    """
    Call a host's own *function*; what it raises is raised here.
    """
    yield Call(function, argument)


def queue(key: str, seconds: float, *, behind: bool = False) -> Flow[Turn | None]:
    """
    Wait for the turn at the session under *key*, which then has to be left.

    Args:
        behind: Whether to wait only behind others, and to have no turn otherwise.
    """
    return cast("Turn | None", (yield Queue(key, seconds, behind)))


def pause(seconds: float) -> Flow[None]:
    """
    Wait, so that others get their turn.
    """
    yield Pause(seconds)
