"""
Logging in again: the session that the client came with ends, and no other one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ocstate.core.flow import Write
from ocstate.exceptions import StoreUnavailableError
from ocstate.http.request import Request
from tests.api.calls import FORM, KEY, SHOP, Shop, urlencoded
from tests.api.test_orders import interrupted

SECOND = {"username": "second", "key": SHOP["api_credentials"]["2"]["key"]}

CARRIERS = {
    "query": lambda token: {"query": f"route=api/login&api_token={token}"},
    "header": lambda token: {"headers": [("Authorization", f"Bearer {token}")]},
    "cookie": lambda token: {"headers": [("Cookie", f"OCSESSID={token}")]},
}


def carried(by, token, form):
    """
    Make a login that carries a token.
    """
    given = {"query": "route=api/login", "headers": [], **CARRIERS[by](token)}
    return {
        "query": given["query"],
        "headers": [("Content-Type", FORM), *given["headers"]],
        "body": urlencoded(form).encode(),
    }


def log_in(shop, by, token, form):
    """
    Log in with a token that is there already.
    """
    given = carried(by, token, form)
    return shop.send(Request(method="POST", client="127.0.0.1", **given))


def ended(shop, token):
    """
    Return why a token opens nothing, None if it does.
    """
    return shop.sessions.open(token).load().refused


@pytest.mark.parametrize("by", CARRIERS)
def test_the_session_before_ends(by):
    """
    Nothing of it goes on in the new one, however its token came.
    """
    shop = Shop().log_in().fill()
    before = shop.token

    answer = log_in(shop, by, shop.token, {"key": KEY})

    assert "logout" == ended(shop, before)
    assert ended(shop, answer.json["api_token"]) is None
    assert shop.sessions.open(answer.json["api_token"]).checkout.cart.is_empty
    cookie = answer.header("Set-Cookie")
    assert cookie.startswith(f"OCSESSID={answer.json['api_token']};")


@pytest.mark.parametrize("by", CARRIERS)
@pytest.mark.parametrize("form", [{"key": "wrong"}, {}, {"key": {"0": "a"}}])
def test_a_login_that_fails_ends_nothing(by, form):
    """
    Who cannot log in cannot log anybody out.
    """
    shop = Shop().log_in().fill()
    before = shop.stored()

    log_in(shop, by, shop.token, form)

    assert before == shop.stored()


@pytest.mark.parametrize("by", CARRIERS)
def test_the_session_of_another_credential_stays(by):
    """
    It belongs to somebody else, who did not log in.
    """
    shop = Shop().log_in().fill()
    before = shop.token

    answer = log_in(shop, by, shop.token, SECOND)

    assert "api_token" in answer.json
    assert ended(shop, before) is None


@pytest.mark.parametrize("by", CARRIERS)
def test_a_token_that_opens_nothing_hinders_no_login(by):
    """
    Forged, ended and renewed ones alike; each stays what it is.
    """
    shop = Shop().log_in()
    dead, renewed = shop.token, shop.log_in().token
    shop.sessions.revoke(dead)
    with shop.sessions.open(renewed) as session:
        session.rotate()

    for token, reason in (
        ("0" * 32, "unknown"),
        ("no token", "unknown"),
        (dead, "revoked"),
        (renewed, "rotated"),
    ):
        assert "api_token" in log_in(shop, by, token, {"key": KEY}).json
        assert reason == ended(shop, token)
    assert ended(shop, session.token) is None


def test_the_first_carrier_counts_alone():
    """
    A cookie beside a token in the query is not looked at, so its session stays.
    """
    shop = Shop().log_in()
    first, second = shop.token, shop.log_in().token

    given = carried("query", first, {"key": KEY})
    given["headers"].append(("Cookie", f"OCSESSID={second}"))
    shop.send(Request(method="POST", client="127.0.0.1", **given))

    assert ("logout", None) == (ended(shop, first), ended(shop, second))


def test_a_change_meanwhile_does_not_save_the_old_one():
    """
    Somebody puts something into the cart at that moment: it ends all the same.
    """
    shop = Shop().log_in().fill()
    before = shop.token
    changed = []

    def change():
        changed.append(shop.call("api/cart/add", {"product_id": 28}).json)

    original = shop.store.retire

    def retire(key, **more):
        if not changed:
            change()
        return original(key, **more)

    shop.store.retire = retire
    log_in(shop, "query", before, {"key": KEY})

    assert [True] == ["success" in each for each in changed]
    assert "logout" == ended(shop, before)


@pytest.mark.parametrize(
    "error",
    [
        StoreUnavailableError("down", outcome="not applied"),
        StoreUnavailableError("down", outcome="unknown"),
    ],
)
def test_a_store_that_cannot_end_it_leaves_the_client_with_the_old_one(error):
    """
    The new token is told to nobody, so the client knows of one that lives at most.
    """
    shop = Shop().log_in().fill()
    before = shop.token

    def fail(key, **more):
        raise error

    shop.store.retire = fail
    answer = log_in(shop, "cookie", before, {"key": KEY})
    del shop.store.retire

    assert (503, "") == (answer.status, answer.header("Set-Cookie"))
    assert ended(shop, before) is None
    assert "api_token" in log_in(shop, "cookie", before, {"key": KEY}).json
    assert "logout" == ended(shop, before)


def test_a_store_that_cannot_begin_ends_nothing():
    """
    The old session is ended only when the new one is stored.
    """
    shop = Shop().log_in().fill()
    before = shop.token

    def fail():
        raise StoreUnavailableError("down", outcome="not applied")

    given = carried("cookie", before, {"key": KEY})
    response = interrupted(shop, Write, fail, **given)

    assert 503 == response.status
    assert ended(shop, before) is None


def test_logins_at_once_all_succeed():
    """
    With one old token between them, each gets a session of its own.
    """
    shop = Shop().log_in().fill()
    before = shop.token

    with ThreadPoolExecutor(8) as pool:
        waiting = [
            pool.submit(log_in, shop, "cookie", before, {"key": KEY}) for _ in range(8)
        ]
        tokens = {each.result().json["api_token"] for each in waiting}

    assert 8 == len(tokens)
    assert "logout" == ended(shop, before)
    assert {None} == {ended(shop, token) for token in tokens}
