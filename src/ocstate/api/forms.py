"""
Bodies and queries as nested fields: forms with PHP's brackets, and JSON alike.
"""

from __future__ import annotations

import json
import re
from urllib.parse import unquote_to_bytes

from ocstate.api.limits import Limits
from ocstate.api.nesting import Fields, Garbled, Value, nest
from ocstate.api.refusal import ApiProblem

__all__ = ["as_name", "as_value", "parse_form", "parse_json"]

# A text ends at its quote or, unterminated, with the body: one pass, whatever is sent.
_JSON_TEXT = re.compile(rb'"(?:[^"\\]|\\.?)*("|\Z)', re.DOTALL)
_JSON_MARK = re.compile(rb"[\[\]{},]")


def parse_form(data: bytes, limits: Limits) -> Fields:
    """
    Parse ``application/x-www-form-urlencoded``, as PHP fills ``$_POST`` from it.

    A percent sign that starts no escape stands for itself, as in PHP. A value that is
    no UTF-8 becomes `Garbled`, wrong only where the field is looked at; such a name is
    refused.

    Raises:
        ApiProblem: If a limit is exceeded, or a name is malformed.
    """
    if data.count(b"&") >= limits.fields:
        raise ApiProblem(413, "too_many_fields", maximum=limits.fields)
    return nest(
        (
            (as_name(_unescaped(name)), as_value(_unescaped(value)))
            for name, _, value in (each.partition(b"=") for each in data.split(b"&"))
        ),
        limits,
    )


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
    return unquote_to_bytes(data.replace(b"+", b" "))


def _measure(data: bytes, limits: Limits) -> None:
    """
    Bound depth and number of values before the parser, which recurses, sees them.
    """
    depth = deepest = commas = 0
    for mark in _JSON_MARK.findall(_JSON_TEXT.sub(b"", data)):
        if mark == b",":
            commas += 1
        elif mark in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    if deepest > limits.depth + 1:
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
    # JSON can escape half of a surrogate pair, which is no character.
    return not any("\ud800" <= each <= "\udfff" for each in text)
