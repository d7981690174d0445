"""
A JSON value as frozen values: strict about types, every fault told with its place.

The classes of a document are its schema. What they do not name is ignored, what has no
default must be there, and nothing is converted that would have to be guessed.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import (
    Annotated,
    Final,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs

from ocstate.exceptions import ConfigurationError
from ocstate.problem import pointer

T = TypeVar("T")

_Place = tuple[str | int, ...]

_MOST_FAULTS: Final = 20


@attrs.frozen
class Converted:
    """
    Marks a field whose JSON value, of type *source*, becomes something else.

    *convert* raises `ValueError` for what it does not take, and says why.
    """

    source: type[object]
    convert: Callable[..., object]


def read(kind: type[T], value: object) -> T:
    """
    Read *value* as a *kind*, an attrs class with annotated fields.

    Raises:
        ConfigurationError: If it is none. The message names every fault, up to a
            score, by its JSON Pointer.
    """
    reader = _Reader()
    result = reader.read(kind, value, ())
    if reader.faults:
        raise ConfigurationError("; ".join(reader.faults[:_MOST_FAULTS]))
    return cast("T", result)


class _Reader:
    """
    One reading of one document; goes on after a fault, to find the others.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, place: _Place, message: str) -> None:
        self.faults.append(f"{pointer(*place) or 'the document'} {message}")

    def read(self, kind: object, value: object, place: _Place) -> object:
        origin, args = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self.converted(args[1], value, place)
        if origin in (Union, types.UnionType):
            return self.union(args, value, place)
        if origin is Literal:
            if value not in args:
                self.fault(place, f"must be one of {', '.join(map(repr, args))}")
            return value
        if origin is tuple:
            return self.several(args[0], value, place)
        if origin is not None:
            return self.mapping(args, value, place)
        if attrs.has(cast("type[object]", kind)):
            return self.instance(cast("type[object]", kind), value, place)
        return self.scalar(cast("type[object]", kind), value, place)

    def converted(self, how: Converted, value: object, place: _Place) -> object:
        count = len(self.faults)
        source = self.read(how.source, value, place)
        if len(self.faults) > count:
            return None
        try:
            return how.convert(source)
        except ValueError as error:
            self.fault(place, f"cannot be used: {error}")
            return None

    def union(self, kinds: tuple[object, ...], value: object, place: _Place) -> object:
        if value is None and types.NoneType in kinds:
            return None
        others = [kind for kind in kinds if kind is not types.NoneType]
        fitting = (kind for kind in others if _fits(kind, value))
        return self.read(next(fitting, others[-1]), value, place)

    def several(self, kind: object, value: object, place: _Place) -> object:
        if not isinstance(value, list | tuple):
            self.fault(place, "must be a list")
            return ()
        return tuple(
            self.read(kind, one, (*place, number)) for number, one in enumerate(value)
        )

    def mapping(
        self, kinds: tuple[object, ...], value: object, place: _Place
    ) -> object:
        if not isinstance(value, Mapping):
            self.fault(place, "must be an object")
            return {}
        result: dict[object, object] = {}
        for name, one in value.items():
            here = (*place, str(name))
            key: object = name
            if kinds[0] is int:
                if not (str(name).isascii() and str(name).isdigit()):
                    self.fault(here, "must stand under a number")
                    continue
                key = int(name)
            result[key] = self.read(kinds[1], one, here)
        return result

    def instance(self, kind: type[object], value: object, place: _Place) -> object:
        if not isinstance(value, Mapping):
            self.fault(place, "must be an object")
            return None
        count = len(self.faults)
        given: dict[str, object] = {}
        for each, hint in _schema(cast("Hashable", kind)):
            if each.name in value:
                here = (*place, each.name)
                given[each.name] = self.read(hint, value[each.name], here)
            elif each.default is attrs.NOTHING:
                self.fault((*place, each.name), "is missing")
        return kind(**given) if len(self.faults) == count else None

    def scalar(self, kind: type[object], value: object, place: _Place) -> object:
        reads, name = _SCALARS[kind]
        try:
            return reads(value)
        except (ValueError, InvalidOperation):
            self.fault(place, f"must be {name}")
            return None


@cache
def _schema(kind: Hashable) -> tuple[tuple[attrs.Attribute[object], object], ...]:
    hints = get_type_hints(kind, include_extras=True)
    fields = attrs.fields(kind)  # type: ignore[arg-type]
    return tuple((each, hints[each.name]) for each in fields)


def _fits(kind: object, value: object) -> bool:
    origin = get_origin(kind)
    if origin is Literal:
        return value in get_args(kind)
    return type(value) is (list if origin is tuple else kind)


def _exactly(kind: type[T]) -> Callable[[object], T]:
    # A bool is an int to isinstance, but a flag is no number in a document.
    def check(value: object) -> T:
        if type(value) is not kind:
            raise ValueError
        return value

    return check


def _decimal(value: object) -> Decimal:
    number = Decimal(_exactly(str)(value))
    if not number.is_finite():
        raise ValueError
    return number


def _date(value: object) -> date:
    text = _exactly(str)(value)
    if len(text) != len("2000-01-01"):
        raise ValueError
    return date.fromisoformat(text)


_SCALARS: Final[Mapping[type[object], tuple[Callable[[object], object], str]]] = {
    bool: (_exactly(bool), "true or false"),
    int: (_exactly(int), "a whole number"),
    str: (_exactly(str), "a text"),
    Decimal: (_decimal, "a decimal number as a text"),
    date: (_date, "a date such as 2000-01-31"),
}
