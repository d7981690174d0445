"""
Which token a request carries, and how.
"""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from ocstate.api.nesting import Fields
from ocstate.api.request import Request
from ocstate.core.cookies import parse_cookies

__all__ = ["SESSION_COOKIE", "Carried", "find_token"]

SESSION_COOKIE = "OCSESSID"


@frozen
class Carried:
    """
    A token as it came.

    Attributes:
        by: The header and the query are written by a program that has the token; the
            cookie comes by itself, whoever made the browser send the request.
    """

    token: str | None = field(repr=False)
    by: Literal["header", "query", "cookie", "nothing"]


def find_token(request: Request, query: Fields) -> Carried:
    """
    Find the token in ``Authorization: Bearer``, ``api_token`` or the cookie.

    The first that is present counts alone: a wrong one is refused without a look at
    the next. An empty ``api_token`` is not present, for clients send it with a login.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return Carried(credentials.strip(), "header")
    parameter = query.get("api_token", "")
    if parameter != "":
        return Carried(parameter if isinstance(parameter, str) else "", "query")
    cookie = parse_cookies(request.headers.get("cookie", "")).get(SESSION_COOKIE)
    return Carried(cookie, "nothing" if cookie is None else "cookie")
