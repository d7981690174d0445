"""
What adapters do to requests and answers, decided once for all of them.

An adapter reads, calls and writes as its protocol wants it; it decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from attrs import evolve, field, frozen

from ocstate.checkout.codes import ENGLISH, translate
from ocstate.core.block import leave
from ocstate.core.cookies import CookiePolicy, cookies_named
from ocstate.core.demands import require_instance, require_plain_function
from ocstate.core.flow import Flow
from ocstate.core.session import SessionState
from ocstate.core.setup import Setup
from ocstate.exceptions import (
    CommandRefused,
    ConflictError,
    GoneError,
    OcstateError,
    StoreUnavailableError,
    UsageError,
)
from ocstate.http.caching import Guarded, guard
from ocstate.http.forwarded import Proxies, Sender
from ocstate.http.origins import Origins
from ocstate.http.request import Headers, Request
from ocstate.http.response import Json, Response, json_response
from ocstate.problem import Problem

SESSION_KEY: Final = "ocstate.session"
"""Where an application finds its session, in the environment or the scope."""

REFUSALS: Final[Mapping[type[OcstateError], tuple[int, str]]] = {
    CommandRefused: (409, "refused"),
    ConflictError: (409, "conflict"),
    GoneError: (409, "gone"),
    StoreUnavailableError: (503, "unavailable"),
}
"""Status and code of an answer whose session could not be committed. Other errors go on
to the server."""

CommitOn = Callable[[int], bool]
"""Tells by the status of an answer whether what its request changed is committed."""

OnRefused = Callable[[OcstateError], Response]
"""Makes the answer that takes the place of one whose session could not be committed."""

_TEXTS: Final[Mapping[str, str]] = {
    **ENGLISH,
    "conflict": "Somebody else changed this at the same time; try again",
    "gone": "Your session has ended",
    "unavailable": "This is out of order at the moment; try again",
    "foreign_origin": "This came from a page of another site",
}

_BODILESS = (204, 304)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_LONGEST_LENGTH = 15

_Pairs = tuple[tuple[str, str], ...]


def explain(error: OcstateError) -> Response:
    """
    Make the answer for a commit that failed: JSON with its code and all problems.

    ``{"code": …, "problems": [{"code", "path", "text", "severity", "fix"}, …]}``; what
    failed for no problem of the domain is the one problem itself.
    """
    kind = next(kind for kind in REFUSALS if isinstance(error, kind))
    status, code = REFUSALS[kind]
    own = error.problems if isinstance(error, CommandRefused) else ()
    problems = [_told(problem) for problem in own or [Problem(code)]]
    return json_response({"code": code, "problems": problems}, status)


def held_session(given: object) -> object:
    """
    Return what a middleware has put into what the server gave; None for nothing.
    """
    return given.get(SESSION_KEY) if isinstance(given, Mapping) else None


def no_session(given: object, held: str) -> UsageError:
    """
    Say why there is no session in *given*, and what to do about it.

    Args:
        held: Where a framework's request keeps what the server gave.
    """
    if not isinstance(given, Mapping):
        return UsageError(
            f"session_of takes what the server gave, not a {type(given).__name__}: "
            f"write session_of(request.{held})"
        )
    if given.get("type") == "websocket":
        return UsageError(
            "a web socket has no session of its own, for it has no answer that could "
            "be held back until a commit: open blocks with sessions.open(token), as "
            "short as a message, where token is the text of the cookie"
        )
    return UsageError(
        "no SessionMiddleware is around this application: wrap it in one, as in "
        "SessionMiddleware(app, sessions)"
    )


def unless_failed(status: int) -> bool:
    """
    Commit what is answered with a status below 500.

    Frameworks turn an exception of a view into such an answer, and what the view had
    done so far is no more wanted than if the exception had come through.
    """
    return status < 500


@frozen(kw_only=True)
class Exchange:
    """
    The settings of a session middleware, and what they make of one request.
    """

    cookie: CookiePolicy = CookiePolicy()
    commit_on: CommitOn = unless_failed
    on_refused: OnRefused = explain
    proxies: Proxies = field(factory=Proxies)
    origins: Origins | None = None

    def __attrs_post_init__(self) -> None:
        hint = "write CookiePolicy(name=…)"
        require_instance("cookie", self.cookie, CookiePolicy, hint)
        shape = "a function from a status, such as 404, to a bool"
        require_plain_function("commit_on", self.commit_on, shape)
        shape = "a function from an error to a Response"
        require_plain_function("on_refused", self.on_refused, shape)

    def opened(self, setup: Setup, cookies: str) -> SessionState:
        """
        Open a block on the client's tokens in a ``Cookie`` header, where it has any.
        """
        token, *others = cookies_named(self.cookie.name, cookies) or [None]
        also = tuple(filter(None, others))
        # One cookie of the host alone may be what an earlier setting has left.
        may_be_left = self.cookie.domain is not None and not also
        return SessionState(
            setup, token, others=also, begins_anew=True, forgiving=may_be_left
        )

    def ending(self, session: SessionState, status: int) -> Flow[None]:
        """
        Commit or discard the block of a request that is answered with *status*.

        Raises:
            OcstateError: As `commit` does.
        """
        if not self.commit_on(status):
            session.discard()
        try:
            yield from leave(session, None)
        except GoneError:
            # It opens nothing any more, and another answer may have told its successor.
            session.token = None
            raise

    def barred(self, told: Callable[[], Request]) -> Response | None:
        """
        Make the answer to a change that a page of another site sent; None to go on.

        Any method but the safe ones is one (RFC 9110 section 9.2.1), if the client
        has the session's cookie. Without origins nothing is looked at.

        Args:
            told: Makes the request, without a body.
        """
        if self.origins is None:
            return None
        request = told()
        cookies = cookies_named(self.cookie.name, request.headers.get("cookie", ""))
        changes = request.method not in _SAFE and bool(cookies)
        if self.origins.allow(request, changes_by_cookie=changes):
            return None
        problems = [_told(Problem("foreign_origin"))]
        content = {"code": "foreign_origin", "problems": problems}
        return outgoing(request.method, json_response(content, 403))

    def refused(self, error: OcstateError, method: str) -> Response:
        """
        Make the answer that takes the place of the application's.
        """
        return outgoing(method, self.on_refused(error))

    def sent(
        self, session: SessionState, sender: Sender, present: Iterable[tuple[str, str]]
    ) -> Guarded:
        """
        Tell what an answer says in place of the fields that are present.

        ``Vary`` and ``Cache-Control`` say that it depends on the cookie when anybody
        looked at the session, or changed it beside; nothing changes otherwise. A cookie
        without an age is not repeated: a browser keeps it anyway. A token that has been
        renewed already is in no cookie, nor is one taken away beside it.
        """
        fields = tuple(present)
        if not session.was_read and session.cookie_due is None:
            return Guarded(fields)
        return guard((*fields, *self._added(session, sender, fields)))

    def _added(self, session: SessionState, sender: Sender, present: _Pairs) -> _Pairs:
        named = Headers(present).get("vary", "")
        varies = {each.strip().lower() for each in named.split(",")}
        vary = () if varies & {"*", "cookie"} else (("Vary", "Cookie"),)
        due, lasts = session.cookie_due, self.cookie.max_age is not None
        cookies = self.cookie.fields(
            session.token,
            is_due=due is not None and (due != "repeat" or lasts),
            others=() if session.late else session.others,
            scheme=sender.scheme,
        )
        return (*vary, *cookies)


def outgoing(method: str, response: Response) -> Response:
    """
    Give an answer its length; one to HEAD keeps it without the body (RFC 9110 9.3.2).
    """
    if response.status in _BODILESS:
        return evolve(response, body=b"")
    sized = response.with_headers(("Content-Length", str(len(response.body))))
    return evolve(sized, body=b"") if method == "HEAD" else sized


def status_of(line: str) -> int:
    """
    Return the number in a status line, which may have no phrase.

    Raises:
        UsageError: If there is none.
    """
    if not re.fullmatch("[1-9][0-9][0-9](?: .*)?", line):
        raise UsageError(f"a status is a text such as '200 OK', not {line!r}")
    return int(line[:3])


def wanted(length: str, is_terminated: bool, limit: int) -> int:
    """
    Tell how many bytes of a body to read: one past the limit shows that it is too long.

    Args:
        length: What ``Content-Length`` says, empty without one. What is no length
            means that there is no body.
        is_terminated: Whether the server ends the body by itself, so that one without
            a length can be read to its end.
    """
    digits = length.strip()
    if not digits:
        return limit + 1 if is_terminated else 0
    if not (digits.isascii() and digits.isdigit()):
        return 0
    # A text longer than any length is not worth a conversion.
    return limit + 1 if len(digits) > _LONGEST_LENGTH else min(int(digits), limit + 1)


def inner_path(path: str, root: str) -> str:
    """
    Return *path* without what the application is mounted under.
    """
    inside = path.removeprefix(root.rstrip("/"))
    return inside if inside[:1] in ("", "/") else path


def _told(problem: Problem) -> Json:
    return {
        "code": problem.code,
        "path": problem.path,
        "text": translate(problem, _TEXTS),
        "severity": problem.severity,
        "fix": problem.fix,
    }
