"""
A JSON value as frozen values: strict about types, every fault told with its place.

The classes of a document are its schema, and cattrs fills them. What they do not name
is ignored, what has no default must be there, and nothing is converted that would have
to be guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, tzinfo
from decimal import Decimal, InvalidOperation
from itertools import islice
from types import GenericAlias, NoneType, UnionType
from typing import Any, Final, Literal, NewType, TypeVar, Union, get_args, get_origin

import attrs
from cattrs import ClassValidationError, Converter, IterableValidationError
from cattrs.gen import make_dict_structure_fn, mapping_structure_factory

from ocstate.checkout.values.characters import canonical_code
from ocstate.demo.host_file.patterns import translated
from ocstate.exceptions import ConfigurationError
from ocstate.http.networks import Network, parse_networks
from ocstate.problem import pointer

T = TypeVar("T")

_Reader = Callable[[Any], Any]
_Hook = Callable[[Any, Any], Any]

Code = NewType("Code", str)
"""A code as somebody types it in the file, in its one spelling here."""

Pattern = NewType("Pattern", str)
"""A PHP pattern in the file, a Python one here."""

_Id = NewType("_Id", int)

_MOST_FAULTS: Final = 20

_CONVERTER: Final = Converter(detailed_validation=True)


def read(kind: type[T], value: Mapping[str, object]) -> T:
    """
    Read *value* as a *kind*, an attrs class with annotated fields.

    Raises:
        ConfigurationError: If it is none. The message names every fault, up to a
            score, by its JSON Pointer.
    """
    try:
        return _CONVERTER.structure(value, kind)
    except ClassValidationError as error:
        faults = islice(_faults(error), _MOST_FAULTS)
        raise ConfigurationError("; ".join(faults)) from None


def _faults(error: Exception, *place: str | int) -> Iterator[str]:
    if isinstance(error, ClassValidationError):
        for each, field in error.group_exceptions()[0]:
            yield from _faults(each, *place, field.name)
    elif isinstance(error, IterableValidationError):
        for each, entry in error.group_exceptions()[0]:
            yield from _faults(each, *place, entry.index)
    else:
        said = "is missing" if isinstance(error, KeyError) else error
        yield f"{pointer(*place)} {said}"


def _a(kinds: type | UnionType, name: str) -> _Reader:
    # A bool is an int to isinstance, but a flag is no number in a document.
    def read_one(value: object) -> object:
        if not isinstance(value, kinds) or (kinds is int and isinstance(value, bool)):
            raise ValueError(f"must be {name}")
        return value

    return read_one


_text = _a(str, "a text")
_list = _a(list | tuple, "a list")
_object = _a(Mapping, "an object")


def _refusing(words: str, convert: _Reader) -> _Reader:
    def read_one(value: object) -> object:
        try:
            return convert(value)
        except (ValueError, InvalidOperation) as error:
            raise ValueError(words.format(error)) from error

    return read_one


def _used(convert: Callable[[str], object]) -> _Reader:
    use = _refusing("cannot be used: {}", convert)
    return lambda value: use(_text(value))


def _id(value: object) -> int:
    name = str(value)
    if not (name.isascii() and name.isdigit()):
        raise ValueError
    return int(name)


def _decimal(value: object) -> Decimal:
    number = Decimal(_text(value))
    if not number.is_finite():
        raise ValueError
    return number


def _date(value: object) -> date:
    text = _text(value)
    if len(text) != len("2000-01-01"):
        raise ValueError
    return date.fromisoformat(text)


def _zone(name: str) -> tzinfo:
    # UTC is known everywhere, also where no time zone data is installed.
    if name == "UTC":
        return UTC
    # Whoever has no such shop needs no data on time zones.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"there is no time zone {name!r} on this computer; where it has no data"
            " on time zones, the package tzdata brings it"
        ) from error


_READERS: Final[Mapping[object, _Reader]] = {
    bool: _a(bool, "true or false"),
    int: _a(int, "a whole number"),
    str: _text,
    Decimal: _refusing("must be a decimal number as a text", _decimal),
    date: _refusing("must be a date such as 2000-01-31", _date),
    tzinfo: _used(_zone),
    Code: _used(canonical_code),
    Pattern: _used(translated),
    _Id: _refusing("must stand under a number", _id),
}


def _hook(read_one: _Reader) -> _Hook:
    return lambda value, _: read_one(value)


for _kind, _reader in _READERS.items():
    _CONVERTER.register_structure_hook(_kind, _hook(_reader))


def _origin_is(*origins: object) -> Callable[[object], bool]:
    return lambda kind: get_origin(kind) in origins


@_CONVERTER.register_structure_hook_factory(attrs.has)
def _instances(kind: Any, converter: Converter) -> _Hook:
    structure = make_dict_structure_fn(kind, converter)
    return lambda value, _: structure(_object(value), kind)


@_CONVERTER.register_structure_hook_factory(_origin_is(Mapping))
def _mappings(kind: Any, converter: Converter) -> _Hook:
    key = _Id if get_args(kind)[0] is int else str
    structure = mapping_structure_factory(kind, converter, key_type=key)
    return lambda value, _: structure(_object(value), kind)


@_CONVERTER.register_structure_hook_factory(_origin_is(tuple))
def _tuples(kind: Any, converter: Converter) -> _Hook:
    structure = converter.get_structure_hook(GenericAlias(list, get_args(kind)[:1]))
    return lambda value, _: tuple(structure(_list(value), kind))


@_CONVERTER.register_structure_hook_factory(_origin_is(Literal))
def _literals(kind: Any, _: Converter) -> _Hook:
    known = get_args(kind)
    words = f"must be one of {', '.join(map(repr, known))}"
    return _hook(_refusing(words, lambda value: known[known.index(value)]))


@_CONVERTER.register_structure_hook_factory(_origin_is(Union, UnionType))
def _unions(kind: Any, converter: Converter) -> _Hook:
    kinds = get_args(kind)
    *first, last = (each for each in kinds if each is not NoneType)

    def structure(value: object, _: object) -> object:
        if value is None and NoneType in kinds:
            return None
        for each in first:
            with suppress(ValueError):
                return converter.structure(value, each)
        return converter.structure(value, last)

    return structure


# A network is a union too; cattrs asks the hook first that was added last.
_CONVERTER.register_structure_hook_func(
    lambda kind: kind == Network,
    _hook(_used(lambda text: parse_networks([text])[0])),
)
