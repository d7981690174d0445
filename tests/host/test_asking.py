"""
How questions find their ports, and answers their questions.
"""

from __future__ import annotations

import functools
import inspect
import re
from pathlib import Path
from types import SimpleNamespace
from typing import get_args, get_type_hints

import pytest
from attrs import fields

from ocstate.auth.credentials import CredentialFact, CredentialQuestion
from ocstate.checkout.facts import (
    CouponFact,
    CouponQuestion,
    CurrencyFact,
    CurrencyQuestion,
    CustomerFact,
    CustomerQuestion,
    PlaceFact,
    PlaceQuestion,
    ProductFact,
    ProductQuestion,
    Question,
    VoucherQuestion,
)
from ocstate.checkout.values.state import State
from ocstate.demo import StaticHost
from ocstate.exceptions import ConfigurationError, UsageError
from ocstate.host import async_ports, ports
from ocstate.host.asking import (
    PORTS,
    TOLD,
    batches,
    collect,
    require_host,
    telling,
)
from ocstate.host.bridges import InlineHost, ThreadedHost
from tests.demo.shops import kinds

WORLDS = ((ports, ports.Host), (async_ports, async_ports.AsyncHost))


class Places:
    """
    A port that answers every question with the same fact, and notes what it was asked.
    """

    def __init__(self) -> None:
        self.asked: list[object] = []

    def places(self, questions):
        self.asked.append(questions)
        return [PlaceFact(country_known=True, zone=str(q.zone_id)) for q in questions]


class Coupons:
    """
    A port whose answers a test chooses, with one of its methods missing.
    """

    def __init__(self, answers: object = ()) -> None:
        self.answers = answers

    def coupons(self, questions):
        return self.answers


def methods(port: type) -> set[str]:
    """
    Name the methods that a port promises.
    """
    return {name for name in vars(port) if not name.startswith("_")}


def protocols(host: type) -> dict[str, type]:
    """
    Find the protocol of each attribute of a host.
    """
    hints = get_type_hints(host)
    return {each.name: get_args(hints[each.name])[0] for each in fields(host)}


def test_every_question_has_a_port():
    """
    The table holds each kind of question there is, and no other.
    """
    assert set(kinds()) == set(PORTS)


@pytest.mark.parametrize(("module", "host"), WORLDS)
def test_every_method_of_a_port_answers_one_kind_of_question(module, host):
    """
    The tables name each method of each port of a host once: asked, or told of orders.
    """
    promised = {
        (name, method)
        for name, port in protocols(host).items()
        for method in methods(port)
    }

    told = {(port, method) for port, methods in TOLD.items() for method in methods}
    assert promised == told | {(port.port, port.method) for port in PORTS.values()}
    assert len(PORTS) == len(promised) - len(told)
    assert {*module.__all__} == {
        host.__name__,
        *(port.__name__ for port in protocols(host).values()),
    }


@pytest.mark.parametrize(("module", "host"), WORLDS)
def test_a_port_s_method_takes_its_questions_and_gives_their_answers(module, host):
    """
    The types of each method say what the table says.
    """
    for kind, port in PORTS.items():
        method = getattr(protocols(host)[port.port], port.method)
        hints = get_type_hints(method)
        (questions,) = get_args(hints["questions"])
        (answer,) = get_args(hints["return"])

        assert questions is kind
        assert (get_args(answer) or answer) == port.answer
        assert inspect.iscoroutinefunction(method) is (module is async_ports)


def test_both_worlds_have_the_same_names():
    """
    A port is called by the same name with the same arguments, awaited or not.
    """
    plain, awaited = protocols(ports.Host), protocols(async_ports.AsyncHost)

    assert list(plain) == list(awaited)
    for name, port in plain.items():
        assert awaited[name].__name__ == f"Async{port.__name__}"
        for method in methods(port):
            one, other = getattr(port, method), getattr(awaited[name], method)
            assert inspect.signature(one) == inspect.signature(other)


def test_questions_are_sorted_into_one_batch_a_method():
    """
    Each method is asked once, with its questions in their order and each only once.
    """
    places, here, there = (
        Places(),
        PlaceQuestion(country_id=1),
        PlaceQuestion(country_id=2),
    )
    coupon = CouponQuestion(code="TEN", checkout=State())
    host = ports.Host(geography=places, discounts=Coupons([CouponFact(valid=True)]))

    asked = batches([here, coupon, there, here], host)
    answers = [batch.ask(batch.questions) for batch in asked]
    facts = collect(asked, answers, 17.0)

    assert [
        ("geography", "places", (here, there)),
        ("discounts", "coupons", (coupon,)),
    ] == [(batch.port, batch.method, batch.questions) for batch in asked]
    assert [(here, there)] == places.asked
    assert 17.0 == facts.at
    assert CouponFact(valid=True) == facts.answer(coupon)
    assert PlaceFact(country_known=True, zone="0") == facts.answer(there)


@pytest.mark.parametrize("host", [None, object(), ports.Host()])
def test_a_port_that_is_not_there_is_not_asked(host):
    """
    Without a host, or without its port, a question stays unanswered.
    """
    question = CurrencyQuestion(code="EUR")
    asked = batches([question], host)

    assert () == asked
    assert None is collect(asked, [], 1.0).answer(question)


def test_no_questions_ask_nobody():
    """
    Facts of nothing hold the time alone.
    """
    assert 2.5 == collect(batches([], ports.Host()), [], 2.5).at


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ((), "was asked 1 and answered 0"),
        ([CouponFact(valid=True)] * 2, "was asked 1 and answered 2"),
        ([None], "answered with a NoneType"),
        ([CurrencyFact(currency=None)], "answered with a CurrencyFact"),
        (None, "answered no sequence: NoneType"),
        ("x", "answered no sequence: str"),
        ({CouponFact(valid=True)}, "answered no sequence: set"),
        (iter([CouponFact(valid=True)]), "answered no sequence: list_iterator"),
    ],
)
def test_a_wrong_answer_names_the_port(answers, words):
    """
    A host that answers too much, too little or something else is told where.
    """
    asked = batches(
        [CouponQuestion(code="TEN", checkout=State())],
        ports.Host(discounts=Coupons(answers)),
    )

    with pytest.raises(UsageError, match=r"discounts\.coupons") as caught:
        collect(asked, [batch.ask(batch.questions) for batch in asked], 1.0)
    assert words in str(caught.value)


def test_nobody_may_be_called_so():
    """
    A credential that does not exist is an answer; the fact of another kind is not.
    """

    class Clients:
        def credentials(self, questions):
            known = CredentialFact(api_id=1, username="till", key_hash=b"")
            return [known if q.username == "till" else None for q in questions]

    till, other = CredentialQuestion(username="till"), CredentialQuestion(username="x")
    asked = batches([till, other], ports.Host(credentials=Clients()))
    facts = collect(asked, [batch.ask(batch.questions) for batch in asked], 1.0)

    assert 1 == facts.answer(till).api_id
    assert None is facts.answer(other)


def test_a_port_without_its_method_is_an_error():
    """
    A half-written port is noticed when it is first needed, not taken for silence.
    """
    with pytest.raises(UsageError, match=r"'discounts' has no method 'vouchers'"):
        batches([VoucherQuestion(code="GV")], ports.Host(discounts=Coupons()))


def test_a_question_of_no_kind_is_an_error():
    """
    A question that no port answers is the caller's mistake.
    """

    class Weather(Question[str]):
        pass

    with pytest.raises(UsageError, match="no port answers a Weather"):
        batches([Weather()], ports.Host())


@pytest.mark.parametrize("host", [None, ports.Host()])
def test_without_a_port_for_orders_none_is_placed(host):
    """
    An order that nobody would take is the caller's mistake.
    """
    with pytest.raises(UsageError, match="orders"):
        telling(host, "orders", "place")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            ProductQuestion(product_id=40),
            lambda told: ProductFact(product_id=told, buyable=True),
        ),
        (
            CustomerQuestion(customer_id=40),
            lambda told: CustomerFact(customer_id=told, active=True),
        ),
    ],
)
def test_an_answer_to_another_question_is_refused(question, answer):
    """
    What tells whom or what it is about has to tell so of what was asked.
    """
    port = PORTS[type(question)]
    host = Lazy(**{port.port: Lazy(**{port.method: lambda asked: [answer(41)]})})
    (batch,) = batches([question], host)

    assert answer(40) == collect([batch], [[answer(40)]], 0.0).answer(question)
    with pytest.raises(UsageError, match=rf"{port.port}\.{port.method} .* 40 .* 41"):
        collect([batch], [batch.ask(batch.questions)], 0.0)


async def awaited(questions):
    """
    Answer as an asynchronous port does.
    """
    return questions


def at_once(questions):
    """
    Answer as a port does that is called.
    """
    return questions


@functools.wraps(awaited)
def decorated(questions):
    """
    Stand before another function, so that nobody knows what comes of it.
    """
    return awaited(questions)


class Port:
    """
    Methods of a class.
    """

    async def place(self, order):
        """
        Answer as an asynchronous port does.
        """

    async def find(self, key):
        """
        Answer as an asynchronous port does.
        """

    products = staticmethod(at_once)


class Late:
    """
    A host whose ports are made when they are asked for.
    """

    @property
    def catalog(self):
        """
        Fail, because nobody asked yet.
        """
        raise RuntimeError("asked too early")


class Lazy(SimpleNamespace):
    """
    An object with some attributes.
    """


ASYNC = Lazy(catalog=Lazy(products=awaited))
THREADED = Lazy(catalog=Lazy(products=at_once))


@pytest.mark.parametrize(
    ("host", "is_awaited", "message"),
    [
        (object(), False, "none of the ports"),
        (object(), True, "object has none of the ports affiliates, catalog"),
        (StaticHost, False, "none of the ports"),
        (ports.Host(), False, "none of the ports"),
        (ASYNC, False, r"catalog\.products is a coroutine function"),
        (
            THREADED,
            True,
            r"catalog\.products .*wrap the host in InlineHost or Threaded",
        ),
        (Lazy(orders=Port()), False, r"orders\.\w+ is a coroutine function"),
        (Lazy(catalog=Port()), True, r"catalog\.products is no coroutine function"),
        (StaticHost.demo(), True, "wrap the host"),
        (InlineHost(StaticHost.demo()), False, "is a coroutine function"),
    ],
)
def test_a_host_that_cannot_be_asked_is_refused_at_once(host, is_awaited, message):
    """
    It is told when sessions are made, not by the first question.
    """
    with pytest.raises(ConfigurationError, match=message):
        require_host(host, awaited=is_awaited)


@pytest.mark.parametrize(
    ("host", "is_awaited"),
    [
        (None, False),
        (None, True),
        (ASYNC, True),
        (THREADED, False),
        (Lazy(orders=Port()), True),
        (Lazy(catalog=Port()), False),
        (Lazy(catalog=Lazy()), False),
        (Lazy(catalog=Lazy(products=decorated)), False),
        (Lazy(catalog=Lazy(products=decorated)), True),
        (Lazy(catalog=Lazy(products=functools.partial(at_once))), True),
        (Late(), False),
        (Late(), True),
        (StaticHost.demo(), False),
        (InlineHost(StaticHost.demo()), True),
        (ThreadedHost(StaticHost.demo()), True),
    ],
)
def test_a_host_is_not_refused_for_what_nobody_knows(host, is_awaited):
    """
    What decorates, delegates or is made later may turn out to be right.
    """
    require_host(host, awaited=is_awaited)


def test_the_reference_lists_the_table():
    """
    The page of the host ports has a row for every kind of question and for every method
    that is told something, and no other.
    """
    page = Path(__file__).parents[2] / "docs" / "reference" / "host-ports.md"
    cells = r"`(\w+)`"
    rows = re.findall(
        rf"^\| {cells} \| {cells} \| {cells} \|", page.read_text(), re.MULTILINE
    )

    asked = {(port.port, port.method, kind.__name__) for kind, port in PORTS.items()}
    told = {
        (port, method, "Order" if method in ("place", "hold") else "key")
        for port, methods in TOLD.items()
        for method in methods
    }
    assert asked | told == set(rows)
    assert len(rows) == len(asked) + len(told)
