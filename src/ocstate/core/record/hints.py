"""
From a type hint to a shape; what no table knows is cattrs' to tell.

A host's section may be made only of values that nobody can change in place.
"""

from __future__ import annotations

from collections.abc import (
    Iterator,
    Mapping,
    MutableMapping,
    MutableSequence,
    MutableSet,
)
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Final, Union, cast, get_args, get_origin, get_type_hints

from attrs import frozen, has
from cattrs import Converter
from cattrs.errors import StructureHandlerNotFoundError

from ocstate.checkout.values.options import Options
from ocstate.checkout.values.ordering import OrderId
from ocstate.checkout.values.settings import Settings
from ocstate.core.record.classes import row_fields, row_shape
from ocstate.core.record.shapes import (
    OPTIONS,
    ORDER_ID,
    PLAIN,
    SETTINGS,
    TEXT_DECIMAL,
    Fold,
    Misfit,
    Path,
    Shape,
)
from ocstate.exceptions import ConfigurationError


class Hints:
    """
    The shapes of everything that one codec knows.

    Each attrs class gets functions of its own, which become the converter's hooks as
    well: ``converter.unstructure(value)`` and ``converter.structure(raw, type)`` are
    the door for everybody else, and hooks that a host registered are asked for types
    that are not known here.

    Args:
        depth: How deeply fields of a later version may be nested.
    """

    def __init__(self, converter: Converter, depth: int) -> None:
        self._converter = converter
        self._depth = depth
        self._shapes: dict[object, Shape] = {}
        self._begun: set[object] = set()
        for of, shape in (*PLAIN.items(), (Decimal, TEXT_DECIMAL), (OrderId, ORDER_ID)):
            self._shapes[of] = shape
        for of, shape in ((Options, OPTIONS), (Settings, SETTINGS)):
            self.add(of, shape)

    def add(self, of: type, shape: Shape) -> Shape:
        """
        Make *shape* what values of this class look like, here and to cattrs.
        """
        self._shapes[of] = shape
        self._converter.register_unstructure_hook(of, shape.pack)
        self._converter.register_structure_hook(of, lambda raw, _: shape.build(raw))
        return shape

    def shape(self, hint: object) -> tuple[Shape, bool]:
        """
        Return the shape of what *hint* describes, and whether None is allowed too.

        Raises:
            ConfigurationError: If there is none.
        """
        kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else ()
        others = tuple(kind for kind in kinds if kind is not NoneType)
        if len(others) == 1 and len(kinds) > 1:
            return self._one(others[0]), True
        return self._one(hint), False

    def _one(self, hint: object) -> Shape:
        if hint in self._begun:
            raise ConfigurationError(f"{hint} holds itself, so it has no flat array")
        known = self._shapes.get(hint)
        if known is None:
            known = self._shapes[hint] = self._new(hint)
        return known

    def _new(self, hint: object) -> Shape:
        if isinstance(hint, type) and has(hint):
            return self._class(hint)
        match get_origin(hint), get_args(hint):
            case (origin, (item, end)) if origin is tuple and end is ...:
                return _several(*self.shape(item))
        return self._foreign(hint)

    def _class(self, of: type) -> Shape:
        hints = class_hints(of)
        self._begun.add(of)
        row = row_fields(of, lambda name: self._field(of, name, hints[name]))
        self._begun.remove(of)
        return self.add(of, row_shape(of, row, self._depth))

    def _field(self, of: type, name: str, hint: object) -> tuple[Shape, bool]:
        try:
            return self.shape(hint)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"the field {of.__qualname__}.{name}: {error}"
            ) from error

    def _foreign(self, hint: object) -> Shape:
        kind = cast("type[Any]", hint)
        try:
            structure = self._converter.get_structure_hook(kind)
        except StructureHandlerNotFoundError as error:
            raise ConfigurationError(
                f"no encoding is known for {_shown(hint)}; there is one for str, int, "
                f"float, bool, Decimal, Options, tuples of these, and frozen classes "
                f"with such fields"
            ) from error

        def pack(value: object) -> object:
            return self._converter.unstructure(value, kind)

        def build(raw: object) -> object:
            return structure(raw, kind)

        return Shape(pack, build)


def _shown(hint: object) -> str:
    return hint.__name__ if type(hint) is type else str(hint)


def class_hints(of: type) -> Mapping[str, object]:
    """
    Return the type hints of a class by name.

    Raises:
        ConfigurationError: If one names what there is not.
    """
    try:
        return get_type_hints(of)
    except NameError as error:
        raise ConfigurationError(f"a type of {of.__qualname__}: {error}") from error


def _several(item: Shape, optional: bool) -> Shape:
    pack_one, build_one = item.pack, item.build
    if optional:
        pack_one, build_one = _or_none(pack_one), _or_none(build_one)

    def pack(values: object) -> object:
        if not isinstance(values, tuple):
            raise Misfit("a tuple expected")
        return tuple([pack_one(one) for one in values])

    def build(raw: object) -> object:
        if type(raw) is not tuple:
            raise Misfit("an array expected")
        return tuple([build_one(one) for one in raw])

    def inside(values: object) -> Iterator[tuple[Path, object, Shape]]:
        for at, one in enumerate(values if isinstance(values, tuple) else ()):
            if not (optional and one is None):
                yield (at,), one, item

    return Shape(pack, build, inside=inside)


def _or_none(fold: Fold) -> Fold:
    return lambda value: None if value is None else fold(value)


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
