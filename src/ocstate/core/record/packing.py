"""
MessagePack as it is written and read here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgpack import Packer, unpackb  # type: ignore[import-untyped]

from ocstate.core.record.limits import Limits

Buffer = bytes | memoryview

Pack = Callable[[object], bytes]

Unpack = Callable[[Buffer], object]
"""Reads one MessagePack value; arrays become tuples."""


def packing(make: Callable[[], Any] = Packer) -> Pack:
    """
    Make a function that writes one value: shortest forms, floats with 64 bits.

    It raises TypeError for what has no form, OverflowError for an int of more than 64
    bits, UnicodeEncodeError for half a surrogate pair, ValueError for what is nested
    too deeply.
    """
    # A packer costs as much as what it packs, and serves one caller at a time. Taking
    # one off a list and putting it back are each atomic, whatever the number of
    # threads; one that failed is not put back.
    idle: list[Any] = []

    def pack(value: object) -> bytes:
        try:
            packer = idle.pop()
        except IndexError:
            packer = make()
        body: bytes = packer.pack(value)
        idle.append(packer)
        return body

    return pack


pack = packing()


def unpacker(limits: Limits) -> Unpack:
    """
    Make a function that reads one value as far as *limits* let it.

    It raises ValueError for whatever is not exactly one MessagePack value.
    """
    text, items, section = limits.text, limits.items, limits.section

    surely_within = min(text, items, section)

    def unpack(body: Buffer) -> object:
        value: object
        if len(body) <= surely_within:
            # Nothing in it can be longer than it is itself.
            value = unpackb(body, use_list=False)
            return value
        value = unpackb(
            body,
            use_list=False,
            max_str_len=text,
            max_bin_len=section,
            max_ext_len=text,
            max_array_len=items,
            max_map_len=items,
        )
        return value

    return unpack
