"""
How far it is from a request to the bytes: calls, files and moves between files.

Counts are not times: they say how many stairs somebody climbs who follows a way with a
debugger. ``python -m benchmarks.ways`` prints them, and every function on the way with
``--calls``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

import ocstate
from ocstate import Sessions
from ocstate.api import Api
from ocstate.checkout import AddLine
from ocstate.core.cookies import CookiePolicy
from ocstate.demo import StaticHost
from ocstate.stores.sqlite import SqliteStore
from ocstate.wsgi import ApiApp, SessionMiddleware, session_of

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_SOURCE = f"{Path(ocstate.__file__).parent}/"
_Way = Callable[[], object]


class Trace:
    """
    What of ocstate a way calls; a generator that goes on is no new call.

    Attributes:
        calls: How often each function was called, by file and name.
        files: The files on the way.
        moves: How often the way went on in another file.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.files: set[str] = set()
        self.moves = 0
        self._here = ""
        # Kept alive, so that no two frames have one id.
        self._frames: dict[int, FrameType] = {}

    @classmethod
    def of(cls, way: _Way) -> Trace:
        """
        Go *way* twice, and trace it the second time: caches are warm in a server.
        """
        way()
        trace = cls()
        sys.setprofile(trace._note)
        try:
            way()
        finally:
            sys.setprofile(None)
        return trace

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(_SOURCE):
            return
        file = code.co_filename.removeprefix(_SOURCE)
        if id(frame) not in self._frames:
            self._frames[id(frame)] = frame
            self.calls[f"{file}:{code.co_qualname}"] += 1
        self.files.add(file)
        if file != self._here:
            self.moves += 1
            self._here = file


def ways(folder: str) -> Mapping[str, _Way]:
    """
    Return the ways that are measured, by what they do, on a store in *folder*.
    """
    sessions = Sessions(SqliteStore(f"{folder}/shop.db"))
    with sessions.open() as session:
        for product_id in range(40, 43):
            session.do(AddLine(product_id=product_id))
    token = session.token

    def add() -> None:
        with sessions.open(token) as session:
            session.do(AddLine(product_id=40))

    def page(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        quantity = session_of(environ).checkout.cart.quantity
        start("200 OK", [("Content-Type", "text/plain")])
        return [str(quantity).encode()]

    cookie = f"{CookiePolicy().name}={token}"
    behind = SessionMiddleware(page, sessions)
    host = StaticHost.demo()
    api = ApiApp(Api(Sessions(SqliteStore(f"{folder}/api.db"), host)))
    credential = next(iter(host.document.api_credentials.values()))
    login = {"username": credential.username, "key": credential.key}
    api_token = json.loads(called(api, "POST", "api/login", login))["api_token"]
    route = f"api/cart/add&api_token={api_token}"
    mug = {"product_id": "42", "quantity": "1"}
    return {
        "stored record → `checkout.cart.quantity`": lambda: (
            sessions.open(token).checkout.cart.quantity
        ),
        "cookie → store → answer, WSGI": lambda: called(behind, "GET", "", {}, cookie),
        "`AddLine` → bytes": add,
        "API `cart/add`, request → response": lambda: called(api, "POST", route, mug),
    }


def called(
    app: WSGIApplication,
    method: str,
    route: str,
    form: Mapping[str, str],
    cookie: str = "",
) -> str:
    """
    Call *app* as a server does, and return the text of the answer.
    """
    body = urlencode(form).encode()
    environ: dict[str, object] = {
        "REQUEST_METHOD": method,
        "QUERY_STRING": f"route={route}",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_COOKIE": cookie,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    return b"".join(app(environ, lambda *_: lambda _: None)).decode()


def main() -> None:
    """
    Print the table.
    """
    parser = argparse.ArgumentParser(prog="benchmarks.ways", description=__doc__)
    parser.add_argument("--calls", action="store_true", help="every function, too")
    options = parser.parse_args()
    print("| way | calls | files | moves between files |\n| --- | --- | --- | --- |")
    with TemporaryDirectory() as folder:
        for name, way in ways(folder).items():
            trace = Trace.of(way)
            calls = trace.calls.total()
            print(f"| {name} | {calls} | {len(trace.files)} | {trace.moves} |")
            if options.calls:
                for function, times in trace.calls.most_common():
                    print(f"  {times:4} {function}")


if __name__ == "__main__":
    main()
