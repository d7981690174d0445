"""
Plain values of the host's data: what may stand there, and how it lies in MessagePack.

Text, numbers, booleans, None, bytes, lists and maps lie there as they are. MessagePack
knows no tuple and no set: these are arrays that begin with a mark. A decimal, a date
and an instant are texts of a type of their own. Extension types that are not ours may
stand there, because a later version may have written them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, cast

from attrs import frozen
from msgpack import (  # type: ignore[import-untyped]
    ExtType,
    Packer,
    Timestamp,
    unpackb,
)

from ocstate.core.record.faults import FAULTS
from ocstate.core.record.limits import Limits
from ocstate.core.record.packing import Buffer, packing
from ocstate.core.record.shapes import Misfit, Path, Shape, TooDeep
from ocstate.exceptions import EncodeError
from ocstate.problem import pointer

TYPES: Final[Mapping[type, int]] = {
    tuple: 1,
    set: 2,
    frozenset: 3,
    Decimal: 4,
    datetime: 5,
    date: 6,
}
"""The MessagePack extension types in host data; a datetime is a date too, so it is
looked for first."""

_SEQUENCES: Final = (list, tuple, set, frozenset)
_SCALARS: Final = frozenset((str, int, float, bool, bytes, type(None)))
_LEAVES: Final = (str, int, float, bytes, type(None), Decimal, date, Timestamp)


@frozen
class _Mark:
    """
    The first item of an array that is no list.
    """

    make: Callable[[Iterable[object]], object]


_COPIES: dict[type, Callable[[Any], object]] = {
    str: str.__str__,
    int: int.__int__,
    float: float.__float__,
    bytes: bytes,
    list: list,
    dict: dict,
}
"""How an instance of a subclass becomes what it is a subclass of."""

_BY_CODE: Final[Mapping[int, Callable[[bytes], object]]] = {
    TYPES[tuple]: lambda _: _Mark(tuple),
    TYPES[set]: lambda _: _Mark(set),
    TYPES[frozenset]: lambda _: _Mark(frozenset),
    TYPES[Decimal]: lambda text: Decimal(text.decode()),
    TYPES[datetime]: lambda text: datetime.fromisoformat(text.decode()),
    TYPES[date]: lambda text: date.fromisoformat(text.decode()),
}


def pack_value(value: object, path: str, limits: Limits) -> bytes:
    """
    Encode one plain value.

    Instances of subclasses are written as what they are a subclass of.

    Args:
        path: JSON Pointer to where it stands, for the error.

    Raises:
        EncodeError: If something in it is no plain value, or it is too large.
    """
    found = _fault(value, (), limits.depth)
    if found is not None:
        raise EncodeError(str(found[1]), path=path + pointer(*found[0]))
    try:
        body = _pack(value)
        if len(body) > min(limits.text, limits.items):
            unpack_value(body, limits)
    except FAULTS as error:
        place, cause = _blamed(value, (), error)
        message = f"no encoding: {type(cause).__name__}"
        raise EncodeError(message, path=path + pointer(*place)) from error
    return body


def unpack_value(body: Buffer, limits: Limits) -> object:
    """
    Decode one plain value; each call makes new lists, maps and sets.

    It raises one of `FAULTS` for what cannot be read.
    """
    value: object = unpackb(
        body,
        list_hook=_unmarked,
        ext_hook=_typed,
        max_str_len=limits.text,
        max_bin_len=limits.text,
        max_ext_len=limits.text,
        max_array_len=limits.items,
        max_map_len=limits.items,
    )
    found = _fault(value, (), limits.depth)
    if found is not None:
        raise found[1]
    return value


def _children(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value if isinstance(value, _SEQUENCES) else ())


def _fault(value: object, path: Path, depth: int) -> tuple[Path, Misfit] | None:
    """
    Return the first place that holds no plain value, and what is wrong with it.
    """
    if isinstance(value, _LEAVES):
        return None
    if isinstance(value, ExtType):
        if value.code not in _BY_CODE:
            return None
        return path, Misfit(f"ExtType({value.code}) is a mark of ocstate's own")
    if not isinstance(value, (dict, *_SEQUENCES)):
        return path, Misfit(f"{type(value).__name__} is no plain value")
    if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
        return path, Misfit("keys of maps are texts")
    if depth == 0:
        return path, TooDeep("nested too deeply")
    held = value.values() if isinstance(value, dict) else value
    if _SCALARS.issuperset(map(type, held)):
        return None
    return next(
        filter(
            None,
            (_fault(one, (*path, at), depth - 1) for at, one in _children(value)),
        ),
        None,
    )


def _blamed(
    value: object, path: Path, error: BaseException
) -> tuple[Path, BaseException]:
    """
    Return the innermost place that MessagePack refuses, and why.
    """
    for at, one in _children(value):
        try:
            _pack(one)
        except FAULTS as found:
            return _blamed(one, (*path, at), found)
    return path, error


def _tagged(value: object) -> object:
    if isinstance(value, tuple):
        return [ExtType(TYPES[tuple], b""), *value]
    if isinstance(value, (set, frozenset)):
        kind = set if isinstance(value, set) else frozenset
        # In a fixed order, so that equal sets are equal bytes.
        return [ExtType(TYPES[kind], b""), *sorted(value, key=_pack)]
    if isinstance(value, Decimal):
        return ExtType(TYPES[Decimal], str(value).encode())
    if isinstance(value, datetime):
        return ExtType(TYPES[datetime], value.isoformat().encode())
    if isinstance(value, date):
        return ExtType(TYPES[date], value.isoformat().encode())
    copy = next(copy for of, copy in _COPIES.items() if isinstance(value, of))
    return copy(value)


_pack = packing(lambda: Packer(strict_types=True, default=_tagged))


def _typed(code: int, data: bytes) -> object:
    make = _BY_CODE.get(code)
    # One of a later version is handed out as it is, and written back so.
    return ExtType(code, data) if make is None else make(data)


def _unmarked(items: list[object]) -> object:
    if items and isinstance(items[0], _Mark):
        return items[0].make(items[1:])
    return items


def _pack_data(values: object) -> object:
    return dict(cast("Mapping[str, bytes]", values))


def _build_data(raw: object) -> object:
    if type(raw) is not dict or not (
        {str}.issuperset(map(type, raw)) and {bytes}.issuperset(map(type, raw.values()))
    ):
        raise Misfit("a map of encoded values expected")
    return MappingProxyType(raw)


DATA_SHAPE: Final = Shape(_pack_data, _build_data)
"""Encoded values by key, so that each is decoded, compared and carried by itself."""
