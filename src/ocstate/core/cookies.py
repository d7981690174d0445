"""
Cookies as RFC 6265 has them: parsed leniently, rendered strictly, and their settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from attrs import evolve, field, frozen

from ocstate.exceptions import ConfigurationError, UsageError

__all__ = [
    "SESSION_COOKIE",
    "CookiePolicy",
    "SameSite",
    "Secure",
    "cookies_named",
    "parse_cookies",
    "render_cookie",
]

SESSION_COOKIE: Final = "OCSESSID"
"""OpenCart's own name, so that its clients find the cookie."""

SameSite = Literal["Lax", "Strict", "None"]

Secure = Literal["auto", "always", "never"]
"""Whether a cookie may travel by https alone; ``auto`` when its request came so."""

_LONGEST_HEADER = 64 * 1024
_LARGEST_PAIR = 4096
_LONGEST_ATTRIBUTE = 1024

# RFC 9110 section 5.6.2; RFC 6265 section 4.1.1, and the quotes are not part of it.
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", re.ASCII)
_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*", re.ASCII)
_PATH = re.compile(r"/[ -:<-~]*", re.ASCII)
_LABEL = r"[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)

# Clients older than Max-Age need the date (RFC 6265 section 4.1.2.2).
_LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"


def parse_cookies(header: str) -> Mapping[str, str]:
    """
    Parse a ``Cookie`` header; whatever is no pair of name and value is passed over.

    Of several cookies with one name the first counts: clients send the one with the
    longest path first (RFC 6265 section 5.4). Quotes around a value are no part of it.
    Nothing is read past 64 KiB.
    """
    cookies: dict[str, str] = {}
    for name, value in _pairs(header):
        cookies.setdefault(name, value)
    return cookies


def cookies_named(name: str, header: str) -> tuple[str, ...]:
    """
    Return the values of all cookies of one name in a ``Cookie`` header, as they came.
    """
    return tuple(value for found, value in _pairs(header) if found == name)


def _pairs(header: str) -> Iterator[tuple[str, str]]:
    if len(header) > _LONGEST_HEADER:
        # Half a pair would be another one, so the last separator ends the reading.
        header = header[:_LONGEST_HEADER].rpartition(";")[0]
    for pair in header.split(";"):
        name, equals, value = pair.partition("=")
        name, value = name.strip(" \t"), value.strip(" \t")
        if equals and name:
            yield name, _unquoted(value)


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def render_cookie(
    name: str,
    value: str,
    *,
    secure: bool,
    path: str = "/",
    http_only: bool = True,
    same_site: SameSite | None = "Lax",
    max_age: int | None = None,
    domain: str | None = None,
    partitioned: bool = False,
) -> str:
    """
    Render a ``Set-Cookie`` header that every client stores as it is meant.

    Args:
        max_age: Seconds; 0 makes clients forget the cookie, None lets them keep it
            until they are closed.
        domain: None for the host that sends it alone, which is the safer choice.

    Raises:
        ConfigurationError: If name and attributes are not what clients take: one is
            malformed, or ``__Host-``, ``__Secure-``, ``SameSite=None`` or
            ``Partitioned`` stand without what they demand.
        UsageError: If the value is malformed, or too large with its name.
    """
    _check_name(name, secure=secure, path=path, domain=domain)
    _check_attributes(path, same_site, max_age, domain)
    if not secure and (same_site == "None" or partitioned):
        raise ConfigurationError("SameSite=None and Partitioned have to be Secure")
    if not _VALUE.fullmatch(value):
        # The value itself is not shown: it may be a token.
        raise UsageError(f"the value of cookie {name} has characters no cookie has")
    if len(name) + len(value) > _LARGEST_PAIR:
        raise UsageError(f"cookie {name} is larger than {_LARGEST_PAIR} bytes")
    parts = [f"{name}={value}", f"Path={path}"]
    if domain is not None:
        parts.append(f"Domain={domain}")
    if max_age is not None:
        parts += [*([] if max_age else [f"Expires={_LONG_AGO}"]), f"Max-Age={max_age}"]
    if secure:
        parts.append("Secure")
    if http_only:
        parts.append("HttpOnly")
    if same_site is not None:
        parts.append(f"SameSite={same_site}")
    if partitioned:
        parts.append("Partitioned")
    return "; ".join(parts)


def _check_name(name: str, *, secure: bool, path: str, domain: str | None) -> None:
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r} is no name for a cookie")
    prefix = name.lower()
    if prefix.startswith("__host-") and not (secure and path == "/" and domain is None):
        raise ConfigurationError(f"{name} has to be Secure, with Path=/ and no Domain")
    if prefix.startswith("__secure-") and not secure:
        raise ConfigurationError(f"{name} has to be Secure")


def _check_attributes(
    path: str, same_site: SameSite | None, max_age: int | None, domain: str | None
) -> None:
    if not _PATH.fullmatch(path) or len(path) > _LONGEST_ATTRIBUTE:
        raise ConfigurationError(f"{path!r} is no path for a cookie")
    if domain is not None and not (
        _DOMAIN.fullmatch(domain) and len(domain) <= _LONGEST_ATTRIBUTE
    ):
        raise ConfigurationError(f"{domain!r} is no domain for a cookie")
    if same_site not in ("Lax", "Strict", "None", None):
        raise ConfigurationError(f"{same_site!r} is no value for SameSite")
    if max_age is not None and max_age < 0:
        raise ConfigurationError("Max-Age counts seconds from now on")


@frozen(kw_only=True)
class CookiePolicy:
    """
    How the session's token travels in a cookie.

    Attributes:
        name: OpenCart's own by default, so that its clients find it. A name with
            ``__Host-`` is bound to one host by the browser; it takes ``"always"``.
        secure: With ``"auto"`` the cookie is Secure when its request came by https.
        same_site: ``"auto"`` is Lax, so that links to a shop's pages find the session,
            and Strict for the cookie of an `Api`, which has no pages. ``"None"`` lets
            pages of other sites send the cookie, where browsers still do that; it
            takes ``secure="always"``.
        max_age: Seconds that a browser keeps it; None until the browser is closed.
            The session's own end is the policy's business, not the cookie's.
        domain: None for the host that sends it alone.

    Raises:
        ConfigurationError: If no client would take such a cookie.
    """

    name: str = SESSION_COOKIE
    path: str = "/"
    domain: str | None = None
    secure: Secure = field(default="auto")
    same_site: SameSite | Literal["auto"] | None = "auto"
    max_age: int | None = None
    partitioned: bool = False

    def __attrs_post_init__(self) -> None:
        if self.secure not in ("auto", "always", "never"):
            raise ConfigurationError(f"{self.secure!r} is no value for secure")
        if self.max_age == 0:
            raise ConfigurationError("a cookie with max_age=0 is forgotten at once")
        self.render("", scheme="http")

    def is_secure(self, scheme: str) -> bool:
        """
        Tell whether the cookie of a request that came by *scheme* is Secure.
        """
        return self.secure == "always" or (self.secure == "auto" and scheme == "https")

    def render(self, token: str | None, *, scheme: str) -> str:
        """
        Render the header that gives a client *token*, or None to take it away.

        Raises:
            UsageError: If the token could not stand in a cookie.
        """
        return render_cookie(
            self.name,
            token or "",
            secure=self.is_secure(scheme),
            path=self.path,
            same_site="Lax" if self.same_site == "auto" else self.same_site,
            max_age=0 if token is None else self.max_age,
            domain=self.domain,
            partitioned=self.partitioned,
        )

    def fields(
        self, token: str | None, *, is_due: bool, others: tuple[str, ...], scheme: str
    ) -> tuple[tuple[str, str], ...]:
        """
        Return the ``Set-Cookie`` fields of an answer.

        With a domain, the cookie of the host alone that an earlier setting has left is
        taken away where two came: browsers send both, the older one first. If the first
        one lives it may be that, so that it is told once more, with the domain. The
        taking away comes first, because to some clients the two are one cookie
        (RFC 6265 section 5.3, step 11).

        Args:
            token: None if the session has none.
            is_due: Whether the client has to be told *token*, or that it has ended.
            others: What came in further cookies of this name.

        Raises:
            UsageError: If the token could not stand in a cookie.
        """
        has_twin = self.domain is not None and bool(others)
        cookies = []
        if has_twin:
            cookies.append(evolve(self, domain=None).render(None, scheme=scheme))
        if is_due or (has_twin and token is not None and token not in others):
            cookies.append(self.render(token, scheme=scheme))
        return tuple(("Set-Cookie", cookie) for cookie in cookies)
