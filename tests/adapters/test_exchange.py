"""
What both adapters leave to be decided: added fields, refusals, lengths and paths.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate import (
    CommandRefused,
    ConflictError,
    GoneError,
    Problem,
    Sessions,
    StoreUnavailableError,
)
from ocstate.checkout.codes import translate
from ocstate.core.cookies import CookiePolicy
from ocstate.core.session import SessionState
from ocstate.http.exchange import (
    REFUSALS,
    Exchange,
    explain,
    inner_path,
    outgoing,
    wanted,
)
from ocstate.http.forwarded import Sender
from ocstate.http.response import Response
from ocstate.stores.memory import MemoryStore

HTTP = Sender("127.0.0.1", "http")
HTTPS = Sender("127.0.0.1", "https")


CONTROL = ("Cache-Control", 'private, no-cache="Set-Cookie"')


def committed(due: str | None = None, *, was_read: bool = True):
    """
    Make a session as it stands after its commit.
    """
    session = SessionState(Sessions(MemoryStore()).setup)
    session.was_read = was_read
    session.cookie_due = due
    session.token = None if due == "clear" else "t" * 32
    return session


def test_an_answer_of_a_session_that_nobody_looked_at_is_left_alone():
    """
    It does not depend on the cookie, and may be shared by a cache.
    """
    present = (("Cache-Control", "public, s-maxage=60"),)
    sent = Exchange().sent(committed(was_read=False), HTTP, present)

    assert (present, None) == (sent.fields, sent.told)


def test_an_answer_tells_a_token_that_a_block_beside_it_brought():
    """
    Whether anybody looked at the request's own session or not.
    """
    sent = Exchange().sent(committed("set", was_read=False), HTTP, ())

    assert ["Vary", "Set-Cookie", "Cache-Control"] == [name for name, _ in sent.fields]


def test_a_token_that_was_renewed_already_is_in_no_cookie():
    """
    Nor is a cookie of the host alone taken away, which may be the one that came.
    """
    session = committed()
    session.others = ("o" * 32,)
    exchange = Exchange(cookie=CookiePolicy(domain="shop.example"))
    told = [name for name, _ in exchange.sent(session, HTTP, ()).fields]
    assert 2 == told.count("Set-Cookie")
    session.late = "late"

    told = [name for name, _ in exchange.sent(session, HTTP, ()).fields]
    assert 0 == told.count("Set-Cookie")


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ((), (("Vary", "Cookie"),)),
        ((("Vary", "Accept-Encoding"),), (("Vary", "Cookie"),)),
        ((("vary", "Accept, cookie"),), ()),
        ((("Vary", "Accept"), ("VARY", "Cookie")), ()),
        ((("Vary", "*"),), ()),
        ((("Vary", "X-Cookie"),), (("Vary", "Cookie"),)),
    ],
)
def test_an_answer_varies_once(present, expected):
    """
    ``Vary`` is added unless the application said the same, in any case and place.
    """
    sent = Exchange().sent(committed(), HTTP, present).fields

    assert (*present, *expected, CONTROL) == sent


@pytest.mark.parametrize(
    ("due", "age", "expected"),
    [
        (None, None, []),
        (None, 60, []),
        ("set", None, [f"OCSESSID={'t' * 32}; Path=/; HttpOnly; SameSite=Lax"]),
        ("repeat", None, []),
        (
            "repeat",
            60,
            [f"OCSESSID={'t' * 32}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"],
        ),
        (
            "clear",
            60,
            [
                (
                    "OCSESSID=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; "
                    "Max-Age=0; HttpOnly; SameSite=Lax"
                )
            ],
        ),
    ],
)
def test_a_cookie_is_sent_when_it_is_due(due, age, expected):
    """
    One without an age is not repeated, because the browser keeps it anyway.
    """
    exchange = Exchange(cookie=CookiePolicy(max_age=age))

    sent = exchange.sent(committed(due), HTTP, ()).fields

    assert expected == [value for name, value in sent if name == "Set-Cookie"]
    assert CONTROL in sent


def test_a_cookie_of_https_is_secure():
    """
    The scheme that the client used decides under ``auto``.
    """
    plain, secure = (
        dict(Exchange().sent(committed("set"), sender, ()).fields)["Set-Cookie"]
        for sender in (HTTP, HTTPS)
    )

    assert "; Secure" not in plain
    assert "; Secure" in secure


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (CommandRefused([Problem("cart_empty"), Problem("x")]), 409, "refused"),
        (ConflictError("secret"), 409, "conflict"),
        (GoneError("secret"), 409, "gone"),
        (StoreUnavailableError("secret", outcome="unknown"), 503, "unavailable"),
        (type("Own", (ConflictError,), {})("secret"), 409, "conflict"),
    ],
)
def test_a_refused_commit_is_explained(error, status, code):
    """
    The answer has a code and a text, and nothing of what the error says to the host.
    """
    response = explain(error)

    assert (status, code) == (response.status, json.loads(response.body)["code"])
    assert b"secret" not in response.body
    assert ("Cache-Control", "no-store") in response.headers


def test_a_refusal_tells_all_problems():
    """
    Each has what a program, a form and a person need to act on it.
    """
    short = Problem(
        "out_of_stock",
        "/cart/lines/1/quantity",
        params={"available": 2},
        fix=("SetQuantity", "RemoveLine"),
    )
    error = CommandRefused([short, Problem("own", severity="warning")])

    assert {
        "code": "refused",
        "problems": [
            {
                "code": "out_of_stock",
                "path": "/cart/lines/1/quantity",
                "text": translate(short),
                "severity": "error",
                "fix": ["SetQuantity", "RemoveLine"],
            },
            {
                "code": "own",
                "path": "",
                "text": "own",
                "severity": "warning",
                "fix": [],
            },
        ],
    } == json.loads(explain(error).body)


@pytest.mark.parametrize("kind", [kind for kind in REFUSALS if kind != CommandRefused])
def test_what_is_no_problem_of_the_domain_is_one_of_its_own(kind):
    """
    The client is told in a text too, and of nothing that only an API has, such as a
    login.
    """
    error = kind("secret", **({"outcome": "unknown"} if "Store" in str(kind) else {}))

    content = json.loads(explain(error).body)

    (problem,) = content["problems"]
    assert content["code"] == problem["code"]
    assert problem["text"] != problem["code"]
    assert "log" not in problem["text"]


def test_a_host_makes_its_own_refusals():
    """
    ``on_refused`` decides what is sent.
    """
    exchange = Exchange(on_refused=lambda error: Response(status=418, body=b"tea"))

    response = exchange.refused(ConflictError("x"), "POST")

    assert (418, b"tea") == (response.status, response.body)
    assert (("Content-Length", "3"),) == response.headers


@pytest.mark.parametrize(
    ("method", "status", "length", "body"),
    [
        ("GET", 200, "3", b"tea"),
        ("HEAD", 200, "3", b""),
        ("POST", 204, None, b""),
        ("GET", 304, None, b""),
    ],
)
def test_an_answer_tells_its_length(method, status, length, body):
    """
    The length is that of GET's body, and of statuses without a body there is none.
    """
    response = outgoing(method, Response(status=status, body=b"tea"))

    assert body == response.body
    assert length == dict(response.headers).get("Content-Length")


@pytest.mark.parametrize(
    ("length", "is_terminated", "expected"),
    [
        ("", False, 0),
        ("", True, 11),
        ("0", True, 0),
        ("7", False, 7),
        (" 7 ", False, 7),
        ("10", False, 10),
        ("11", False, 11),
        ("1000", False, 11),
        ("9" * 5000, False, 11),
        ("-1", False, 0),
        ("+1", False, 0),
        ("1_0", False, 0),
        ("\u0663", False, 0),
        ("seven", True, 0),
    ],
)
def test_a_body_is_read_to_one_byte_past_the_limit(length, is_terminated, expected):
    """
    That byte shows that it is too long; what is no length is no body.
    """
    assert expected == wanted(length, is_terminated, 10)


@given(st.text(max_size=20), st.booleans(), st.integers(1, 10**7))
def test_no_length_makes_it_read_more(length, is_terminated, limit):
    """
    Whatever a client announces, no more than one byte past the limit is read.
    """
    assert 0 <= wanted(length, is_terminated, limit) <= limit + 1


@pytest.mark.parametrize(
    ("path", "root", "expected"),
    [
        ("/index.php", "", "/index.php"),
        ("/api/index.php", "/api", "/index.php"),
        ("/api/index.php", "/api/", "/index.php"),
        ("/api/", "/api", "/"),
        ("/api", "/api", ""),
        ("/apicture", "/api", "/apicture"),
        ("/index.php", "/api", "/index.php"),
        ("/", "/", "/"),
    ],
)
def test_a_path_is_told_without_its_mount(path, root, expected):
    """
    Servers that leave the mount in the path and servers that do not are the same.
    """
    assert expected == inner_path(path, root)
