"""
Who races with a confirm, and the session that they all have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from functools import cache
from typing import Any

from attrs import evolve, frozen

from ocstate.checkout import AddLine, Cancel, Command, Customer, LogIn, SetComment
from ocstate.checkout.confirming.rules import RULES
from ocstate.core.block import commit, do, revoke
from ocstate.core.confirm.confirming import confirm
from ocstate.core.confirm.wish import Wish
from ocstate.core.policy import Policy
from ocstate.core.session import SessionState
from ocstate.core.setup import Setup, hashed_key
from ocstate.protocols import Record
from ocstate.stores.memory import MemoryStore
from tests.machines.interleaving import Actor, Run
from tests.machines.slow_shop import IDLE, LEASE, Hand, SlowShop

KEPT_RULES = ("cart_empty", "checkout_canceled")
BASE = Counter({1: 2})
TOKEN = "base".ljust(32, "0")


@frozen(kw_only=True)
class Client:
    """
    One of those who race: what they want.

    Attributes:
        adds: The product of which they put one piece into the cart; 0 for none.
        comment: What they write as a comment; empty for nothing.
        key: Their idempotency key, where they confirm.
    """

    name: str
    does: str
    adds: int = 0
    comment: str = ""
    key: str | None = None
    logs_in: bool = False

    def commands(self) -> list[Command]:
        commands: list[Command] = []
        if self.adds:
            commands.append(AddLine(product_id=self.adds))
        if self.comment:
            commands.append(SetComment(self.comment))
        if self.does == "cancel":
            commands.append(Cancel())
        if self.logs_in:
            customer = Customer(
                customer_id=5, firstname="A", lastname="B", email="a@example.com"
            )
            commands.append(LogIn(customer=customer))
        return commands

    def flow(self, state: SessionState) -> Generator[Any, Any, Any]:
        if self.does == "revoke":
            return (yield from revoke(state, "revoked"))
        done = None
        for command in self.commands():
            yield from do(state, command)
        if self.does == "confirm":
            done = yield from confirm(state, Wish(idempotency_key=self.key))
        yield from commit(state)
        return done


def confirms(name: str, **wants: Any) -> Client:
    """
    Return somebody who confirms.
    """
    return Client(name=name, does="confirm", **wants)


def edits(name: str = "edit", **wants: Any) -> Client:
    """
    Return somebody who edits.
    """
    return Client(name=name, does="edit", **wants)


CANCELS = Client(name="cancel", does="cancel")
LOGS_IN = edits("login", logs_in=True)
REVOKES = Client(name="revoke", does="revoke")


def has_claim(record: Record) -> bool:
    """
    Tell whether an order is being made of it.
    """
    return _attempt_in(record.payload)


@cache
def _attempt_in(payload: bytes) -> bool:
    setup = setup_of(900.0)
    attempt = setup.codec.decode(payload, setup.rules).checkout.attempt
    return attempt is not None and attempt.is_open


@cache
def setup_of(repeat: float) -> Setup:
    """
    Return what the flows of a race share.
    """
    others = (rule.name for rule in RULES.confirm if rule.name not in KEPT_RULES)
    return Setup.of(
        Hand("base", SlowShop(), MemoryStore()),
        policy=Policy(idle=IDLE, repeat=repeat),
        rules=RULES.without_confirm_rules(*others),
        lease=LEASE,
    )


@cache
def base_record() -> Record:
    """
    Return the session with which each race begins.
    """
    hand = Hand("base", SlowShop(), MemoryStore())
    state = SessionState(evolve(setup_of(900.0), world=hand))

    def fill() -> Generator[Any, Any, None]:
        yield from do(state, AddLine(product_id=1, quantity=2))
        yield from commit(state)

    Run(actors=[], claim_of=has_claim).finish(Actor("base", hand, fill(), state))
    stored = state.record
    assert stored is not None
    return evolve(stored, key=hashed_key(TOKEN), version=0)
