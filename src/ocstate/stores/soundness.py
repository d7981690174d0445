"""
Whether what a store found is an entry at all, and the error that says it is not.

Bytes rot, disks tear, and people edit tables. A store reads fields that somebody else
may have written, so each is looked at before anybody relies on it: a text in the place
of an instant would otherwise be an error of Python's, on every request.

The ``reason`` of such a `DecodeError` is one of these:

=================  ====================================================================
``truncated``      it ends too early
``not_ocstate``    it does not begin as an entry does
``newer_format``   it has the number of a format that only a later version knows
``damaged``        its checksum says that it is not what was written
``bad_fields``     a field is missing, or is not what it has to be
=================  ====================================================================
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from operator import ne
from typing import Any, Final

from ocstate.exceptions import DecodeError
from ocstate.protocols import Record, Retired

_LARGEST_COUNT: Final = 2**63 - 1

# No clock tells of eternity, and a whole number that no float reaches cannot be added
# to one.
_LARGEST_INSTANT: Final = sys.float_info.max
_NUMBERS: Final = frozenset((int, float))


def record_of(fields: Mapping[Any, object]) -> Record:
    """
    Make a record of *fields*, which somebody may have spoiled.

    Raises:
        DecodeError: If one of them is missing, too many, or not what it has to be.
    """
    try:
        record = Record(**fields)  # type: ignore[arg-type]
    except TypeError as error:
        raise unsound("its fields are not those of a record") from error
    # Without a call a field, since every request comes by here.
    instants = record.created_at, record.seen_at, record.expires_at, record.ends_at
    texts, counts = (record.key, record.handle), (record.version, record.schema)
    _require(
        type(record.payload) is bytes
        and type(record.subjects) is tuple
        and {*map(type, texts), *map(type, record.subjects)} == {str}
        and {*map(type, counts)} == {int}
        and 0 <= min(counts) <= max(counts) <= _LARGEST_COUNT
        and _NUMBERS.issuperset(map(type, instants))
        and -_LARGEST_INSTANT <= min(instants) <= max(instants) <= _LARGEST_INSTANT
        and not any(map(ne, instants, instants))
    )
    return record


def retired_of(fields: Mapping[Any, object]) -> Retired:
    """
    Make a retirement of *fields*, which somebody may have spoiled.

    Raises:
        DecodeError: If one of them is missing, too many, or not what it has to be.
    """
    try:
        retired = Retired(**fields)  # type: ignore[arg-type]
    except TypeError as error:
        raise unsound("its fields are not those of a retirement") from error
    _require(
        _is_text(retired.key)
        and _is_text(retired.reason)
        and _is_instant(retired.at)
        and _is_instant(retired.until)
        and (retired.successor is None or _is_text(retired.successor))
    )
    return retired


def ended_at(*noted: object) -> float | None:
    """
    Return the first of the *noted* instants that is one; None when none is.
    """
    for each in noted:
        if isinstance(each, float | int) and _is_instant(each):
            return each
    return None


def unsound(what: str, reason: str = "bad_fields") -> DecodeError:
    """
    Return the error for an entry that cannot be read.

    Args:
        what: What is wrong with it, without anything that it holds.
    """
    return DecodeError(f"an entry of the store cannot be read: {what}", reason=reason)


def _require(is_sound: bool) -> None:
    if not is_sound:
        raise unsound("a field is not what it has to be")


def _is_text(value: object) -> bool:
    return type(value) is str


def _is_instant(value: object) -> bool:
    if type(value) is int or type(value) is float:
        return abs(value) <= _LARGEST_INSTANT
    return False
