"""
The ASGI adapter: when a response starts, who may leave when, and what is carried.
"""

from __future__ import annotations

import asyncio
import json

import pytest

from ocstate import AsyncSessions, ConflictError, Sessions
from ocstate.api.app import Api
from ocstate.asgi import SESSION_KEY, ApiApp, SessionMiddleware
from ocstate.checkout import AddLine
from ocstate.exceptions import ConfigurationError, EncodeError, UsageError
from ocstate.http.limits import Limits
from ocstate.http.response import Response, json_response
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from tests.adapters.clients import call_asgi

MUG = AddLine(product_id=42)
START = {"type": "http.response.start", "status": 200, "headers": []}
END = {"type": "http.response.body", "body": b"one"}


@pytest.fixture
def sessions() -> AsyncSessions:
    return AsyncSessions(Threaded(MemoryStore()))


def token_in(answer) -> str | None:
    """
    Find the token that an answer gives.
    """
    for cookie in answer.all("set-cookie"):
        return cookie.partition(";")[0].partition("=")[2]
    return None


async def quantity(sessions, token) -> int:
    """
    Tell how many pieces are in a stored cart.
    """
    session = await sessions.open(token).load()
    return session.checkout.cart.quantity


def test_the_commit_comes_before_the_start(sessions):
    """
    When the start is sent, what was changed is in the store; pieces of a body follow
    as they come.
    """
    sent = []

    async def app(scope, receive, send):
        session = scope[SESSION_KEY]
        await session.do(MUG)
        await send(START)
        assert 1 == await quantity(sessions, session.token)
        await send({**END, "more_body": True})
        assert ["http.response.start", "http.response.body"] == sent
        await send({"type": "http.response.body", "body": b"two"})

    async def noting(scope, receive, send):
        async def note(message):
            sent.append(message["type"])
            await send(message)

        await SessionMiddleware(app, sessions)(scope, receive, note)

    answer = asyncio.run(call_asgi(noting))

    assert b"onetwo" == answer.body
    assert token_in(answer)


def test_a_start_without_fields_is_started(sessions):
    """
    ASGI lets an application leave its fields out.
    """

    async def app(scope, receive, send):
        await scope[SESSION_KEY].do(MUG)
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    answer = asyncio.run(call_asgi(SessionMiddleware(app, sessions)))

    assert ["Cookie"] == answer.all("vary")
    assert token_in(answer)


def test_a_change_after_the_start_is_an_error(sessions):
    """
    Commands, host data and even a first look come too late; nothing is lost silently.
    """

    async def app(scope, receive, send):
        session = scope[SESSION_KEY]
        await send(START)
        with pytest.raises(UsageError):
            await session.do(MUG)
        with pytest.raises(UsageError):
            await session.load()
        with pytest.raises(UsageError):
            session["a"] = 1
        await send(END)

    answer = asyncio.run(call_asgi(SessionMiddleware(app, sessions)))

    assert [] == answer.all("vary")


def test_a_look_without_loading_is_told(sessions):
    """
    Nothing can be read without waiting, so the error says what to await.
    """

    async def app(scope, receive, send):
        with pytest.raises(UsageError, match="load"):
            _ = scope[SESSION_KEY].checkout
        await send(START)
        await send(END)

    assert 200 == asyncio.run(call_asgi(SessionMiddleware(app, sessions))).status


def test_an_exception_discards(sessions):
    """
    The session stays as it was, and the error goes on.
    """
    seen = []

    async def app(scope, receive, send):
        seen.append(scope[SESSION_KEY])
        await scope[SESSION_KEY].do(MUG)
        raise LookupError

    with pytest.raises(LookupError):
        asyncio.run(call_asgi(SessionMiddleware(app, sessions)))
    assert seen[0].is_closed
    assert seen[0].token is None


def test_an_application_that_answers_nothing_discards(sessions):
    """
    Without a response nothing is acknowledged, so nothing is kept.
    """
    seen = []

    async def app(scope, receive, send):
        seen.append(scope[SESSION_KEY])
        await scope[SESSION_KEY].do(MUG)

    async def call():
        await SessionMiddleware(app, sessions)(
            {"type": "http", "headers": [], "method": "GET"}, None, None
        )

    asyncio.run(call())
    assert seen[0].is_closed
    assert seen[0].token is None


def test_a_cancellation_discards(sessions):
    """
    A request that is given up before its response starts leaves nothing.
    """
    seen = []

    async def call():
        changed = asyncio.Event()

        async def app(scope, receive, send):
            seen.append(scope[SESSION_KEY])
            await scope[SESSION_KEY].do(MUG)
            changed.set()
            await asyncio.Event().wait()

        task = asyncio.ensure_future(call_asgi(SessionMiddleware(app, sessions)))
        await changed.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(call())
    assert seen[0].is_closed
    assert seen[0].token is None


class Gate:
    """
    A store whose writes wait until they are let through.
    """

    def __init__(self) -> None:
        self.store = Threaded(MemoryStore())
        self.reached = asyncio.Event()
        self.open = asyncio.Event()

    async def load(self, key, /):
        return await self.store.load(key)

    async def create(self, record, /, *, events=()):
        self.reached.set()
        await self.open.wait()
        return await self.store.create(record, events=events)

    async def replace(self, record, /, *, expected, now, events=()):
        return await self.store.replace(
            record, expected=expected, now=now, events=events
        )

    async def touch(self, key, /, *, seen_at, expires_at):
        await self.store.touch(key, seen_at=seen_at, expires_at=expires_at)

    async def retire(self, key, /, *, expected, retired, now, events=()):
        await self.store.retire(
            key, expected=expected, retired=retired, now=now, events=events
        )


def test_a_commit_that_has_begun_is_finished():
    """
    A client that leaves during the commit finds its change there afterwards.
    """

    async def call():
        gate = Gate()
        sessions = AsyncSessions(gate)
        seen = []

        async def app(scope, receive, send):
            seen.append(scope[SESSION_KEY])
            await scope[SESSION_KEY].do(MUG)
            await send(START)

        task = asyncio.ensure_future(call_asgi(SessionMiddleware(app, sessions)))
        await gate.reached.wait()
        task.cancel()
        gate.open.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await quantity(sessions, seen[0].token)

    assert 1 == asyncio.run(call())


def test_a_refused_commit_replaces_the_whole_answer(sessions):
    """
    Neither start nor body of the application is sent, however much it sends.
    """

    async def app(scope, receive, send):
        session = await scope[SESSION_KEY].load()
        session["key"] = 1
        async with sessions.open(session.token) as other:
            other["key"] = 2
        await send({**START, "headers": [(b"x-own", b"1")]})
        await send({**END, "more_body": True})
        await send(END)
        await send(START)

    async def call(**settings):
        async with sessions.open() as session:
            session["key"] = 0
        middleware = SessionMiddleware(app, sessions, **settings)
        cookie = {"Cookie": f"OCSESSID={session.token}"}
        return await call_asgi(middleware, "GET", "/", cookie)

    answer = asyncio.run(call())

    assert (409, "conflict") == (answer.status, json.loads(answer.body)["code"])
    assert ["Cookie"] == answer.all("vary")
    assert [] == answer.all("x-own") + answer.all("set-cookie")

    errors = []
    answer = asyncio.run(
        call(on_refused=lambda error: errors.append(error) or Response(status=303))
    )

    assert (303, b"", [ConflictError]) == (
        answer.status,
        answer.body,
        [type(error) for error in errors],
    )


def test_other_errors_of_a_commit_go_on_to_the_server(sessions):
    """
    What the host did wrong is no answer for a client.
    """

    async def app(scope, receive, send):
        session = await scope[SESSION_KEY].load()
        session["key"] = object()
        await send(START)

    with pytest.raises(EncodeError):
        asyncio.run(call_asgi(SessionMiddleware(app, sessions)))


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_what_is_no_request_goes_by(sessions, kind):
    """
    Scope, receive and send are handed on as they are.
    """
    seen = []

    async def app(*call):
        seen.append(call)

    call = ({"type": kind}, object(), object())

    asyncio.run(SessionMiddleware(app, sessions)(*call))

    ((scope, receive, send),) = seen
    assert call[0] is scope
    assert (call[1], call[2]) == (receive, send)


def test_the_servers_scope_stays_as_it_is(sessions):
    """
    The application sees a copy that has the session.
    """
    scopes = []

    async def app(scope, receive, send):
        scopes.append(scope)
        await send(START)
        await send(END)

    async def server(scope, receive, send):
        await SessionMiddleware(app, sessions)(scope, receive, send)
        assert SESSION_KEY not in scope

    asyncio.run(call_asgi(server))

    assert SESSION_KEY in scopes[0]


@pytest.mark.parametrize(
    ("scheme", "trusted", "expected"),
    [
        ("https", (), True),
        ("http", (), False),
        ("http", ("127.0.0.1",), True),
    ],
)
def test_a_cookie_is_secure_when_its_request_came_by_https(
    sessions, scheme, trusted, expected
):
    """
    The server says so, or a declared proxy does; nobody else is believed.
    """

    async def app(scope, receive, send):
        await scope[SESSION_KEY].do(MUG)
        await send(START)
        await send(END)

    middleware = SessionMiddleware(app, sessions, trusted_proxies=trusted)
    headers = {"X-Forwarded-Proto": "https"}

    answer = asyncio.run(call_asgi(middleware, "GET", "/", headers, scheme=scheme))

    assert [expected] == ["; Secure" in each for each in answer.all("set-cookie")]


class Echo(Api[AsyncSessions]):
    """
    Tells what it was asked.
    """

    def handle(self, request):
        yield from ()
        return json_response(
            {
                "method": request.method,
                "path": request.path,
                "query": request.query.decode("latin-1"),
                "headers": dict(request.headers),
                "body": request.body.decode("latin-1"),
                "client": request.client,
                "scheme": request.scheme,
            },
            status=299,
        )


def echo(sessions, **limits) -> ApiApp:
    """
    Make an application that tells what reached it.
    """
    return ApiApp(
        Echo(sessions, limits=Limits(**limits)), trusted_proxies=["10.0.0.0/8"]
    )


def test_a_request_is_carried_whole(sessions):
    """
    Method, path, query, fields, body, client and scheme reach the API as they came.
    """
    answer = asyncio.run(
        call_asgi(
            echo(sessions),
            "POST",
            "/shop/caf\u00e9?route=api%2Fcart&a=%E9",
            {"X-Own": "\u00e9", "X-Forwarded-For": "192.0.2.7"},
            b"body",
            root_path="/shop",
            client=("10.1.2.3", 4711),
        )
    )

    assert {
        "method": "POST",
        "path": "/caf\u00e9",
        "query": "route=api%2Fcart&a=%E9",
        "headers": {
            "x-own": "\u00e9",
            "x-forwarded-for": "192.0.2.7",
            "content-length": "4",
        },
        "body": "body",
        "client": "192.0.2.7",
        "scheme": "http",
    } == json.loads(answer.body)
    assert (299, [str(len(answer.body))]) == (
        answer.status,
        answer.all("content-length"),
    )


@pytest.mark.parametrize("client", [None, ()])
def test_a_client_without_an_address_is_nobody(sessions, client):
    """
    Servers behind a socket file know none.
    """
    answer = asyncio.run(call_asgi(echo(sessions), client=client))

    assert "" == json.loads(answer.body)["client"]


def receiving(*messages):
    """
    Make a client that sends these messages, and tell how many were taken.
    """
    taken = []

    async def receive():
        taken.append(messages[len(taken)])
        return taken[-1]

    return receive, taken


def part(size: int, *, more: bool = True) -> dict[str, object]:
    """
    Make a message that carries a piece of a body.
    """
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


SCOPE = {"type": "http", "method": "POST", "path": "/", "headers": []}


@pytest.mark.parametrize(
    ("messages", "taken", "size"),
    [
        ([part(4), part(3, more=False)], 2, 7),
        ([part(0), part(20, more=False)], 2, 20),
        ([part(15), part(15), part(15)], 2, 21),
        ([part(1000), part(15)], 1, 21),
        ([{"type": "http.request"}], 1, 0),
    ],
)
def test_a_body_is_received_to_its_end_or_one_past_the_limit(
    sessions, messages, taken, size
):
    """
    What comes in pieces is put together, and nothing is received that nobody wants.
    """
    receive, received = receiving(*messages)
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(echo(sessions, body=20)(SCOPE, receive, send))

    assert taken == len(received)
    assert size == len(json.loads(sent[1]["body"])["body"])


def test_a_client_that_left_is_not_served(sessions):
    """
    Half a form would be another form, so nothing is done and nothing is sent.
    """
    receive, _ = receiving(part(4), {"type": "http.disconnect"})

    asyncio.run(echo(sessions)(SCOPE, receive, None))


@pytest.mark.parametrize(
    ("incoming", "outgoing"),
    [
        (
            ["lifespan.startup", "lifespan.shutdown"],
            ["lifespan.startup.complete", "lifespan.shutdown.complete"],
        ),
        (["websocket.connect"], ["websocket.close"]),
        (["something.else"], []),
    ],
)
def test_a_server_may_ask_for_other_things(sessions, incoming, outgoing):
    """
    The lifespan is gone through, web sockets are turned away, the rest is ignored.
    """
    receive, taken = receiving(*({"type": kind} for kind in incoming))
    sent = []

    async def send(message):
        sent.append(message["type"])

    scope = {"type": incoming[0].partition(".")[0]}
    asyncio.run(echo(sessions)(scope, receive, send))

    assert (len(incoming), outgoing) == (len(taken), sent)


def test_an_adapter_for_asyncio_wants_sessions_for_asyncio(sessions):
    """
    What would never work is told at the start.
    """
    wrong = Sessions(MemoryStore())

    with pytest.raises(ConfigurationError, match="ASGI needs AsyncSessions"):
        SessionMiddleware(None, wrong)
    with pytest.raises(ConfigurationError, match="ASGI needs AsyncSessions"):
        ApiApp(Api(wrong))
    with pytest.raises(ConfigurationError):
        SessionMiddleware(None, sessions, trusted_proxies=["nowhere"])
