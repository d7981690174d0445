"""
How a shop is told of orders, and what it may answer.
"""

from __future__ import annotations

import asyncio
import math
import sqlite3
from contextlib import closing
from enum import IntEnum
from types import SimpleNamespace

import attrs
import pytest

from ocstate import AsyncSessions, Sessions
from ocstate.checkout.confirming.order import found_of, placement_of
from ocstate.checkout.facts import PriceFact
from ocstate.checkout.values.state import State
from ocstate.core.flow import find_order, hold, place, release, take
from ocstate.demo import StaticHost
from ocstate.exceptions import CommandRefused, ConfigurationError, UsageError
from ocstate.host import (
    AsyncHost,
    BuyerNeeded,
    Declined,
    Host,
    InlineHost,
    InProgress,
    Order,
    Placed,
    ThreadedHost,
)
from ocstate.host.asking import TOLD, NoOrdersError
from ocstate.problem import Problem
from ocstate.stores.inline import Inline
from ocstate.stores.memory import MemoryStore
from tests.core.canned import Canned

SHORT = Problem("out_of_stock", "/cart")
TOLD_SOON = Problem("slow", severity="warning")
ORDER = Order(
    key="k",
    attempt="a",
    checkout=State(),
    prices=PriceFact(),
    placed_at=1.0,
    payment={"token": "4711-secret"},
)


class Size(IntEnum):
    """
    Numbers of a class of their own.
    """

    LARGE = 17


ANSWERS = [
    Placed(order_id="A-17", number="2025/17", link="https://shop.test/17", attempt="a"),
    Declined([SHORT, TOLD_SOON]),
    BuyerNeeded(url="https://bank.test/3ds", until=60),
    InProgress(),
    InProgress(until=60.5),
]


class Recording:
    """
    Ports that answer what a test chose, and note what they were told.
    """

    def __init__(self, answer: object = 1) -> None:
        self.answer = answer
        self.told: list[tuple[str, object]] = []

    def __getattr__(self, name: str) -> object:
        if name not in {method for methods in TOLD.values() for method in methods}:
            raise AttributeError(name)

        def method(about: object) -> object:
            self.told.append((name, about))
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        return method


def told_of(shop: SimpleNamespace | Host) -> list[object]:
    """
    Run every flow that tells a shop something, and return what they end with.
    """
    sessions = Sessions(MemoryStore(), shop)
    return [sessions.run(each) for each in flows()]


def told_async(shop: SimpleNamespace | Host, bridge: type[AsyncHost]) -> list[object]:
    """
    Run the same for asyncio.
    """
    sessions = AsyncSessions(Inline(MemoryStore()), bridge(shop))

    async def run() -> list[object]:
        return [await sessions.run(each) for each in flows()]

    return asyncio.run(run())


def flows() -> list:
    """
    Make every flow that tells a shop of an order.
    """
    return [place(ORDER), find_order("k"), hold(ORDER), take("k"), release("k")]


# --- What a shop may answer ---------------------------------------------------------


@pytest.mark.parametrize("answer", ANSWERS)
def test_each_outcome_reaches_who_asked(answer):
    """
    What a shop answers to an order, or to its key, comes out of the flow as it is.
    """
    assert answer == Canned(answer).drive(place(ORDER))
    assert answer == Canned(answer).drive(find_order("k"))


@pytest.mark.parametrize(
    ("number", "order_id"), [(1, "1"), (Size.LARGE, "17"), (10**63, "1" + "0" * 63)]
)
def test_a_number_alone_counts_as_placed(number, order_id):
    """
    A shop that numbers its orders needs no class for it.
    """
    assert Placed(order_id=order_id) == placement_of(number) == found_of(number)
    assert order_id == Placed(order_id=number).order_id


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (True, "the bool True"),
        (False, "the bool False"),
        (0, "the int 0"),
        (-1, "the int -1"),
        (1.0, "a float"),
        (10**64, "the int 1"),
        ("17", r"a str: write Placed\(order_id=…\)"),
        (b"17", "a bytes"),
        ((), "a tuple"),
        ([Placed(order_id=1)], "a list"),
        (Placed, "a type"),
        (SHORT, "a Problem"),
        (CommandRefused([SHORT]), "a CommandRefused"),
    ],
)
def test_any_other_answer_is_a_fault_of_the_port(answer, words):
    """
    Nothing is guessed: the shop is told which of its methods has to be mended.
    """
    with pytest.raises(UsageError, match=rf"orders\.place answered with {words}"):
        placement_of(answer)
    with pytest.raises(UsageError, match=rf"orders\.find answered with {words}"):
        found_of(answer)


def test_only_finding_may_answer_nothing():
    """
    None says that there is no such order, which placing one cannot say.
    """
    assert None is Canned(None).drive(find_order("k"))
    with pytest.raises(UsageError, match=r"orders\.place answered with a NoneType"):
        Canned(None).drive(place(ORDER))


def test_a_shop_that_refuses_has_declined():
    """
    Raised or answered, the problems are the same.
    """
    refused = CommandRefused([SHORT, TOLD_SOON])

    assert Declined([SHORT, TOLD_SOON]) == Canned(refused).drive(place(ORDER))
    with pytest.raises(UsageError, match="at least one error"):
        Canned(CommandRefused([])).drive(place(ORDER))
    with pytest.raises(CommandRefused, match="out_of_stock"):
        Canned(refused).drive(hold(ORDER))


@pytest.mark.parametrize(
    "order_id",
    ["", " ", "17 ", "\t17", "1\n7", "1\u202e7", "x" * 65, None, 0, True, 1.5],
)
def test_an_order_has_a_name_that_can_be_shown(order_id):
    """
    1 to 64 characters, all of them seen.
    """
    with pytest.raises(UsageError, match="order_id"):
        Placed(order_id=order_id)


@pytest.mark.parametrize("order_id", ["x", "A 17/2025", "заказ-7", "x" * 64, "0"])
def test_an_order_may_have_any_other_name(order_id):
    """
    Numbers, words and years: whatever the shop calls it.
    """
    assert order_id == Placed(order_id=order_id).order_id


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (Placed, "number", "x" * 65),
        (Placed, "number", 17),
        (Placed, "link", "https://a.test/\n"),
        (Placed, "link", "x" * 2049),
        (Placed, "attempt", None),
        (Declined, "problems", []),
        (Declined, "problems", [TOLD_SOON]),
        (Declined, "problems", [SHORT, "out_of_stock"]),
        (Declined, "problems", "no"),
        (Declined, "problems", SHORT),
        (Declined, "problems", None),
        (BuyerNeeded, "url", ""),
        (BuyerNeeded, "url", None),
        (BuyerNeeded, "until", None),
        (BuyerNeeded, "until", True),
        (BuyerNeeded, "until", math.inf),
        (InProgress, "until", "60"),
        (InProgress, "until", math.nan),
    ],
    ids=str,
)
def test_what_cannot_be_right_is_refused_where_it_is_made(kind, name, value):
    """
    The traceback shows the shop's own line.
    """
    right = {
        Placed: {"order_id": 1},
        BuyerNeeded: {"url": "https://bank.test", "until": 1},
    }
    with pytest.raises(UsageError, match=rf"^{name} "):
        kind(**{**right.get(kind, {}), name: value})


def test_what_opens_something_is_not_shown():
    """
    Neither payments nor links reach a log, and orders do not differ by their payment.
    """
    told = [
        ORDER,
        Placed(order_id=1, link="https://shop.test/secret"),
        BuyerNeeded(url="https://bank.test/secret", until=1),
        place(ORDER).send(None),
        hold(ORDER).send(None),
    ]

    assert "secret" not in repr(told)
    assert attrs.evolve(ORDER, payment=None) == ORDER
    with pytest.raises(UsageError) as caught:
        BuyerNeeded(url="https://bank.test/secret\n", until=1)
    assert "secret" not in str(caught.value)


# --- Whom the flows reach -----------------------------------------------------------


@pytest.mark.parametrize("bridge", [None, InlineHost, ThreadedHost])
def test_each_method_is_told_what_it_needs(bridge):
    """
    In threads and for asyncio, the order or its key comes to the method of its port.
    """
    orders, reservations = Recording(ANSWERS[0]), Recording(None)
    shop = SimpleNamespace(orders=orders, reservations=reservations)
    ended = told_of(shop) if bridge is None else told_async(shop, bridge)

    assert [ANSWERS[0], ANSWERS[0], None, None, None] == ended
    assert [("place", ORDER), ("find", "k")] == orders.told
    assert [("hold", ORDER), ("take", "k"), ("release", "k")] == reservations.told
    assert ORDER.payment is orders.told[0][1].payment


@pytest.mark.parametrize("bridge", [None, InlineHost, ThreadedHost])
def test_a_shop_that_holds_nothing_is_told_of_orders_alone(bridge):
    """
    Without reservations, holding, taking and releasing do nothing.
    """
    shop = SimpleNamespace(orders=Recording(7))
    ended = told_of(shop) if bridge is None else told_async(shop, bridge)

    assert [Placed(order_id=7)] * 2 + [None] * 3 == ended


@pytest.mark.parametrize("host", [None, SimpleNamespace(catalog=object())])
def test_nobody_takes_an_order_where_there_is_no_port(host):
    """
    None can be found there, either.
    """
    sessions = Sessions(MemoryStore(), host)

    with pytest.raises(NoOrdersError):
        sessions.run(place(ORDER))
    assert None is sessions.run(find_order("k"))
    assert None is sessions.run(hold(ORDER))


def test_what_a_method_raises_comes_out_of_the_flow():
    """
    A shop's own fault is neither a refusal nor an answer.
    """
    names = [method for methods in TOLD.values() for method in methods]
    for name, flow in zip(names, flows(), strict=True):
        port = Recording(LookupError(name))
        sessions = Sessions(
            MemoryStore(), SimpleNamespace(orders=port, reservations=port)
        )
        with pytest.raises(LookupError, match=name):
            sessions.run(flow)


# --- Half-written ports -------------------------------------------------------------


def without(port: str, method: str, *, awaited: bool = False) -> SimpleNamespace:
    """
    Make a host with a port that lacks one of its methods.
    """

    async def later(about: object) -> None:
        """
        Answer as an asynchronous port does.
        """

    methods = {
        name: later if awaited else (lambda about: 1)
        for name in TOLD[port]
        if name != method
    }
    return SimpleNamespace(**{port: SimpleNamespace(**methods)})


EACH = [(port, method) for port, methods in TOLD.items() for method in methods]


@pytest.mark.parametrize(("port", "method"), EACH)
def test_a_half_written_port_is_refused_when_sessions_are_made(port, method):
    """
    Whoever places orders has to find them, and whoever holds has to release.
    """
    message = f"port '{port}' has no method '{method}'"
    half = without(port, method)

    with pytest.raises(ConfigurationError, match=message):
        Sessions(MemoryStore(), half)
    with pytest.raises(ConfigurationError, match=message):
        AsyncSessions(Inline(MemoryStore()), without(port, method, awaited=True))
    for bridge in (InlineHost, ThreadedHost):
        with pytest.raises(ConfigurationError, match=message):
            AsyncSessions(Inline(MemoryStore()), bridge(half))


@pytest.mark.parametrize(("port", "method"), EACH)
def test_a_port_that_is_made_late_is_judged_before_it_is_told(port, method):
    """
    Nothing is placed or held that could not be found or released afterwards.
    """
    told: list[object] = []

    class Late:
        catalog = object()

        def made(self) -> object:
            methods = {name: told.append for name in TOLD[port] if name != method}
            return SimpleNamespace(**methods)

    setattr(Late, port, property(Late.made))
    sessions = Sessions(MemoryStore(), Late())
    chosen = [place(ORDER), find_order("k")] if port == "orders" else flows()[2:]

    for flow in chosen:
        with pytest.raises(ConfigurationError, match=f"no method '{method}'"):
            sessions.run(flow)
    assert [] == told


def test_a_misspelt_port_is_found():
    """
    Reservations that nobody would ever be told of are no reservations.
    """
    shop = StaticHost.demo()
    vars(shop)["reservation_s"] = Recording()

    with pytest.raises(ConfigurationError, match="did you mean 'reservations'"):
        Sessions(MemoryStore(), shop)


# --- The answer is the same ---------------------------------------------------------


def test_the_slow_call_s_lines_are_told_to_the_one_after_it(tmp_path):
    """
    A call that outlives its time and the one after it make one order, and both hear
    which of them it is of.
    """

    class Orders:
        """
        Orders of a real database, where the second call comes while the first runs.
        """

        def __init__(self) -> None:
            self.meanwhile = lambda: None
            with closing(self.connect()) as shop, shop:
                shop.execute(
                    "CREATE TABLE o (id INTEGER PRIMARY KEY, key UNIQUE, attempt)"
                )

        def connect(self) -> sqlite3.Connection:
            return sqlite3.connect(tmp_path / "shop.db", timeout=30)

        def place(self, order, /):
            meanwhile, self.meanwhile = self.meanwhile, lambda: None
            meanwhile()
            with closing(self.connect()) as shop, shop:
                shop.execute(
                    "INSERT INTO o (key, attempt) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    [order.key, order.attempt],
                )
            return self.find(order.key)

        def find(self, key, /):
            with closing(self.connect()) as shop:
                found = shop.execute("SELECT id, attempt FROM o WHERE key = ?", [key])
                row = found.fetchone()
            return row and Placed(order_id=row[0], attempt=row[1])

    orders = Orders()
    sessions = Sessions(MemoryStore(), Host(orders=orders))
    later = attrs.evolve(ORDER, attempt="b")
    heard = []
    orders.meanwhile = lambda: heard.append(sessions.run(place(later)))
    heard.append(sessions.run(place(ORDER)))

    assert [Placed(order_id=1, attempt="b")] * 2 == heard
    assert heard[0] == sessions.run(find_order("k"))
    assert None is sessions.run(find_order("other"))
