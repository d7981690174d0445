"""
Orders in a record: their names, what was ordered, and what an attempt holds.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import msgpack
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ocstate import Policy, Sessions
from ocstate.checkout import (
    SECTIONS,
    AddLine,
    Cart,
    Checkout,
    Confirmation,
    Ordered,
    OrderedTotal,
    Problem,
    RecordConfirmation,
    Row,
    SetComment,
)
from ocstate.checkout.confirming.conclusion import told_of
from ocstate.checkout.values.ordering import EXTRAS, MOST_TRIES, Attempt, Held, Try
from ocstate.core.record.codec import Codec
from ocstate.exceptions import DecodeError, EncodeError
from ocstate.stores.memory import MemoryStore
from tests.core import states
from tests.core.test_codec_named import LOYALTY, Loyalty, with_extras

CODEC = Codec(sections={"loyalty": Loyalty})
ORDERED = Ordered(
    cart=Cart().add(product_id=1, quantity=2, row=Row()),
    comment="Ring",
    totals=(OrderedTotal(code="total", value=Decimal(5), shown=Decimal(5)),),
)
DONE = Confirmation(order_id="R-17", confirmed_at=5.0).holding(ORDERED)
PAYLOAD = CODEC.encode(
    Checkout(order_id="R-17", confirmation=DONE, ordered=ORDERED, comment="x")
)


def order_body(order_id):
    """
    Return what is stored of an order's name.
    """
    ((number, body),) = states.take_apart(CODEC.encode(Checkout(order_id=order_id)))[1]
    assert 20 == number
    return msgpack.unpackb(body)


@pytest.mark.parametrize("number", [0, 1, 42, 10**17, 10**18 - 1])
def test_a_number_is_stored_as_one(number):
    """
    So that version 0.1, which knows nothing but numbers, reads it.
    """
    assert number == order_body(str(number))
    assert type(order_body(str(number))) is int


@pytest.mark.parametrize(
    "name",
    [
        *("R-17", "007", "00", "\u0661\u0662", "\u00b2", "1234567890123456789"),
        *("-5", "+5", "5.0", "1_000", " 5", "5 ", "5\n", "", "False", "None", "9" * 64),
    ],
)
def test_what_is_no_plain_number_is_stored_as_text(name):
    """
    Every character is kept, whatever a reader of numbers would make of it.
    """
    assert name == order_body(name)


@given(states.ORDER_IDS)
def test_the_name_of_an_order_comes_back(name):
    """
    Exactly as the shop has told it, alone and in the confirmation.
    """
    done = Confirmation(order_id=name, confirmed_at=1.0)
    payload = CODEC.encode(Checkout(order_id=name, confirmation=done))
    found = CODEC.decode(payload).checkout

    assert (name, name) == (found.order_id, found.confirmation.order_id)
    assert (str, str) == (type(found.order_id), type(found.confirmation.order_id))


@pytest.mark.parametrize("raw", [5.0, True, None, b"5", [5]])
def test_what_names_no_order_is_refused(raw):
    """
    A name is a number or a text.
    """
    payload = states.put_together(1, [(20, msgpack.packb(raw))])
    with pytest.raises(DecodeError):
        _ = CODEC.decode(payload).checkout.order_id


def test_an_order_of_version_0_1_is_read():
    """
    Its number is a text now; what it was of was not kept, nor what else was told.
    """
    payload = states.put_together(
        1, [(20, b"\x05"), (21, msgpack.packb([5, 1.5, "fingerprint"]))]
    )
    decoded = CODEC.decode(payload)
    done = decoded.checkout.confirmation

    assert "5" == decoded.checkout.order_id == done.order_id
    assert (1.5, "fingerprint", "") == (done.confirmed_at, done.fingerprint, done.left)
    assert (None, ()) == (done.ordered, done.problems)
    assert payload is CODEC.encode(decoded.checkout, base=decoded)


def test_what_was_ordered_is_decoded_when_somebody_looks():
    """
    Reading the confirmation costs the confirmation alone.
    """
    seen: Counter[tuple[str, str]] = Counter()
    codec = Codec(observe=lambda verb, what: seen.update([(verb, what)]))
    done = codec.decode(PAYLOAD).checkout.confirmation

    assert ("R-17", 5.0) == (done.order_id, done.confirmed_at)
    assert {("decode", "confirmation"): 1} == seen
    assert ORDERED == done.ordered
    assert done.ordered is done.ordered
    assert {("decode", "confirmation"): 1, ("decode", "ordered"): 1} == {
        what: count for what, count in seen.items() if what[1] != "row"
    }


def test_what_was_ordered_outlives_other_changes():
    """
    It is found in a state that has gone on, and after a change of it was stored.
    """
    decoded = CODEC.decode(PAYLOAD)
    after = decoded.checkout.evolve(comment="y")
    again = CODEC.decode(CODEC.encode(after, base=decoded)).checkout

    assert ORDERED == after.confirmation.ordered
    assert ("y", ORDERED) == (again.comment, again.confirmation.ordered)


def test_what_was_ordered_cannot_be_read_and_the_order_can():
    """
    Damage there does not hide that there is an order.
    """
    schema, sections = states.take_apart(PAYLOAD)
    damaged = [(at, b"\xc1" if at == 27 else body) for at, body in sections]
    done = CODEC.decode(states.put_together(schema, damaged)).checkout.confirmation

    assert "R-17" == done.order_id
    with pytest.raises(DecodeError):
        _ = done.ordered


def test_a_noted_order_stays_noted():
    """
    One that was placed in another way has a number, and nothing that it was of.
    """
    sessions = Sessions(MemoryStore(), policy=Policy(repeat=0))
    with sessions.open() as session:
        session.do(AddLine(product_id=1))
        session.do(
            RecordConfirmation(
                confirmation=Confirmation(order_id="R-17", confirmed_at=5.0)
            )
        )
    with sessions.open(session.token) as later:
        later.do(SetComment("x"))
    done = sessions.open(session.token).checkout.confirmation

    assert ("R-17", None) == (done.order_id, done.ordered)


@given(states.checkouts())
def test_each_section_can_be_held(checkout):
    """
    Encoded by itself it comes back as it is, in an attempt that is stored too.
    """
    held = tuple(
        Held(name=name, body=CODEC.pack_section(checkout, name), was=b"digest")
        for name in SECTIONS
    )
    by = Try(id="a", began_at=1.0, ordered=Ordered(), held=held)
    attempt = Attempt(key="k", until=9.0, tries=(by,))
    found = CODEC.decode(CODEC.encode(Checkout(attempt=attempt))).checkout.attempt

    assert attempt == found
    for one in found.tries[0].held:
        value = CODEC.unpack_section(one.name, one.body)
        assert states.everything(getattr(checkout, one.name)) == (
            states.everything(value)
        )
        assert (b"" == one.body) is (value == getattr(Checkout(), one.name)) or (
            one.body
        )


def test_a_section_of_a_host_can_be_held():
    """
    Under its name with a word before it; none is no bytes.
    """
    checkout = with_extras(Checkout(), loyalty=LOYALTY)
    body = CODEC.pack_section(checkout, f"{EXTRAS}loyalty")

    assert LOYALTY == CODEC.unpack_section(f"{EXTRAS}loyalty", body)
    assert b"" == CODEC.pack_section(Checkout(), f"{EXTRAS}loyalty")
    assert CODEC.unpack_section(f"{EXTRAS}loyalty", b"") is None
    with pytest.raises(EncodeError, match="not registered"):
        Codec().pack_section(checkout, f"{EXTRAS}loyalty")


@pytest.mark.parametrize("name", ["cart", "confirmation", f"{EXTRAS}loyalty"])
def test_what_was_held_and_cannot_be_read_says_so(name):
    """
    Spoiled bytes are told like those of any section.
    """
    with pytest.raises(DecodeError):
        CODEC.unpack_section(name, b"\xc1")


def test_an_unread_cart_is_held_as_it_is_stored():
    """
    What nobody changed has the same bytes, by which it is known.
    """
    payload = CODEC.encode(Checkout(cart=ORDERED.cart))
    stored = CODEC.decode(payload).checkout

    assert CODEC.pack_section(Checkout(cart=ORDERED.cart), "cart") == (
        CODEC.pack_section(stored, "cart")
    )


def test_a_large_cart_has_room_in_every_try():
    """
    A thousand lines fit into the claims on them, even if each had changed them.
    """
    lines = 1_000
    cart = Cart()
    for number in range(lines):
        cart = cart.appended(product_id=number, quantity=1, row=Row(shipping=True))
    body = CODEC.pack_section(Checkout(cart=cart), "cart")
    by = Try(
        id="a",
        began_at=1.0,
        ordered=Ordered(cart=cart),
        held=(Held(name="cart", body=body),),
    )
    tries = tuple(evolve(by, id=str(number)) for number in range(MOST_TRIES))
    checkout = Checkout(cart=cart, attempt=Attempt(key="k", until=9.0, tries=tries))

    found = CODEC.decode(CODEC.encode(checkout)).checkout.attempt
    assert lines == len(found.tries[-1].ordered.lines)


@given(st.integers(), st.text(max_size=5))
def test_what_was_told_besides_survives(number, text):
    """
    A repetition after a restart names the same warnings.
    """
    problem = Problem(
        "coupon_invalid",
        "/coupons/0",
        params={"number": number % 2**63, "text": text, "none": None},
        severity="warning",
        fix=("RemoveCoupon",),
    )
    done = Confirmation(order_id="5", confirmed_at=1.0, told=told_of([problem]))
    found = CODEC.decode(CODEC.encode(Checkout(confirmation=done))).checkout

    assert (problem,) == found.confirmation.problems
