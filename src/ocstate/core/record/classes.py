"""
Classes as flat arrays, by one pair of functions a class, made from its attrs fields.

Reading a record field by field through a general routine costs several times what
MessagePack itself costs. So each class gets two functions of its own, written out in
Python as one would by hand, without a loop and without a look-up::

    def pack(one):                          def build(values):
        v0 = one.code                           if len(values) != 2: …
        v1 = one.checked_at                     v0, v1 = values
        if not (type(v0) is str and …): …       if not (type(v0) is str and …): …
        if one.unknown: …                       one = new(draft)
        return (v0, v1)                         one.code = v0
                                                one.checked_at = v1
                                                one.__class__ = Coupon
                                                return one

A frozen class refuses assignment, and its way around that costs more than everything
else here. So what is built starts as a draft, of a class with the same slots and
without the refusal, and becomes what it is at the end.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import chain
from typing import Any, Final, cast

from attrs import NOTHING, Attribute, Factory, fields, frozen

from ocstate.checkout.values.money import amount
from ocstate.checkout.values.options import options_of
from ocstate.checkout.values.part import Part
from ocstate.core.record.shapes import Fold, Misfit, Path, Shape, exact, require_shallow

_Values = tuple[Any, ...]

_UNKNOWN: Final = "unknown"


@frozen
class Field:
    """
    One place of a flat array.

    Attributes:
        name: The attribute's name.
        alias: Its name as an argument of the class.
        shape: What stands there.
        optional: Whether it may be None.
        default: What stands there by default, packed; `NOTHING` where it must be given.
    """

    name: str
    alias: str
    shape: Shape
    optional: bool
    default: object


def row_fields(
    of: type, shape_of: Callable[[str], tuple[Shape, bool]]
) -> tuple[Field, ...]:
    """
    List the places of a class's array: its arguments in the order of the class.

    Args:
        shape_of: Tells a field's shape, and whether it may be None.
    """
    return tuple(
        Field(one.name, one.alias or one.name, *shaped, _packed_default(one, *shaped))
        for one in _attributes(of)
        if one.init and not (one.name == _UNKNOWN and issubclass(of, Part))
        for shaped in (shape_of(one.name),)
    )


def row_shape(of: type, row: Sequence[Field], depth: int) -> Shape:
    """
    Make the functions of one class.

    Args:
        depth: How deeply fields of a later version may be nested.
    """
    draft = draft_of(of)
    env: dict[str, object] = {
        "Misfit": Misfit,
        "draft": draft,
        "exact_all": _exacting(row),
        "fitted": _fitting(of, row, depth),
        "new": object.__new__,
        "of": of,
        "shallow": partial(require_shallow, depth),
    }
    for at, one in enumerate(row):
        env[f"pack_{at}"], env[f"build_{at}"] = one.shape.pack, one.shape.build
    lines = (*_pack_source(of, row), *_build_source(of, row, draft is not None))
    source = "".join(f"{line}\n" for line in lines)
    name = f"<rows of {of.__module__}.{of.__qualname__}>"
    exec(compile(source, name, "exec"), env)  # noqa: S102 - of the class's own names
    # So a traceback shows the line, as it does for classes of attrs.
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name

    def inside(value: object) -> Iterator[tuple[Path, object, Shape]]:
        for one in row if type(value) is of else ():
            held = getattr(value, one.name)
            if not (one.optional and held is None):
                yield (one.name,), held, one.shape

    return Shape(cast("Fold", env["pack"]), cast("Fold", env["build"]), inside=inside)


def _attributes(of: type) -> tuple[Attribute[object], ...]:
    return cast("tuple[Attribute[object], ...]", fields(of))


def _packed_default(one: Attribute[object], shape: Shape, optional: bool) -> object:
    default: Any = one.default
    if isinstance(default, Factory):  # type: ignore[arg-type]
        default = NOTHING if default.takes_self else default.factory()
    if default is NOTHING or (optional and default is None):
        return default
    return shape.pack(default)


@cache
def draft_of(of: type) -> type | None:
    """
    Make the class of drafts, if a value of the class is nothing but its slots.
    """
    slots = [vars(one).get("__slots__", ("__dict__",)) for one in of.__mro__[:-1]]
    attributes = _attributes(of)
    if hasattr(of, "__attrs_post_init__") or not (
        {one.name for one in attributes} == set(chain(*slots)) - {"__weakref__"}
        and all(
            one.init and one.validator is None and _needs_no_call(one.converter)
            for one in attributes
        )
    ):
        return None
    body = {
        "__slots__": (),
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    return type(of)(f"{of.__name__}Draft", (of,), body)


def _needs_no_call(converter: object) -> bool:
    # Options and amounts are decoded in the form that their converters make of others.
    return converter is None or converter in (options_of, amount)


def _pack_source(of: type, row: Sequence[Field]) -> Iterator[str]:
    yield "def pack(one):"
    yield "    if type(one) is not of:"
    yield f"        raise Misfit('{of.__name__} expected, not ' + type(one).__name__)"
    for at, one in enumerate(row):
        yield f"    v{at} = one.{one.name}"
    yield f"    if not ({_checks(row)}):"
    yield f"        {_places(row)} = exact_all({_places(row)})"
    values = _list(_called(row, "pack"))
    if issubclass(of, Part):
        yield "    if one.unknown:"
        yield f"        return ({values}*shallow(one.unknown))"
    yield f"    return ({values})"


def _build_source(of: type, row: Sequence[Field], drafted: bool) -> Iterator[str]:
    yield "def build(values):"
    yield "    unknown = ()"
    yield f"    if type(values) is not tuple or len(values) != {len(row)}:"
    yield "        values, unknown = fitted(values)"
    yield f"    {_places(row)} = values"
    yield f"    if not ({_checks(row)}):"
    yield f"        raise Misfit('fields of {of.__name__} expected')"
    has_unknown = ["unknown"] if issubclass(of, Part) else []
    if not drafted:
        names = [*(one.alias for one in row), *has_unknown]
        values = [*_called(row, "build"), *has_unknown]
        pairs = zip(names, values, strict=True)
        yield f"    return of({_list(f'{name}={value}' for name, value in pairs)})"
        return
    yield "    one = new(draft)"
    names = [*(one.name for one in row), *has_unknown]
    for name, value in zip(names, [*_called(row, "build"), *has_unknown], strict=True):
        yield f"    one.{name} = {value}"
    yield "    one.__class__ = of"
    yield "    return one"


def _places(row: Sequence[Field]) -> str:
    return f"({_list(f'v{at}' for at in range(len(row)))})"


def _list(parts: Iterable[str]) -> str:
    return "".join(f"{part}, " for part in parts)


def _checks(row: Sequence[Field]) -> str:
    checks = (
        f"(v{at} is None or type(v{at}) is {plain.__name__})"
        if one.optional
        else f"type(v{at}) is {plain.__name__}"
        for at, one in enumerate(row)
        if (plain := one.shape.plain) is not None
    )
    return " and ".join(checks) or "True"


def _called(row: Sequence[Field], verb: str) -> Iterator[str]:
    for at, one in enumerate(row):
        if one.shape.plain is not None:
            yield f"v{at}"
        elif one.optional:
            yield f"None if v{at} is None else {verb}_{at}(v{at})"
        else:
            yield f"{verb}_{at}(v{at})"


def _exacting(row: Sequence[Field]) -> Callable[[_Values], _Values]:
    def exact_all(values: _Values) -> _Values:
        return tuple(
            value
            if one.shape.plain is None or (one.optional and value is None)
            else exact(one.shape.plain, value)
            for one, value in zip(row, values, strict=True)
        )

    return exact_all


def _fitting(
    of: type, row: Sequence[Field], depth: int
) -> Callable[[object], tuple[_Values, _Values]]:
    defaults = tuple(one.default for one in row)
    needed = max(
        (at + 1 for at, one in enumerate(row) if one.default is NOTHING), default=0
    )

    def fitted(values: object) -> tuple[_Values, _Values]:
        if type(values) is not tuple or len(values) < needed:
            raise Misfit(f"the array of {of.__name__} expected")
        unknown = require_shallow(depth, values[len(row) :])
        return values[: len(row)] + defaults[len(values) :], unknown

    return fitted
