"""
Which token a request carries, and how.
"""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from ocstate.api.parsing.nesting import Fields
from ocstate.core.cookies import SESSION_COOKIE, cookies_named
from ocstate.http.request import Request


@frozen
class Carried:
    """
    A token as it came.

    Attributes:
        others: Tokens in further cookies of the same name, which count where the first
            one names nothing that lives.
        by: The header and the query are written by a program that has the token; the
            cookie comes by itself, whoever made the browser send the request.
    """

    token: str | None = field(repr=False)
    by: Literal["header", "query", "cookie", "nothing"]
    others: tuple[str, ...] = field(default=(), repr=False)


def find_token(
    request: Request, query: Fields, cookie: str = SESSION_COOKIE
) -> Carried:
    """
    Find the token in ``Authorization: Bearer``, ``api_token`` or the cookie.

    The first that is present counts alone: a wrong one is refused without a look at
    the next. An empty ``api_token`` is not present, for clients send it with a login.

    Args:
        cookie: The cookie's name.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return Carried(credentials.strip(), "header")
    parameter = query.get("api_token", "")
    if parameter != "":
        return Carried(parameter if isinstance(parameter, str) else "", "query")
    cookies = cookies_named(cookie, request.headers.get("cookie", ""))
    if not cookies:
        return Carried(None, "nothing")
    return Carried(cookies[0], "cookie", tuple(filter(None, cookies[1:])))
