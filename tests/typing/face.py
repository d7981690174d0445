"""
What type checkers must accept and refuse of the face; never run.
"""

from __future__ import annotations

from typing import ClassVar, assert_type

from attrs import frozen

from ocstate import AsyncSession, AsyncSessions, Policies, Policy, Session, Sessions
from ocstate.checkout import (
    AddLine,
    Attempt,
    Cancel,
    Cancellation,
    Cart,
    Checkout,
    Confirmation,
    Customer,
    Decision,
    Lines,
    Money,
    Ordered,
    OrderedPrice,
    OrderedTotal,
    OrderId,
    Price,
    Problem,
    SetCustomer,
    ShownTotal,
    ShowTotal,
)
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded


def blocks_are_typed(token: str | None) -> None:
    """
    Accept: the example of the documentation, and the types that its parts have.
    """
    sessions = Sessions(MemoryStore(), policy=Policy(idle=1800, lifetime=12 * 3600))
    with sessions.open(token) as session:
        assert_type(session, Session)
        assert_type(session.do(AddLine(product_id=42, quantity=2)), Decision)
        session.do(SetCustomer(Customer(firstname="Ada")))
        assert_type(session.checkout, Checkout)
        assert_type(session.checkout.cart, Cart)
        assert_type(session.checkout.cart.quantity, int)
        assert_type(session.checkout.missing(), tuple[Problem, ...])
        session["wishlist"] = [40, 41]
    assert_type(session.token, str | None)
    assert_type(sessions.update(token, lambda newest: newest.rotate()), Session)
    Sessions(MemoryStore(), policy=Policies(guest=Policy(idle=60)))


@frozen
class Loyalty:
    points: int = 0


@frozen
class EarnPoints:
    section: ClassVar[str] = "loyalty"
    points: int

    def apply(self, value: Loyalty | None, /) -> Loyalty | None:
        return Loyalty((value or Loyalty()).points + self.points)


def a_hosts_own_data_is_typed(token: str | None) -> None:
    """
    Accept: a command on the class of its section, and host data without a cast.
    """
    sessions = Sessions(MemoryStore(), sections={"loyalty": Loyalty})
    with sessions.open(token) as session:
        session.do(EarnPoints(60))
        assert_type(session.section(Loyalty), Loyalty | None)
        session["wishlist"].append(42)
        for product_id in session.get("wishlist", []):
            print(product_id)


async def asynchronous_blocks_are_typed(token: str | None) -> None:
    """
    Accept: the same names and arguments with ``await``.
    """
    sessions = AsyncSessions(Threaded(MemoryStore()))
    async with sessions.open(token, strict=True) as session:
        assert_type(session, AsyncSession)
        assert_type(await session.do(AddLine(product_id=42)), Decision)
        assert_type(session.checkout, Checkout)
    assert_type(await sessions.update(token, lambda newest: None), AsyncSession)
    assert_type(await sessions.purge(10), int)


def an_order_is_typed(sessions: Sessions, token: str) -> None:
    """
    Accept: an order from its price to what was ordered, with no cast.
    """
    with sessions.open(token) as session:
        price = session.price()
        assert_type(price, Price)
        assert_type(price.total, Money | None)
        done = session.confirm(expected_total=price.total, consent=price.consent)
        assert_type(done, Confirmation)
        assert_type(done.order_id, OrderId)
        assert_type(done.problems, tuple[Problem, ...])
        ordered = done.ordered
        assert_type(ordered, Ordered | None)
        if ordered is not None:
            assert_type(ordered.lines, Lines)
            assert_type(ordered.totals, tuple[OrderedTotal, ...])
            assert_type(ordered.prices, tuple[OrderedPrice, ...])
        assert_type(session.checkout.attempt, Attempt | None)
        assert_type(session.checkout.shown, ShownTotal | None)
        assert_type(session.checkout.cancellation, Cancellation | None)
        session.do(Cancel(reason="buyer"))
        session.do(ShowTotal(Money("57.80", "EUR")))
    text: str = sessions.confirm(token, idempotency_key="a", payment={}).order_id
    print(text)


async def an_asynchronous_order_is_typed(session: AsyncSession) -> None:
    """
    Accept: the same, awaited.
    """
    assert_type(await session.price(), Price)
    assert_type(await session.confirm(), Confirmation)


def misuse_of_an_order(session: Session, checkout: Checkout) -> None:
    """
    Refuse: totals without a currency, orders by position, names that are no text.
    """
    session.confirm(Money("57.80", "EUR"))  # type: ignore[call-arg]
    session.confirm(expected_total="57.80")  # type: ignore[arg-type]
    session.do(ShowTotal("57.80"))  # type: ignore[arg-type]
    session.do(Cancel("buyer"))  # type: ignore[call-arg]
    checkout.evolve(order_id=7)  # type: ignore[arg-type]
    print(session.confirm().order_id + 1)  # type: ignore[operator]


def misuse(session: Session, checkout: Checkout) -> None:
    """
    Refuse: the wrong world's store, positional fields, and changes of what is frozen.
    """
    Sessions(Threaded(MemoryStore()))  # type: ignore[arg-type]
    print(checkout.customr, session.checkout.crat)  # type: ignore[attr-defined]
    AsyncSessions(MemoryStore())  # type: ignore[arg-type]
    session.do(AddLine(42))  # type: ignore[call-arg]
    session.do("add")  # type: ignore[arg-type]
    session.checkout = checkout  # type: ignore[misc]
    checkout.comment = "changed"  # type: ignore[misc]
    checkout.evolve(coment="misspelt")  # type: ignore[call-arg]
    Policy(1800)  # type: ignore[call-arg]
