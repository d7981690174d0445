"""
Anything that a client can send: an answer in JSON with a code, and nothing stored.

Every call of the table gets bodies and queries that are missing, malformed, oversized,
of wrong types, repeated, nested, no UTF-8 and no JSON, from a session that is ready for
an order.
"""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

import pytest
from attrs import evolve
from hypothesis import given, note, settings
from hypothesis import strategies as st

from ocstate.api import Request
from ocstate.api.routes import CLASSIC
from ocstate.core.setup import hashed_key
from ocstate.stores.memory import MemoryStore
from ocstate.sync import Sessions
from tests.api.calls import ANN, FORM, HOME, KEY, Shop, urlencoded

READY = Shop().log_in().fill()
RECORD = READY.record()
ROUTES = [*CLASSIC, "api/cart.addProduct", "api/nothing", "api/order&call=nothing", ""]
# A third of what other properties get, of every route: 3,200 in all before a landing.
EXAMPLES = max(1, settings().max_examples // 3)

NAMES = st.sampled_from(
    """
    username key currency customer_id customer_group_id firstname lastname email
    telephone custom_field product_id quantity option subscription_plan_id product
    address_1 address_2 company city postcode country_id zone_id shipping_method
    payment_method coupon voucher reward from_name from_email to_name to_email amount
    voucher_theme_id message comment affiliate_id order_status_id api_token store_id
    product[0][product_id] product[0][quantity] product[1][option][300] option[217]
    option[223][] custom_field[1] custom_field[3][] voucher[0][amount] a[[ ]b a[b]c
    """.split()
)
NUMBERS = st.sampled_from(
    """
    0 1 -1 2 40 28 110 999999 00 +3 1.5 1e9 0x1F 40abc NaN inf ٣ 4294967296
    9223372036854775808 -9223372036854775809 99999999999999999999999999
    """.split()
)
TEXTS = st.one_of(
    NUMBERS,
    st.sampled_from(
        [
            "",
            " ",
            "\0",
            "\u202e",
            "a\nb",
            "0",
            "ann@example.com",
            "flat.flat",
            "cod",
            "EUR",
            "a" * 33,
            "é" * 300,
            "x" * 70_000,
            "\U0001f600",
            "1111",
            KEY,
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
BYTES = st.one_of(
    TEXTS.map(lambda text: quote_plus(text).encode()),
    st.sampled_from([b"%FF%FE", b"%E9", b"%ED%A0%80", b"%", b"%zz", b"\xff", b"%00"]),
)
VALUES = st.recursive(
    st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.floats()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(NAMES | NUMBERS, inner, max_size=3),
    ),
    max_leaves=6,
)


def form_of(pairs):
    """
    Spell a form whose values are bytes that may be no text.
    """
    return b"&".join(quote(name, safe="[]").encode() + b"=" + v for name, v in pairs)


def part(pair):
    """
    Spell one part of a multipart body.
    """
    name, value = pair
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode() + value + b"\r\n"


PAIRS = st.lists(st.tuples(NAMES, BYTES), max_size=6)
RIGHT = st.sampled_from([ANN, HOME, {**ANN, **HOME}, {"product_id": 40}, {"key": 1}])
# A right form with something behind it is wrong in that alone.
FORMS = st.builds(
    lambda right, wrong: urlencoded(right).encode() + b"&" + form_of(wrong),
    st.just({}) | RIGHT,
    PAIRS,
)
JSONS = st.one_of(
    st.dictionaries(NAMES, VALUES, max_size=6).map(json.dumps),
    st.sampled_from(
        ["", "{", "[]", "null", "1", '"a"', "[" * 5000, '{"a":' * 40, "{}x"]
    ),
    st.text(max_size=20).map(lambda text: json.dumps({"firstname": text})[:-2]),
    st.just('{"firstname": "\\ud800", "key": 1e999, "quantity": -0}'),
).map(lambda text: text.encode())
MULTIPARTS = st.one_of(
    PAIRS.map(lambda pairs: b"".join(map(part, pairs)) + b"--b--\r\n"),
    PAIRS.map(lambda pairs: b"".join(map(part, pairs))),
    st.binary(max_size=60),
)
BODIES = st.one_of(
    st.tuples(st.just(FORM), FORMS),
    st.tuples(
        st.just(FORM), st.sampled_from([b"a&" * 1500, b"a[" * 500, b"x" * 2**21])
    ),
    st.tuples(st.just("application/json"), JSONS),
    st.tuples(st.just("multipart/form-data; boundary=b"), MULTIPARTS),
    st.tuples(
        st.sampled_from(["", "text/plain", "application/xml", "multipart/form-data"]),
        st.binary(max_size=60),
    ),
)
METHODS = st.sampled_from(
    ["POST"] * 8 + ["GET"] * 3 + ["PUT", "HEAD", "DELETE", "x\r\n"]
)
EXTRAS = st.sampled_from(
    [
        b"",
        b"",
        b"",
        b"&store_id=1",
        b"&store_id=x",
        b"&api_token[]=1",
        b"&a[=1",
        b"&%FF=%FF",
    ]
)
HEADERS = st.lists(
    st.sampled_from(
        [
            ("Cookie", "currency=EUR; language=xx; OCSESSID=\x00"),
            ("Accept-Language", "de;q=9, *;;, \u00ff"),
            ("Origin", "null"),
            ("Sec-Fetch-Site", "cross-site"),
            ("Authorization", "Basic \u00e9"),
            ("X-Forwarded-For", "10.0.0.1"),
        ]
    ),
    max_size=2,
)


def served(name, method, extra, headers, content_type, body):
    """
    Send a call to a shop whose session is ready; return the answer and what is stored.
    """
    store = MemoryStore()
    store.create(RECORD)
    READY.sessions = Sessions(store, READY.host, clock=READY.clock)
    request = Request(
        method=method,
        query=f"route={name}&api_token={READY.token}".encode() + extra,
        headers=[("Content-Type", content_type), *headers],
        body=body,
        client="127.0.0.1",
    )
    note(f"{request.method} {request.query} {content_type} {body[:500]}")
    return READY.send(request), store


def is_refused(answer):
    """
    Tell whether an answer says that nothing was done.

    Beside an offer or a cart, an error tells of what is there.
    """
    if answer.status != 200 or answer.json == []:
        return True
    return "error" in answer.json and len(answer.json) == 1


@pytest.mark.parametrize("name", ROUTES)
@settings(max_examples=EXAMPLES)
@given(method=METHODS, extra=EXTRAS, headers=HEADERS, sent=BODIES)
def test_whatever_is_sent_is_answered(name, method, extra, headers, sent):
    """
    Never a fault, always JSON; a refusal has a code, and the session's bytes stay.
    """
    content_type, body = sent

    answer, store = served(name, method, extra, headers, content_type, body)

    stored = store.load(hashed_key(READY.token))
    assert answer.status in {200, 400, 403, 404, 405, 413, 415}
    assert isinstance(answer.json, dict | list)
    if is_refused(answer):
        codes = answer.header("Ocstate-Problems")
        assert codes
        assert answer.status == 200 or codes.startswith(answer.json["code"])
        assert [evolve(RECORD, version=stored.version)] == list(store.scan(None, 10))
        assert RECORD.payload == stored.payload


@given(query=st.binary(max_size=60), path=st.text(max_size=10), sent=BODIES)
def test_whatever_a_stranger_sends_stores_nothing(query, path, sent):
    """
    Nobody who is not logged in leaves a trace, or is told a token.
    """
    content_type, body = sent
    shop = Shop()
    headers = [("Content-Type", content_type)]

    for each in (query, b"route=api/cart/add&" + query):
        answer = shop.send(
            Request(method="POST", path=path, query=each, headers=headers, body=body)
        )
        at_index = shop.send(
            Request(method="POST", query=each, headers=headers, body=body)
        )
        for one in (answer, at_index):
            assert 200 <= one.status < 500
            assert "" == one.header("Set-Cookie")
    assert [] == list(shop.stored())
