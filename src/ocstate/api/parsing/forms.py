"""
Bodies and queries as nested fields: forms with PHP's brackets, and JSON alike.

What anybody can send is read in time that grows no faster than its size.
"""

from __future__ import annotations

import json
import re
from binascii import unhexlify
from collections.abc import Iterator

from ocstate.api.errors import ApiProblem
from ocstate.api.parsing.arguments import trimmed
from ocstate.api.parsing.nesting import Fields, Garbled, Value, is_name, nest
from ocstate.http.limits import Limits

# A character of UTF-8 has four bytes, and an escape three characters a byte.
_LONGEST_SPELLING = 4 * 3
# Many at once, for the sake of speed. Not possessive: until Python 3.11.4 such a repeat
# of a group goes on behind what it began in vain.
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2}){1,1000}")

# A text ends at its quote or, unterminated, with the body: one pass, whatever is sent.
_JSON_TEXT = re.compile(rb'"(?:[^"\\]|\\.?)*("|\Z)', re.DOTALL)
_JSON_MARK = re.compile(rb"[\[\]{},]")

# JSON can escape half of a surrogate pair, which is no character.
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_form(data: bytes, limits: Limits) -> Fields:
    """
    Parse ``application/x-www-form-urlencoded``, as PHP fills ``$_POST`` from it.

    A percent sign that starts no escape stands for itself, as in PHP. Blanks around
    ``&`` and ``=`` are no part of names, and every value is trimmed where it is read.
    A value that is no UTF-8 becomes `Garbled`, wrong only where the field is looked at;
    such a name is refused.

    Raises:
        ApiProblem: If a limit is exceeded, or a name is malformed.
    """
    pairs = _pairs(data, limits)
    return nest(((trimmed(as_name(name)), value) for name, value in pairs), limits)


def parse_variables(data: bytes, limits: Limits) -> Fields:
    """
    Parse a query, as PHP fills ``$_GET`` from it.

    It is a form whose values are trimmed too, and where no name is wrong: a URL may
    have parameters for others. Dots and blanks in a name are underscores; what is no
    name even then is passed over.

    Raises:
        ApiProblem: If a limit is exceeded.
    """
    pairs = (
        (_variable(name), trimmed(value) if isinstance(value, str) else value)
        for name, value in _pairs(data, limits)
    )
    return nest((pair for pair in pairs if is_name(pair[0])), limits)


def variables_named(name: str, data: bytes, limits: Limits) -> list[str | Garbled]:
    """
    Return every value of a query whose name is *name*, with brackets or without.

    Raises:
        ApiProblem: If a limit is exceeded.
    """
    return [
        trimmed(value) if isinstance(value, str) else value
        for found, value in _pairs(data, limits)
        if _variable(found).partition("[")[0] == name
    ]


def _pairs(data: bytes, limits: Limits) -> Iterator[tuple[bytes, str | Garbled]]:
    if data.count(b"&") >= limits.fields:
        raise ApiProblem(413, "too_many_fields", maximum=limits.fields)
    for pair in data.split(b"&"):
        name, _, value = pair.partition(b"=")
        if len(name) > _LONGEST_SPELLING * limits.name:
            raise ApiProblem(400, "name_too_long", maximum=limits.name)
        yield _unescaped(name), as_value(_unescaped(value))


def _variable(name: bytes) -> str:
    first, bracket, rest = trimmed(name.decode("utf-8", "replace")).partition("[")
    return first.replace(".", "_").replace(" ", "_") + bracket + rest


def parse_json(data: bytes, limits: Limits) -> Fields:
    """
    Parse a JSON object of the same nesting as a form.

    Numbers are the text that spells them, ``null`` is a field that was not sent, and
    a list is numbered from 0, so that nobody behind this has to know which it was. An
    empty list is an empty object, for PHP's ``json_encode`` knows no other.

    Raises:
        ApiProblem: If it is no JSON object in UTF-8, or a limit is exceeded.
    """
    _measure(data, limits)
    try:
        content: object = json.loads(
            data.decode("utf-8"),
            parse_int=str,
            parse_float=str,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError:
        raise ApiProblem(400, "not_utf8") from None
    except ValueError:
        raise ApiProblem(400, "json_malformed") from None
    if content == []:
        return {}
    if not isinstance(content, dict):
        raise ApiProblem(400, "json_no_object")
    return _fields(content, limits)


def as_name(data: bytes) -> str:
    """
    Decode a field's name.

    Raises:
        ApiProblem: If it is no UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ApiProblem(400, "not_utf8") from None


def as_value(data: bytes) -> str | Garbled:
    """
    Decode a field's value.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return Garbled.NOT_UTF8


def _unescaped(data: bytes) -> bytes:
    return _ESCAPES.sub(_unhexed, data.replace(b"+", b" "))


def _unhexed(escapes: re.Match[bytes]) -> bytes:
    return unhexlify(escapes[0].replace(b"%", b""))


def _measure(data: bytes, limits: Limits) -> None:
    """
    Bound depth and number of values before the parser, which recurses, sees them.
    """
    depth = commas = 0
    for match in _JSON_MARK.finditer(_JSON_TEXT.sub(b"", data)):
        mark = match[0]
        if mark == b",":
            commas += 1
        else:
            depth += 1 if mark in b"[{" else -1
        if depth > limits.depth + 1:
            raise ApiProblem(400, "nested_too_deep", maximum=limits.depth)
        if commas >= limits.fields:
            raise ApiProblem(413, "too_many_fields", maximum=limits.fields)


def _refuse_constant(_name: str) -> None:
    # Python's parser would take NaN and Infinity, which are no JSON.
    raise ApiProblem(400, "json_malformed")


def _fields(content: dict[object, object], limits: Limits) -> Fields:
    return {
        _json_name(name, limits): _value(value, limits)
        for name, value in content.items()
        if value is not None
    }


def _value(value: object, limits: Limits) -> Value:
    match value:
        case str():
            return value if _is_encodable(value) else Garbled.NOT_UTF8
        case dict():
            return _fields(value, limits)
        case list():
            return _fields({str(at): each for at, each in enumerate(value)}, limits)
        case _:
            return Garbled.NOT_TEXT


def _json_name(name: object, limits: Limits) -> str:
    text = str(name)
    if len(text) > limits.name:
        raise ApiProblem(400, "name_too_long", maximum=limits.name)
    if not _is_encodable(text):
        raise ApiProblem(400, "not_utf8")
    return text


def _is_encodable(text: str) -> bool:
    return _SURROGATE.search(text) is None
