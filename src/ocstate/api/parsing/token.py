"""
Whether a request is a call, and which token it carries, and how.
"""

from __future__ import annotations

import re
from typing import Literal

from attrs import field, frozen

from ocstate.api.parsing.nesting import Fields
from ocstate.core.cookies import SESSION_COOKIE, cookies_named
from ocstate.http.request import Request

_SCRIPT = "index.php"

# Clients of proxies send their targets whole (RFC 9112 section 3.2.2).
_ORIGIN = re.compile(r"\Ahttps?://[^/]*", re.ASCII | re.IGNORECASE)


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


def names_script(request: Request) -> bool:
    """
    Tell whether the path of *request* is the one of ``index.php``.

    That is the folder or the script in it, whatever follows the script as path info:
    axios puts a slash between its base and the query. Doubled slashes and dots are
    resolved as web servers do. PHP's own development server would run the script for
    paths that nobody has, too; those are not found here.
    """
    if request.mount.rstrip("/").endswith(f"/{_SCRIPT}"):
        return True
    steps: list[str] = []
    for step in _ORIGIN.sub("", request.path).split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return steps[:1] in ([], [_SCRIPT])
