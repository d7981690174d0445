"""
What type checkers must accept and refuse of the face; never run.
"""

from __future__ import annotations

from typing import ClassVar, assert_type

from attrs import frozen

from ocstate import AsyncSession, AsyncSessions, Policies, Policy, Session, Sessions
from ocstate.checkout import (
    AddLine,
    Cart,
    Checkout,
    Customer,
    Decision,
    Problem,
    SetCustomer,
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
