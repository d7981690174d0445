"""
A small shop whose counter a test steers, and the four ways to a session of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from decimal import Decimal
from typing import Any

from attrs import frozen

from ocstate import AsyncSessions, Session, Sessions
from ocstate.asgi import SessionMiddleware as AsgiMiddleware
from ocstate.checkout import (
    AddLine,
    Command,
    Customer,
    PaymentMethod,
    QuotePayment,
    SetCustomer,
    SetPaymentMethod,
)
from ocstate.checkout.facts import (
    CurrencyFact,
    PaymentFact,
    PriceFact,
    ProductFact,
    ShopFact,
    TotalRow,
)
from ocstate.checkout.values.money import Currency
from ocstate.core.cookies import parse_cookies
from ocstate.host import Host, InlineHost, Order, Placed, Placement
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.testing import FakeClock
from ocstate.wsgi import SESSION_KEY
from ocstate.wsgi import SessionMiddleware as WsgiMiddleware
from tests.adapters.clients import call_asgi, call_wsgi

Play = Generator[Any, Any, object]
"""Yields what a shell returned, awaitable or not, and receives the result."""

ADA = Customer(
    firstname="Ada", lastname="Keeper", email="ada@example.com", telephone="0405550100"
)
BOOK, CARD = AddLine(product_id=1), AddLine(product_id=2)
READY: tuple[Command, ...] = (
    BOOK,
    SetCustomer(ADA),
    QuotePayment(),
    SetPaymentMethod("prepaid"),
)


class Counter:
    """
    Takes orders, and finds them by their key.

    Attributes:
        placed: Every order that came of a call, by its key.
        calls: What was called, in order.
        before: Called with each order before it is placed; what it returns is the
            answer, and what it raises is raised.
        after: Called with each order after it was placed, in the same way.
        answers: What `find` says in place of what is known, if it is there.
    """

    def __init__(self) -> None:
        self.placed: dict[str, Order] = {}
        self.calls: list[str] = []
        self.before: Callable[[Order], Placement | None] = lambda order: None
        self.after: Callable[[Order], Placement | None] = lambda order: None
        self.answers: list[object] = []

    def place(self, order: Order, /) -> Placement:
        self.calls.append("place")
        said = self.before(order)
        if said is not None:
            return said
        self.placed.setdefault(order.key, order)
        return self.after(order) or self._known(order.key)

    def find(self, key: str, /) -> Any:
        self.calls.append("find")
        if self.answers:
            said = self.answers.pop(0)
            if isinstance(said, BaseException):
                raise said
            return said
        return self._known(key) if key in self.placed else None

    def _known(self, key: str) -> Placed:
        number = list(self.placed).index(key) + 1
        return Placed(order_id=number, attempt=self.placed[key].attempt)


class Goods:
    """
    Answers about products, prices, currencies and the shop.

    Attributes:
        price: Of one piece.
        on_sale: Whether anything can be bought.
        currency: The shop's default.
    """

    def __init__(self) -> None:
        self.price = Decimal(10)
        self.on_sale = True
        self.currency = "EUR"

    def products(self, questions, /):
        return [
            ProductFact(
                product_id=each.product_id, buyable=self.on_sale, shipping=False
            )
            for each in questions
        ]

    def prices(self, questions, /):
        return [self._priced(each.checkout.cart.quantity) for each in questions]

    def _priced(self, pieces: int) -> PriceFact:
        return PriceFact(
            totals=(TotalRow(code="total", title="Total", value=self.price * pieces),)
        )

    def shops(self, questions, /):
        shop = ShopFact(payment_address_required=False, currency=self.currency)
        return [shop for _ in questions]

    def currencies(self, questions, /):
        rates = {"EUR": "1", "USD": "2"}
        return [
            CurrencyFact(
                currency=Currency(code=each.code, value=Decimal(rates[each.code]))
                if each.code in rates
                else None
            )
            for each in questions
        ]

    def options(self, questions, /):
        ways = tuple(PaymentMethod(code=code) for code in ("prepaid", "invoice"))
        return [PaymentFact(options=ways) for _ in questions]


class Shop:
    """
    The shop, a store, a clock, and sessions for threads; options are of `Sessions`.
    """

    def __init__(self, *, without: tuple[str, ...] = (), **options: Any) -> None:
        self.goods, self.counter = Goods(), Counter()
        self.ports: dict[str, Any] = {
            "catalog": self.goods,
            "prices": self.goods,
            "shops": self.goods,
            "currencies": self.goods,
            "payment": self.goods,
            "orders": self.counter,
        }
        for port in without:
            del self.ports[port]
        self.ports |= options.pop("ports", {})
        self.host = Host(**self.ports)
        self.store, self.clock = MemoryStore(), FakeClock()
        self.options = {"patience": 0.02, "clock": self.clock, **options}
        self.sessions = Sessions(self.store, self.host, **self.options)

    def ready(self, *commands: Command) -> str:
        """
        Make a session that could be ordered, and return its token.
        """
        with self.sessions.open() as session:
            for command in (*READY, *commands):
                session.do(command)
        assert session.token is not None
        return session.token

    def look(self, token: str | None) -> Session:
        """
        Return what is stored now.
        """
        return self.sessions.open(token).load()


@frozen
class Visit:
    """
    What came of one block.

    Attributes:
        told: What the play returned.
        token: What the client has now.
    """

    told: Any
    token: str | None


Way = Callable[[Shop, Callable[[Any], Play], str | None], Visit]


def _driven(play: Play) -> object:
    answer = None
    try:
        while True:
            answer = play.send(answer)
    except StopIteration as end:
        return end.value


async def _awaited(play: Play) -> object:
    answer: object = None
    error: BaseException | None = None
    while True:
        try:
            wanted = play.send(answer) if error is None else play.throw(error)
        except StopIteration as end:
            return end.value
        answer, error = None, None
        try:
            answer = await wanted
        except BaseException as raised:  # noqa: BLE001 - the play decides
            error = raised


def _async_sessions(shop: Shop) -> AsyncSessions:
    store, host = Threaded(shop.store), InlineHost(shop.host)
    return AsyncSessions(store, host, **shop.options)


def in_a_thread(shop: Shop, play: Callable[[Any], Play], token: str | None) -> Visit:
    """
    Use `Sessions` themselves.
    """
    with shop.sessions.open(token) as session:
        told = _driven(play(session))
    return Visit(told, session.token)


def in_a_loop(shop: Shop, play: Callable[[Any], Play], token: str | None) -> Visit:
    """
    Use `AsyncSessions` themselves.
    """

    async def visit() -> Visit:
        async with _async_sessions(shop).open(token) as session:
            told = await _awaited(play(session))
        return Visit(told, session.token)

    return asyncio.run(visit())


def _cookies(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Cookie": f"OCSESSID={token}"}


def _token_in(answer, token: str | None) -> str | None:
    assert 200 == answer.status
    for field in answer.all("set-cookie"):
        return parse_cookies(field)["OCSESSID"]
    return token


def behind_wsgi(shop: Shop, play: Callable[[Any], Play], token: str | None) -> Visit:
    """
    Use the request's session in a WSGI application.
    """
    told: list[object] = []

    def app(environ, start_response):
        told.append(_driven(play(environ[SESSION_KEY])))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b""]

    answer = call_wsgi(WsgiMiddleware(app, shop.sessions), headers=_cookies(token))
    return Visit(told[0], _token_in(answer, token))


def behind_asgi(shop: Shop, play: Callable[[Any], Play], token: str | None) -> Visit:
    """
    Use the request's session in an ASGI application.
    """
    told: list[object] = []

    async def app(scope, receive, send):
        session = await scope[SESSION_KEY].load()
        told.append(await _awaited(play(session)))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    middleware = AsgiMiddleware(app, _async_sessions(shop))
    answer = asyncio.run(call_asgi(middleware, headers=_cookies(token)))
    return Visit(told[0], _token_in(answer, token))


WAYS: dict[str, Way] = {
    "Sessions": in_a_thread,
    "AsyncSessions": in_a_loop,
    "WSGI": behind_wsgi,
    "ASGI": behind_asgi,
}
