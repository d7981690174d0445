"""
Plain values of the host's data.
"""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import msgpack
import pytest
from hypothesis import given

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.values.money import Currency
from ocstate.core.record.codec import Codec
from ocstate.core.record.limits import Limits
from ocstate.core.record.values import TYPES
from ocstate.exceptions import EncodeError
from tests.core import states

CODEC = Codec()


def come_back(value: object) -> object:
    """
    Encode and decode one value.
    """
    return CODEC.decode(CODEC.encode(Checkout(), data={"key": value})).data["key"]


@given(states.PLAIN_VALUES)
def test_plain_values_come_back(value):
    """
    A plain value is read as it was written, types of all its parts included.
    """
    assert states.exactly(value) == states.exactly(come_back(value))
    assert CODEC.pack_value(value) == CODEC.pack_value(come_back(value))


@pytest.mark.parametrize(
    "wrap", [lambda one: [one], lambda one: {"in": one}], ids=["list", "map"]
)
def test_a_value_is_nested_as_deep_as_the_limit_says(wrap):
    """
    As many containers inside each other as the limit says come back; one more is
    refused.
    """
    value = 1.5
    for _ in range(Limits().depth):
        value = wrap(value)

    assert value == come_back(value)
    with pytest.raises(EncodeError, match="nested too deeply"):
        come_back(wrap(value))


def test_types_of_values_have_fixed_numbers():
    """
    An extension type keeps the number that it was first written with.
    """
    assert {
        tuple: 1,
        set: 2,
        frozenset: 3,
        Decimal: 4,
        datetime: 5,
        date: 6,
    } == dict(TYPES)


def test_an_instant_keeps_its_offset():
    """
    An aware datetime comes back with its offset from UTC; its zone's name is lost.
    """
    here = timezone(timedelta(hours=2), "CEST")
    at = datetime(2026, 3, 1, 12, 30, 0, 5, tzinfo=here)
    found = come_back(at)

    assert (at, timedelta(hours=2)) == (found, found.utcoffset())


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-0.00", "1E+500", "sNaN"])
def test_any_decimal_of_data_comes_back(text):
    """
    Decimals of the host's data have no bounds.
    """
    assert text == str(come_back(Decimal(text)))


@pytest.mark.parametrize("text", ["1E+64", "1E-64", "1." + "2" * 62])
def test_an_amount_has_bounds(text):
    """
    An amount has up to 64 characters and an exponent of up to 64; one more is refused.
    """
    largest = Checkout(currency=Currency(code="EUR", value=Decimal(text)))
    assert largest == CODEC.decode(CODEC.encode(largest)).checkout

    beyond = Decimal(text.replace("64", "65") if "64" in text else f"{text}2")
    with pytest.raises(EncodeError, match="no amount"):
        CODEC.encode(Checkout(currency=Currency(code="EUR", value=beyond)))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.0])
def test_any_float_comes_back(value):
    """
    Floats are stored bit by bit.
    """
    assert repr(value) == repr(come_back(value))


Pair = namedtuple("Pair", "one other")  # noqa: PYI024


class Text(str):
    pass


class Number(float):
    pass


class Blob(bytes):
    pass


class Items(list):
    pass


class Day(date):
    pass


class Moment(datetime):
    pass


class Amount(Decimal):
    pass


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (OrderedDict(a=1), {"a": 1}),
        (Pair(1, 2), (1, 2)),
        ([Text("a")], ["a"]),
        ({Text("a"): Text("b")}, {"a": "b"}),
        (Number(1.5), 1.5),
        (Blob(b"a"), b"a"),
        (Items([1]), [1]),
        (Day(2026, 3, 1), date(2026, 3, 1)),
        (Moment(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)),
        (Amount("1.50"), Decimal("1.50")),
    ],
)
def test_instances_of_subclasses_are_written_as_what_they_are(value, plain):
    """
    A subclass is not stored, the value is.
    """
    assert states.exactly(plain) == states.exactly(come_back(value))


@pytest.mark.parametrize(
    "value",
    [object(), 1 + 2j, bytearray(b"a"), memoryview(b"a"), timedelta(1), range(3)],
)
def test_other_types_are_refused(value):
    """
    What is no plain value is an error when it is written, not when it is read.
    """
    with pytest.raises(EncodeError, match="is no plain value at /data/key/0"):
        CODEC.encode(Checkout(), data={"key": [value]})


def test_types_of_a_later_version_survive():
    """
    An extension type that is not known is handed out as it is, and written back so.
    """
    strange = [msgpack.ExtType(77, b"later"), msgpack.Timestamp(1, 2)]
    packed = msgpack.packb({"key": msgpack.packb(strange), "seen": b"\x01"})
    decoded = CODEC.decode(states.put_together(1, [(100, packed)]))
    data = {**decoded.data, "seen": 2}
    after = CODEC.decode(CODEC.encode(decoded.checkout, data=data, base=decoded))

    assert strange == after.data["key"] == decoded.data["key"]


@pytest.mark.parametrize("code", TYPES.values())
def test_a_host_cannot_write_marks_of_ours(code):
    """
    An extension type of ocstate's own is refused, since it could not be read again.
    """
    for value in (msgpack.ExtType(code, b"x"), msgpack.ExtType(code, b"")):
        for held in (value, {"a": [value, 1]}):
            with pytest.raises(EncodeError, match="mark of ocstate's own at /data/key"):
                CODEC.encode(Checkout(), data={"key": held})
