"""
What a host's section may be made of: values that nobody can change in place.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, MutableSequence, MutableSet
from typing import Final, get_args, get_origin

from attrs import frozen, has

from ocstate.core.hints import class_hints
from ocstate.exceptions import ConfigurationError

__all__ = ["require_unchanging"]

_CHANGING: Final = (MutableMapping, MutableSequence, MutableSet)


@frozen
class _Frozen:
    """
    What attrs makes of a frozen class, in all its versions.
    """


def require_unchanging(hint: object) -> None:
    """
    Make sure that what *hint* describes can only be replaced.

    A section is written when it is another object than the one that was read. A change
    in place would be lost without a word, so it must not be possible: neither in the
    value itself nor in anything that it is annotated to hold. Classes that are neither
    of attrs, nor dataclasses, nor collections cannot be judged and are trusted.

    Raises:
        ConfigurationError: If something in it can be changed.
    """
    for of in _classes(hint, set()):
        if issubclass(of, _CHANGING):
            raise ConfigurationError(
                f"a {of.__name__} could be changed in place, and that would not be "
                f"noticed: use tuple, frozenset, Mapping or a frozen class"
            )
        if not _is_frozen(of):
            raise ConfigurationError(
                f"{of.__qualname__} could be changed in place, and that would not be "
                f"noticed: make it a frozen class"
            )


def _classes(hint: object, seen: set[type]) -> Iterator[type]:
    of = get_origin(hint) or hint
    if isinstance(of, type) and of not in seen:
        seen.add(of)
        yield of
        if has(of) or hasattr(of, "__dataclass_params__"):
            for one in class_hints(of).values():
                yield from _classes(one, seen)
    for one in get_args(hint):
        yield from _classes(one, seen)


def _is_frozen(of: type) -> bool:
    if has(of):
        return of.__setattr__ is _Frozen.__setattr__
    options: object = getattr(of, "__dataclass_params__", None)
    return options is None or getattr(options, "frozen", False) is True
