"""
What a request costs, shown by counting: store operations, decoded and encoded parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from attrs import evolve

from benchmarks.ways import Trace, ways
from ocstate import Policy, Sessions
from ocstate.checkout import (
    AddLine,
    Address,
    Customer,
    ProductFact,
    SetComment,
    SetCustomer,
    SetPaymentAddress,
    SetQuantity,
    ShopFact,
)
from ocstate.core.record.codec import Codec
from ocstate.protocols import Record, Retired
from ocstate.stores.memory import MemoryStore
from ocstate.testing import FakeClock


class CountingStore(MemoryStore):
    """
    Counts what is done to it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.done: Counter[str] = Counter()

    def load(self, key: str, /) -> Record | Retired | None:
        self.done["load"] += 1
        return super().load(key)

    def create(self, record: Record, /, *, events: Sequence[bytes] = ()) -> int:
        self.done["create"] += 1
        return super().create(record, events=events)

    def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        self.done["replace"] += 1
        return super().replace(record, expected=expected, now=now, events=events)

    def touch(self, key: str, /, *, seen_at: float, expires_at: float) -> None:
        self.done["touch"] += 1
        super().touch(key, seen_at=seen_at, expires_at=expires_at)


class Shop:
    """
    Sessions with a full session in them, and everything counted from then on.
    """

    def __init__(self, lines: int = 3, host: object = None) -> None:
        self.clock = FakeClock(1000.0)
        self.store = CountingStore()
        policy = Policy(idle=100, lifetime=1000)
        self.sessions = Sessions(self.store, host, policy=policy, clock=self.clock)
        self.coded: Counter[tuple[str, str]] = Counter()

        def observe(what: str, name: str) -> None:
            self.coded[what, name] += 1

        codec = Codec(observe=observe)
        self.sessions.setup = evolve(self.sessions.setup, codec=codec)
        with self.sessions.open() as session:
            for number in range(lines):
                session.do(AddLine(product_id=number + 1, options={5: number}))
            session.do(SetCustomer(FULL))
            session.do(SetPaymentAddress(HOME))
            session.do(SetComment("Ring twice."))
            session["wishlist"] = [40, 41]
        self.token = session.token
        self.store.done.clear()
        self.coded.clear()


FULL = Customer(
    firstname="Ada", lastname="Lovelace", email="ada@example.com", telephone="555-0100"
)
HOME = Address(
    firstname="Ada",
    lastname="Lovelace",
    address_1="12 St James's Square",
    city="London",
    postcode="SW1Y 4JH",
    country_id=222,
    zone_id=3563,
)


def test_an_untouched_session_costs_no_store_access() -> None:
    """
    A block that nobody looks at reads nothing and writes nothing.
    """
    shop = Shop()
    with shop.sessions.open(shop.token):
        pass
    assert {} == shop.store.done
    assert {} == shop.coded


def test_a_read_loads_once_and_decodes_what_it_reads() -> None:
    """
    Looking at one section costs one load, and no other section is decoded.
    """
    shop = Shop()
    with shop.sessions.open(shop.token) as session:
        assert "Ring twice." == session.checkout.comment
    assert {"load": 1} == shop.store.done
    assert {("decode", "comment"): 1} == shop.coded


@pytest.mark.parametrize(("seconds", "touches"), [(9.9, 0), (10, 1)])
def test_a_read_writes_nothing_but_a_due_touch(seconds: float, touches: int) -> None:
    """
    Being seen is noted at most once in a tenth of the idle time.
    """
    shop = Shop()
    shop.clock.advance(seconds)
    for _ in range(5):
        with shop.sessions.open(shop.token) as session:
            assert 3 == session.checkout.cart.quantity
    assert Counter(load=5) + Counter(touch=touches) == shop.store.done
    assert not [name for what, name in shop.coded if what == "encode"]


def test_a_new_visitor_who_changes_nothing_leaves_no_trace() -> None:
    """
    Looking at an empty session neither reads nor writes the store.
    """
    shop = Shop()
    with shop.sessions.open(None) as session:
        assert session.checkout.cart.is_empty
    assert {} == shop.store.done
    assert session.token is None


@pytest.mark.parametrize("lines", [1, 5, 1000])
def test_adding_a_line_decodes_and_encodes_the_cart_alone(lines: int) -> None:
    """
    However many lines there are, none of the others is decoded.
    """
    shop = Shop(lines)
    with shop.sessions.open(shop.token) as session:
        session.do(AddLine(product_id=4242))
    assert {"load": 1, "replace": 1} == shop.store.done
    assert {"cart", "commits"} == {name for _, name in shop.coded if name != "row"}
    assert 0 == shop.coded["decode", "row"]
    assert lines + 1 == shop.sessions.open(shop.token).checkout.cart.quantity


def test_with_a_host_its_word_of_the_shop_is_looked_at_too() -> None:
    """
    What it says again as before is not written again, and nothing else is decoded.
    """
    goods = SimpleNamespace(
        products=lambda questions: [
            ProductFact(product_id=one.product_id, buyable=True) for one in questions
        ]
    )
    shops = SimpleNamespace(shops=lambda questions: [ShopFact() for _ in questions])
    sold = SimpleNamespace(catalog=goods, shops=shops)
    shop = Shop(0, sold)
    for product_id in (41, 42):
        shop.coded.clear()
        with shop.sessions.open(shop.token) as session:
            session.do(AddLine(product_id=product_id))
    assert {"load": 2, "replace": 2} == shop.store.done
    assert {
        ("decode", "cart"),
        ("encode", "cart"),
        ("encode", "row"),
        ("decode", "told_shop"),
        ("decode", "commits"),
        ("encode", "commits"),
    } == set(shop.coded)


def test_adding_more_of_a_product_decodes_its_own_rows_alone() -> None:
    """
    Whether it is the same line is told by the rows of that product.
    """
    shop = Shop(1000)
    with shop.sessions.open(shop.token) as session:
        session.do(AddLine(product_id=500, options={5: 499}))
    assert 1 == shop.coded["decode", "row"]
    assert 1001 == shop.sessions.open(shop.token).checkout.cart.quantity


def test_setting_a_quantity_decodes_no_other_row() -> None:
    """
    At most the row of the line itself is looked at.
    """
    shop = Shop(1000)
    with shop.sessions.open(shop.token) as session:
        session.do(SetQuantity(line_id=500, quantity=7))
    assert {"cart", "commits"} == {name for _, name in shop.coded if name != "row"}
    assert shop.coded["decode", "row"] <= 1
    assert 0 == shop.coded["encode", "row"]


def test_host_data_leaves_the_checkout_alone() -> None:
    """
    A change of the host's own data decodes and encodes no section of the checkout.
    """
    shop = Shop()
    with shop.sessions.open(shop.token) as session:
        wishlist = session["wishlist"]
        assert isinstance(wishlist, list)
        wishlist.append(42)
    assert {"data", "commits"} == {name for _, name in shop.coded}
    assert [40, 41, 42] == shop.sessions.open(shop.token)["wishlist"]


def test_host_data_is_compared_once() -> None:
    """
    What was handed out is encoded beside what is stored, however often a commit asks.
    """
    packed: list[object] = []

    class Counting(Codec):
        def pack_value(self, value: object, path: str = "") -> bytes:
            packed.append(value)
            return super().pack_value(value, path)

    shop = Shop()
    shop.sessions.setup = evolve(shop.sessions.setup, codec=Counting())
    with shop.sessions.open(shop.token) as session:
        session["wishlist"].append(42)
    assert ["[40, 41, 42]", "[40, 41]"] == sorted(map(str, packed))


def test_the_way_of_a_change_to_its_bytes_stays_short(tmp_path: Path) -> None:
    """
    A block that adds a line calls a bounded number of functions on SQLite.
    """
    trace = Trace.of(ways(str(tmp_path))["`AddLine` → bytes"])
    assert 100 < trace.calls.total() <= 280
    assert trace.moves <= 185
