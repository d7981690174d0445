"""
The WSGI adapter: when a response starts, what is closed, and what is carried.
"""

from __future__ import annotations

import io
import json
import sys
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from ocstate import AsyncSessions, ConflictError, Policy, Sessions
from ocstate.api.app import Api
from ocstate.checkout import AddLine
from ocstate.core.cookies import CookiePolicy
from ocstate.exceptions import ConfigurationError, EncodeError, UsageError
from ocstate.http.limits import Limits
from ocstate.http.response import Response, json_response
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.testing import FakeClock
from ocstate.wsgi import SESSION_KEY, ApiApp, SessionMiddleware
from tests.adapters.clients import call_wsgi

MUG = AddLine(product_id=42)
TEXT = (("Content-Type", "text/plain"),)


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(MemoryStore())


class Body:
    """
    A body in pieces that remembers whether it was closed.
    """

    def __init__(self, *chunks: bytes | Exception) -> None:
        self.chunks = list(chunks)
        self.closed = 0

    def __iter__(self):
        for chunk in self.chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    def close(self) -> None:
        self.closed += 1


def token_in(answer) -> str | None:
    """
    Find the token that an answer gives.
    """
    for cookie in answer.all("set-cookie"):
        return cookie.partition(";")[0].partition("=")[2]
    return None


def test_a_body_may_change_the_session_up_to_its_first_bytes(sessions):
    """
    A generator that has yielded nothing, or nothing but empty bytes, may still decide.
    """

    def app(environ, start_response):
        start_response("200 OK", [*TEXT])
        yield b""
        environ[SESSION_KEY].do(MUG)
        yield b""
        yield b"one"
        yield b""
        yield b"two"

    answer = call_wsgi(SessionMiddleware(app, sessions))

    assert b"onetwo" == answer.body
    with sessions.open(token_in(answer)) as session:
        assert 1 == session.checkout.cart.quantity


def test_the_commit_comes_before_the_first_bytes(sessions):
    """
    Whoever reads the first bytes finds what was committed in the store.
    """

    def app(environ, start_response):
        environ[SESSION_KEY].do(MUG)
        start_response("200 OK", [*TEXT])
        yield b"one"
        token = environ[SESSION_KEY].token
        yield str(sessions.open(token).checkout.cart.quantity).encode()

    assert b"one1" == call_wsgi(SessionMiddleware(app, sessions)).body


@pytest.mark.parametrize("status", ["404 Not Found", "302 Found", "499 "])
def test_other_statuses_commit(sessions, status):
    """
    An application that answers has decided, whatever it answers.
    """

    def app(environ, start_response):
        environ[SESSION_KEY].do(MUG)
        start_response(status, [*TEXT])
        return [b"sorry"]

    answer = call_wsgi(SessionMiddleware(app, sessions))

    assert int(status[:3]) == answer.status
    assert 1 == sessions.open(token_in(answer)).checkout.cart.quantity


def test_a_change_after_the_start_is_an_error(sessions):
    """
    Commands, host data and even a first look come too late; nothing is lost silently.
    """
    errors = []

    def app(environ, start_response):
        session = environ[SESSION_KEY]
        start_response("200 OK", [*TEXT])
        yield b"one"
        for late in (
            lambda: session.do(MUG),
            lambda: session.__setitem__("a", 1),
            lambda: session.checkout,
            session.revoke,
        ):
            with pytest.raises(UsageError) as caught:
                late()
            errors.append(caught.value)
        yield b"two"

    answer = call_wsgi(SessionMiddleware(app, sessions))

    assert b"onetwo" == answer.body
    assert 4 == len(errors)
    assert [] == answer.all("vary")


def test_a_complete_body_stays_as_it_is(sessions):
    """
    A server can tell the length of a list, so it is handed on.
    """
    body = [b"one"]

    def app(environ, start_response):
        start_response("200 OK", [*TEXT])
        return body

    started = []
    environ = {"REQUEST_METHOD": "GET", "wsgi.url_scheme": "http"}

    found = SessionMiddleware(app, sessions)(environ, lambda *start: started.append(1))

    assert found is body
    assert [1] == started


@pytest.mark.parametrize("chunks", [(), (b"",), (b"one",), (b"one", b"two")])
def test_a_body_in_pieces_is_closed(sessions, chunks):
    """
    ``close`` of the application's body is called once, after its end.
    """
    body = Body(*chunks)

    def app(environ, start_response):
        environ[SESSION_KEY].do(MUG)
        start_response("200 OK", [*TEXT])
        return body

    answer = call_wsgi(SessionMiddleware(app, sessions))

    assert (b"".join(chunks), 1) == (answer.body, body.closed)
    assert token_in(answer)


def test_a_body_that_fails_before_its_first_bytes_discards(sessions):
    """
    The session stays as it was, the body is closed, and the error goes on.
    """
    body = Body(b"", LookupError("no template"))
    seen = []

    def app(environ, start_response):
        environ[SESSION_KEY].do(MUG)
        seen.append(environ[SESSION_KEY])
        start_response("200 OK", [*TEXT])
        return body

    with pytest.raises(LookupError):
        call_wsgi(SessionMiddleware(app, sessions))
    assert 1 == body.closed
    assert seen[0].token is None
    with pytest.raises(UsageError):
        seen[0].do(MUG)


def test_a_body_that_fails_later_was_committed(sessions):
    """
    What was answered in part stands.
    """
    body = Body(b"one", LookupError("no template"))
    seen = []

    def app(environ, start_response):
        environ[SESSION_KEY].do(MUG)
        seen.append(environ[SESSION_KEY])
        start_response("200 OK", [*TEXT])
        return body

    with pytest.raises(LookupError):
        call_wsgi(SessionMiddleware(app, sessions))
    assert 1 == body.closed
    assert 1 == sessions.open(seen[0].token).checkout.cart.quantity


def test_an_application_may_write(sessions):
    """
    The old callable sends what comes first, and commits before it does.
    """

    def app(environ, start_response):
        environ[SESSION_KEY].do(MUG)
        write = start_response("200 OK", [*TEXT])
        write(b"")
        write(b"one")
        with pytest.raises(UsageError):
            environ[SESSION_KEY].do(MUG)
        write(b"two")
        return [b"three"]

    answer = call_wsgi(SessionMiddleware(validator(app), sessions))

    assert b"onetwothree" == answer.body
    assert 1 == sessions.open(token_in(answer)).checkout.cart.quantity


def conflicting(sessions, environ):
    """
    Change what somebody else changes at the same time.
    """
    session = environ[SESSION_KEY]
    session["key"] = 1
    with sessions.open(session.token) as other:
        other["key"] = 2


@pytest.fixture
def cookie(sessions) -> dict[str, str]:
    with sessions.open() as session:
        session["key"] = 0
    return {"Cookie": f"OCSESSID={session.token}"}


def test_a_refused_commit_replaces_the_body_and_closes_it(sessions, cookie):
    """
    Nothing of the application's answer is sent, neither status nor fields nor body.
    """
    body = Body(b"one", b"two")

    def app(environ, start_response):
        conflicting(sessions, environ)
        start_response("200 OK", [("X-Own", "1"), ("Set-Cookie", "a=b")])
        return body

    answer = call_wsgi(SessionMiddleware(app, sessions), "GET", "/", cookie)

    assert (409, "conflict") == (answer.status, json.loads(answer.body)["code"])
    assert 1 == body.closed
    assert [] == answer.all("x-own") + answer.all("set-cookie")
    assert ["Cookie"] == answer.all("vary")
    assert [str(len(answer.body))] == answer.all("content-length")


@pytest.mark.parametrize("kind", ["list", "write"])
def test_a_refused_commit_replaces_every_kind_of_answer(sessions, cookie, kind):
    """
    Lists and written bytes are replaced too.
    """

    def app(environ, start_response):
        conflicting(sessions, environ)
        write = start_response("200 OK", [*TEXT])
        if kind == "list":
            return [b"one"]
        write(b"one")
        write(b"two")
        return [b"three"]

    answer = call_wsgi(SessionMiddleware(validator(app), sessions), headers=cookie)

    assert (409, "conflict") == (answer.status, json.loads(answer.body)["code"])


def test_a_host_answers_a_refused_commit(sessions, cookie):
    """
    ``on_refused`` is given the error, and its answer is sent with what is due.
    """
    errors = []

    def on_refused(error):
        errors.append(error)
        return Response(status=303, headers=(("Location", "/cart"), *TEXT))

    def app(environ, start_response):
        conflicting(sessions, environ)
        start_response("200 OK", [*TEXT])
        return [b"one"]

    answer = call_wsgi(
        SessionMiddleware(app, sessions, on_refused=on_refused), headers=cookie
    )

    assert (303, ["/cart"], b"") == (answer.status, answer.all("location"), answer.body)
    assert [ConflictError] == [type(error) for error in errors]


def test_other_errors_of_a_commit_go_on_to_the_server(sessions):
    """
    What the host did wrong is no answer for a client.
    """
    body = Body(b"one")

    def app(environ, start_response):
        environ[SESSION_KEY]["key"] = object()
        start_response("200 OK", [*TEXT])
        return body

    with pytest.raises(EncodeError):
        call_wsgi(SessionMiddleware(app, sessions))
    assert 1 == body.closed


def start_with_error(start_response, status: str) -> None:
    """
    Start as applications do that caught an error of their own.
    """
    try:
        raise LookupError(status)
    except LookupError:
        start_response(status, [*TEXT], sys.exc_info())


def test_an_application_may_start_again_after_an_error(sessions):
    """
    Until the first bytes the last start counts.
    """

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        start_with_error(start_response, "404 Not Found")
        yield b"gone"

    answer = call_wsgi(SessionMiddleware(app, sessions))

    assert (404, ["text/plain"]) == (answer.status, answer.all("content-type"))


def test_an_error_after_the_first_bytes_is_the_servers(sessions):
    """
    Its ``start_response`` raises the error that it is given, and the body is closed.
    """

    def app(environ, start_response):
        start_response("200 OK", [*TEXT])
        yield b"one"
        start_with_error(start_response, "500 Too Late")

    with pytest.raises(LookupError, match="500 Too Late"):
        call_wsgi(SessionMiddleware(app, sessions))


def test_misuse_of_start_response_is_told(sessions):
    """
    To start twice, or never, is an error of the application.
    """

    def twice(environ, start_response):
        start_response("200 OK", [*TEXT])
        start_response("200 OK", [*TEXT])

    def never(environ, start_response):
        return [b"one"]

    for app in (twice, never):
        with pytest.raises(UsageError):
            call_wsgi(SessionMiddleware(app, sessions))


def test_an_application_may_end_its_block_itself(sessions):
    """
    A host that commits or discards by hand is left alone.
    """

    def commits(environ, start_response):
        with environ[SESSION_KEY] as session:
            session.do(MUG)
        start_response("200 OK", [*TEXT])
        return [b""]

    def discards(environ, start_response):
        environ[SESSION_KEY].do(MUG)
        environ[SESSION_KEY].discard()
        start_response("200 OK", [*TEXT])
        return [b""]

    answer = call_wsgi(SessionMiddleware(commits, sessions))

    assert 1 == sessions.open(token_in(answer)).checkout.cart.quantity
    assert token_in(call_wsgi(SessionMiddleware(discards, sessions))) is None


def test_a_cookie_with_an_age_is_repeated():
    """
    A browser that keeps it for an hour is told again while it is used.
    """
    clock = FakeClock()
    sessions = Sessions(MemoryStore(), policy=Policy(repeat=60), clock=clock)

    def app(environ, start_response):
        environ[SESSION_KEY].do(MUG)
        start_response("200 OK", [*TEXT])
        return [b""]

    middleware = SessionMiddleware(app, sessions, cookie=CookiePolicy(max_age=3600))
    (first,) = call_wsgi(middleware).all("set-cookie")
    cookie = {"Cookie": first.partition(";")[0]}

    assert [] == call_wsgi(middleware, headers=cookie).all("set-cookie")
    clock.advance(61)
    assert [first] == call_wsgi(middleware, headers=cookie).all("set-cookie")


@pytest.mark.parametrize(
    ("scheme", "trusted", "forwarded", "expected"),
    [
        ("http", (), None, False),
        ("https", (), None, True),
        ("http", (), "https", False),
        ("http", ("127.0.0.1",), "https", True),
        ("https", ("127.0.0.1",), "http", False),
    ],
)
def test_a_cookie_is_secure_when_its_request_came_by_https(
    sessions, scheme, trusted, forwarded, expected
):
    """
    The server says so, or a declared proxy does; nobody else is believed.
    """

    def app(environ, start_response):
        environ[SESSION_KEY].do(MUG)
        start_response("200 OK", [*TEXT])
        return [b""]

    middleware = SessionMiddleware(app, sessions, trusted_proxies=trusted)
    headers = {} if forwarded is None else {"X-Forwarded-Proto": forwarded}

    answer = call_wsgi(middleware, headers=headers, **{"wsgi.url_scheme": scheme})

    assert [expected] == ["; Secure" in each for each in answer.all("set-cookie")]


class Echo(Api[Sessions]):
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
    answer = call_wsgi(
        echo(sessions),
        "POST",
        "/caf\u00c3\u00a9?route=api%2Fcart&a=\u00e9",
        {"X-Own": "1", "Content-Type": "text/plain", "X-Forwarded-For": "192.0.2.7"},
        b"body",
        REMOTE_ADDR="10.1.2.3",
    )
    told = json.loads(answer.body)
    headers = told.pop("headers")

    assert {
        "method": "POST",
        "path": "/caf\u00e9",
        "query": "route=api%2Fcart&a=\u00e9",
        "body": "body",
        "client": "192.0.2.7",
        "scheme": "http",
    } == told
    assert ("1", "text/plain", "4") == (
        headers["x-own"],
        headers["content-type"],
        headers["content-length"],
    )
    assert (299, [str(len(answer.body))]) == (
        answer.status,
        answer.all("content-length"),
    )


def test_a_path_that_is_no_text_is_no_error(sessions):
    """
    Bytes that are not UTF-8 are replaced; no route has such a name.
    """
    answer = call_wsgi(echo(sessions), "GET", "/\u00ff")

    assert "/\ufffd" == json.loads(answer.body)["path"]


class Slow(io.RawIOBase):
    """
    An input that hands out a few bytes at a time, and counts them.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.data = io.BytesIO(data)
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0
        chunk = self.data.read(min(size, 3))
        self.taken += len(chunk)
        return chunk


@pytest.mark.parametrize(
    ("environ", "taken"),
    [
        ({"CONTENT_LENGTH": "8"}, 8),
        ({"CONTENT_LENGTH": "30"}, 21),
        ({"CONTENT_LENGTH": ""}, 0),
        ({}, 0),
        ({"wsgi.input_terminated": True}, 21),
        ({"CONTENT_LENGTH": "8", "wsgi.input_terminated": True}, 8),
        ({"CONTENT_LENGTH": "nine"}, 0),
    ],
)
def test_a_body_is_read_to_its_length_or_one_past_the_limit(sessions, environ, taken):
    """
    What comes in pieces is put together, and nothing is read that nobody wants.
    """
    source = Slow(b"x" * 30)
    environ |= {"REQUEST_METHOD": "POST", "wsgi.url_scheme": "http"}
    environ["wsgi.input"] = source

    (body,) = echo(sessions, body=20)(environ, lambda *start: None)

    assert taken == source.taken == len(json.loads(body)["body"])


@pytest.mark.parametrize(
    ("length", "status", "code"),
    [(100, 413, "body_too_long"), (20, 400, "body_incomplete")],
)
def test_a_body_that_is_not_as_announced_is_refused(sessions, length, status, code):
    """
    Half a form would be another form, so it is not served.
    """
    app = ApiApp(Api(sessions, limits=Limits(body=50)))

    answer = call_wsgi(
        app,
        "POST",
        "/index.php?route=api/cart/add",
        {"Content-Type": "application/x-www-form-urlencoded"},
        b"x" * min(length, 51) if length > 50 else b"product_id=4",
        CONTENT_LENGTH=str(length),
    )

    assert (status, code) == (answer.status, json.loads(answer.body)["code"])


def test_an_adapter_for_threads_wants_sessions_for_threads(sessions):
    """
    What would never work is told at the start.
    """
    wrong = AsyncSessions(Threaded(MemoryStore()))

    with pytest.raises(ConfigurationError, match="WSGI needs Sessions"):
        SessionMiddleware(lambda *call: [], wrong)
    with pytest.raises(ConfigurationError, match="WSGI needs Sessions"):
        ApiApp(Api(wrong))
    with pytest.raises(ConfigurationError):
        SessionMiddleware(lambda *call: [], sessions, trusted_proxies=["nowhere"])


@pytest.mark.parametrize("begun", [False, True], ids=["before bytes", "after bytes"])
def test_a_server_is_told_of_the_error_that_an_application_met(sessions, begun):
    """
    It gets the very ``exc_info``, so that it can log it or break off.
    """
    told = []

    def app(environ, start_response):
        start_response("200 OK", [*TEXT])
        if begun:
            yield b"one"
        start_with_error(start_response, "500 Oh")
        yield b"two"

    def start_response(status, fields, exc_info=None):
        told.append((status, exc_info and str(exc_info[1])))
        return lambda data: None

    environ: dict[str, object] = {}
    setup_testing_defaults(environ)
    list(SessionMiddleware(app, sessions)(environ, start_response))

    before = [("200 OK", None)] if begun else []
    assert [*before, ("500 Oh", "500 Oh")] == told


def test_a_server_is_told_of_no_error_where_there_was_none(sessions):
    """
    An answer that went well comes with no ``exc_info``.
    """
    told = []

    def app(environ, start_response):
        start_response("200 OK", [*TEXT])
        return [b"one"]

    def start_response(status, fields, exc_info=None):
        told.append(exc_info)
        return lambda data: None

    environ: dict[str, object] = {}
    setup_testing_defaults(environ)
    list(SessionMiddleware(app, sessions)(environ, start_response))

    assert [None] == told
