"""
Classes as tables and lists: defaults, signatures, and what is said of each member.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from inspect import ismemberdescriptor

import attrs

from scripts.docstrings import parse

_FOR_FLOWS = frozenset(("finish", "run", "setup"))
"""Public members of the face's classes that flows and adapters use, not their users."""


def shown(default: object) -> str:
    """
    Return the text of a default, briefly.
    """
    if isinstance(default, float) and default.is_integer():
        return str(int(default))
    if inspect.isroutine(default):
        module, name = default.__module__, default.__name__
        return name if module.startswith("ocstate") else f"{module}.{name}"
    if isinstance(default, re.Pattern):
        return str(default.pattern)
    if isinstance(default, Mapping):
        return repr(dict(default))
    if isinstance(default, tuple) and default:
        return "(…)"
    if attrs.has(type(default)):
        return f"{type(default).__name__}(…)"
    return repr(default)


def defaults_of(documented: type) -> dict[str, str]:
    """
    Return the text of each argument's default; the empty text where it has none.
    """
    if attrs.has(documented):
        return {
            one.alias or one.name: ""
            if one.default is attrs.NOTHING
            else f"`{_attrs_default(one.default)}`"
            for one in attrs.fields(documented)
            if one.init and not one.name.startswith("_")
        }
    return {
        name: "" if one.default is one.empty else f"`{shown(one.default)}`"
        for name, one in inspect.signature(documented).parameters.items()
    }


def _attrs_default(default: object) -> str:
    factory: Callable[..., object] | None = getattr(default, "factory", None)
    if factory is None:
        return shown(default)
    return repr(factory()) if factory in (dict, list) else f"{factory.__qualname__}()"


def member_text(documented: type, name: str, member: object) -> str:
    """
    Return a paragraph about an attribute, a property or a method.
    """
    said = parse(member).markdown()
    if isinstance(member, property | str):
        return f"**`.{name}`** · {said}"
    function = getattr(documented, name)
    awaited = "await " if inspect.iscoroutinefunction(function) else ""
    return f"**`{awaited}.{name}{signature_of(function)}`** · {said}"


def members_of(documented: type) -> Iterator[tuple[str, object]]:
    """
    Yield attributes with what is said of them, properties and methods by name.
    """
    seen: dict[str, object] = {}
    for each in reversed(documented.__mro__):
        if each.__module__.startswith("ocstate."):
            if each is not documented:
                seen |= parse(each).entries("Attributes")
            # What a slot is for stands in the docstring, not in its descriptor.
            own = vars(each).items()
            seen |= {name: one for name, one in own if not ismemberdescriptor(one)}
    for name, member in seen.items():
        if name.startswith("_") or name in _FOR_FLOWS:
            continue
        is_callable = isinstance(member, classmethod) or inspect.isfunction(member)
        if is_callable or isinstance(member, property | str):
            yield name, member


def signature_of(callable_: Callable[..., object]) -> str:
    """
    Return how something is called, without types.
    """
    signature = inspect.signature(callable_)
    parameters = [
        one.replace(
            annotation=one.empty,
            default=one.default if one.default is one.empty else _Shown(one.default),
        )
        for one in signature.parameters.values()
        if one.name != "self"
    ]
    return str(
        signature.replace(parameters=parameters, return_annotation=signature.empty)
    )


class _Shown:
    """
    A default that shows itself briefly.
    """

    def __init__(self, default: object) -> None:
        self.default = default

    def __repr__(self) -> str:
        return shown(self.default)
