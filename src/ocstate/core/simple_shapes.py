"""
The shapes of plain types, of decimals, options and settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import NoneType
from typing import Final

from ocstate.checkout.values.options import NO_OPTIONS, Options
from ocstate.checkout.values.settings import Settings
from ocstate.core.shapes import Misfit, PlainT, Shape, exact, misfit

__all__ = ["OPTIONS", "PLAIN", "SETTINGS", "TEXT_DECIMAL"]


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
