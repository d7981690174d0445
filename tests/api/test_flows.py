"""
The API as a flow: what it wants of a store and a host, with canned answers to both.
"""

from __future__ import annotations

import json

import pytest

from ocstate.api import Api, Request
from ocstate.auth.credentials import CredentialFact, CredentialQuestion, hash_key
from ocstate.checkout.facts import (
    PriceFact,
    PriceQuestion,
    ProductFact,
    ProductQuestion,
    ShopFact,
    ShopQuestion,
    TotalRow,
)
from ocstate.checkout.values.state import State
from ocstate.core.effects import Create, Replace
from ocstate.core.flow import Ask, Load, Write
from ocstate.core.setup import Setup
from ocstate.exceptions import (
    ConflictError,
    GoneError,
    StoreError,
    StoreUnavailableError,
)
from ocstate.http.networks import parse_networks
from tests.api.calls import FORM
from tests.api.canned import NOW, Canned
from tests.core.canned import FixedWorld

CREDENTIAL = CredentialFact(
    api_id=7,
    username="Default",
    key_hash=hash_key("right"),
    networks=parse_networks(["127.0.0.1"]),
)
HOST = {
    CredentialQuestion(username="Default"): CREDENTIAL,
    ShopQuestion(): ShopFact(),
    ProductQuestion(product_id=40): ProductFact(product_id=40, buyable=True),
}


WORLD = FixedWorld(NOW)


class Wired:
    """
    What the API needs of sessions.
    """

    setup = Setup(world=WORLD, patience=0.001)


API = Api(Wired())


def call(canned, route, body="", token=""):
    """
    Call a route with canned answers; return status and content.
    """
    request = Request(
        method="POST",
        query=f"route={route}&api_token={token}",
        headers=[("Content-Type", FORM)],
        body=body.encode(),
        client="127.0.0.1",
    )
    response = canned.run(API.handle(request))
    return response.status, json.loads(response.body)


def logged_in(**more):
    """
    Log in with canned answers, and return them with the token.
    """
    canned = Canned({**HOST, **more})
    _, content = call(canned, "api/login", "key=right")
    return canned, content["api_token"]


def test_a_login_asks_once_and_writes_once():
    """
    One question about the credential, and one new record with the credential's name.
    """
    canned, token = logged_in()

    (effect,) = canned.writes
    assert isinstance(effect, Create)
    assert ("api:7",) == effect.record.subjects
    assert [CredentialQuestion(username="Default")] == canned.asked
    assert token not in repr(effect)


def test_a_refused_login_writes_nothing():
    """
    A wrong key costs one question, and no look at the store.
    """
    canned = Canned(HOST, errors={Load: AssertionError("nothing to load")})

    assert (200, []) == call(canned, "api/login", "key=wrong")
    assert [] == canned.writes


def test_a_stranger_is_refused_without_a_question():
    """
    Permission comes first: neither the body nor the host is looked at.
    """
    errors = {Ask: AssertionError("nobody to ask")}
    canned = Canned(HOST, errors=errors)

    status, content = call(canned, "api/cart/add", "a[=1", token="a" * 32)

    assert (200, ["error"]) == (status, list(content))
    assert [] == canned.writes


def test_a_change_is_one_round_of_questions_and_one_write():
    """
    Product and shop are asked in one batch, and the record is replaced once.
    """
    canned, token = logged_in()
    canned.asked.clear()

    status, content = call(canned, "api/cart/add", "product_id=40", token)

    assert (200, ["success"]) == (status, list(content))
    assert {ProductQuestion, ShopQuestion} == set(map(type, canned.asked))
    assert 2 == len(canned.asked)
    assert [Create, Replace] == list(map(type, canned.writes))


def test_an_answer_is_rendered_from_what_the_host_says_then():
    """
    Prices are asked for when the cart is shown; without a host that has any, lines
    are shown without.
    """
    canned, token = logged_in()
    call(canned, "api/cart/add", "product_id=40", token)

    _, bare = call(canned, "api/cart/products", token=token)
    rows = (TotalRow(code="total", title="Total", value=1),)
    canned.facts[PriceQuestion(checkout=State())] = PriceFact(totals=rows)
    _, priced = call(canned, "api/cart/products", token=token)

    assert ["40"] == [row["product_id"] for row in bare["products"]]
    assert [] == bare["totals"]
    assert [{"title": "Total", "text": "1.00"}] == priced["totals"]


@pytest.mark.parametrize(
    ("request_type", "error", "status", "code"),
    [
        (Load, StoreUnavailableError("x", outcome="not applied"), 503, "unavailable"),
        (Write, StoreUnavailableError("x", outcome="not applied"), 503, "unavailable"),
    ],
)
def test_a_store_that_does_not_answer_is_told_as_such(
    request_type, error, status, code
):
    """
    The client may try again, in the route's own shape and with a code.
    """
    canned, token = logged_in()
    canned.errors[request_type] = error

    answer = call(canned, "api/cart/add", "product_id=40", token)

    assert status == answer[0]
    assert code == answer[1]["code"]
    assert ["warning"] == list(answer[1]["error"])


def test_a_session_that_ended_meanwhile_has_no_permission():
    """
    Revoked between load and write: the call is refused like any stranger's.
    """
    canned, token = logged_in()
    canned.errors[Write] = GoneError("ended")
    loads = iter([canned.found, None])
    canned.load = lambda: next(loads)

    status, content = call(canned, "api/currency", "currency=EUR", token)

    assert 200 == status
    assert isinstance(content["error"], str)


def test_others_that_are_always_first_make_a_conflict(monkeypatch):
    """
    Patience has an end, and then the client is told to try again.
    """
    canned, token = logged_in()
    monkeypatch.setattr(WORLD, "tick", 1.0)

    class Always(dict):
        def pop(self, key, default=None):
            return ConflictError("first") if key is Write else default

    canned.errors = Always()
    status, content = call(canned, "api/cart/add", "product_id=40", token)

    assert (409, "conflict") == (status, content["code"])


def test_a_broken_store_is_not_the_clients_business():
    """
    What repeating does not mend goes to the server's own log.
    """
    canned, token = logged_in()
    canned.errors[Write] = StoreError("disk on fire")

    with pytest.raises(StoreError):
        call(canned, "api/cart/add", "product_id=40", token)


def test_a_session_that_is_full_says_so():
    """
    What has no room in a record is refused before anything is written.
    """
    canned, token = logged_in()
    canned.facts.clear()
    lines = (
        f"product[{at}][product_id]=40&product[{at}][quantity]=1"
        f"&product[{at}][option][1]={at}{'x' * 50_000}"
        for at in range(12)
    )

    status, content = call(canned, "api/cart/add", "&".join(lines), token)

    assert (413, "session_too_large") == (status, content["code"])
    assert 1 == len(canned.writes)
