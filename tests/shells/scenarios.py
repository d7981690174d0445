"""
What clients do, what they see of it, and what it costs: one list for every way in.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Generator
from contextvars import Context
from copy import deepcopy
from typing import Any, Literal, Protocol

from attrs import evolve, field, frozen

from ocstate import AsyncSession, AsyncSessions, OcstateError, Session, Sessions
from ocstate.checkout import AddLine, Command, RemoveLine, SetCustomer, SetQuantity
from ocstate.checkout.values.people import Customer
from ocstate.exceptions import CommandRefused, StoreUnavailableError
from ocstate.http.exchange import REFUSALS, explain

AnySession = Session | AsyncSession
AnySessions = Sessions | AsyncSessions

Play = Generator[Any, Any, None]
"""Yields what a shell returned, awaitable or not, and receives the result."""


class Planned(Exception):  # noqa: N818 - it is no error that it is raised
    """
    What an application raises when a scenario says so.
    """


class Breakable(Protocol):
    """
    A store that calls this before each write, so that the write can fail.
    """

    before_write: Callable[[], None]


@frozen
class World:
    """
    What a scenario may do around a block.

    Attributes:
        sessions: Where other clients open blocks of their own.
    """

    sessions: AnySessions
    store: Breakable


# --- What a block does --------------------------------------------------------------

Op = Callable[[AnySession, list[object], World], Play]
"""Does something with a session, and adds what is seen of it to a list."""


def do(command: Command) -> Op:
    """
    Do a command.
    """

    def op(session: AnySession, seen: list[object], world: World) -> Play:
        yield session.do(command)

    return op


def refuse(command: Command) -> Op:
    """
    Try a command that is refused, and see what is wrong with it.
    """

    def op(session: AnySession, seen: list[object], world: World) -> Play:
        try:
            yield session.do(command)
        except CommandRefused as refused:
            seen.append([str(problem) for problem in refused.problems])

    return op


def see(look: Callable[[AnySession], object]) -> Op:
    """
    See something of the session.
    """

    def op(session: AnySession, seen: list[object], world: World) -> Play:
        seen.append(look(session))
        yield None

    return op


def change(function: Callable[[AnySession], object]) -> Op:
    """
    Change something of the session.
    """

    def op(session: AnySession, seen: list[object], world: World) -> Play:
        function(session)
        yield None

    return op


def meanwhile(*ops: Op) -> Op:
    """
    Let somebody else, who has the same token, do all this and commit it.
    """

    def op(session: AnySession, seen: list[object], world: World) -> Play:
        # Nobody who shares this request.
        other = Context().run(world.sessions.open, session.token)
        yield from play(other, ops, seen, world)
        yield other.close()

    return op


def lose_the_store() -> Op:
    """
    Let the next write find no store.
    """

    def op(session: AnySession, seen: list[object], world: World) -> Play:
        def fail() -> None:
            world.store.before_write = lambda: None
            raise StoreUnavailableError("gone for a moment", outcome="not applied")

        world.store.before_write = fail
        yield None

    return op


def crash() -> Op:
    """
    Let the application fail.
    """

    def op(session: AnySession, seen: list[object], world: World) -> Play:
        yield None
        raise Planned

    return op


def play(
    session: AnySession, ops: tuple[Op, ...], seen: list[object], world: World
) -> Play:
    """
    Do *ops* on a session; one without any does not look at it.
    """
    if ops:
        yield session.load()
    for op in ops:
        yield from op(session, seen, world)


def drive(play: Play) -> None:
    """
    Drive a play whose shell returns results.
    """
    answer = None
    while True:
        try:
            answer = play.send(answer)
        except StopIteration:
            return


async def drive_async(play: Play) -> None:
    """
    Drive a play whose shell returns awaitables of results.
    """
    answer: object = None
    error: BaseException | None = None
    while True:
        try:
            wanted = play.send(answer) if error is None else play.throw(error)
        except StopIteration:
            return
        answer, error = wanted, None
        if isinstance(wanted, Awaitable):
            try:
                answer = await wanted
            except BaseException as raised:  # noqa: BLE001 - the play decides
                error = raised


# --- What a client sees -------------------------------------------------------------


@frozen(kw_only=True)
class Outcome:
    """
    What a client is told by one request.

    Attributes:
        seen: What the block's looks saw; None when the answer does not say.
        cookie: What becomes of the client's cookie.
        refused: Status and code of an answer that took the place of the block's.
        crashed: Whether the application failed.
        varies: Whether the answer depends on the cookie; None when there is none.
    """

    seen: tuple[object, ...] | None = ()
    cookie: Literal["set", "clear"] | None = None
    refused: tuple[int, str] | None = None
    crashed: bool = False
    varies: bool | None = True


def refusal_of(error: OcstateError) -> tuple[int, str]:
    """
    Return the status and the first code that tell of a commit that failed.
    """
    response = explain(error)
    return response.status, json.loads(response.body)["problems"][0]["code"]


REFUSED = tuple(REFUSALS)


@frozen
class Step:
    """
    One request.

    Attributes:
        outcome: What the client is told.
        cost: What the store is asked, in order, others' blocks included.
        wait: Seconds that pass before.
        token: ``"own"``: what the client was given last; ``"first"``: what it was
            given first; any other text is sent as it is.
    """

    ops: tuple[Op, ...]
    outcome: Outcome
    cost: tuple[str, ...] = field(kw_only=True)
    wait: float = field(default=0.0, kw_only=True)
    token: str = field(default="own", kw_only=True)


# --- The list -----------------------------------------------------------------------

MUG = AddLine(product_id=42)
JUMPER = AddLine(product_id=30)
ADA = SetCustomer(
    Customer(
        firstname="Ada",
        lastname="Lovelace",
        email="ada@example.com",
        telephone="0401234567",
    )
)

QUANTITY = see(lambda session: session.checkout.cart.quantity)
IS_NEW = see(lambda session: session.is_new)
WHY = see(lambda session: session.refused)
SUBJECTS = see(lambda session: list(session.subjects))
WISHLIST = see(lambda session: session.get("wishlist"))
NAME = see(lambda session: getattr(session.checkout.customer, "firstname", None))


def put(key: str, value: object) -> Op:
    """
    Put something into the host's own data.
    """
    return change(lambda session: session.__setitem__(key, deepcopy(value)))


def wish(number: int) -> Op:
    """
    Change host data deep inside.
    """

    def append(session: AnySession) -> None:
        wishlist = session["wishlist"]
        assert isinstance(wishlist, list)
        wishlist.append(number)

    return change(append)


def set_quantity(quantity: int) -> Op:
    """
    Set the quantity of the first line.
    """
    return do(SetQuantity(line_id=1, quantity=quantity))


SET = Outcome(cookie="set")
PLAIN = Outcome()
FORGED = "0" * 32

NEW = Step((do(MUG),), SET, cost=("create",))


def sees(*values: object, cookie: Literal["set", "clear"] | None = None) -> Outcome:
    """
    Return what a client is told who sees *values*.
    """
    return Outcome(seen=values, cookie=cookie)


def refused(status: int, code: str) -> Outcome:
    """
    Return what a client is told whose commit is refused.
    """
    return Outcome(seen=None, refused=(status, code))


UNTOUCHED = evolve(PLAIN, varies=False)

SCENARIOS: dict[str, tuple[Step, ...]] = {
    "nobody looks": (
        Step((), UNTOUCHED, cost=()),
        NEW,
        Step((), UNTOUCHED, cost=()),
        Step((), UNTOUCHED, cost=(), token=FORGED),
    ),
    "a stranger looks": (
        Step((QUANTITY, IS_NEW, WHY), sees(0, True, None), cost=()),
        Step((QUANTITY,), sees(0), cost=()),
    ),
    "a cart is kept": (
        Step((do(MUG), QUANTITY), sees(1, cookie="set"), cost=("create",)),
        Step((QUANTITY, IS_NEW), sees(1, False), cost=("load",)),
        Step((do(MUG), do(MUG), QUANTITY), sees(3), cost=("load", "replace")),
        Step((QUANTITY,), sees(3), cost=("load",)),
    ),
    "a read is noted once in a tenth of the idle time": (
        NEW,
        Step((QUANTITY,), sees(1), cost=("load",), wait=170.0),
        Step((QUANTITY,), sees(1), cost=("load", "touch"), wait=20.0),
        Step((QUANTITY,), sees(1), cost=("load",), wait=170.0),
        Step((), UNTOUCHED, cost=(), wait=1000.0),
    ),
    "a session that nobody uses ends": (
        NEW,
        Step((QUANTITY,), sees(1), cost=("load", "touch"), wait=1700.0),
        Step((QUANTITY,), sees(1), cost=("load", "touch"), wait=1700.0),
        Step((QUANTITY, WHY), sees(0, "idle"), cost=("load",), wait=1900.0),
    ),
    "a busy session ends too": (
        NEW,
        *(
            Step((QUANTITY,), sees(1), cost=("load", "touch"), wait=1500.0)
            for _ in range(4)
        ),
        Step((QUANTITY, WHY), sees(0, "lifetime"), cost=("load",), wait=1201.0),
    ),
    "an id that nobody issued is not adopted": (
        Step(
            (do(MUG), WHY),
            sees("unknown", cookie="set"),
            cost=("load", "create"),
            token=FORGED,
        ),
        Step((QUANTITY, WHY), sees(0, "unknown"), cost=("load",), token=FORGED),
        Step((QUANTITY, WHY), sees(1, None), cost=("load",)),
        Step((WHY,), sees("unknown"), cost=(), token="%22;--/../"),
    ),
    "host data is kept, nested changes too": (
        Step((put("wishlist", [40]),), SET, cost=("create",)),
        Step((wish(41), WISHLIST), sees([40, 41]), cost=("load", "replace")),
        Step((WISHLIST,), sees([40, 41]), cost=("load",)),
        Step(
            (change(lambda session: session.__delitem__("wishlist")),),
            PLAIN,
            cost=("load", "replace"),
        ),
        Step((WISHLIST,), sees(None), cost=("load",)),
    ),
    "a refused command leaves the session as it was": (
        NEW,
        Step(
            (refuse(JUMPER), QUANTITY),
            sees(["required at /cart/lines/-/options/300"], 1),
            cost=("load",),
        ),
        Step((QUANTITY,), sees(1), cost=("load",)),
    ),
    "what fails is discarded": (
        NEW,
        Step(
            (do(MUG), put("wishlist", [1]), crash()),
            Outcome(seen=None, crashed=True, varies=None),
            cost=("load",),
        ),
        Step((QUANTITY, WISHLIST), sees(1, None), cost=("load",)),
    ),
    "two who add at once both add": (
        NEW,
        Step(
            (do(MUG), meanwhile(do(MUG), do(ADA)), QUANTITY),
            sees(2),
            cost=("load", "load", "replace", "replace", "load", "load", "replace"),
        ),
        Step((QUANTITY, NAME), sees(3, "Ada"), cost=("load",)),
    ),
    "two who change different keys both change them": (
        NEW,
        Step(
            (put("wishlist", [1]), meanwhile(put("seen", [2]))),
            PLAIN,
            cost=("load", "load", "replace", "replace", "load", "load", "replace"),
        ),
        Step(
            (WISHLIST, see(lambda session: session["seen"])),
            sees([1], [2]),
            cost=("load",),
        ),
    ),
    "two who change one key conflict": (
        Step((put("wishlist", [0]),), SET, cost=("create",)),
        Step(
            (wish(1), meanwhile(wish(2))),
            refused(409, "conflict"),
            cost=("load", "load", "replace", "replace", "load", "load"),
        ),
        Step((WISHLIST,), sees([0, 2]), cost=("load",)),
    ),
    "a command that is no longer right is refused at the end": (
        NEW,
        Step(
            (set_quantity(5), meanwhile(do(RemoveLine(line_id=1)))),
            refused(409, "unknown_line"),
            cost=("load", "load", "replace", "replace", "load", "load"),
        ),
        Step((QUANTITY,), sees(0), cost=("load",)),
    ),
    "a session that was ended meanwhile stays dead": (
        NEW,
        Step(
            (do(MUG), meanwhile(change(lambda session: session.revoke()))),
            refused(409, "gone"),
            cost=("load", "load", "retire", "replace", "load"),
        ),
        Step((QUANTITY, WHY), sees(0, "revoked"), cost=("load",)),
    ),
    "a store that is away is told": (
        NEW,
        Step(
            (do(MUG), lose_the_store()),
            refused(503, "unavailable"),
            cost=("load", "replace"),
        ),
        Step((QUANTITY,), sees(1), cost=("load",)),
    ),
    "who is identified gets a new token, and the old one dies": (
        NEW,
        Step(
            (change(lambda session: session.identify("customer:7")), SUBJECTS),
            sees(["customer:7"], cookie="set"),
            cost=("load", "create", "retire"),
        ),
        Step((QUANTITY, WHY), sees(0, "rotated"), cost=("load",), token="first"),
        Step((QUANTITY, SUBJECTS), sees(1, ["customer:7"]), cost=("load",)),
    ),
    "a session that is ended is ended for good": (
        NEW,
        Step(
            (change(lambda session: session.revoke("logout")),),
            Outcome(cookie="clear"),
            cost=("load", "retire"),
        ),
        Step((QUANTITY, IS_NEW), sees(0, True), cost=()),
        Step((QUANTITY, WHY), sees(0, "logout"), cost=("load",), token="first"),
        Step(
            (do(MUG), WHY),
            refused(409, "gone"),
            cost=("load",),
            token="first",
        ),
        Step((QUANTITY, WHY), sees(0, "logout"), cost=("load",), token="first"),
    ),
    "many changes are one write": (
        Step(
            (do(ADA), do(MUG), put("wishlist", [1]), wish(2), set_quantity(4)),
            SET,
            cost=("create",),
        ),
        Step((NAME, QUANTITY, WISHLIST), sees("Ada", 4, [1, 2]), cost=("load",)),
    ),
}
