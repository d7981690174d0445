"""
`Api`, from a request to a response.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final, Generic, Literal, Protocol, TypeVar

from attrs import evolve

from ocstate.api.call import Call
from ocstate.api.deviations import check_switches
from ocstate.api.errors import (
    ApiProblem,
    QuietRefusal,
    Shape,
    codes_header,
    get_from_browser,
    refusal,
)
from ocstate.api.locale import find_hints
from ocstate.api.parsing.arguments import Arguments
from ocstate.api.parsing.body import measure, parse_body, parse_query, tells_token
from ocstate.api.parsing.nesting import Fields
from ocstate.api.parsing.token import Carried, find_token, names_script
from ocstate.api.routes import Route, find_profile, find_route
from ocstate.api.texts import TEXTS
from ocstate.core.block import read
from ocstate.core.cookies import CookiePolicy
from ocstate.core.flow import Flow
from ocstate.core.session import SessionState
from ocstate.core.setup import Setup
from ocstate.exceptions import (
    CommandRefused,
    ConfigurationError,
    ConflictError,
    DecodeError,
    EncodeError,
    GoneError,
    StoreUnavailableError,
)
from ocstate.http.limits import DEFAULT_LIMITS, Limits
from ocstate.http.origins import Origins, is_from_browser
from ocstate.http.request import Request
from ocstate.http.response import Json, Response, json_response
from ocstate.problem import Problem

_COOKIE = CookiePolicy()
_PERMISSION = Problem("permission")

# What cannot be said in a route's own words, because there is none, or because OpenCart
# never says it.
_PLAIN: Final = Shape(kind="documented")


class HasSetup(Protocol):
    """
    What `Api` needs of `Sessions` and of `AsyncSessions`: the setup of their sessions.
    """

    @property
    def setup(self) -> Setup:
        """
        Return what all sessions share.
        """
        ...


SessionsT = TypeVar("SessionsT", bound=HasSetup)


class Api(Generic[SessionsT]):
    """
    OpenCart's HTTP API for the sessions of one application.

    It does no I/O: an adapter lets ``sessions.run`` drive what `handle` returns.

    Args:
        profile: Which dialect is spoken.
        origins: Origins of other sites whose pages may call with cookies.
        switches: Names of deviations to have OpenCart's way back, where that is safe.
        cookie: How the token travels in a cookie; ``SameSite=Strict`` unless it says
            another value.
        secure: ``"always"`` marks the cookie ``Secure`` whatever *cookie* says.
        token_in_url: Whether ``api_token`` in the query counts, as OpenCart's clients
            send it. Addresses end up in logs and histories; without it a call that
            has one is refused.
        texts: Texts for codes, in place of the English ones.
        strict_totals: Whether an order is refused when it has become dearer than the
            total that was last shown. Real shops place it all the same: so does this
            one by default, and names the rise in ``Ocstate-Problems``.

    Raises:
        ConfigurationError: If a part of it cannot be right.
    """

    def __init__(
        self,
        sessions: SessionsT,
        *,
        profile: str = "classic",
        origins: Iterable[str] = (),
        limits: Limits = DEFAULT_LIMITS,
        switches: Iterable[str] = (),
        cookie: CookiePolicy = _COOKIE,
        secure: Literal["auto", "always"] = "auto",
        token_in_url: bool = True,
        texts: Mapping[str, str] | None = None,
        strict_totals: bool = False,
    ) -> None:
        if secure not in ("auto", "always"):
            raise ConfigurationError(f"secure is 'auto' or 'always', not {secure!r}")
        self.sessions = sessions
        self.setup = sessions.setup
        self.profile = find_profile(profile)
        self.origins = Origins(origins)
        self.limits = limits
        self.switches = check_switches(switches)
        self.cookie = _own_cookie(cookie, secure)
        self.token_in_url = token_in_url
        self.strict_totals = strict_totals
        self.texts = {**TEXTS, **(texts or {})}

    def handle(self, request: Request) -> Flow[Response]:
        """
        Serve *request*, whatever is in it.

        What the client did wrong, what the domain refuses and what the store cannot do
        at the moment all have an answer.

        Raises:
            StoreError: If the backend failed for good.
            UsageError: If the host does not keep to what its ports promise.
        """
        try:
            response = yield from self._serve(request)
        except ApiProblem as wrong:
            response = refusal([wrong.problem], _PLAIN, self.texts, wrong.status)
            response = response.with_headers(*wrong.headers)
        return response.with_headers(*self.origins.headers(request))

    def _serve(self, request: Request) -> Flow[Response]:
        measure(request, self.limits)
        query = parse_query(request, self.limits)
        if not names_script(request):
            raise ApiProblem(404, "unknown_route")
        route = find_route(query, self.profile.routes)
        if request.method == "OPTIONS":
            return self._options(request, route)
        _check_method(request, route)
        if not self.token_in_url and tells_token(request, self.limits):
            raise ApiProblem(400, "token_in_url")
        carried = find_token(request, query, self.cookie.name)
        if not self.origins.allow(
            request,
            changes_by_cookie=route.changes and (route.opens or carried.by == "cookie"),
        ):
            raise ApiProblem(403, "foreign_origin")
        response = yield from self._answer(request, query, route, carried)
        return response.with_headers(("Vary", "Cookie"))

    def _answer(
        self, request: Request, query: Fields, route: Route, carried: Carried
    ) -> Flow[Response]:
        """
        Let the route's controller answer; tell what hinders it in the route's shape.
        """
        # Who has the token from elsewhere would not see another one in a cookie.
        renews = (
            route.renews
            and carried.by == "cookie"
            and not _is_anybodys(request, carried)
        )
        session = SessionState(
            self.setup,
            None if route.opens else carried.token,
            rotate=renews,
            others=() if route.opens else carried.others,
        )
        try:
            yield from read(session)
            if not (route.opens or _is_logged_in(session)):
                return self._refused(route, CommandRefused([_PERMISSION]))
            call = self._call(request, query, route, session, carried)
            content = yield from route.controller(call)
        except CommandRefused as refused:
            return self._refused(route, refused)
        except (DecodeError, GoneError):
            return self._refused(route, CommandRefused([_PERMISSION]))
        except ConflictError:
            return self._hindered(route, "conflict", 409)
        except EncodeError:
            return self._hindered(route, "session_too_large", 413)
        except StoreUnavailableError:
            return self._hindered(route, "unavailable", 503)
        if "html-escape" in self.switches:
            content = _escaped(content)
        response = json_response(content).with_headers(*codes_header(session.warnings))
        return response.with_headers(*self._cookie(request, session, carried))

    def _call(
        self,
        request: Request,
        query: Fields,
        route: Route,
        session: SessionState,
        carried: Carried,
    ) -> Call:
        is_get = request.method == "GET"
        keeps_choice = (
            is_get and carried.by == "cookie" and route.get == "keeps the offer"
        )
        # A GET posts nothing, whatever body it has.
        posted = {} if is_get else parse_body(request, self.limits)
        return Call(
            request=request,
            query=query,
            posted=Arguments(posted, *route.section),
            session=session,
            former=carried if route.opens else None,
            hints=find_hints(request),
            texts=self.texts,
            then=None if keeps_choice else self.profile.then,
            settles=not _is_anybodys(request, carried),
            switches=self.switches,
            strict_totals=self.strict_totals,
        )

    def _options(self, request: Request, route: Route) -> Response:
        return Response(
            status=204,
            headers=(
                ("Allow", _allowed(route)),
                ("Cache-Control", "no-store"),
                *self.origins.preflight_headers(request),
            ),
        )

    def _refused(self, route: Route, refused: CommandRefused) -> Response:
        problems = refused.problems
        errors = [one for one in problems if one.severity == "error"] or problems
        content: Json = {"error": route.shape.error(errors, self.texts)}
        if isinstance(refused, QuietRefusal) and route.shape.kind != "documented":
            content = refused.recorded
        return json_response(content).with_headers(*codes_header(problems))

    def _hindered(self, route: Route, code: str, status: int) -> Response:
        return refusal([Problem(code)], route.shape, self.texts, status)

    def _cookie(
        self, request: Request, session: SessionState, carried: Carried
    ) -> tuple[tuple[str, str], ...]:
        """
        Tell the client a token that it does not know yet, or how long to keep it on.
        """
        is_new = session.token is not None and session.token != session.given
        is_due = (
            session.cookie_due == "repeat"
            and carried.by == "cookie"
            and self.cookie.max_age is not None
        )
        return self.cookie.fields(
            session.token,
            is_due=is_new or is_due,
            others=() if session.late else carried.others,
            scheme=request.scheme,
        )


def _own_cookie(
    cookie: CookiePolicy, secure: Literal["auto", "always"]
) -> CookiePolicy:
    same_site = "Strict" if cookie.same_site == "auto" else cookie.same_site
    return evolve(
        cookie,
        same_site=same_site,
        secure="always" if secure == "always" else cookie.secure,
    )


def _check_method(request: Request, route: Route) -> None:
    if request.method == "POST":
        return
    if request.method != "GET" or route.get == "refused":
        allowed = (("Allow", _allowed(route)),)
        raise ApiProblem(405, "method_not_allowed", headers=allowed)
    if route.get == "programs only" and is_from_browser(request):
        raise get_from_browser()


def _is_anybodys(request: Request, carried: Carried) -> bool:
    """
    Tell whether any page may have let a browser send this with the session's cookie.
    """
    return (
        request.method == "GET" and carried.by == "cookie" and is_from_browser(request)
    )


def _allowed(route: Route) -> str:
    return "POST, OPTIONS" if route.get == "refused" else "GET, POST, OPTIONS"


def _is_logged_in(session: SessionState) -> bool:
    return any(subject.startswith("api:") for subject in session.subjects)


def _escaped(content: Json) -> Json:
    """
    Escape texts as OpenCart does: not the apostrophe.
    """
    if isinstance(content, str):
        return escape(content, quote=False).replace('"', "&quot;")
    if isinstance(content, Mapping):
        return {name: _escaped(value) for name, value in content.items()}
    if isinstance(content, Sequence):
        return [_escaped(value) for value in content]
    return content
