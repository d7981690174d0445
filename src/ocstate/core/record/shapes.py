"""
The shape of a value in a section: what it is in memory, and how it lies in MessagePack.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import chain
from types import NoneType
from typing import Any, Final, TypeVar, cast

from attrs import frozen

from ocstate.checkout.values.options import NO_OPTIONS, Options
from ocstate.checkout.values.ordering import order_id_of
from ocstate.checkout.values.settings import Settings

PlainT = TypeVar("PlainT", bound=str | int | float | bytes)

Fold = Callable[[object], object]
"""From a value in memory to what MessagePack knows, or back."""

Path = tuple[str | int, ...]
"""Where a value stands: names of fields, positions in tuples."""


class Misfit(TypeError):  # noqa: N818 - never leaves the core
    """
    A value, in memory or in a record, is not what its field holds.
    """


class TooDeep(Misfit):
    """
    A value is nested more deeply than allowed.
    """


class TooLarge(Misfit):
    """
    There is more than allowed.
    """


def _nothing(value: object) -> Iterable[tuple[Path, object, Shape]]:
    return ()


@frozen
class Shape:
    """
    A pair of functions, each the other's inverse.

    Both check what they are given, and raise `Misfit` for what does not fit.

    Attributes:
        pack: Makes MessagePack's own types of a value; arrays are tuples.
        build: Makes the value again.
        plain: The type, where it lies in MessagePack as it is.
        inside: Yields the parts of a value, each with its place and shape, to find
            the one that does not fit.
    """

    pack: Fold
    build: Fold
    plain: type | None = None
    inside: Callable[[object], Iterable[tuple[Path, object, Shape]]] = _nothing


_CONTAINERS = (tuple, list, dict)


def require_shallow(depth: int, unknown: tuple[Any, ...]) -> tuple[Any, ...]:
    """
    Return fields of a later version, each with at most *depth* containers in a row.

    What is nested without end can be kept, but not compared or shown. This goes level
    by level instead of calling itself, so that no depth can break it.

    Raises:
        TooDeep: If one is nested more deeply.
    """
    level: list[Any] = list(unknown)
    for _ in range(depth + 1):
        held = [one for one in level if isinstance(one, _CONTAINERS)]
        if not held:
            return unknown
        level = list(
            chain.from_iterable(
                one.values() if isinstance(one, dict) else one for one in held
            )
        )
    raise TooDeep("fields of a later version")


def misfit(wanted: type, value: object) -> Misfit:
    """
    Say what was wanted and what came, without showing it: it may be personal.
    """
    return Misfit(f"{wanted.__name__} expected, not {type(value).__name__}")


def _without_subclass(value: str | float | bytes) -> str | int | float | bytes:
    if isinstance(value, bytes):
        return bytes(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    return float.__float__(value)


def exact(wanted: type[PlainT], value: object) -> PlainT:
    """
    Return *value* as exactly a *wanted*, if it is one of a subclass.

    An int will do where a float is wanted.

    Raises:
        Misfit: If it is none.
    """
    if type(value) is wanted:
        return value
    given = float(value) if wanted is float and isinstance(value, int) else value
    if wanted is bool or not isinstance(given, wanted):
        raise misfit(wanted, value)
    return cast("PlainT", _without_subclass(given))


def _plain(wanted: type[PlainT]) -> Shape:
    def pack(value: object) -> object:
        return exact(wanted, value)

    def build(raw: object) -> object:
        if type(raw) is not wanted:
            raise misfit(wanted, raw)
        return raw

    return Shape(pack, build, wanted)


PLAIN: Final[Mapping[type, Shape]] = {
    str: _plain(str),
    int: _plain(int),
    bool: _plain(bool),
    float: _plain(float),
    bytes: _plain(bytes),
}
"""The shapes of what MessagePack has itself."""


_LONGEST_DECIMAL = 64
_LARGEST_EXPONENT = 64


def _is_amount(value: Decimal, text: str) -> bool:
    # An exponent without bounds would let a few bytes grow to megabytes later.
    return (
        value.is_finite()
        and len(text) <= _LONGEST_DECIMAL
        and -_LARGEST_EXPONENT <= value.adjusted() <= _LARGEST_EXPONENT
    )


def _pack_decimal(value: object) -> object:
    if not isinstance(value, Decimal):
        raise misfit(Decimal, value)
    text = str(value)
    if not _is_amount(value, text):
        raise Misfit("a Decimal that is no amount")
    return text


def _build_decimal(raw: object) -> object:
    if type(raw) is not str:
        raise misfit(str, raw)
    value = Decimal(raw)
    if not _is_amount(value, raw):
        raise Misfit("a Decimal that is no amount")
    return value


# A number that has no second spelling, and fits into 64 bits.
_NUMBER = re.compile("0|[1-9][0-9]{0,17}")


def _pack_order_id(value: object) -> object:
    text = exact(str, value)
    return int(text) if _NUMBER.fullmatch(text) else text


def _build_order_id(raw: object) -> object:
    return order_id_of(raw if type(raw) is int else exact(str, raw))


ORDER_ID: Final = Shape(_pack_order_id, _build_order_id)
"""The name of an order: a number where it is one, as version 0.1 wrote all of them."""


TEXT_DECIMAL: Final = Shape(_pack_decimal, _build_decimal)
"""Decimals as text, every digit kept."""


def _exact_one(value: object) -> int | str:
    return exact(str, value) if isinstance(value, str) else exact(int, value)


def _exact_answer(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_exact_one, value))
    return _exact_one(value)


def _pack_options(value: object) -> object:
    if type(value) is not Options:
        raise misfit(Options, value)
    flat: list[object] = []
    for key, answer in value.items_:
        kind = type(answer)
        flat.append(key if type(key) is int else exact(int, key))
        flat.append(answer if kind is int or kind is str else _exact_answer(answer))
    return tuple(flat)


def _build_options(raw: object) -> object:
    if type(raw) is not tuple:
        raise misfit(Options, raw)
    if not raw:
        return NO_OPTIONS
    if len(raw) % 2:
        raise Misfit("an answer to each id expected")
    flat = iter(raw)
    items = tuple(zip(flat, flat))  # noqa: B905 - an even number, and asking costs
    for key, answer in items:
        kind = type(answer)
        if type(key) is not int or not (
            kind is int
            or kind is str
            or (kind is tuple and {int, str}.issuperset(map(type, answer)))
        ):
            raise Misfit("ids and answers expected")
    # What was written was canonical, so it is not made canonical again.
    options = _new_options(Options)
    _set_items(options, items)
    return options


_new_options: Callable[[type[Options]], Options] = object.__new__
_set_items: Callable[[Options, object], None] = Options.items_.__set__  # type: ignore[attr-defined]

OPTIONS: Final = Shape(_pack_options, _build_options)
"""Options flat: an id, its answer, the next id, its answer, in the order of the ids."""


_SETTINGS: Final[frozenset[type]] = frozenset((str, int, bool, NoneType))


def _pack_settings(value: object) -> object:
    if type(value) is not Settings:
        raise misfit(Settings, value)
    return {
        exact(str, name): one if type(one) in _SETTINGS else _exact_one(one)
        for name, one in value.items_
    }


def _build_settings(raw: object) -> object:
    if type(raw) is not dict or not (
        {str}.issuperset(map(type, raw))
        and _SETTINGS.issuperset(map(type, raw.values()))
    ):
        raise misfit(Settings, raw)
    return Settings(raw)


SETTINGS: Final = Shape(_pack_settings, _build_settings)
"""Settings as a map."""
