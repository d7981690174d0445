"""
States of every kind for Hypothesis, and an independent reader of the format.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import Attribute, fields, has
from hypothesis import strategies as st

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.values.cart import Cart, Line, Lines, Row
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.ordering import OrderId
from ocstate.checkout.values.settings import Settings
from ocstate.checkout.values.state import SECTIONS, State
from ocstate.core.record.codec import Codec
from ocstate.core.record.stored import Decoded

TEXTS = st.text(max_size=12)
IDS = st.integers(0, 2**63 - 1)
INTS = st.integers(-(2**63), 2**64 - 1)
FLOATS = st.floats(allow_nan=False)
AMOUNTS = st.decimals(-(10**11), 10**11, places=4)
ANSWERS = IDS | TEXTS | st.lists(IDS | TEXTS, max_size=3)
OPTIONS = st.builds(Options, st.dictionaries(IDS, ANSWERS, max_size=4))
SETTINGS = st.builds(
    Settings,
    st.dictionaries(TEXTS, TEXTS | INTS | st.booleans() | st.none(), max_size=3),
)
LEAVES = st.none() | st.booleans() | INTS | FLOATS | TEXTS | st.binary(max_size=8)
LATER_FIELDS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=5
)
UNKNOWN = st.lists(LATER_FIELDS, max_size=2).map(tuple)
PLAIN_VALUES = st.recursive(
    LEAVES | st.decimals(allow_nan=False) | st.datetimes() | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(TEXTS, inner, max_size=3)
        | st.sets(INTS | TEXTS, max_size=3)
        | st.frozensets(INTS | TEXTS, max_size=3)
    ),
    max_leaves=8,
)
COMMITS = st.lists(TEXTS, max_size=8).map(tuple)
ORDER_IDS = (
    st.integers(0, 10**20).map(str)
    | TEXTS
    | st.sampled_from(["R-17", "007", "١٢", "-5", "+5", "1_0", "False", "None"])
)

_BY_TYPE: dict[object, st.SearchStrategy[Any]] = {
    str: TEXTS,
    bytes: st.binary(max_size=12),
    OrderId: ORDER_IDS,
    int: INTS,
    bool: st.booleans(),
    float: FLOATS,
    Decimal: AMOUNTS,
    Options: OPTIONS,
    Settings: SETTINGS,
}


def written(of: type) -> list[Attribute[Any]]:
    """
    List the fields that are stored; what a value only refers to is none of them.
    """
    return [one for one in fields(of) if one.init]


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """
    Values of an annotated type, whatever fields its classes have or will get.
    """
    if hint is Cart:
        return carts()
    if hint in _BY_TYPE:
        return _BY_TYPE[hint]
    if get_origin(hint) in (Union, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        return st.none() | st.one_of(*map(values_of, kinds))
    if get_origin(hint) is tuple:
        return st.lists(values_of(get_args(hint)[0]), max_size=2).map(tuple)
    assert has(hint), hint
    hints = get_type_hints(hint)
    return st.builds(
        hint,
        **{
            one.alias: UNKNOWN if one.name == "unknown" else values_of(hints[one.name])
            for one in written(hint)
        },
    )


@st.composite
def carts(draw: st.DrawFn, max_size: int = 4) -> Cart:
    """
    Carts whose lines have numbers of their own.
    """
    ids = draw(st.lists(st.integers(1, 2**32 - 2), unique=True, max_size=max_size))
    lines = [
        Line(
            line_id=line_id,
            product_id=draw(st.integers(0, 2**64 - 1)),
            quantity=draw(st.integers(1, 2**32 - 1)),
            row=draw(values_of(Row)),
        )
        for line_id in sorted(ids)
    ]
    return Cart(
        lines=Lines.of(lines),
        next_line_id=max(ids, default=0) + 1,
        unknown=draw(UNKNOWN),
    )


def checkouts() -> st.SearchStrategy[Checkout]:
    """
    Checkouts with any of their sections.
    """
    hints = get_type_hints(State)
    return st.fixed_dictionaries(
        {}, optional={name: values_of(hints[name]) for name in SECTIONS}
    ).map(lambda sections: Checkout(**sections))


def everything(value: object) -> object:
    """
    Return a value in full, with the fields that equality leaves out.
    """
    if isinstance(value, Lines):
        return tuple(map(everything, value))
    if isinstance(value, tuple):
        return tuple(map(everything, value))
    if has(type(value)):
        held = (getattr(value, one.name) for one in written(type(value)))
        return (type(value), *map(everything, held))
    return value


def exactly(value: object) -> object:
    """
    Return a plain value with the types of all its parts, so that 1 is not True.
    """
    parts: object = value
    if isinstance(value, dict):
        parts = tuple((exactly(key), exactly(one)) for key, one in value.items())
    elif isinstance(value, (list, tuple)):
        parts = tuple(map(exactly, value))
    elif isinstance(value, (set, frozenset)):
        parts = frozenset(map(exactly, value))
    return type(value), parts


def all_sections(checkout: Checkout) -> Mapping[str, object]:
    """
    Return all sections of a state in full; decodes whatever was not read.
    """
    return {name: everything(getattr(checkout, name)) for name in SECTIONS}


def read_all(decoded: Decoded) -> None:
    """
    Look at everything there is in a payload.
    """
    all_sections(decoded.checkout)
    dict(decoded.checkout.extras)
    dict(decoded.data)
    assert isinstance(decoded.commits, tuple)


def take_apart(payload: bytes) -> tuple[int, list[tuple[int, bytes]]]:
    """
    Read schema, section numbers and bodies, as the reference page describes them.
    """
    magic, form, flags, schema, count = struct.unpack_from("<2sBBHB", payload)
    assert (b"\xc1\x0c", 1, 0) == (magic, form, flags)
    numbers = payload[7 : 7 + count]
    lengths = struct.unpack_from(f"<{count}I", payload, 7 + count)
    at, sections = 7 + 5 * count, []
    for number, length in zip(numbers, lengths, strict=True):
        sections.append((number, payload[at : at + length]))
        at += length
    assert len(payload) == at
    return schema, sections


def put_together(schema: int, sections: list[tuple[int, bytes]]) -> bytes:
    """
    Write a payload by hand, right or wrong.
    """
    numbers = bytes(number for number, _ in sections)
    lengths = struct.pack(f"<{len(sections)}I", *(len(body) for _, body in sections))
    head = struct.pack("<2sBBHB", b"\xc1\x0c", 1, 0, schema, len(sections))
    return head + numbers + lengths + b"".join(body for _, body in sections)


def encoded(checkout: Checkout, **more: Any) -> bytes:
    """
    Encode with a codec of its own.
    """
    return Codec().encode(checkout, **more)
