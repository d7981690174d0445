"""
ocstate for WSGI: the session middleware, and the API as an application. Carries only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from http import HTTPStatus
from itertools import chain
from types import TracebackType
from typing import TYPE_CHECKING

from ocstate.core.cookies import CookiePolicy
from ocstate.core.session import SessionState
from ocstate.current import served, serving
from ocstate.exceptions import ConfigurationError, UsageError
from ocstate.http.exchange import (
    REFUSALS,
    SESSION_KEY,
    CommitOn,
    Exchange,
    OnRefused,
    explain,
    held_session,
    no_session,
    outgoing,
    status_of,
    unless_failed,
    wanted,
)
from ocstate.http.forwarded import ForwardedBy, Proxies, Sender
from ocstate.http.origins import Origins
from ocstate.http.request import Headers, Request
from ocstate.http.serving import Servable
from ocstate.surroundings import note_once
from ocstate.sync import Session, Sessions

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["SESSION_KEY", "ApiApp", "CookiePolicy", "SessionMiddleware", "session_of"]

_COOKIE = CookiePolicy()
_PHRASES = {each.value: each.phrase for each in HTTPStatus}

_ExcInfo = (
    tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
)
_Pairs = list[tuple[str, str]]
_Start = tuple[str, _Pairs, _ExcInfo | None]
_Write = Callable[[bytes], object]


class SessionMiddleware:
    """
    Give every request of *app* a session, at ``environ["ocstate.session"]``.

    It is read from the store when the application first looks at it; one that nobody
    looks at costs nothing. It is committed before the response starts; an exception
    discards it, and so does a status of 500 or more, which frameworks make of one. A
    change afterwards is a `UsageError`. The response starts with the first bytes of the
    body, so that one made piece by piece may change the session up to there.

    Args:
        cookie: How the token travels.
        commit_on: Tells by an answer's status whether to commit; any below 500 unless
            it is given.
        on_refused: Makes the answer when the commit is refused: by default JSON with
            all problems, 503 for `StoreUnavailableError` and else 409.
        trusted_proxies: Addresses and networks whose ``X-Forwarded-`` headers count,
            and ``"unix"`` for a server behind a socket file.
        forwarded: ``"forwarded"`` where the proxies write that header (RFC 7239).
        origins: Whose pages may send changes with the cookie; ``()`` for this site's
            alone. By default nobody is asked.

    Raises:
        ConfigurationError: If a part of it cannot be right.
    """

    def __init__(
        self,
        app: WSGIApplication,
        sessions: Sessions,
        *,
        cookie: CookiePolicy = _COOKIE,
        commit_on: CommitOn = unless_failed,
        on_refused: OnRefused = explain,
        trusted_proxies: Iterable[str] = (),
        forwarded: ForwardedBy = "x-forwarded",
        origins: Iterable[str] | None = None,
    ) -> None:
        _require_sessions(sessions)
        self._app = app
        self._sessions = sessions
        self._exchange = Exchange(
            cookie=cookie,
            commit_on=commit_on,
            on_refused=on_refused,
            proxies=Proxies.of(trusted_proxies, forwarded),
            origins=None if origins is None else Origins(origins),
        )

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        barred = self._exchange.barred(partial(_asked, environ, self._exchange.proxies))
        if barred is not None:
            start_response(_status_line(barred.status), list(barred.headers))
            return [barred.body]
        setup, cookies = self._sessions.setup, environ.get("HTTP_COOKIE", "")
        state = self._exchange.opened(setup, cookies)
        environ[SESSION_KEY] = Session(self._sessions, state)
        held = _Held(self._sessions, state, self._exchange, environ, start_response)
        try:
            with serving(state):
                return held.answer(self._app(environ, held.start_response))
        except BaseException:
            state.discard()
            raise


def session_of(environ: WSGIEnvironment) -> Session:
    """
    Return the session that `SessionMiddleware` put into *environ*, typed.

    Raises:
        UsageError: If there is no middleware around the application.
    """
    session = held_session(environ)
    if not isinstance(session, Session):
        raise no_session(environ, "environ")
    return session


class _Held:
    """
    A response that is held back until its session is committed.
    """

    def __init__(
        self,
        sessions: Sessions,
        session: SessionState,
        exchange: Exchange,
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> None:
        self._sessions = sessions
        self._session = session
        self._exchange = exchange
        self._environ = environ
        self._start_response = start_response
        self._start: _Start | None = None
        self._write: _Write | None = None
        self._replacement: list[bytes] | None = None

    def start_response(
        self, status: str, headers: _Pairs, exc_info: _ExcInfo | None = None, /
    ) -> _Write:
        """
        Note how the application wants to start; after an error it may say so again.
        """
        if self._write is not None:
            return self._start_response(status, headers, exc_info)
        if self._start is not None and exc_info is None:
            raise UsageError("start_response was called twice without an error")
        self._start = (status, headers, exc_info)
        return self._send

    def _send(self, data: bytes) -> None:
        """
        Send bytes in the old, imperative way.
        """
        if data and self._begin() is None and self._write is not None:
            self._write(data)

    def answer(self, body: Iterable[bytes]) -> Iterable[bytes]:
        """
        Start the response as soon as *body* has bytes or ends, and return the body.
        """
        if isinstance(body, list | tuple):
            # It is complete: servers tell the length of such a body themselves.
            return self._begin() or body
        try:
            chunks = iter(body)
            first = next(filter(None, chunks), b"")
            replacement = self._begin()
        except BaseException:
            _close(body)
            raise
        if replacement is not None:
            _close(body)
            return replacement
        left = served(chain(filter(None, [first]), chunks), self._session)
        return _Body(left, body)

    def _begin(self) -> list[bytes] | None:
        """
        Commit and start, once; return what is sent in place of the body, if so.
        """
        if self._write is None:
            status, headers, exc_info = self._committed()
            sender = _sender(self._environ, self._exchange.proxies)
            sent = self._exchange.sent(self._session, sender, headers)
            note_once(sent.told)
            self._write = self._start_response(status, list(sent.fields), exc_info)
        return self._replacement

    def _committed(self) -> _Start:
        if self._start is None:
            raise UsageError("the application did not call start_response")
        ending = self._exchange.ending(self._session, status_of(self._start[0]))
        try:
            self._sessions.run(ending)
        except tuple(REFUSALS) as error:
            response = self._exchange.refused(error, self._environ["REQUEST_METHOD"])
            self._replacement = [response.body]
            return _status_line(response.status), list(response.headers), None
        return self._start


class _Body:
    """
    What is left of a body, closed with the body that it comes from.
    """

    def __init__(self, chunks: Iterator[bytes], body: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        _close(self._body)


class ApiApp:
    """
    *api* as a WSGI application.

    Args:
        trusted_proxies: Addresses and networks whose ``X-Forwarded-`` headers count,
            and ``"unix"`` for a server behind a socket file.
        forwarded: ``"forwarded"`` where the proxies write that header (RFC 7239).

    Raises:
        ConfigurationError: If a part of it cannot be right.
    """

    def __init__(
        self,
        api: Servable[Sessions],
        *,
        trusted_proxies: Iterable[str] = (),
        forwarded: ForwardedBy = "x-forwarded",
    ) -> None:
        _require_sessions(api.sessions)
        self._api = api
        self._proxies = Proxies.of(trusted_proxies, forwarded)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        sender = _sender(environ, self._proxies)
        request = Request(
            method=environ["REQUEST_METHOD"],
            path=_decoded(environ.get("PATH_INFO", "")),
            mount=_decoded(environ.get("SCRIPT_NAME", "")),
            query=environ.get("QUERY_STRING", "").encode("latin-1"),
            headers=_headers(environ),
            body=_read(environ, self._api.limits.body),
            client=sender.client,
            scheme=sender.scheme,
        )
        answer = self._api.sessions.run(self._api.handle(request))
        response = outgoing(request.method, answer)
        start_response(_status_line(response.status), list(response.headers))
        return [response.body]


def _require_sessions(sessions: object) -> None:
    if not isinstance(sessions, Sessions):
        raise ConfigurationError(
            f"WSGI needs Sessions, not {type(sessions).__name__}: see ocstate.asgi"
        )


def _sender(environ: WSGIEnvironment, proxies: Proxies) -> Sender:
    claims = {
        "x-forwarded-for": environ.get("HTTP_X_FORWARDED_FOR", ""),
        "x-forwarded-proto": environ.get("HTTP_X_FORWARDED_PROTO", ""),
        "forwarded": environ.get("HTTP_FORWARDED", ""),
    }
    peer = environ.get("REMOTE_ADDR", "")
    return proxies.sender(peer, environ["wsgi.url_scheme"], claims)


def _decoded(text: str) -> str:
    """
    Undo what WSGI makes of UTF-8 (PEP 3333, "Unicode Issues").
    """
    return text.encode("latin-1").decode(errors="replace")


def _asked(environ: WSGIEnvironment, proxies: Proxies) -> Request:
    """
    Return a request as far as it is asked by whom it was sent.
    """
    scheme = _sender(environ, proxies).scheme
    method = environ["REQUEST_METHOD"]
    return Request(method=method, headers=_headers(environ), scheme=scheme)


def _headers(environ: WSGIEnvironment) -> Headers:
    """
    Return the header fields, under the names that CGI makes of them undone.
    """
    bare = ("CONTENT_TYPE", "CONTENT_LENGTH")
    names = [key for key in environ if key in bare or key.startswith("HTTP_")]
    return Headers(
        (name.removeprefix("HTTP_").replace("_", "-").lower(), environ[name])
        for name in names
    )


def _read(environ: WSGIEnvironment, limit: int) -> bytes:
    is_terminated = bool(environ.get("wsgi.input_terminated"))
    left = wanted(environ.get("CONTENT_LENGTH", ""), is_terminated, limit)
    chunks: list[bytes] = []
    while left and (chunk := environ["wsgi.input"].read(left)):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)


def _status_line(status: int) -> str:
    return f"{status} {_PHRASES.get(status, 'Unknown')}"


def _close(body: object) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
