"""
Clients of applications without a server: both protocols spoken and checked in memory.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

from attrs import frozen


@frozen(kw_only=True)
class Answer:
    """
    What came back.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        """
        Return the values of every header field of this name.
        """
        return [value for each, value in self.headers if each.lower() == name]


Ask = Callable[..., Answer]
"""Takes a method, a target, headers and a body."""


def call_wsgi(
    app: object,
    method: str = "GET",
    target: str = "/",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    **environ: object,
) -> Answer:
    """
    Call a WSGI application, and check that it and its server keep to the protocol.
    """
    path, _, query = target.partition("?")
    environ |= {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(body),
        **environ,
    }
    if body:
        environ.setdefault("CONTENT_LENGTH", str(len(body)))
    for name, value in (headers or {}).items():
        key = name.upper().replace("-", "_")
        environ[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = value
    setup_testing_defaults(environ)
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(status, fields, exc_info=None):
        if exc_info and written:
            raise exc_info[1]
        assert not started or exc_info
        started[:] = [(status, fields)]
        return written.append

    chunks = validator(app)(environ, start_response)
    try:
        for chunk in chunks:
            assert started
            written.append(chunk)
    finally:
        chunks.close()
    ((status, fields),) = started
    return Answer(status=int(status[:3]), headers=tuple(fields), body=b"".join(written))


async def call_asgi(
    app: object,
    method: str = "GET",
    target: str = "/",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    **scope: object,
) -> Answer:
    """
    Call an ASGI application, and check that it keeps to the protocol.
    """
    path, _, query = target.partition("?")
    fields = dict(headers or {})
    if body:
        fields.setdefault("Content-Length", str(len(body)))
    messages = iter(
        [{"type": "http.request", "body": body}, {"type": "http.disconnect"}]
    )
    sent: list[dict[str, object]] = []

    async def receive():
        return next(messages)

    async def send(message):
        kinds = ["http.response.body" if sent else "http.response.start"]
        assert message["type"] in kinds
        assert not sent[1:] or sent[-1].get("more_body")
        for pair in message.get("headers", ()):
            assert [bytes, bytes] == [type(each) for each in pair]
            assert pair[0] == pair[0].lower()
        sent.append(message)

    await app(
        {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [
                (name.lower().encode(), value.encode("latin-1"))
                for name, value in fields.items()
            ],
            "client": ("127.0.0.1", 4711),
            "server": ("127.0.0.1", 80),
            **scope,
        },
        receive,
        send,
    )
    start, *bodies = sent
    assert [True] * (len(bodies) - 1) + [False] == [
        bool(each.get("more_body")) for each in bodies
    ]
    return Answer(
        status=start["status"],
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in start["headers"]
        ),
        body=b"".join(each.get("body", b"") for each in bodies),
    )


@contextmanager
def wsgi(app: object) -> Iterator[Ask]:
    """
    Speak WSGI in memory.
    """
    yield lambda *request: call_wsgi(app, *request)


@contextmanager
def asgi(app: object) -> Iterator[Ask]:
    """
    Speak ASGI in memory.
    """
    with asyncio.Runner() as loop:
        yield lambda *request: loop.run(call_asgi(app, *request))
