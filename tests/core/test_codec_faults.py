"""
What cannot be read or written: typed reasons, limits, and nothing else ever raised.
"""

from __future__ import annotations

import enum
import struct
from decimal import Decimal

import msgpack
import pytest
from attrs import fields
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.values.cart import Cart, Line, Lines, Row
from ocstate.checkout.values.discounts import Coupon
from ocstate.checkout.values.methods import QuoteGroup, Quotes, ShippingMethod
from ocstate.checkout.values.money import Currency
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.people import Address, Customer
from ocstate.checkout.values.settings import Settings
from ocstate.checkout.values.state import SECTIONS
from ocstate.core.record.codec import Codec
from ocstate.core.record.limits import Limits
from ocstate.core.record.sections import NUMBERS
from ocstate.exceptions import ConfigurationError, DecodeError, EncodeError
from tests.core import states

CODEC = Codec()
TINY = Limits(payload=500, section=200, text=20, lines=2, items=20, depth=2)
ROW = msgpack.packb([[], 0, None, None, None, None, None, None])
NEST = 900


def cart_of(*rows: Row) -> Cart:
    lines = Lines.of(
        Line(line_id=at + 1, product_id=at, quantity=1, row=row)
        for at, row in enumerate(rows)
    )
    return Cart(lines=lines, next_line_id=len(rows) + 1)


def section(number: int, value: object) -> bytes:
    return states.put_together(1, [(number, msgpack.packb(value))])


def u32(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def u64(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}Q", *numbers)


def cart_values(**other: object) -> list[object]:
    values = {
        "line_ids": u32(1, 2),
        "product_ids": u64(7, 8),
        "quantities": u32(1, 1),
        "ends": u32(len(ROW), 2 * len(ROW)),
        "rows": ROW * 2,
        "next": 3,
    }
    return list({**values, **other}.values())


def nested(depth: int) -> bytes:
    return b"\x91" * depth + b"\xc0"


FULL = Checkout(
    customer=Customer(firstname="Ada", custom_field=Options({1: "x"})),
    shipping_address=Address(city="London", country_id=222),
    cart=cart_of(Row(options=Options({5: [1, 2]})), Row(minimum=2)),
    shipping_quotes=Quotes(groups=(QuoteGroup(code="flat"),)),
    shipping_method=ShippingMethod(code="flat.flat", cost=Decimal("5.0000")),
    coupons=(Coupon(code="SUMMER"),),
    comment="Ring twice",
    settings=Settings({"theme": "dark"}),
)
PAYLOAD = CODEC.encode(FULL, data={"wishlist": [40, (1, {2})]}, commits=("a", "b"))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "truncated"),
        (b"\xc1", "truncated"),
        (PAYLOAD[:6], "truncated"),
        (PAYLOAD[:9], "truncated"),
        (PAYLOAD[:30], "truncated"),
        (PAYLOAD[:-1], "truncated"),
        (b"{}", "not_ocstate"),
        (b"\x80\x04pickle", "not_ocstate"),
        (b"\xc1\x0c\x02\x00\x01\x00\x00", "newer_format"),
        (b"\xc1\x0c\x02", "newer_format"),
        (b"\xc1\x0c\x00\x00\x01\x00\x00", "not_ocstate"),
        (b"\xc1\x0c\x01\x80\x01\x00\x00", "newer_format"),
        (PAYLOAD + b"\x00", "bad_table"),
        (states.put_together(1, [(0, b"\xc0")]), "bad_table"),
        (states.put_together(1, [(2, b"\xc0"), (2, b"\xc0")]), "bad_table"),
        (states.put_together(1, [(3, b"\xc0"), (2, b"\xc0")]), "bad_table"),
        (states.put_together(1, [(129, b"\xc0"), (128, b"\xc0")]), "bad_table"),
        (b"\xc1\x0c" + b"x" * Limits().payload, "too_large"),
        (
            states.put_together(1, [(2, b"x" * (Limits().section + 1)), (3, b"")]),
            "too_large",
        ),
    ],
)
def test_a_payload_that_cannot_be_opened_says_why(payload, reason):
    """
    Each way of being no payload has its own stable code.
    """
    with pytest.raises(DecodeError) as caught:
        CODEC.decode(payload)

    assert reason == caught.value.reason


@pytest.mark.parametrize("size", range(len(PAYLOAD)))
def test_a_payload_that_is_cut_anywhere_is_truncated(size):
    """
    No prefix of a payload is taken for a smaller one.
    """
    with pytest.raises(DecodeError) as caught:
        CODEC.decode(PAYLOAD[:size])

    assert "truncated" == caught.value.reason


def test_the_schema_is_told_where_it_can_be_read():
    """
    An error names the schema number as soon as that much of the header is there.
    """
    for payload, schema in ((PAYLOAD[:6], None), (PAYLOAD[:-1], 1)):
        with pytest.raises(DecodeError) as caught:
            CODEC.decode(payload)
        assert schema == caught.value.schema


def text(of: int) -> str:
    return "x" * of


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("customer", b"", "bad_section"),
        ("customer", b"\xc1", "bad_section"),
        ("customer", b"\x90\x90", "bad_section"),
        ("customer", b"\x92\x07", "bad_section"),
        ("customer", msgpack.packb(7), "bad_section"),
        ("customer", msgpack.packb(["7"]), "bad_section"),
        ("customer", msgpack.packb({"firstname": "Ada"}), "bad_section"),
        ("customer", msgpack.packb([True]), "bad_section"),
        ("customer", msgpack.packb([0, None, b"Ada"]), "bad_section"),
        ("customer", b"\x93\x00\xc0\xa1\xff", "bad_section"),
        ("customer", msgpack.packb([0] + [None] * 7 + [[[]]]), "bad_section"),
        ("customer", msgpack.packb([0] + [None] + [""] * 4 + [[7]]), "bad_section"),
        ("customer", msgpack.packb([0] + [None] + [""] * 4 + [7]), "bad_section"),
        (
            "customer",
            msgpack.packb([0] + [None] + [""] * 4 + [["7", 7]]),
            "bad_section",
        ),
        (
            "customer",
            msgpack.packb([0] + [None] + [""] * 4 + [[7, [7.5]]]),
            "bad_section",
        ),
        ("coupons", msgpack.packb([[]]), "bad_section"),
        ("coupons", msgpack.packb([7]), "bad_section"),
        ("coupons", msgpack.packb(7), "bad_section"),
        ("comment", msgpack.packb(7), "bad_section"),
        ("reward", msgpack.packb(7.0), "bad_section"),
        ("settings", msgpack.packb([1]), "bad_section"),
        ("settings", msgpack.packb({"a": 1.5}), "bad_section"),
        ("settings", msgpack.packb({b"a": 1}), "bad_section"),
        ("settings", b"\x81\x01\x01", "bad_section"),
        ("gifts", msgpack.packb([["g"] + [""] * 7]), "bad_section"),
        ("shipping_method", msgpack.packb(["a", "b", "NaN"]), "bad_section"),
        ("shipping_method", msgpack.packb(["a", "b", "1E+99"]), "bad_section"),
        ("shipping_method", msgpack.packb(["a", "b", "five"]), "bad_section"),
        ("shipping_method", msgpack.packb(["a", "b", 5]), "bad_section"),
        ("shipping_method", msgpack.packb(["a", "b", text(65)]), "bad_section"),
        ("customer", nested(2000), "too_deep"),
        ("comment", b"\xdb\x00\x08\x00\x00" + b"x" * 0x80000, "too_large"),
    ],
)
def test_a_section_that_cannot_be_read_says_why(name, body, reason):
    """
    A section is exactly what its class holds, or it is refused with a stable code.
    """
    limits = Limits(section=1 << 20)
    decoded = Codec(limits=limits).decode(
        states.put_together(1, [(NUMBERS[name], body)])
    )
    with pytest.raises(DecodeError) as caught:
        getattr(decoded.checkout, name)

    assert (reason, 1) == (caught.value.reason, caught.value.schema)


@pytest.mark.parametrize(
    "values",
    [
        [],
        cart_values()[:5],
        cart_values(line_ids=u32(1)),
        cart_values(line_ids=b"12345678a"),
        cart_values(
            line_ids=b"12", product_ids=b"1234", quantities=b"12", ends=b"12", rows=b""
        ),
        cart_values(line_ids=[1, 2]),
        cart_values(product_ids=u64(1)),
        cart_values(quantities=u32(1, 2, 3)),
        cart_values(ends=u32(1)),
        cart_values(ends=u32(len(ROW), len(ROW) + 1)),
        cart_values(rows=ROW),
        cart_values(rows="x"),
        cart_values(next=0),
        cart_values(next=2**32),
        cart_values(next="3"),
        cart_values(line_ids=b"", product_ids=b"", quantities=b"", ends=b""),
    ],
)
def test_a_cart_whose_columns_do_not_fit_is_refused(values):
    """
    Columns that do not belong together are found before a line is looked at.
    """
    decoded = CODEC.decode(section(NUMBERS["cart"], values))
    with pytest.raises(DecodeError) as caught:
        decoded.checkout.cart  # noqa: B018

    assert "bad_section" == caught.value.reason


def test_the_cart_of_the_other_tests_can_be_read():
    """
    What is varied above is a cart indeed.
    """
    cart = CODEC.decode(section(NUMBERS["cart"], cart_values())).checkout.cart

    assert [(1, 7, Row()), (2, 8, Row())] == [
        (line.line_id, line.product_id, line.row) for line in cart.lines
    ]


@pytest.mark.parametrize("rows", [b"\xc1" * 2 * len(ROW), b"\x91\xa1x" * 8])
def test_a_row_that_cannot_be_read_is_told_when_it_is_looked_at(rows):
    """
    Rows are decoded late, so what is wrong in one is found late too.
    """
    values = cart_values(rows=rows, ends=u32(len(rows) // 2, len(rows)))
    cart = CODEC.decode(section(NUMBERS["cart"], values)).checkout.cart
    assert 2 == cart.quantity

    with pytest.raises(DecodeError) as caught:
        cart.lines[1]
    assert "bad_section" == caught.value.reason


def test_rows_out_of_order_are_found_before_they_are_copied():
    """
    Rows that overlap are not taken apart and written again.
    """
    values = cart_values(ends=u32(3 * len(ROW), 2 * len(ROW)))
    checkout = CODEC.decode(section(NUMBERS["cart"], values)).checkout
    cart = checkout.cart.holding(checkout.cart.lines.without(0))

    with pytest.raises(DecodeError) as caught:
        CODEC.encode(checkout.evolve(cart=cart))
    assert "bad_section" == caught.value.reason


@pytest.mark.parametrize(
    ("number", "values"),
    [
        (NUMBERS["customer"], [*CODEC.converter.unstructure(Customer())]),
        (NUMBERS["cart"], cart_values()),
    ],
)
def test_fields_of_a_later_version_may_not_be_nested_without_end(number, values):
    """
    What is not known is kept, but not in any depth, which nothing could compare.
    """
    body = msgpack.packb(values)
    longer = bytes([body[0] + 1]) + body[1:] + nested(NEST)
    decoded = CODEC.decode(states.put_together(1, [(number, longer)]))
    name = next(name for name, one in NUMBERS.items() if one == number)

    with pytest.raises(DecodeError) as caught:
        getattr(decoded.checkout, name)
    assert "too_deep" == caught.value.reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (msgpack.packb([1]), "bad_section"),
        (msgpack.packb({"a": 1}), "bad_section"),
        (msgpack.packb({b"a": b"\x01"}), "bad_section"),
        (b"\xc1", "bad_section"),
    ],
)
def test_data_that_is_no_map_of_values_is_refused(body, reason):
    """
    The host's data is a map of encoded values, whatever stands in these.
    """
    decoded = CODEC.decode(states.put_together(1, [(100, body)]))
    with pytest.raises(DecodeError) as caught:
        dict(decoded.data)

    assert reason == caught.value.reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "bad_section"),
        (b"\xc1", "bad_section"),
        (msgpack.packb({b"a": 1}), "bad_section"),
        (msgpack.packb([msgpack.ExtType(2, b""), []]), "bad_section"),
        (msgpack.packb([1, msgpack.ExtType(1, b"")]), "bad_section"),
        (msgpack.packb(msgpack.ExtType(4, b"five")), "bad_section"),
        (msgpack.packb(msgpack.ExtType(5, b"today")), "bad_section"),
        (msgpack.packb(msgpack.ExtType(6, b"\xff")), "bad_section"),
        (nested(40), "too_deep"),
        (nested(NEST), "too_deep"),
        (nested(5000), "too_deep"),
        (msgpack.packb(text(Limits().text + 1)), "too_large"),
        (b"\xdd\x00\xff\xff\xff", "too_large"),
    ],
)
def test_a_value_of_data_that_cannot_be_read_says_why(value, reason):
    """
    A value is judged when it is looked at, by itself.
    """
    decoded = CODEC.decode(section(100, {"bad": value, "good": b"\x01"}))
    assert 1 == decoded.data["good"]
    with pytest.raises(DecodeError) as caught:
        decoded.data["bad"]

    assert (reason, 1) == (caught.value.reason, caught.value.schema)


@pytest.mark.parametrize("body", [b"\xa1x", b"\x91\x01", b"\xc0"])
def test_commits_that_are_no_texts_are_refused(body):
    """
    Ids of commits are texts.
    """
    decoded = CODEC.decode(states.put_together(1, [(101, body)]))
    with pytest.raises(DecodeError) as caught:
        decoded.commits  # noqa: B018

    assert "bad_section" == caught.value.reason


def drive(payload: bytes) -> None:
    """
    Read all of a payload, change it, and write it again, as far as it lets one.
    """
    reasons: set[str] = set()
    try:
        decoded = CODEC.decode(payload)
        states.read_all(decoded)
        for name in SECTIONS:
            held = getattr(decoded.checkout, name)
            assert held == held
            assert repr(held)
        cart = decoded.checkout.cart
        if len(cart.lines):
            cart = cart.holding(cart.lines.without(0))
        changed = decoded.checkout.evolve(cart=cart, comment="new")
        states.read_all(CODEC.decode(CODEC.encode(changed, base=decoded)))
    except DecodeError as error:
        reasons.add(error.reason)
    assert reasons <= {
        "truncated",
        "not_ocstate",
        "newer_format",
        "bad_table",
        "bad_section",
        "too_large",
        "too_deep",
    }


@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing_else(payload):
    """
    Bytes that nobody wrote are a `DecodeError` or a session.
    """
    drive(payload)
    drive(b"\xc1\x0c\x01\x00\x01\x00" + payload)


@given(st.lists(st.tuples(st.integers(0, len(PAYLOAD) - 1), st.integers(0, 255))))
def test_mutated_payloads_raise_nothing_else(changes):
    """
    Flipped bytes are a `DecodeError` or a session.
    """
    payload = bytearray(PAYLOAD)
    for at, value in changes:
        payload[at] = value

    drive(bytes(payload))


ANY_VALUE = st.recursive(
    states.LEAVES,
    lambda inner: (
        st.lists(inner, max_size=8)
        | st.dictionaries(st.text(max_size=3) | states.INTS, inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.sampled_from([*NUMBERS.values(), 100, 101]), ANY_VALUE)
def test_sections_of_any_value_raise_nothing_else(number, value):
    """
    Whatever MessagePack can hold may stand in a section.
    """
    drive(section(number, value))


@given(st.lists(ANY_VALUE, min_size=5, max_size=9))
def test_carts_of_any_values_raise_nothing_else(values):
    """
    Whatever MessagePack can hold may stand in a column.
    """
    drive(section(NUMBERS["cart"], values))


@given(st.binary(max_size=24), st.binary(max_size=24))
def test_carts_of_any_rows_raise_nothing_else(ends, rows):
    """
    Columns of the right size may hold any numbers, and rows any bytes.
    """
    count = len(ends) // 4
    ends = ends[: 4 * count - 4] + u32(len(rows)) if count else b""
    values = cart_values(
        line_ids=bytes(4 * count),
        product_ids=bytes(8 * count),
        quantities=bytes(4 * count),
        ends=ends,
        rows=rows,
    )
    drive(section(NUMBERS["cart"], values))


class Colour(enum.StrEnum):
    RED = "red"


class Whole(int):
    pass


class Real(float):
    pass


def test_instances_of_subclasses_are_written_as_what_they_are():
    """
    A text that is a bit more than a text is stored as that text, and so on.
    """
    checkout = Checkout(
        store_id=True,
        comment=Colour.RED,
        customer=Customer(
            customer_id=Whole(7),
            firstname=Colour.RED,
            custom_field=Options({Whole(3): Colour.RED, 4: [Colour.RED, Whole(2)]}),
            checked_at=Real(1.5),
        ),
        settings=Settings({Colour.RED: Whole(7), "b": Colour.RED}),
    )
    found = CODEC.decode(CODEC.encode(checkout)).checkout

    assert (1, "red") == (found.store_id, found.comment)
    assert states.exactly(("red", 7, 1.5)) == states.exactly(
        (
            found.customer.firstname,
            found.customer.customer_id,
            found.customer.checked_at,
        )
    )
    assert states.exactly({3: "red", 4: (2, "red")}) == states.exactly(
        dict(found.customer.custom_field)
    )
    assert states.exactly({"b": "red", "red": 7}) == states.exactly(
        dict(found.settings)
    )


def test_an_int_will_do_for_an_instant():
    """
    Whole seconds are stored as the float that they are.
    """
    payload = CODEC.encode(Checkout(coupons=(Coupon(code="a", checked_at=7),)))

    (coupon,) = CODEC.decode(payload).checkout.coupons
    assert states.exactly(7.0) == states.exactly(coupon.checked_at)


def lone(of: str) -> str:
    return f"{of}\ud800"


@pytest.mark.parametrize(
    ("section", "path"),
    [
        ({"comment": 7}, "/comment"),
        ({"comment": lone("a")}, "/comment"),
        ({"reward": "7"}, "/reward"),
        ({"reward": 2**64}, "/reward"),
        ({"store_id": 2.5}, "/store_id"),
        ({"customer": "Ada"}, "/customer"),
        ({"customer": Address()}, "/customer"),
        ({"customer": Customer(firstname=7)}, "/customer/firstname"),
        ({"customer": Customer(firstname=None)}, "/customer/firstname"),
        ({"customer": Customer(customer_id="7")}, "/customer/customer_id"),
        ({"customer": Customer(customer_id=2**64)}, "/customer/customer_id"),
        ({"customer": Customer(firstname=lone("a"))}, "/customer/firstname"),
        ({"customer": Customer(checked_at="now")}, "/customer/checked_at"),
        ({"customer": Customer(checked_at=10**400)}, "/customer/checked_at"),
        (
            {"customer": Customer(custom_field=Options({1: lone("a")}))},
            "/customer/custom_field",
        ),
        (
            {"customer": Customer(custom_field=Options({1: [1.5]}))},
            "/customer/custom_field",
        ),
        ({"customer": Customer(unknown=(object(),))}, "/customer"),
        ({"coupons": ("SUMMER",)}, "/coupons/0"),
        ({"coupons": [Coupon(code="a")]}, "/coupons"),
        ({"coupons": (Coupon(code="a"), Coupon(code=7))}, "/coupons/1/code"),
        ({"settings": {"a": 1}}, "/settings"),
        ({"settings": Settings({"a": 1.5})}, "/settings"),
        ({"settings": Settings({"a": (1,)})}, "/settings"),
        ({"currency": Currency(code="EUR", value=1.5)}, "/currency/value"),
        ({"currency": Currency(code="EUR", value=Decimal("NaN"))}, "/currency/value"),
        ({"currency": Currency(code="EUR", value=Decimal("1E+99"))}, "/currency/value"),
        (
            {
                "shipping_quotes": Quotes(
                    groups=(
                        QuoteGroup(code="a"),
                        QuoteGroup(code="b", quotes=(ShippingMethod(code=5),)),
                    )
                )
            },
            "/shipping_quotes/groups/1/quotes/0/code",
        ),
        ({"cart": ()}, "/cart"),
        ({"cart": Cart(next_line_id=0)}, "/cart"),
        ({"cart": Cart(next_line_id=2**32)}, "/cart"),
        ({"cart": Cart(next_line_id="1")}, "/cart"),
        ({"cart": cart_of(Row(), Row(minimum="2"))}, "/cart/lines/1/minimum"),
        ({"cart": cart_of(Row(minimum=2**64))}, "/cart/lines/0/minimum"),
    ],
)
def test_a_value_without_encoding_is_refused_with_its_path(section, path):
    """
    Nothing is written that could not be read again, and the error says where it is.
    """
    with pytest.raises(EncodeError) as caught:
        CODEC.encode(Checkout(**section))

    assert path == caught.value.path
    assert "Ada" not in str(caught.value)


def test_the_path_goes_into_rows_that_took_the_place_of_stored_ones():
    """
    A changed row of a stored cart is found where it stands.
    """
    checkout = CODEC.decode(CODEC.encode(FULL)).checkout
    lines = checkout.cart.lines.with_row(1, Row(minimum="2"))

    with pytest.raises(EncodeError) as caught:
        CODEC.encode(checkout.evolve(cart=checkout.cart.holding(lines)))
    assert "/cart/lines/1/minimum" == caught.value.path


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (object(), "/data/a~1b"),
        ({"x": [1, object()]}, "/data/a~1b/x/1"),
        ({"x": {1: 2}}, "/data/a~1b/x"),
        ([1, lone("a")], "/data/a~1b/1"),
        ({"x": (1, {2**70})}, "/data/a~1b/x/1/0"),
        (2**70, "/data/a~1b"),
        (text(Limits().text + 1), "/data/a~1b"),
        ([0] * (Limits().items + 1), "/data/a~1b"),
    ],
)
def test_data_without_encoding_is_refused_with_its_path(value, path):
    """
    The path goes into lists and maps of the host's data, too.
    """
    with pytest.raises(EncodeError) as caught:
        CODEC.encode(Checkout(), data={"a/b": value})

    assert path == caught.value.path


def test_keys_of_data_are_texts():
    """
    A key of another type is refused.
    """
    with pytest.raises(EncodeError) as caught:
        CODEC.encode(Checkout(), data={7: 1})

    assert "/data" == caught.value.path


@pytest.mark.parametrize(
    "data", [dict.fromkeys(map(str, range(21))), {text(21): 1}, {"a": text(201)}]
)
def test_too_much_data_is_refused(data):
    """
    The map of the host's data has limits like any other.
    """
    with pytest.raises(EncodeError) as caught:
        Codec(limits=TINY).encode(Checkout(), data=data)

    assert caught.value.path.startswith("/data")


@pytest.mark.parametrize("unknown", [(text(21),), tuple(range(20))])
def test_fields_of_a_later_version_have_limits_too(unknown):
    """
    What stands behind a cart's columns must be readable again.
    """
    with pytest.raises(EncodeError) as caught:
        Codec(limits=TINY).encode(Checkout(cart=Cart(unknown=unknown)))

    assert "/cart" == caught.value.path


def test_data_that_holds_itself_is_refused():
    """
    A list without end is too deep, and not an endless loop.
    """
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(EncodeError, match="nested too deeply"):
        CODEC.encode(Checkout(), data={"a": endless})


@pytest.mark.parametrize("commits", [(7,), (lone("a"),)])
def test_commits_without_encoding_are_refused(commits):
    """
    Ids of commits are texts on the way in as well.
    """
    with pytest.raises(EncodeError) as caught:
        CODEC.encode(Checkout(), commits=commits)

    assert "/commits/0" == caught.value.path


@pytest.mark.parametrize(
    ("section", "path"),
    [
        ({"comment": text(21)}, "/comment"),
        ({"comment": "ä" * 11}, "/comment"),
        ({"customer": Customer(email=text(21))}, "/customer/email"),
        ({"coupons": (Coupon(code="a"),) * 21}, "/coupons"),
        (
            {"customer": Customer(custom_field=Options(dict.fromkeys(range(11), "a")))},
            "/customer/custom_field",
        ),
        ({"cart": cart_of(Row(), Row(), Row())}, "/cart"),
        (
            {"cart": cart_of(Row(options=Options({1: text(21)})))},
            "/cart/lines/0/options",
        ),
        ({"customer": Customer(unknown=((((),),),))}, "/customer"),
        (
            {"payment_options": None, "comment": text(20)}
            | {
                "shipping_address": Address(
                    **{
                        one.name: text(20)
                        for one in fields(Address)
                        if one.default == ""
                    }
                )
            },
            "/shipping_address",
        ),
    ],
)
def test_what_is_too_large_is_not_written(section, path):
    """
    Each limit holds on the way in.
    """
    with pytest.raises(EncodeError) as caught:
        Codec(limits=TINY).encode(Checkout(**section))

    assert path == caught.value.path


def test_what_is_just_small_enough_is_written():
    """
    A limit is the largest that is right.
    """
    checkout = Checkout(
        comment=text(20),
        cart=cart_of(Row(), Row()),
        coupons=(Coupon(code="a"),) * 20,
        customer=Customer(unknown=(((),),)),
    )
    codec = Codec(limits=TINY)

    states.read_all(codec.decode(codec.encode(checkout, data={"a": [[1]]})))


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ({"comment": text(21)}, "too_large"),
        ({"coupons": (Coupon(code="a"),) * 21}, "too_large"),
        ({"cart": cart_of(Row(), Row(), Row())}, "too_large"),
        ({"cart": cart_of(Row(options=Options({1: text(21)})))}, "too_large"),
        ({"customer": Customer(unknown=((((),),),))}, "too_deep"),
    ],
)
def test_what_is_too_large_is_not_read(section, reason):
    """
    Each limit holds on the way out, for what somebody with other limits wrote.
    """
    payload = CODEC.encode(Checkout(**section))
    with pytest.raises(DecodeError) as caught:
        states.read_all(Codec(limits=TINY).decode(payload))

    assert reason == caught.value.reason


def test_a_payload_that_is_too_large_is_not_written():
    """
    Sections that are each small enough may be too large together.
    """
    codec = Codec(limits=Limits(payload=40))
    with pytest.raises(EncodeError, match="a payload of"):
        codec.encode(Checkout(comment=text(20), customer=Customer(email=text(20))))


def test_there_are_no_more_sections_than_a_table_can_count():
    """
    A record that is full of sections cannot take another one.
    """
    strange = [(128, msgpack.packb([str(at), 1, 0])) for at in range(255)]
    decoded = CODEC.decode(states.put_together(1, strange))
    with pytest.raises(EncodeError, match="more than 255 sections"):
        CODEC.encode(decoded.checkout.evolve(comment="new"))


@pytest.mark.parametrize(
    "name", ["payload", "section", "text", "lines", "items", "depth"]
)
@pytest.mark.parametrize("value", [-1, 0, 2**32])
def test_limits_that_cannot_be_are_refused(name, value):
    """
    A limit below one or beyond the table's numbers is an error where it is made.
    """
    with pytest.raises(ConfigurationError, match=name):
        Limits(**{name: value})


def test_the_smallest_limits_leave_the_empty_session():
    """
    Limits that let nothing through do not break what holds nothing.
    """
    limits = Limits(payload=7, section=1, text=1, lines=1, items=1, depth=1)

    assert Checkout() == Codec(limits=limits).empty().checkout


@pytest.mark.parametrize("schema", [-1, 0, 2**16])
def test_schema_numbers_that_cannot_be_are_refused(schema):
    """
    A schema number fits into two bytes.
    """
    assert 2**16 - 1 == Codec(schema=2**16 - 1).schema
    with pytest.raises(ConfigurationError, match="schema"):
        Codec(schema=schema)
