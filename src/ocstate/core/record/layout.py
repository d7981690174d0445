"""
The frame of a payload: a fixed header, a table of sections, their bodies.

``docs/reference/format.md`` describes it byte by byte.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from attrs import frozen

from ocstate.core.record.limits import Limits
from ocstate.core.record.packing import Buffer
from ocstate.core.record.sections import NAMED
from ocstate.exceptions import DecodeError, EncodeError

MAGIC = b"\xc1\x0c"
"""How a payload begins; 0xc1 is the one byte that never begins a MessagePack value."""

FORMAT = 1
"""The number of this format; another number means another reader."""

_HEADER = struct.Struct("<2sBBHB")
_HEADER_SIZE = _HEADER.size
_COUNT_AT = _HEADER_SIZE - 1
_MOST_SECTIONS = 255

_WORTH_A_VIEW = 4096
"""Bytes from which looking through a view is cheaper than a copy of a part."""


@frozen
class Layout:
    """
    Which sections a payload has; shared by all payloads that begin alike.

    Attributes:
        head: Header and section numbers as they are written.
        schema: The schema number.
        places: Positions in the table by section number, but for named sections.
        named: Positions of the named sections.
        lengths: Reads and writes the lengths of all bodies.
        table: Where these lengths begin.
        bodies: Where the first body begins.
    """

    head: bytes
    schema: int
    places: Mapping[int, int]
    named: range
    lengths: struct.Struct
    table: int
    bodies: int


def open_table(payload: bytes, limits: Limits) -> tuple[Layout, tuple[int, ...]]:
    """
    Find the sections of *payload*: its layout, and the length of each body.

    Raises:
        DecodeError: If it cannot be opened; reasons ``truncated``, ``not_ocstate``,
            ``newer_format``, ``bad_table`` and ``too_large``.
    """
    size = len(payload)
    if size > limits.payload:
        raise DecodeError(f"a payload of {size} bytes", reason="too_large")
    layout = _layout(
        payload[: _HEADER_SIZE + payload[_COUNT_AT]] if size > _COUNT_AT else payload
    )
    if size < layout.bodies:
        raise _truncated(layout.schema)
    lengths = layout.lengths.unpack_from(payload, layout.table)
    if layout.bodies + sum(lengths) != size:
        raise _misfitting(layout, lengths, size)
    if size > limits.section and max(lengths, default=0) > limits.section:
        raise DecodeError(
            f"a section of {max(lengths)} bytes",
            reason="too_large",
            schema=layout.schema,
        )
    return layout, lengths


def replace_bodies(
    payload: bytes,
    layout: Layout,
    lengths: tuple[int, ...],
    fresh: Mapping[int, bytes],
) -> bytes:
    """
    Return *payload* with other bodies for sections that it has already.

    Everything between them is copied in runs.
    """
    old: Buffer = payload if len(payload) < _WORTH_A_VIEW else memoryview(payload)
    at = bodies = layout.bodies
    places, sizes = layout.places, list(lengths)
    parts: list[Buffer] = [layout.head, b""]
    for number in fresh if len(fresh) == 1 else sorted(fresh):
        place, body = places[number], fresh[number]
        start = bodies + sum(lengths[:place])
        parts += (old[at:start], body)
        at = start + sizes[place]
        sizes[place] = len(body)
    parts.append(old[at:])
    parts[1] = layout.lengths.pack(*sizes)
    return b"".join(parts)


def compose(schema: int, entries: Iterable[tuple[int, Buffer]]) -> bytes:
    """
    Write a payload of these sections, which come in the order of their numbers.

    Raises:
        EncodeError: If there are more than the table can count.
    """
    numbers, bodies = [], []
    for number, body in entries:
        numbers.append(number)
        bodies.append(body)
    if len(numbers) > _MOST_SECTIONS:
        raise EncodeError(f"more than {_MOST_SECTIONS} sections", path="")
    head = _HEADER.pack(MAGIC, FORMAT, 0, schema, len(numbers)) + bytes(numbers)
    return b"".join((head, _layout(head).lengths.pack(*map(len, bodies)), *bodies))


@lru_cache(maxsize=1024)
def _layout(head: bytes) -> Layout:
    if not MAGIC.startswith(head[: len(MAGIC)]):
        raise DecodeError("no ocstate payload", reason="not_ocstate")
    if len(head) <= len(MAGIC):
        raise _truncated()
    number = head[len(MAGIC)]
    if number > FORMAT:
        raise _newer(f"format {number}")
    if number not in _READERS:
        raise DecodeError(f"no format {number}", reason="not_ocstate")
    return _READERS[number](head)


def _layout_1(head: bytes) -> Layout:
    if len(head) < _HEADER.size:
        raise _truncated()
    _, _, flags, schema, count = _HEADER.unpack_from(head)
    if flags:
        raise _newer(f"flags {flags:#04x}", schema)
    numbers = head[_HEADER.size :]
    if len(numbers) < count:
        raise _truncated(schema)
    named = numbers.count(NAMED)
    in_order = list(numbers) == sorted(numbers) and 0 not in numbers
    if not in_order or len(set(numbers)) + max(named - 1, 0) != count:
        raise DecodeError(
            "section numbers out of order", reason="bad_table", schema=schema
        )
    first_named = numbers.find(NAMED)
    lengths = struct.Struct(f"<{count}I")
    return Layout(
        head=head,
        schema=schema,
        places={number: at for at, number in enumerate(numbers) if number != NAMED},
        named=range(first_named, first_named + named),
        lengths=lengths,
        table=len(head),
        bodies=len(head) + lengths.size,
    )


_READERS: Mapping[int, Callable[[bytes], Layout]] = MappingProxyType({1: _layout_1})
"""The one reader of each format; chosen by its number, never by trying."""


def _truncated(schema: int | None = None) -> DecodeError:
    return DecodeError("the payload is cut off", reason="truncated", schema=schema)


def _misfitting(layout: Layout, lengths: tuple[int, ...], size: int) -> DecodeError:
    if layout.bodies + sum(lengths) > size:
        return _truncated(layout.schema)
    return DecodeError(
        "bytes behind the last section", reason="bad_table", schema=layout.schema
    )


def _newer(what: str, schema: int | None = None) -> DecodeError:
    return DecodeError(
        f"written by a later version: {what}", reason="newer_format", schema=schema
    )
