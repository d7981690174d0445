"""
The examples, run as their readers run them: behind a server, with a client's cookie.
"""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from tests.adapters import servers

EXAMPLES = Path(__file__).parents[2] / "examples"

SERVERS = {
    "wsgi": servers.waitress,
    "asgi": servers.uvicorn,
    "flask_guest_cart": servers.waitress,
    "fastapi_guest_cart": servers.uvicorn,
}


@pytest.fixture
def ask(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    example = runpy.run_path(str(EXAMPLES / f"{request.param}.py"))
    with SERVERS[request.param](example["app"]) as ask:
        yield ask


def test_every_example_is_run():
    """
    No example stands there untried.
    """
    assert SERVERS.keys() == {path.stem for path in EXAMPLES.glob("*.py")}


def cookie_in(answer) -> dict[str, str]:
    """
    Make of an answer the header that sends its cookie back.
    """
    (cookie,) = answer.all("set-cookie")
    return {"Cookie": cookie.partition(";")[0]}


@pytest.mark.parametrize("ask", ["wsgi", "asgi"], indirect=True)
def test_a_plain_example_keeps_a_cart(ask):
    """
    A look brings no cookie; adding brings one, and the cart is found by it.
    """
    first = ask()
    added = ask("POST")
    cookie = cookie_in(added)

    assert (b"0 in your cart\n", []) == (first.body, first.all("set-cookie"))
    assert b"1 in your cart\n" == added.body
    assert b"2 in your cart\n" == ask("POST", "/", cookie).body
    assert b"2 in your cart\n" == ask("GET", "/", cookie).body
    assert b"0 in your cart\n" == ask().body


@pytest.mark.parametrize(
    "ask", ["flask_guest_cart", "fastapi_guest_cart"], indirect=True
)
def test_a_guest_has_a_cart(ask):
    """
    Frameworks keep a guest's cart, tell refusals, and share nothing between guests.
    """
    added = ask("POST", "/cart/42")
    cookie = cookie_in(added)
    ask("POST", "/cart/42", cookie)
    ask("POST", "/cart/30", cookie)
    refused = ask("POST", "/cart/0", cookie)

    assert {"lines": [[42, 1]]} == json.loads(added.body)
    assert {"lines": [[42, 2], [30, 1]]} == json.loads(ask("GET", "/cart", cookie).body)
    assert 422 == refused.status
    assert ["product_unavailable at /cart/lines/-/product_id"] == (
        json.loads(refused.body)["problems"]
    )
    assert {"lines": []} == json.loads(ask("GET", "/cart").body)
