"""
A request's body and query, whatever they are written in.
"""

from __future__ import annotations

from collections.abc import Callable

from ocstate.api.errors import ApiProblem
from ocstate.api.parsing.forms import (
    parse_form,
    parse_json,
    parse_variables,
    variables_named,
)
from ocstate.api.parsing.multipart import parse_multipart
from ocstate.api.parsing.nesting import Fields
from ocstate.http.limits import Limits
from ocstate.http.request import Request

_Parse = Callable[[bytes, str, Limits], Fields]

_PARSERS: dict[str, _Parse] = {
    "application/x-www-form-urlencoded": lambda data, _, limits: parse_form(
        data, limits
    ),
    "multipart/form-data": parse_multipart,
    "application/json": lambda data, _, limits: parse_json(data, limits),
}

MEDIA_TYPES = tuple(_PARSERS)
"""What a body may be; parameters such as ``charset`` are ignored, all is UTF-8."""


def measure(request: Request, limits: Limits) -> None:
    """
    Make sure that *request* keeps to the limits, before anything is made of it.

    Raises:
        ApiProblem: If it exceeds one.
    """
    if len(request.query) > limits.query:
        raise ApiProblem(414, "query_too_long", maximum=limits.query)
    pairs = request.headers.pairs
    size = sum(len(name) + len(value) for name, value in pairs)
    if len(pairs) > limits.headers or size > limits.header_bytes:
        raise ApiProblem(431, "headers_too_long", maximum=limits.header_bytes)
    if len(request.body) > limits.body:
        raise ApiProblem(413, "body_too_long", maximum=limits.body)
    if len(request.body) < _announced(request):
        raise ApiProblem(400, "body_incomplete")


def _announced(request: Request) -> int:
    # Fifteen digits are more than any limit, and few enough to be converted.
    length = request.headers.get("content-length", "").strip()[:15]
    return int(length) if length.isascii() and length.isdigit() else 0


def parse_query(request: Request, limits: Limits) -> Fields:
    """
    Parse the query of *request*.

    Raises:
        ApiProblem: If a limit is exceeded.
    """
    return parse_variables(request.query, limits)


def tells_token(request: Request, limits: Limits) -> bool:
    """
    Tell whether the query has any ``api_token`` that is not empty, however written.

    Of several the last one counts, but logs keep them all.

    Raises:
        ApiProblem: If a limit is exceeded.
    """
    return any(
        value != "" for value in variables_named("api_token", request.query, limits)
    )


def parse_body(request: Request, limits: Limits) -> Fields:
    """
    Parse the body of *request*; an empty one is an empty form, whatever its type.

    Raises:
        ApiProblem: If it is of another media type, or not what its type says.
    """
    if not request.body:
        return {}
    content_type = request.headers.get("content-type", "")
    parse = _PARSERS.get(content_type.partition(";")[0].strip().lower())
    if parse is None:
        accepted = ", ".join(MEDIA_TYPES)
        raise ApiProblem(415, "media_type", headers=(("Accept-Post", accepted),))
    return parse(request.body, content_type, limits)
