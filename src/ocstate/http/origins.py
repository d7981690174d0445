"""
What a browser may be made to send: who may, and how it shows that it is a browser.

A browser adds the session's cookie to whatever a page sends, so a change that the
cookie alone vouches for must come from a page of this site or of a declared origin. A
token does not come by itself: whoever has it may call from anywhere.

===================  ==========================  =======  ========
``Sec-Fetch-Site``   ``Origin``                  change   verdict
===================  ==========================  =======  ========
any                  declared                    any      allowed
any                  any                         no       allowed
same                 any                         yes      allowed
absent, none         absent or own               yes      allowed
absent, none         another                     yes      refused
anything else        any                         yes      refused
===================  ==========================  =======  ========

"Change" means one that the cookie vouches for, or a login, which sets it.

By GET the table is not enough: a link or an image that tells no referrer brings none of
these fields over plain http, and a sibling host's brings a ``SameSite=Strict`` cookie
too. Programs order by GET as the original documentation does, so a GET that would
change something is refused whenever a browser may have sent it. One mark is enough:

=============================  ===============================  ==================
field                          is a mark                        programs send
=============================  ===============================  ==================
``Sec-Fetch-Site``             always
``Sec-Fetch-Dest``             always
``Sec-Fetch-Mode``             never                            it alone (Node)
``Origin``                     always
``Referer``                    always
``Upgrade-Insecure-Requests``  always
``Accept``                     when it names ``text/html``      other media types
``Accept-Language``            unless it is ``*``               ``*`` (Node)
``User-Agent``                 when ``Mozilla/`` begins it      their own names
=============================  ===============================  ==================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from attrs import field, frozen

from ocstate.exceptions import ConfigurationError
from ocstate.http.request import Request

_ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+", re.ASCII)
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_NEAR = frozenset({"", "none"})


def _always(value: str) -> bool:
    return True


_MARKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "sec-fetch-site": _always,
    "sec-fetch-dest": _always,
    "origin": _always,
    "referer": _always,
    "upgrade-insecure-requests": _always,
    "accept": lambda value: "text/html" in value.lower(),
    "accept-language": lambda value: value.strip() != "*",
    "user-agent": lambda value: value.lower().startswith("mozilla/"),
}


def _declared(given: Iterable[str]) -> frozenset[str]:
    origins = frozenset(given)
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ConfigurationError(
                f"not an origin: {origin!r}; it is written as https://shop.example,"
                " in small letters and without a path"
            )
    return origins


def is_from_browser(request: Request) -> bool:
    """
    Tell whether a browser may have sent *request*, by this module's table of marks.
    """
    headers = request.headers
    return any(
        name in headers and tells(headers[name]) for name, tells in _MARKS.items()
    )


def is_own(request: Request) -> bool:
    """
    Tell whether the ``Origin`` of *request* is the place that it was sent to.

    A page that came by https counts as own on a server that speaks http: a proxy that
    nobody declared stands between them.
    """
    scheme, _, place = request.headers.get("origin", "").partition("://")
    if not place or scheme not in ("https", request.scheme):
        return False
    port = _DEFAULT_PORTS.get(scheme, "")
    host = request.headers.get("host", "").lower()
    return place.lower() in (host, host.removesuffix(f":{port}"))


@frozen
class Origins:
    """
    The origins whose pages may use this API with a customer's cookies.

    Attributes:
        declared: Exactly as browsers send them, such as ``https://shop.example``.
    """

    declared: frozenset[str] = field(default=frozenset[str](), converter=_declared)

    def allow(self, request: Request, *, changes_by_cookie: bool) -> bool:
        """
        Tell whether *request* may be served, by the table of this module.
        """
        if not changes_by_cookie or self.names(request):
            return True
        site = request.headers.get("sec-fetch-site", "").lower()
        if site == "same-origin":
            # No page can set this field, and a proxy may have rewritten Host.
            return True
        if site not in _NEAR:
            return False
        return "origin" not in request.headers or is_own(request)

    def names(self, request: Request) -> bool:
        """
        Tell whether *request* comes from a declared origin.
        """
        return request.headers.get("origin") in self.declared

    def headers(self, request: Request) -> tuple[tuple[str, str], ...]:
        """
        Return what lets the declared origin's page read an answer.
        """
        if not self.declared:
            return ()
        if not self.names(request):
            return (("Vary", "Origin"),)
        return (
            ("Vary", "Origin"),
            ("Access-Control-Allow-Origin", request.headers["origin"]),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Expose-Headers", "Ocstate-Problems"),
        )

    def preflight_headers(self, request: Request) -> tuple[tuple[str, str], ...]:
        """
        Return what lets the declared origin's page send a call at all.
        """
        if not self.names(request):
            return ()
        return (
            ("Access-Control-Allow-Methods", "GET, POST"),
            ("Access-Control-Allow-Headers", "Authorization, Content-Type"),
            ("Access-Control-Max-Age", "600"),
        )
