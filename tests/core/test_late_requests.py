"""
Every row of the two tables that say what becomes of a block by its token and its wish.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from ocstate import GoneError, Policy, Sessions
from ocstate.checkout import Customer, LogIn
from ocstate.core import beginning
from ocstate.core.lifecycle import finish
from ocstate.stores.memory import MemoryStore
from ocstate.testing import FakeClock

POLICY = Policy(idle=1800, lifetime=7200, rotation=300, grace=30)
IDA = LogIn(Customer(customer_id=7))

WISHES = ("only reads", "changes", "signs in", "ends it")


class Shop:
    """
    Sessions whose tokens have come to what a row of the tables says.
    """

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.sessions = Sessions(MemoryStore(), policy=POLICY, clock=self.clock)

    def begun(self) -> str:
        return self.told(None)

    def told(self, token: str | None) -> str:
        """
        Return what a client has who came with *token*, changed something and was told.
        """
        with self.sessions.open(token) as session:
            session["count"] = session.get("count", 0) + 1
        assert session.token is not None
        return session.token

    def renewed(self) -> tuple[str, str]:
        """
        Return a token and the one that it was renewed to by its age.
        """
        before = self.begun()
        self.clock.advance(301)
        return before, self.told(before)

    def rotated(self) -> str:
        before = self.begun()
        with self.sessions.open(before) as session:
            session.do(IDA)
        return before

    def ended(self) -> str:
        before = self.begun()
        self.sessions.revoke(before, reason="logout")
        return before

    def after(self, seconds: float, token: str) -> str:
        self.clock.advance(seconds)
        return token

    def heard(self) -> str:
        before, after = self.renewed()
        self.told(after)
        return self.after(30, before)


TOKENS: dict[str, Callable[[Shop], str]] = {
    "nothing that lives": lambda shop: "0" * 32,
    "a session": lambda shop: shop.after(299, shop.begun()),
    "one, and has its age": lambda shop: shop.after(300, shop.begun()),
    "one, never used before": lambda shop: shop.renewed()[1],
    "one, renewed just now": lambda shop: shop.after(29, shop.renewed()[0]),
    "one, renewed and lost": lambda shop: shop.after(30, shop.renewed()[0]),
    "one, renewed and heard": Shop.heard,
    "one, rotated just now": lambda shop: shop.after(29, shop.rotated()),
    "one, rotated long ago": lambda shop: shop.after(30, shop.rotated()),
    "one, ended just now": lambda shop: shop.after(29, shop.ended()),
    "one, ended long ago": lambda shop: shop.after(30, shop.ended()),
}


def rows() -> Iterator[tuple[bool, str, str, str]]:
    """
    Read both tables: whether it is aside, the token, the wish and the end.
    """
    doc = beginning.__doc__ or ""
    fence = re.compile(r"^=[= ]+$", re.MULTILINE)
    tables = [part.strip() for part in fence.split(doc)]
    bodies = [tables[2], tables[5]]
    for aside, body in enumerate(bodies):
        for line in body.splitlines():
            name, *ends = re.split(r"  +", line.replace("``", ""))
            for wish, end in zip(WISHES, ends, strict=True):
                yield bool(aside), name, wish, end


def test_the_tables_have_every_row() -> None:
    """
    Each kind of token stands in both, with every wish.
    """
    expected = {(a, t, w) for a in (False, True) for t in TOKENS for w in WISHES}
    assert expected == {row[:3] for row in rows()}


@pytest.mark.parametrize(("aside", "token", "wish", "end"), [*rows()])
def test_a_block_ends_as_the_table_says(
    aside: bool, token: str, wish: str, end: str
) -> None:
    """
    With that effect, that cookie, and nothing else in the store.
    """
    shop = Shop()
    given = TOKENS[token](shop)
    session = shop.sessions.open(given, rotate=not aside).load()
    match wish:
        case "changes":
            session["count"] = 100
        case "signs in":
            session.do(IDA)
        case "ends it":
            session.revoke("logout")
        case _:
            assert session.get("count", 0) >= 0
    if end == "GoneError":
        with pytest.raises(GoneError) as gone:
            session.close()
        assert session.refused == gone.value.reason
        assert (None, None) == (session.token, session.cookie_due)
        return
    effect = finish(session._state, shop.clock(), shop.sessions.setup.world.mint)
    assert end == ("nothing" if effect is None else type(effect).__name__)
    session.close()
    cookies = {"Create": "set", "Rotate": "set", "Retire": "clear"}
    due = session.cookie_due
    assert cookies.get(end) == (None if due == "repeat" else due)
    if end in ("Touch", "Replace"):
        assert given == session.token
