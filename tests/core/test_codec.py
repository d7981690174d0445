"""
The codec: what is decoded, what is encoded, what is carried over.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import msgpack
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.confirming.rules import Rules
from ocstate.checkout.values.cart import Cart, Line, Lines, Row
from ocstate.checkout.values.discounts import Coupon
from ocstate.checkout.values.money import Currency
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.people import Address, Customer
from ocstate.checkout.values.settings import NO_SETTINGS, Settings
from ocstate.checkout.values.state import SECTIONS
from ocstate.core.record.codec import Codec
from ocstate.core.record.sections import COMMITS, DATA, NUMBERS
from ocstate.exceptions import DecodeError, EncodeError
from tests.core import states

CODEC = Codec()
ADA = Customer(firstname="Ada", lastname="Lovelace", email="ada@example.com")
EMPTY = bytes.fromhex("c10c 01 00 0100 00")


def big_cart(lines: int) -> Cart:
    return Cart(
        lines=Lines.of(
            Line(
                line_id=at + 1,
                product_id=100 + at,
                quantity=1 + at % 3,
                row=Row(options=Options({at: str(at) * 3})),
            )
            for at in range(lines)
        ),
        next_line_id=lines + 1,
    )


@given(
    states.checkouts(),
    st.dictionaries(states.TEXTS, states.PLAIN_VALUES, max_size=3),
    states.COMMITS,
)
def test_what_is_encoded_comes_back(checkout, data, commits):
    """
    Every section, the host's data and the commits are decoded as they were.
    """
    payload = CODEC.encode(checkout, data=data, commits=commits)
    decoded = CODEC.decode(payload)

    assert states.all_sections(checkout) == states.all_sections(decoded.checkout)
    assert states.exactly(data) == states.exactly(dict(decoded.data))
    assert commits == decoded.commits
    assert payload == CODEC.encode(decoded.checkout, base=decoded)


@given(states.checkouts())
def test_the_same_state_is_the_same_bytes(checkout):
    """
    Encoding depends on the state alone, not on the way that led to it.
    """
    payload = CODEC.encode(checkout)
    again = Checkout(**{name: getattr(checkout, name) for name in SECTIONS})
    piecemeal = CODEC.empty().checkout
    for name in reversed(SECTIONS):
        piecemeal = piecemeal.evolve(**{name: getattr(checkout, name)})

    assert payload == Codec().encode(again)
    assert payload == CODEC.encode(piecemeal)


def test_section_numbers_never_change():
    """
    Each section has the number that it was first stored under.
    """
    assert {
        "store_id": 1,
        "customer": 2,
        "payment_address": 3,
        "shipping_address": 4,
        "cart": 5,
        "shipping_quotes": 6,
        "shipping_method": 7,
        "payment_options": 8,
        "payment_method": 9,
        "currency": 10,
        "language": 11,
        "coupons": 12,
        "vouchers": 13,
        "gifts": 14,
        "reward": 15,
        "affiliate": 16,
        "comment": 17,
        "terms": 18,
        "attribution": 19,
        "order_id": 20,
        "confirmation": 21,
        "settings": 22,
        "told_shop": 23,
        "told_group": 24,
        "told_reward": 25,
        "attempt": 26,
        "ordered": 27,
        "shown": 28,
        "cancellation": 29,
    } == dict(NUMBERS)
    assert set(SECTIONS) == set(NUMBERS)
    assert (100, 101) == (DATA, COMMITS)


def test_sections_at_their_default_are_not_stored():
    """
    An empty session is a header alone, however it came to be empty.
    """
    emptied = Checkout(cart=Cart(lines=Lines.of()), settings=Settings())

    assert EMPTY == CODEC.empty().payload == CODEC.encode(Checkout())
    assert EMPTY == CODEC.encode(emptied, data={}, commits=())
    assert NO_SETTINGS == CODEC.empty().checkout.settings
    assert () == CODEC.empty().commits
    assert {} == dict(CODEC.empty().data)


def test_a_cart_that_was_emptied_remembers_its_numbers():
    """
    No default is what has given away line numbers already.
    """
    for number in (5, 2**32 - 1):
        emptied = Checkout(cart=Cart(next_line_id=number))
        assert emptied == CODEC.decode(CODEC.encode(emptied)).checkout


def test_a_section_back_at_its_default_goes():
    """
    What is removed from a state is removed from its bytes.
    """
    decoded = CODEC.decode(CODEC.encode(Checkout(customer=ADA, comment="Ring twice")))
    without = decoded.checkout.evolve(customer=None)

    _, sections = states.take_apart(CODEC.encode(without, base=decoded))
    assert [NUMBERS["comment"]] == [number for number, _ in sections]


def test_an_untouched_session_is_the_very_same_bytes():
    """
    Nothing is copied, let alone encoded, when nothing changed.
    """
    payload = CODEC.encode(Checkout(customer=ADA), data={"seen": 1}, commits=("a",))
    decoded = CODEC.decode(payload)
    assert ADA == decoded.checkout.customer

    assert payload is CODEC.encode(decoded.checkout, base=decoded)
    assert payload is CODEC.encode(decoded.checkout, data=decoded.data, base=decoded)
    assert payload is CODEC.encode(decoded.checkout)


@given(states.checkouts(), states.checkouts(), st.sampled_from(SECTIONS))
def test_a_change_leaves_all_other_bytes(before, other, name):
    """
    Changing one section leaves the bodies of all others as they were.
    """
    payload = CODEC.encode(before, data={"seen": 1}, commits=("a",))
    decoded = CODEC.decode(payload)
    changed = decoded.checkout.evolve(**{name: getattr(other, name)})
    after = CODEC.encode(changed, base=decoded)

    kept = dict(states.take_apart(payload)[1])
    found = dict(states.take_apart(after)[1])
    kept.pop(NUMBERS[name], None)
    new = found.pop(NUMBERS[name], None)
    assert kept == found
    assert dict(states.take_apart(CODEC.encode(other))[1]).get(NUMBERS[name]) == new


class Counted:
    """
    A codec that counts what it decodes and encodes.
    """

    def __init__(self, checkout: Checkout, **more: object) -> None:
        self.seen = Counter[tuple[str, str]]()
        self.codec = Codec(observe=lambda verb, what: self.seen.update([(verb, what)]))
        self.payload = CODEC.encode(checkout, **more)
        self.decoded = self.codec.decode(self.payload)
        self.checkout = self.decoded.checkout

    def encode(self, checkout: Checkout) -> bytes:
        return self.codec.encode(checkout, base=self.decoded)


FULL = Checkout(
    customer=ADA,
    payment_address=Address(city="London"),
    shipping_address=Address(city="Paris"),
    cart=big_cart(1000),
    currency=Currency(code="EUR"),
    coupons=(Coupon(code="X"),),
    comment="Ring twice",
)


def test_opening_decodes_nothing():
    """
    A payload is opened, and an untouched one written, without a look into a section.
    """
    counted = Counted(FULL, data={"seen": 1}, commits=("a",))
    assert counted.payload is counted.encode(counted.checkout)

    assert {} == counted.seen


def test_reading_decodes_one_section_once():
    """
    A section is decoded when it is first looked at, and no other with it.
    """
    counted = Counted(FULL)
    changed = counted.checkout.evolve(comment="")
    assert "Paris" == counted.checkout.shipping_address.city
    assert "Paris" == changed.shipping_address.city

    assert {("decode", "shipping_address"): 1} == counted.seen


def test_adding_to_a_thousand_lines_decodes_no_line():
    """
    A line is added without a look at the others: the cart's columns are decoded, the
    new row is encoded, and nothing else.
    """
    counted = Counted(FULL, data={"seen": 1}, commits=("a",))
    row = Row(options=Options({7: "x"}))
    cart = counted.checkout.cart.add(product_id=42, quantity=2, row=row)
    payload = counted.encode(counted.checkout.evolve(cart=cart))

    assert {
        ("decode", "cart"): 1,
        ("encode", "cart"): 1,
        ("encode", "row"): 1,
    } == counted.seen
    lines = CODEC.decode(payload).checkout.cart.lines
    assert (1001, 42, row) == (len(lines), lines[-1].product_id, lines[-1].row)
    assert list(FULL.cart.lines) == list(lines[:-1])


def test_changing_a_quantity_decodes_no_line():
    """
    A quantity is one number of a column.
    """
    counted = Counted(FULL)
    cart = counted.checkout.cart
    changed = cart.holding(cart.lines.with_quantity(500, 77))
    payload = counted.encode(counted.checkout.evolve(cart=changed))

    assert {("decode", "cart"): 1, ("encode", "cart"): 1} == counted.seen
    lines = CODEC.decode(payload).checkout.cart.lines
    assert [77] == [lines[500].quantity]
    assert [line.row for line in FULL.cart.lines] == [line.row for line in lines]


def test_adding_a_known_product_decodes_its_own_line():
    """
    Whether it is the same line is told by the rows of that product alone.
    """
    counted = Counted(FULL)
    row = FULL.cart.lines[7].row
    cart = counted.checkout.cart.add(product_id=107, quantity=1, row=row)
    counted.encode(counted.checkout.evolve(cart=cart))

    assert {
        ("decode", "cart"): 1,
        ("decode", "row"): 1,
        ("encode", "cart"): 1,
    } == counted.seen


def test_removing_a_line_decodes_none():
    """
    The rows that stay are copied as they are.
    """
    counted = Counted(FULL)
    cart = counted.checkout.cart
    without = cart.holding(cart.lines.without(0))
    counted.encode(counted.checkout.evolve(cart=without))

    assert {("decode", "cart"): 1, ("encode", "cart"): 1} == counted.seen


def test_data_and_commits_are_counted_too():
    """
    Both are sections, decoded when they are looked at.
    """
    counted = Counted(FULL, data={"seen": 1}, commits=("a",))
    assert 1 == counted.decoded.data["seen"]
    assert ("a",) == counted.decoded.commits
    counted.codec.encode(counted.checkout, commits=("a", "b"), base=counted.decoded)

    assert {
        ("decode", "data"): 1,
        ("decode", "commits"): 1,
        ("encode", "commits"): 1,
    } == counted.seen


def test_data_and_commits_come_from_the_base_of_a_new_state():
    """
    A state that starts anew, such as after a logout, leaves the rest of the session.
    """
    payload = CODEC.encode(FULL, data={"seen": 1}, commits=("a",))
    base = CODEC.decode(payload)
    anew = CODEC.decode(CODEC.encode(Checkout(comment="new"), base=base))

    assert ({"seen": 1}, ("a",)) == (dict(anew.data), anew.commits)
    assert (None, "new") == (anew.checkout.customer, anew.checkout.comment)
    assert {} == dict(CODEC.decode(CODEC.encode(Checkout(), data={}, base=base)).data)


def test_without_a_base_the_rest_stays_as_well():
    """
    What is not said is left as it is stored where the state comes from.
    """
    payload = CODEC.encode(FULL, data={"seen": 1}, commits=("a",))
    checkout = CODEC.decode(payload).checkout.evolve(comment="new")
    after = CODEC.decode(CODEC.encode(checkout))

    assert ({"seen": 1}, ("a",)) == (dict(after.data), after.commits)


def test_a_state_of_another_codec_is_written_in_full():
    """
    Sections that cannot be carried over are read and encoded.
    """
    foreign = Codec().decode(CODEC.encode(FULL)).checkout.evolve(comment="new")
    expected = FULL.evolve(comment="new")

    assert CODEC.encode(expected) == CODEC.encode(foreign)


def test_data_handed_out_is_a_copy():
    """
    What is stored does not change with a list that was handed out.
    """
    decoded = CODEC.decode(CODEC.encode(Checkout(), data={"wishlist": [40]}))
    decoded.data["wishlist"].append(41)

    assert [40] == decoded.data["wishlist"]
    assert 1 == len(decoded.data)
    assert "wishlist" in repr(decoded.data)
    assert "40" not in repr(decoded.data)


def test_a_checkout_keeps_the_rules_it_is_opened_with():
    """
    Decoding hands the host's rules to the state.
    """
    rules = Rules()
    for decoded in (CODEC.decode(EMPTY, rules), CODEC.empty(rules)):
        assert vars(decoded.checkout)["_rules"] is rules


def test_unknown_sections_survive():
    """
    Numbers that only a later version knows are carried byte for byte, in their places.
    """
    _, sections = states.take_apart(CODEC.encode(Checkout(comment="old")))
    strange = [(99, b"\x01\x02not MessagePack"), (127, b""), (200, b"\xc0")]
    payload = states.put_together(1, [*sections, *strange])
    decoded = CODEC.decode(payload)
    changed = decoded.checkout.evolve(customer=ADA, comment="new")

    after = states.take_apart(CODEC.encode(changed, base=decoded))[1]
    assert [2, 17, 99, 127, 200] == [number for number, _ in after]
    assert strange == after[2:]


@given(states.values_of(Address), states.LATER_FIELDS, states.LATER_FIELDS)
def test_unknown_fields_survive(address, one, other):
    """
    Fields that a later version put behind the known ones follow through a change.
    """
    known = CODEC.converter.unstructure(evolve(address, unknown=()))
    body = msgpack.packb((*known, one, other))
    decoded = CODEC.decode(states.put_together(1, [(3, body)]))
    moved = evolve(decoded.checkout.payment_address, city="Paris")
    after = CODEC.encode(decoded.checkout.evolve(payment_address=moved))

    ((_, body),) = states.take_apart(after)[1]
    assert body.endswith(msgpack.packb(one) + msgpack.packb(other))
    assert "Paris" == CODEC.decode(after).checkout.payment_address.city


@pytest.mark.parametrize("kept", range(9))
def test_fields_that_are_missing_get_their_defaults(kept):
    """
    An older version knew fewer fields; what it did not write is at its default.
    """
    values = (7, 1, "Ada", "Lovelace", "a@example.com", "1", (3, "x"), 4.0)
    body = CODEC.converter.unstructure(Customer())
    assert len(values) == len(body)
    raw = values[:kept] + body[kept:]
    built = CODEC.converter.structure(values[:kept], Customer)

    assert states.everything(CODEC.converter.structure(raw, Customer)) == (
        states.everything(built)
    )


def test_a_newer_schema_stays():
    """
    A record of a later version is read, and written back under its own number.
    """
    newer = Codec(schema=9)
    decoded = CODEC.decode(newer.encode(Checkout(comment="new"), commits=("a",)))
    changed = decoded.checkout.evolve(customer=ADA)

    assert ("new", 9) == (decoded.checkout.comment, decoded.schema)
    assert 9 == states.take_apart(CODEC.encode(changed, base=decoded))[0]
    assert 9 == states.take_apart(CODEC.encode(decoded.checkout.evolve(comment="")))[0]


def test_threads_share_a_codec():
    """
    Many threads encode and decode with one codec, and none disturbs another.
    """
    checkouts = [
        Checkout(comment=f"number {at}", cart=big_cart(at % 7)) for at in range(64)
    ]
    expected = [CODEC.encode(checkout, data={"at": [1]}) for checkout in checkouts]

    def work(at: int) -> bool:
        checkout = checkouts[at % 64]
        payload = CODEC.encode(checkout, data={"at": [1]})
        again = CODEC.decode(payload).checkout
        return payload == expected[at % 64] and again == checkout

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(2000)))


def test_an_amount_keeps_its_digits():
    """
    Decimals come back with the same value and the same number of decimals.
    """
    for text in ("0.84250000", "0E-8", "-12.5", "100"):
        currency = Currency(code="EUR", value=Decimal(text))
        payload = CODEC.encode(Checkout(currency=currency))
        assert text == str(CODEC.decode(payload).checkout.currency.value)


def test_a_value_of_data_is_packed_alike():
    """
    Equal values are equal bytes, whatever the order of a set.
    """
    one, other = {"b", "a", "c"}, {"c", "b", "a"}

    assert CODEC.pack_value(one) == CODEC.pack_value(other)
    assert CODEC.pack_value(one) != CODEC.pack_value(frozenset(one))
    assert CODEC.pack_value(1) != CODEC.pack_value(True)
    with pytest.raises(EncodeError, match="at /wishlist/1"):
        CODEC.pack_value([1, object()], "/wishlist")


def test_a_broken_section_does_not_break_the_others():
    """
    Only who looks at what cannot be read is told so.
    """
    sections = [(2, b"\xc1"), (17, b"\xa3new")]
    decoded = CODEC.decode(states.put_together(1, sections))

    assert "new" == decoded.checkout.comment
    with pytest.raises(DecodeError) as caught:
        decoded.checkout.customer  # noqa: B018
    assert ("bad_section", 1) == (caught.value.reason, caught.value.schema)
    changed = decoded.checkout.evolve(comment="newer")
    after = states.take_apart(CODEC.encode(changed, base=decoded))[1]
    assert [(2, b"\xc1"), (17, b"\xa5newer")] == after
