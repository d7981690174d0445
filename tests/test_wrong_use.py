"""
Wrong use: a typed error, and a sentence that says what to write instead.
"""

from __future__ import annotations

import asyncio
import inspect
import pkgutil
import re
import subprocess
import sys
import threading
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import attrs
import pytest

from ocstate import AsyncSessions, Policies, Policy, Sessions, asgi, checkout, wsgi
from ocstate.checkout import (
    AddLine,
    Cart,
    Checkout,
    Customer,
    Decision,
    ProductFact,
    Rules,
    SetComment,
    ShopFact,
)
from ocstate.core import record
from ocstate.demo import StaticHost
from ocstate.exceptions import ConfigurationError, UsageError
from ocstate.host import Host, InlineHost
from ocstate.stores import open_async_store, open_store
from ocstate.stores.memory import MemoryStore
from ocstate.stores.sqlite import SqliteStore
from ocstate.stores.threaded import Threaded

LINE = AddLine(product_id=1)


def threads(store=None, host=None, **settings):
    """
    Sessions for threads.
    """
    return Sessions(store or MemoryStore(), host, **settings)


def tasks(store=None, host=None, **settings):
    """
    Sessions for tasks.
    """
    return AsyncSessions(store or Threaded(MemoryStore()), host, **settings)


KINDS = pytest.mark.parametrize("kind", [threads, tasks])


async def found(given):
    """
    Return what was given, awaited where it has to be.
    """
    return await given if inspect.isawaitable(given) else given


# --- Where sessions are made --------------------------------------------------------


@attrs.frozen
class Wishes:
    """
    A section with a field that has no encoding.
    """

    names: tuple[str, ...] = ()
    angle: complex = 0j


@attrs.frozen
class Album:
    """
    A section that holds such a section.
    """

    wishes: Wishes


@attrs.frozen
class Points:
    """
    A section that is right.
    """

    held: int = 0


SETTINGS = [
    (
        {"sections": [Points]},
        r"by name, not .* list: .*\"loyalty\": Loyalty",
    ),
    ({"sections": Points}, "by name, not the class Points"),
    ({"sections": {Points}}, "by name, not a value of type set"),
    ({"sections": {7: Points}}, "name has to be a text, not a value of type int"),
    ({"sections": {"points": Points()}}, "'points' has to be a class.*: write Points"),
    ({"sections": {"w": Wishes}}, "section 'w': the field Wishes.angle: .* complex"),
    ({"sections": {"a": Album}}, "the field Album.wishes: the field Wishes.angle"),
    ({"sections": {"d": dict[str, complex]}}, "section 'd': "),
    ({"policy": 1800}, r"policy has to be a Policy, not .* int: write Policy\(idle"),
    ({"policy": timedelta(minutes=30)}, "has to be a Policy, not .* timedelta"),
    ({"policy": Policy}, "has to be a Policy, not the class Policy"),
    ({"patience": -1}, "patience must be a time above zero"),
    ({"patience": "5"}, "seconds or a timedelta, not a value of type str"),
    ({"patience": True}, "seconds or a timedelta, not a value of type bool"),
    ({"clock": 5.0}, "clock has to be a function .* such as time.time"),
    ({"key_of": "sha256"}, "key_of has to be a function"),
    ({"token_form": "[a-z]+"}, r"token_form has to be a Pattern, .* re.compile"),
    ({"rules": Rules}, "rules has to be a Rules, not the class Rules"),
    ({"rules": None}, "rules has to be a Rules, not None"),
    ({"limits": 5}, r"limits has to be a Limits, .* write limits=Limits\("),
]


@KINDS
@pytest.mark.parametrize(("settings", "told"), SETTINGS)
def test_a_setting_of_the_wrong_kind_is_told_when_sessions_are_made(
    kind, settings, told
):
    """
    By its name, with what to write instead.
    """
    with pytest.raises(ConfigurationError, match=told):
        kind(**settings)


def test_times_may_be_timedeltas():
    """
    They mean seconds everywhere.
    """
    sessions = threads(patience=timedelta(seconds=2))

    assert 2.0 == sessions.setup.patience
    assert 60.0 == Policy(idle=timedelta(minutes=1)).idle


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ({"idle": "30m"}, "Policy.idle has to be a time in seconds or a timedelta"),
        ({"lifetime": None}, "Policy.lifetime has to be .*, not None"),
        ({"rotation": -3}, "Policy.rotation must be a time above zero"),
        ({"repeat": timedelta(-1)}, "Policy.repeat must be a time of zero or more"),
        ({"idle": float("inf")}, "Policy.idle must be a time above zero"),
    ],
)
def test_a_time_that_is_none_is_told_by_its_name(times, told):
    """
    Whatever was written in its place.
    """
    with pytest.raises(ConfigurationError, match=told):
        Policy(**times)
    with pytest.raises(ConfigurationError, match=r"Policies\.guest has to be a Policy"):
        Policies(guest=1800)


@pytest.mark.parametrize(
    ("kind", "store", "told"),
    [
        (Sessions, MemoryStore, r"not the class MemoryStore: write MemoryStore\("),
        (AsyncSessions, SqliteStore, r"not the class SqliteStore: write SqliteStore\("),
        (AsyncSessions, Threaded, "not the class Threaded"),
        (Sessions, "sqlite:///shop.db", r"text is no store: write open_store\(url\)"),
        (AsyncSessions, "memory://", r"open_async_store\(url\)"),
        (Sessions, {}, "dict is no store"),
        (AsyncSessions, MemoryStore(), "wrap it in Threaded"),
        (Sessions, Threaded(MemoryStore()), "use AsyncSessions"),
    ],
)
def test_what_is_no_store_of_this_kind_is_told(kind, store, told):
    """
    A class, a text or a store of the other kind, each with the way on.
    """
    with pytest.raises(ConfigurationError, match=told):
        kind(store)


@pytest.mark.parametrize("given", [MemoryStore, None, "memory://"])
def test_threaded_wraps_a_store_and_nothing_else(given):
    """
    It says so at once, not when the first session is read.
    """
    with pytest.raises(ConfigurationError, match="Threaded wraps a store"):
        Threaded(given)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite://shop.db", "write sqlite:///shop.db for a file in the working"),
        ("sqlite://var/shop.db", "sqlite:////var/lib/shop.db for any other"),
        ("sqlite:shop.db", "write sqlite:///shop.db"),
        ("file://sessions", "write file:///var/lib/shop/sessions"),
        ("memory://here", "write memory://"),
        (b"sqlite:///shop.db", "URL is a text, .* not a bytes"),
        (7, "URL is a text"),
        (None, "URL is a text"),
    ],
)
def test_the_url_of_a_store_is_told_as_it_is_written(url, told):
    """
    One slash too few is the likeliest slip.
    """
    for open_one in (open_store, open_async_store):
        with pytest.raises(ConfigurationError, match=told):
            open_one(url)


# --- Hosts --------------------------------------------------------------------------


class Answering:
    """
    A port of several kinds.
    """

    def shops(self, questions):
        """
        Answer how the shop is set up.
        """
        return [ShopFact() for _ in questions]

    quotes = currencies = options = products = shops


GOOD = Answering()


@pytest.mark.parametrize(
    ("ports", "told"),
    [
        ({"shpping": GOOD}, "no port 'shpping': did you mean 'shipping'"),
        ({"catalogue": GOOD}, "no port 'catalogue': did you mean 'catalog'"),
        ({"currency": GOOD}, "no port 'currency': did you mean 'currencies'"),
        ({"payments": GOOD}, "no port 'payments': did you mean 'payment'"),
        ({"custumers": SimpleNamespace()}, "did you mean 'customers'"),
        (
            {"shipping": Answering},
            "'shipping' is the class Answering: write shipping",
        ),
        ({"catalog": GOOD.products}, "'catalog' is a function: .* catalog.products"),
    ],
)
def test_a_misspelt_port_beside_good_ones_is_told(ports, told):
    """
    It would have been asked nothing, without a word.
    """
    host = SimpleNamespace(shops=GOOD, **ports)
    with pytest.raises(ConfigurationError, match=told):
        threads(host=host)
    with pytest.raises(ConfigurationError, match=told):
        tasks(host=SimpleNamespace(shops=ASYNC, **ports))


class AsyncAnswering:
    """
    A port whose answers are awaited.
    """

    async def shops(self, questions):
        """
        Answer how the shop is set up.
        """
        return [ShopFact() for _ in questions]


ASYNC = AsyncAnswering()


def test_what_is_a_hosts_own_business_is_no_misspelt_port():
    """
    Data, methods, singulars, and whatever stands beside the port that it resembles.
    """

    class Shop:
        shops = GOOD
        currency = "EUR"
        order = SimpleNamespace(number=7)
        shiping_ = shippings = ("a", "b")

        def customer(self):
            """
            Not a port.
            """

        @property
        def catalogs(self):
            """
            Not looked at.
            """
            raise AssertionError

    threads(host=Shop())
    threads(host=SimpleNamespace(shops=GOOD, shipping=GOOD, shpping=GOOD))
    threads(host=StaticHost.demo())
    tasks(host=InlineHost(StaticHost.demo()))
    threads(host=Host(shops=GOOD))


@pytest.mark.parametrize(
    ("host", "told"),
    [
        (StaticHost, r"it is a class, so write StaticHost\("),
        ({"shops": GOOD}, r"ports are attributes, as of Host\(shops=…\)"),
    ],
)
def test_what_is_no_host_is_told(host, told):
    """
    A class and a mapping look like one.
    """
    with pytest.raises(ConfigurationError, match=told):
        threads(host=host)


# --- In a block ---------------------------------------------------------------------


class Given:
    """
    A section's command.
    """

    section = "points"

    def apply(self, before):
        """
        Start anew.
        """
        return Points()


async def later(before, after, command):
    """
    Follow from a command, and want to be awaited.
    """
    return after


USES = [
    (lambda s: s.do(AddLine), r"AddLine is the class of a command: write AddLine\("),
    (lambda s: s.do(Given), r"Given is the class of a command: write Given\("),
    (lambda s: s.do(Customer), "the class Customer is no command"),
    (lambda s: s.do([LINE, LINE]), "one by one: call do for each"),
    (lambda s: s.do("AddLine"), r"str is no command: .* AddLine\(product_id=42\)"),
    (lambda s: s.do(None), "NoneType is no command"),
    (lambda s: s.do(LINE, then=lambda *_: None), "then returned None: .* after itself"),
    (lambda s: s.do(LINE, then=lambda *_: Cart()), "returned a value of type Cart"),
    (
        lambda s: s.do(LINE, then=lambda b, a, c: Decision(checkout=a)),
        "then returned a value of type Decision",
    ),
    (lambda s: s.do(LINE, then=later), "then returned a value of type coroutine"),
    (lambda s: s.do(LINE, then=lambda b: b), "function of before, after, command"),
    (lambda s: s.do(LINE, then="later"), "then has to be a function"),
    (lambda s: s.identify("bob"), "'customer:123', not 'bob'"),
    (lambda s: s.identify(7), "'customer:123', not 7"),
    (lambda s: setattr(s, "checkout", Checkout()), r"write session.do\(…\)"),
]


@KINDS
@pytest.mark.parametrize(("use", "told"), USES)
def test_what_cannot_be_done_is_told_and_changes_nothing(kind, use, told):
    """
    The block goes on as if it had not been tried.
    """
    sessions = kind(sections={"points": Points})
    session = sessions.open()

    async def wrong():
        if isinstance(sessions, AsyncSessions):
            await session.load()
        with pytest.raises(UsageError, match=told):
            await found(use(session))
        await found(session.do(SetComment("ring")))
        await found(session.close())

    asyncio.run(wrong())
    assert ("ring", 0) == (session.checkout.comment, session.checkout.cart.quantity)


@KINDS
@pytest.mark.parametrize(
    ("token", "told"),
    [
        (b"a" * 32, r"token is text, not a value of type bytes: .* token.decode\(\)"),
        (bytearray(b"a"), "decode it first"),
        (7, "the text of a cookie or a header, or None"),
        (object(), "token is text"),
        (str, "token is text, not the class str"),
    ],
)
def test_a_token_that_is_no_text_is_told(kind, token, told):
    """
    A client can send any text; an application that gives something else is wrong.
    """
    sessions = kind()
    with pytest.raises(UsageError, match=told):
        sessions.open(token)

    async def revoke():
        await found(sessions.revoke(token))

    with pytest.raises(UsageError, match=told):
        asyncio.run(revoke())
    with pytest.raises(UsageError, match=r"as in session\.token"):
        sessions.open(sessions.open())
    assert sessions.open("anything").token is not sessions


@KINDS
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (None, "the change has to be a function, not None"),
        (
            LINE,
            "type AddLine: write the change as a function of session",
        ),
        (lambda: None, "the change cannot be called"),
        (Customer, "not the class Customer"),
    ],
)
def test_an_update_without_a_function_is_told(kind, change, told):
    """
    Nothing is read for it.
    """
    sessions = kind()

    async def update():
        await found(sessions.update(None, change))

    with pytest.raises(UsageError, match=told):
        asyncio.run(update())


@KINDS
@pytest.mark.parametrize("limit", [0, -1, "5", None, True, 2.5])
def test_a_purge_without_a_limit_is_told(kind, limit):
    """
    It is a whole number above zero.
    """
    sessions = kind()

    async def purge():
        await found(sessions.purge(limit))

    with pytest.raises(UsageError, match="a limit is a whole number above zero"):
        asyncio.run(purge())


def test_a_block_of_the_other_kind_is_told():
    """
    The two statements are one word apart.
    """

    async def wrong():
        async with threads().open():
            pass

    with pytest.raises(UsageError, match="write: with sessions"):
        asyncio.run(wrong())
    with pytest.raises(UsageError, match="write: async with sessions"), tasks().open():
        pass


# --- Whose a block is ---------------------------------------------------------------


def in_thread(function):
    """
    Return what *function* raises in another thread, or None.
    """
    raised = []

    def run():
        try:
            function()
        except UsageError as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return raised[0] if raised else None


def test_a_session_used_by_two_threads_is_told():
    """
    The first that does a command has it; the other one opens a block of its own.
    """
    sessions = threads()
    with sessions.open() as session:
        session.do(LINE)
        error = in_thread(lambda: session.do(LINE))
        session.do(LINE)

    assert isinstance(error, UsageError)
    assert re.search(r"belongs to one thread, .* sessions\.open\(token\)", str(error))
    assert 2 == sessions.open(session.token).checkout.cart.quantity
    assert None is in_thread(lambda: session.checkout.cart)


def test_a_session_may_be_handed_over():
    """
    Opening and leaving a block may happen elsewhere than what is done in it.
    """
    sessions = threads()
    session = sessions.open()
    assert None is in_thread(session.__enter__)
    session.do(LINE)
    assert None is in_thread(session.close)
    assert 1 == sessions.open(session.token).checkout.cart.quantity


class Slow:
    """
    A shop that answers when it is let.
    """

    def __init__(self):
        self.is_asked, self.answers = asyncio.Event(), asyncio.Event()

    async def products(self, questions):
        """
        Sell everything, after a while.
        """
        self.is_asked.set()
        await self.answers.wait()
        return [
            ProductFact(product_id=one.product_id, buyable=True) for one in questions
        ]


def test_two_commands_at_once_are_told():
    """
    One of the two would be lost: the second is refused, the first is done.
    """

    async def race():
        slow = Slow()
        sessions = tasks(host=Host(catalog=slow))
        async with sessions.open() as session:
            first = asyncio.ensure_future(session.do(LINE))
            await slow.is_asked.wait()
            with pytest.raises(UsageError, match="await each do"):
                await session.do(SetComment("ring"))
            with pytest.raises(UsageError, match="still being decided"):
                await session.close()
            slow.answers.set()
            await first
            await session.do(SetComment("ring"))
        return session.checkout

    checkout = asyncio.run(race())
    assert (1, "ring") == (checkout.cart.quantity, checkout.comment)


def test_a_block_that_ends_before_its_command_is_told():
    """
    A command that nobody waited for would be lost.
    """

    async def hurry():
        slow = Slow()
        task = None
        try:
            async with tasks(host=Host(catalog=slow)).open() as session:
                task = asyncio.ensure_future(session.do(LINE))
                await slow.is_asked.wait()
        finally:
            task.cancel()

    with pytest.raises(UsageError, match="still being decided"):
        asyncio.run(hurry())


@KINDS
def test_reading_after_the_block_is_told_with_a_way_out(kind):
    """
    In a stream it is too late: what was read before stays readable.
    """
    sessions = kind()
    session = sessions.open()
    session.discard()

    async def look():
        await found(session.load())

    with pytest.raises(UsageError, match=r"in a stream before the response starts"):
        asyncio.run(look())


# --- In an adapter ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("find", "given", "told"),
    [
        (
            asgi.session_of,
            {"type": "websocket"},
            r"web socket .* sessions.open\(token\)",
        ),
        (asgi.session_of, {"type": "http"}, r"SessionMiddleware\(app, sessions\)"),
        (asgi.session_of, SimpleNamespace(scope={}), r"session_of\(request.scope\)"),
        (wsgi.session_of, SimpleNamespace(environ={}), r"\(request.environ\)"),
        (wsgi.session_of, {}, r"SessionMiddleware\(app, sessions\)"),
        (wsgi.session_of, None, r"session_of\(request.environ\)"),
    ],
)
def test_where_there_is_no_session_the_way_to_one_is_told(find, given, told):
    """
    A web socket, a request of a framework, an application without the middleware.
    """
    with pytest.raises(UsageError, match=told):
        find(given)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"cookie": "sid"}, r"cookie has to be a CookiePolicy, .* CookiePolicy\(name="),
        ({"on_refused": 409}, "on_refused has to be a function"),
    ],
)
def test_a_middlewares_setting_of_the_wrong_kind_is_told(settings, told):
    """
    When it is made, not by the first request.
    """
    with pytest.raises(ConfigurationError, match=told):
        wsgi.SessionMiddleware(lambda *_: [], threads(), **settings)
    with pytest.raises(ConfigurationError, match=told):
        asgi.SessionMiddleware(lambda *_: [], tasks(), **settings)


# --- Values -------------------------------------------------------------------------

IN_ORDER = {
    *("Facts", "Handler", "Keeping", "Money", "Outcome", "Renewal", "Typed"),
    *("Field", "HostSection", "Layout", "Shape", "SharedCheck", "Way"),
}
"""An amount and its currency, and what is made in one place only."""


def test_values_of_several_fields_are_made_by_name():
    """
    No two fields can be mixed up, and a new one may stand anywhere. What a host tells
    and is asked may get more fields, so it is made by name with a single one, too.
    """
    names = ["ocstate.core.cookies", "ocstate.core.policy", "ocstate.core.setup"]
    for room in (checkout, record):
        found = pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
        names += [one.name for one in found]
    modules = map(import_module, names)
    values = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    }

    by_position = {
        value.__name__: [one for one in attrs.fields(value) if not one.kw_only]
        for value in filter(attrs.has, values)
        if len([one for one in attrs.fields(value) if one.init]) > 1
        or value.__name__.endswith(("Fact", "Question"))
    }
    assert IN_ORDER == {name for name, fields in by_position.items() if fields}


# --- What is installed --------------------------------------------------------------

WITHOUT_PYTEST = """
import sys

class NoPytest:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in ("pytest", "_pytest"):
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, NoPytest)
from ocstate.testing import FAULTY_STORES, FakeClock, FaultlessStore
assert 5.0 == FakeClock(2.0).advance(3)
try:
    from ocstate.testing import StoreConformance
except ImportError as error:
    print(error)
"""


def test_a_fake_clock_needs_no_pytest():
    """
    Only the suite does, and it says how to install it, from a clone too.
    """
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYTEST],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert 'pip install ".[testing]"' in done.stdout
    assert 'pip install "ocstate[testing]"' in done.stdout
