"""
A call on a connection that is kept: ``ocstate serve`` beside a bare application.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from itertools import cycle
from tempfile import TemporaryDirectory
from urllib.parse import urlencode, urlsplit

from benchmarks.rounds import Case
from ocstate.demo import StaticHost

REFERENCES = ("bare uvicorn",)
GOALS = {("be refused", 1): 2.0, ("ask for points", 1): 2.0}
"""The largest ratio of a call's time to the reference's that is still good. It is for
what every call does; what a shop does with its cart is the shop's."""

_ROUTE = "/index.php?route="
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_STORES = {"ocstate": "memory://", "ocstate, SQLite": "sqlite:///bench.db"}
_Call = tuple[str, str] | tuple[str, str, str]

_OURS = ("-m", "ocstate.cli", "serve", "--port", "0", "--store")

# It reads the body, answers as many bytes, and has the settings that ours has.
_BARE = """
import json, socket, sys, uvicorn

async def app(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"application/json"), (b"content-length", LENGTH)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})

BODY = b" " * int(sys.argv[1])
LENGTH = str(len(BODY)).encode()
with socket.socket(proto=socket.IPPROTO_TCP) as listener:
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    url = "http://127.0.0.1:%d/" % listener.getsockname()[1]
    print(json.dumps({"url": url}), flush=True)
    config = uvicorn.Config(app, access_log=False, proxy_headers=False,
                            server_header=False, lifespan="off", log_level="warning")
    uvicorn.Server(config).run(sockets=[listener])
"""


def groups() -> Iterator[tuple[str, int, Mapping[str, Case]]]:
    """
    Yield what is measured together: work, number of lines, and a case for each server.
    """
    with ExitStack() as running:
        links = {
            way: running.enter_context(_kept(*_OURS, store))
            for way, store in _STORES.items()
        }
        works = {way: _works(link) for way, link in links.items()}
        for work in works["ocstate"]:
            ways = {way: _case(links[way], calls[work]) for way, calls in works.items()}
            size = len(ways["ocstate"]())
            bare = running.enter_context(_kept("-c", _BARE, str(size)))
            ways["bare uvicorn"] = _case(bare, works["ocstate"][work])
            yield work, 1, ways


@contextmanager
def _kept(*command: str) -> Iterator[HTTPConnection]:
    """
    Start a server that prints its address when it is ready, and stay connected to it.
    """
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, *command], cwd=folder, stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            url = urlsplit(json.loads(process.stdout.readline())["url"])
            with closing(HTTPConnection(url.netloc, timeout=60)) as link:
                yield link
        finally:
            process.kill()


def _case(link: HTTPConnection, calls: Sequence[_Call]) -> Case:
    """
    Make calls in turn, on a connection that is kept.
    """
    turns = cycle(calls)
    return lambda: _answer(link, *next(turns))


def _answer(link: HTTPConnection, method: str, target: str, form: str = "") -> bytes:
    link.request(method, target, form or None, _FORM if form else {})
    return link.getresponse().read()


def _works(link: HTTPConnection) -> Mapping[str, Sequence[_Call]]:
    """
    Log in, put something into the cart, and return the calls of each work.
    """
    user = next(iter(StaticHost.demo().document.api_credentials.values()))
    form = urlencode({"username": user.username, "key": user.key})
    token = json.loads(_answer(link, "POST", f"{_ROUTE}api/login", form))["api_token"]
    points, add, edit, show = (
        f"{_ROUTE}api/{name}&api_token={token}"
        for name in (
            "reward/available",
            "cart/addProduct",
            "cart/edit",
            "cart/products",
        )
    )
    _answer(link, "POST", add, "product_id=42&quantity=1")
    (line,) = json.loads(_answer(link, "GET", show))["products"]
    edits = [f"key={line['cart_id']}&quantity={at}" for at in (2, 1)]
    return {
        "be refused": [("GET", f"{_ROUTE}api/cart/products")],
        "ask for points": [("GET", points)],
        "change a cart": [("POST", edit, form) for form in edits],
        "show a cart": [("GET", show)],
    }
