"""
Bodies of ``multipart/form-data``: what PHP's curl sends when it is given an array.
"""

from __future__ import annotations

import re

from ocstate.api.errors import ApiProblem
from ocstate.api.parsing.forms import as_name, as_value
from ocstate.api.parsing.nesting import Fields, Garbled, nest
from ocstate.http.limits import Limits

_BOUNDARY = re.compile(
    r""";\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;,"]{1,70}))\s*(?:;|$)""",
    re.IGNORECASE | re.ASCII,
)
_DISPOSITION = re.compile(
    rb"^content-disposition:[ \t]*form-data[ \t]*(;[^\r\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)
_PARAMETER = re.compile(
    rb""";[ \t]*([a-z*]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))""", re.IGNORECASE
)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_PART_HEADERS = 1024
"""Bytes of one part's header fields."""


def parse_multipart(data: bytes, content_type: str, limits: Limits) -> Fields:
    """
    Parse a multipart body (RFC 7578); files in it are ignored like unknown fields.

    Raises:
        ApiProblem: If it is not well-formed from the first boundary to the last, or
            a limit is exceeded.
    """
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise _malformed()
    mark = b"\r\n--" + (match[1] or match[2]).encode("utf-8", "replace")
    body = b"\r\n" + data
    # One mark opens each part, and one more closes the body.
    if body.count(mark) > limits.fields + 1:
        raise ApiProblem(413, "too_many_fields", maximum=limits.fields)
    before, *parts = body.split(mark)
    if before or not parts or parts.pop().rstrip(b"\r\n") != b"--":
        raise _malformed()
    pairs = (_pair(part) for part in parts)
    return nest((pair for pair in pairs if pair is not None), limits)


def _pair(part: bytes) -> tuple[str, str | Garbled] | None:
    """
    Take name and value from one part; None for a file.
    """
    head, found, value = part.partition(b"\r\n\r\n")
    if len(head) > _PART_HEADERS:
        raise ApiProblem(400, "name_too_long", maximum=_PART_HEADERS)
    disposition = _DISPOSITION.search(head.replace(b"\r\n", b"\n"))
    if not (found and head.startswith(b"\r\n") and disposition):
        raise _malformed()
    parameters = {
        name.lower(): _unescaped(quoted) if quoted else plain
        for name, quoted, plain in _PARAMETER.findall(disposition[1])
    }
    if b"name" not in parameters:
        raise _malformed()
    if b"filename" in parameters or b"filename*" in parameters:
        return None
    return as_name(parameters[b"name"]), as_value(value)


def _unescaped(quoted: bytes) -> bytes:
    # Browsers escape as in the HTML standard, curl with backslashes.
    plain = _ESCAPE.sub(rb"\1", quoted)
    for escape, mark in ((b"%22", b'"'), (b"%0D", b"\r"), (b"%0A", b"\n")):
        plain = plain.replace(escape, mark)
    return plain


def _malformed() -> ApiProblem:
    return ApiProblem(400, "multipart_malformed")
