"""
Nested fields, and the brackets in which PHP's forms spell them.

``product[0][option][5]=1`` is a mapping in a mapping. Lists are mappings too, from
``"0"`` on, as PHP has them, so that a form and a JSON body of the same nesting are the
same here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeAlias

from ocstate.api.errors import ApiProblem
from ocstate.http.limits import Limits


class Garbled(Enum):
    """
    A value that was sent but is no text; wrong wherever a field is looked at.
    """

    NOT_UTF8 = "not_utf8"
    NOT_TEXT = "not_text"


Value: TypeAlias = "str | Garbled | Fields"
Fields: TypeAlias = "Mapping[str, Value]"

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


def is_name(text: str) -> bool:
    """
    Tell whether the brackets in a name pair up behind it.
    """
    return _NAME.fullmatch(text) is not None


def split_name(name: str, limits: Limits) -> tuple[str, ...]:
    """
    Split ``a[b][]`` into ``("a", "b", "")``; an empty part wants the next number.

    Raises:
        ApiProblem: If the brackets do not pair up behind a name, or there are too
            many of them, or the name is too long.
    """
    if len(name) > limits.name:
        raise ApiProblem(400, "name_too_long", maximum=limits.name)
    match = _NAME.fullmatch(name)
    if match is None:
        raise ApiProblem(400, "name_malformed")
    brackets = match[2]
    if brackets.count("[") > limits.depth:
        raise ApiProblem(400, "nested_too_deep", maximum=limits.depth)
    return (match[1], *brackets[1:-1].split("][")) if brackets else (match[1],)


def nest(pairs: Iterable[tuple[str, str | Garbled]], limits: Limits) -> Fields:
    """
    Build nested fields from names and values in the order in which they came.

    Of a repeated name the last value counts, also where it is a text once and has
    brackets another time. A value without a name is ignored, as PHP does.

    Raises:
        ApiProblem: If a name is malformed or exceeds a limit.
    """
    tree = _Level()
    for name, value in pairs:
        if name:
            tree.put(split_name(name, limits), value)
    return tree


class _Level(dict[str, "str | Garbled | _Level"]):
    """
    Fields that are built, and the number that comes next, known without a count.
    """

    __slots__ = ("_next",)

    def __init__(self) -> None:
        super().__init__()
        self._next = 0

    def put(self, parts: tuple[str, ...], value: str | Garbled) -> None:
        """
        Put a value where the parts of its name lead.
        """
        level = self
        for part in parts[:-1]:
            level = level.below(part)
        level[level.key(parts[-1])] = value

    def below(self, part: str) -> _Level:
        """
        Return the fields under a part of a name, in place of a text if need be.
        """
        key = self.key(part)
        found = self.get(key)
        if not isinstance(found, _Level):
            found = self[key] = _Level()
        return found

    def key(self, part: str) -> str:
        """
        Return the key that a part means: an empty one is the next number.
        """
        if part and not _INDEX.fullmatch(part):
            return part
        at = int(part) if part else self._next
        self._next = max(self._next, at + 1)
        return str(at)
