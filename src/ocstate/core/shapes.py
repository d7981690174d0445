"""
The shape of a value in a section: what it is in memory, and how it lies in MessagePack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, TypeVar, cast

from attrs import frozen

__all__ = [
    "Fold",
    "Misfit",
    "Path",
    "Shape",
    "TooDeep",
    "TooLarge",
    "exact",
    "misfit",
    "require_shallow",
]

PlainT = TypeVar("PlainT", bound=str | int | float)

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


def _without_subclass(value: str | float) -> str | int | float:
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
