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

from ocstate.api.limits import Limits
from ocstate.api.refusal import ApiProblem

__all__ = ["Fields", "Garbled", "Value", "nest", "split_name"]


class Garbled(Enum):
    """
    A value that was sent but is no text; wrong wherever a field is looked at.
    """

    NOT_UTF8 = "not_utf8"
    NOT_TEXT = "not_text"


Value: TypeAlias = "str | Garbled | Fields"
Fields: TypeAlias = "Mapping[str, Value]"

_Tree: TypeAlias = "dict[str, str | Garbled | _Tree]"

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


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
    tree: _Tree = {}
    for name, value in pairs:
        if name:
            _put(tree, split_name(name, limits), value)
    return tree


def _put(tree: _Tree, parts: tuple[str, ...], value: str | Garbled) -> None:
    *inner, last = parts
    for part in inner:
        key = part or _next_index(tree)
        below = tree.get(key)
        if not isinstance(below, dict):
            below = tree[key] = {}
        tree = below
    tree[last or _next_index(tree)] = value


def _next_index(tree: _Tree) -> str:
    used = (int(key) for key in tree if _INDEX.fullmatch(key))
    return str(max(used, default=-1) + 1)
