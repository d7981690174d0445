"""
Clients in the server's own process: one that speaks WSGI, one that speaks ASGI.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, MutableMapping
from typing import cast
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

from ocstate.asgi import ApiApp as AsgiApp
from ocstate.cli.walk import Call
from ocstate.core.cookies import parse_cookies
from ocstate.wsgi import ApiApp as WsgiApp

Answer = dict[str, object]

_TYPE = "application/x-www-form-urlencoded"
_COOKIE = "OCSESSID"


class WsgiClient:
    """
    A client that keeps the session's cookie, as browsers and PHP scripts do.
    """

    def __init__(self, app: WsgiApp, token: str | None = None) -> None:
        self._app = app
        self.token = token

    def call(self, call: Call) -> Answer:
        """
        Post *call*, and return what was answered.
        """
        body = urlencode(call.form).encode()
        environ: dict[str, object] = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/index.php",
            "QUERY_STRING": f"route={call.route}",
            "CONTENT_TYPE": _TYPE,
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_COOKIE": f"{_COOKIE}={self.token}" if self.token else "",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(body),
        }
        setup_testing_defaults(environ)
        answer = b"".join(self._app(environ, self._start))
        return cast("Answer", json.loads(answer))

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        for name, value in headers:
            if name == "Set-Cookie":
                self.token = parse_cookies(value)[_COOKIE]
        return io.BytesIO().write


class AsgiClient:
    """
    A client that sends the login's token with each call, as programs do.
    """

    def __init__(self, app: AsgiApp, token: str | None = None) -> None:
        self._app = app
        self.token = token

    async def call(self, call: Call) -> Answer:
        """
        Post *call*, and return what was answered.
        """
        token = f"&api_token={self.token}" if self.token else ""
        body = urlencode(call.form).encode()
        chunks: list[bytes] = []

        async def receive() -> MutableMapping[str, object]:
            return {"type": "http.request", "body": body}

        async def send(message: MutableMapping[str, object]) -> None:
            chunks.append(cast("bytes", message.get("body", b"")))

        scope: MutableMapping[str, object] = {
            "type": "http",
            "method": "POST",
            "path": "/index.php",
            "query_string": f"route={call.route}{token}".encode(),
            "headers": [(b"content-type", _TYPE.encode())],
            "client": ("127.0.0.1", 0),
        }
        await self._app(scope, receive, send)
        answer = cast("Answer", json.loads(b"".join(chunks)))
        self.token = str(answer.get("api_token", self.token))
        return answer
