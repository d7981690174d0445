"""
ocstate for ASGI: the session middleware, and the API as an application. Carries only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from functools import partial
from typing import cast

from attrs import evolve

from ocstate.aio import AsyncSession, AsyncSessions
from ocstate.core.cookies import CookiePolicy
from ocstate.core.session import SessionState
from ocstate.current import serving
from ocstate.exceptions import ConfigurationError
from ocstate.http.exchange import (
    REFUSALS,
    SESSION_KEY,
    CommitOn,
    Exchange,
    OnRefused,
    explain,
    held_session,
    inner_path,
    no_session,
    outgoing,
    unless_failed,
)
from ocstate.http.forwarded import ForwardedBy, Proxies, Sender
from ocstate.http.origins import Origins
from ocstate.http.request import Headers, Request
from ocstate.http.response import Response
from ocstate.http.serving import Servable
from ocstate.surroundings import note_once

__all__ = [
    "SESSION_KEY",
    "ApiApp",
    "App",
    "CookiePolicy",
    "Message",
    "Receive",
    "Scope",
    "Send",
    "SessionMiddleware",
    "session_of",
]

# What ASGI calls them (ASGI 3.0, "Applications").
Scope = MutableMapping[str, object]
Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_Pairs = list[tuple[bytes, bytes]]
_Texts = tuple[tuple[str, str], ...]

_COOKIE = CookiePolicy()


class SessionMiddleware:
    """
    Give every HTTP request of *app* a session, at ``scope["ocstate.session"]``.

    ``await session.load()`` reads it from the store, and so does a command; one that
    nobody looks at costs nothing. It is committed before the response starts; an
    exception discards it, a cancellation too, and so does an answer with a status of
    500 or more, for that is what frameworks make of an exception. A change afterwards
    is a `UsageError`. Web sockets and the server's lifespan go by untouched.

    Args:
        cookie: How the token travels.
        commit_on: Tells by an answer's status whether to commit; any below 500 unless
            it is given.
        on_refused: Makes the answer when the commit is refused: by default 409 for
            `CommandRefused`, `ConflictError` and `GoneError`, 503 for
            `StoreUnavailableError`, with all problems in JSON.
        trusted_proxies: Addresses and networks whose ``X-Forwarded-`` headers count,
            and ``"unix"`` for a server behind a socket file.
        forwarded: ``"forwarded"`` where the proxies write that header (RFC 7239)
            instead; no server can mistake another one for it.
        origins: Whose pages may send changes with the session's cookie: none but this
            site's for ``()``. By default nobody is asked.

    Raises:
        ConfigurationError: If a part of it cannot be right.
    """

    def __init__(
        self,
        app: App,
        sessions: AsyncSessions,
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        barred = self._exchange.barred(partial(_asked, scope, self._exchange.proxies))
        if barred is not None:
            await _respond(barred, send)
            return
        cookies = _headers(scope).get("cookie", "")
        state = self._exchange.opened(self._sessions.setup, cookies)
        session = AsyncSession(self._sessions, state)
        held = _Held(self._sessions, state, self._exchange, scope, send)
        try:
            with serving(state):
                await self._app({**scope, SESSION_KEY: session}, receive, held.send)
        finally:
            # After a commit there is nothing left to discard.
            state.discard()


def session_of(scope: Mapping[str, object]) -> AsyncSession:
    """
    Return the session that `SessionMiddleware` put into *scope*, typed.

    It is not loaded yet: ``await session_of(scope).load()`` does that.

    Raises:
        UsageError: If there is no middleware around the application, or *scope* is
            that of a web socket.
    """
    session = held_session(scope)
    if not isinstance(session, AsyncSession):
        raise no_session(scope, "scope")
    return session


class _Held:
    """
    A response that is held back until its session is committed.
    """

    def __init__(
        self,
        sessions: AsyncSessions,
        session: SessionState,
        exchange: Exchange,
        scope: Scope,
        send: Send,
    ) -> None:
        self._sessions = sessions
        self._session = session
        self._exchange = exchange
        self._scope = scope
        self._send = send
        self._is_replaced = False

    async def send(self, message: Message) -> None:
        """
        Commit before the response starts; of a replaced one nothing is sent.
        """
        if self._is_replaced:
            return
        if message["type"] == "http.response.start":
            await self._begin(message)
        else:
            await self._send(message)

    async def _begin(self, start: Message) -> None:
        status = cast("int", start["status"])
        try:
            await self._sessions.finish(self._exchange.ending(self._session, status))
        except tuple(REFUSALS) as error:
            self._is_replaced = True
            response = self._exchange.refused(error, str(self._scope["method"]))
            fields = self._fields(response.headers)
            await _respond(evolve(response, headers=fields), self._send)
        else:
            present = cast("Iterable[tuple[bytes, bytes]]", start.get("headers", ()))
            fields = self._fields(_decoded(present))
            await self._send({**start, "headers": _encoded(fields)})

    def _fields(self, present: _Texts) -> _Texts:
        sender = _sender(self._scope, _headers(self._scope), self._exchange.proxies)
        sent = self._exchange.sent(self._session, sender, present)
        note_once(sent.told)
        return sent.fields


class ApiApp:
    """
    *api* as an ASGI application.

    A call that has begun is finished, whether its client waits for the answer or not.

    Args:
        trusted_proxies: Addresses and networks whose ``X-Forwarded-`` headers count,
            and ``"unix"`` for a server behind a socket file.
        forwarded: ``"forwarded"`` where the proxies write that header (RFC 7239)
            instead; no server can mistake another one for it.

    Raises:
        ConfigurationError: If a part of it cannot be right.
    """

    def __init__(
        self,
        api: Servable[AsyncSessions],
        *,
        trusted_proxies: Iterable[str] = (),
        forwarded: ForwardedBy = "x-forwarded",
    ) -> None:
        _require_sessions(api.sessions)
        self._api = api
        self._proxies = Proxies.of(trusted_proxies, forwarded)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await _attend(receive, send)
            return
        body = await _read(receive, self._api.limits.body)
        if body is None:
            return
        headers = _headers(scope)
        sender = _sender(scope, headers, self._proxies)
        mount = str(scope.get("root_path", ""))
        request = Request(
            method=str(scope["method"]),
            path=inner_path(str(scope["path"]), mount),
            mount=mount,
            query=cast("bytes", scope.get("query_string", b"")),
            headers=headers,
            body=body,
            client=sender.client,
            scheme=sender.scheme,
        )
        answer = await self._api.sessions.finish(self._api.handle(request))
        await _respond(outgoing(request.method, answer), send)


def _require_sessions(sessions: object) -> None:
    if not isinstance(sessions, AsyncSessions):
        raise ConfigurationError(
            f"ASGI needs AsyncSessions, not {type(sessions).__name__}: see ocstate.wsgi"
        )


def _headers(scope: Scope) -> Headers:
    return Headers(_decoded(cast("_Pairs", scope["headers"])))


def _sender(scope: Scope, headers: Headers, proxies: Proxies) -> Sender:
    match scope.get("client"):
        case (str(peer), *_):
            pass
        case _:
            peer = ""
    return proxies.sender(peer, str(scope.get("scheme", "http")), headers)


def _asked(scope: Scope, proxies: Proxies) -> Request:
    """
    Return a request as far as it is asked by whom it was sent.
    """
    headers = _headers(scope)
    scheme = _sender(scope, headers, proxies).scheme
    return Request(method=str(scope["method"]), headers=headers, scheme=scheme)


async def _read(receive: Receive, limit: int) -> bytes | None:
    """
    Read a body, at most one byte past *limit*; None when the client left meanwhile.
    """
    body = bytearray()
    more = True
    while more and len(body) <= limit:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += cast("bytes", message.get("body", b""))[: limit + 1 - len(body)]
        more = bool(message.get("more_body", False))
    return bytes(body)


async def _respond(response: Response, send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": _encoded(response.headers),
        }
    )
    await send({"type": "http.response.body", "body": response.body})


async def _attend(receive: Receive, send: Send) -> None:
    """
    Go through the server's lifespan, and turn web sockets away.
    """
    while True:
        match (await receive())["type"]:
            case "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            case "lifespan.shutdown":
                await send({"type": "lifespan.shutdown.complete"})
                return
            case "websocket.connect":
                await send({"type": "websocket.close"})
                return
            case _:
                return


def _decoded(pairs: Iterable[tuple[bytes, bytes]]) -> _Texts:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs
    )


def _encoded(pairs: _Texts) -> _Pairs:
    return [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in pairs
    ]
