"""
The original documentation's examples and requests, as they are written, everywhere.

Only the host's name is another one, and somebody logs in before.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from ocstate.api.routes import CLASSIC
from ocstate.api.texts import SUCCESS, TEXTS
from tests.adapters.servers import Client
from tests.browsers.chromium import chromium
from tests.clients import documentation
from tests.clients.documentation import JAVASCRIPT, PHP
from tests.clients.places import PLACES, Place, beside_asgi, beside_wsgi
from tests.clients.programs import CREDENTIAL, HERE, find_bundler, find_node, find_php

PERMISSION = TEXTS["permission"]
ADDED = SUCCESS["cart_changed"]
HOSTS = re.compile(r"https://(?:your-store\.com|shop\.example)(?=/)")
WHO = (CREDENTIAL.username, CREDENTIAL.key)
LOGIN = urlencode({"username": CREDENTIAL.username, "key": CREDENTIAL.key})
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

REQUESTS = {
    "own": """
GET /index.php?route=api/{controller}/{method}
POST /index.php?route=api/{controller}/{method}
POST /index.php?route=api/cart/addProduct
POST /index.php?route=api/customer
GET /index.php?route=api/order & call = confirm
Content-Type : application/json
Accept : application/json
Cookie : OCSESSID={session_id}
"""
}
if documentation.TEXT is not None:
    REQUESTS["documentation"] = documentation.TEXT

ADDRESS = {
    "firstname": "Ada",
    "lastname": "Lovelace",
    "address_1": "Speicherstadt 1",
    "city": "Hamburg",
    "postcode": "20457",
    "country_id": 81,
    "zone_id": 1259,
}
POSTED = {
    "api/cart/addProduct": {"product_id": 42, "quantity": 1},
    "api/customer": {
        "firstname": "Ada",
        "lastname": "Lovelace",
        "email": "ada@example.com",
        "telephone": "+49 40 123456",
    },
}
READY = [
    ("api/payment/address", ADDRESS),
    ("api/shipping/address", ADDRESS),
    ("api/shipping/methods", {}),
    ("api/shipping/method", {"shipping_method": "flat.flat"}),
    ("api/payment/methods", {}),
    ("api/payment/method", {"payment_method": "bank_transfer"}),
]


@pytest.fixture(params=PLACES)
def place(request, tmp_path: Path) -> Iterator[Place]:
    with PLACES[request.param](tmp_path, "") as place:
        yield place


def here(source: str, url: str) -> str:
    """
    Let an example call the shop of this test.
    """
    assert HOSTS.search(source)
    return HOSTS.sub(url, source)


def attempt(*command: object, folder: Path, **environ: str) -> tuple[int, str, str]:
    """
    Run a program that may fail; return its status and what it printed.
    """
    done = subprocess.run(
        [str(each) for each in command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], **environ},
    )
    return done.returncode, done.stdout, done.stderr


def log_in(place: Place) -> str:
    """
    Log in, and return the cookie's name and value.
    """
    target = f"{place.prefix}/index.php?route=api/login"
    answer = Client(place.port)("POST", target, FORM, LOGIN.encode())
    (cookie,) = answer.all("set-cookie")
    return cookie.partition(";")[0]


@pytest.mark.parametrize("source", PHP.values(), ids=PHP)
def test_php_prints_success_after_a_login(source, place, tmp_path):
    """
    The jar that a login left is enough; without it the example prints the warning.
    """
    php = find_php()
    (tmp_path / "example.php").write_text(here(source, place.url))
    url = f"{place.url}/index.php"

    before = attempt(php, "example.php", folder=tmp_path)
    login = (HERE / "cart.php", url, "cookie.txt", "login", *WHO)
    assert 0 == attempt(php, *login, folder=tmp_path)[0]
    after = attempt(php, "example.php", folder=tmp_path)

    assert (0, f"Error: {PERMISSION}", "") == before
    assert (0, "") == (after[0], after[2])
    assert after[1] in (ADDED, "Product added to cart successfully")


@pytest.mark.parametrize("source", JAVASCRIPT.values(), ids=JAVASCRIPT)
def test_axios_prints_success_after_a_login(source, place, tmp_path):
    """
    With the login's cookie it prints success; without, it throws the warning.
    """
    node = find_node()
    (tmp_path / "example.cjs").write_text(here(source, place.url))
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    (tmp_path / "preload.cjs").symlink_to(HERE / "preload.cjs")
    run = (node, "--preserve-symlinks", "--require", "./preload.cjs", "example.cjs")

    status, _, told = attempt(*run, folder=tmp_path, COOKIE="none=0")
    after = attempt(*run, folder=tmp_path, COOKIE=log_in(place))

    assert 1 == status
    assert f"Error: {PERMISSION}" in told
    assert (0, "") == (after[0], after[2])
    assert after[1].endswith(f"dded: {ADDED}\n")


LISTEN = """
    const done = arguments[arguments.length - 1], told = [];
    window.addEventListener("unhandledrejection", () => done(told));
    for (const kind of ["log", "error"]) {
      console[kind] = (...words) => {
        told.push([kind, words.map(String).join(" ")]);
        if (kind === "log") done(told);
      };
    }
    const run = () => {
      const script = document.createElement("script");
      script.src = "/script.js";
      document.head.append(script);
    };
"""
LOG_IN = """
    fetch(arguments[0], {method: "POST", body: new URLSearchParams(arguments[1])})
      .then((answer) => answer.json()).then(run, (error) => done([String(error)]));
"""


@pytest.mark.parametrize("open_place", [beside_wsgi, beside_asgi], ids=["WSGI", "ASGI"])
@pytest.mark.parametrize("source", JAVASCRIPT.values(), ids=JAVASCRIPT)
def test_axios_prints_success_in_a_browser(source, open_place, tmp_path):
    """
    Bundled, on the shop's own origin, behind the cookie that a login there has set.
    """
    bundler = find_bundler()
    (tmp_path / "example.cjs").write_text(here(source, "http://shop.test/my/shop"))
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    bundle = (bundler, "example.cjs", "--bundle", "--log-level=warning")
    status, script, told = attempt(*bundle, folder=tmp_path)
    assert (0, "") == (status, told)

    with (
        open_place(tmp_path, script) as place,
        chromium(tmp_path / "profile", {"shop.test": place.port}) as browser,
    ):
        url = f"http://shop.test{place.prefix}/index.php?route=api/login"
        browser.get("http://shop.test/")
        before = browser.execute_async_script(f"{LISTEN} run();")
        browser.get("http://shop.test/")
        after = browser.execute_async_script(LISTEN + LOG_IN, url, LOGIN)

    assert ["error", f"API Error: Error: {PERMISSION}"] == before[-1]
    assert [["log", after[0][1]]] == after
    assert after[0][1].endswith(f"dded: {ADDED}")


def ask(place: Place, line: tuple[str, str], headers: object, posted: object) -> object:
    """
    Send a request as it is written, blanks escaped, with a JSON body.
    """
    method, target = line
    target = place.prefix + target.replace(" ", "%20")
    answer = Client(place.port)(method, target, headers, json.dumps(posted).encode())
    assert 200 == answer.status, line
    return json.loads(answer.body)


@pytest.mark.parametrize("text", REQUESTS.values(), ids=REQUESTS)
def test_each_written_request_is_answered(text, place):
    """
    With the written header fields and JSON, and the order that they make is placed.
    """
    headers = documentation.headers(text, log_in(place).partition("=")[2])
    lines = dict.fromkeys(
        line for line in documentation.requests(text) if "{" not in line[1]
    )
    changes = [line for line in lines if "confirm" not in line[1]]
    (confirm,) = lines.keys() - set(changes)

    assert ("Content-Type", "Accept", "Cookie") == tuple(headers)
    assert (
        "Customer data required" == ask(place, confirm, headers, {})["error"]["warning"]
    )
    for line in changes:
        posted = POSTED[line[1].partition("route=")[2]]
        assert "success" in ask(place, line, headers, posted)
    for route, posted in READY:
        answer = ask(place, ("POST", f"/index.php?route={route}"), headers, posted)
        assert "error" not in answer
    assert ask(place, confirm, headers, {})["order_id"] > 0


@pytest.mark.parametrize("text", REQUESTS.values(), ids=REQUESTS)
def test_each_call_has_the_written_form(text, place):
    """
    Every call of two words is found under it; by GET all that a GET may do.
    """
    headers = documentation.headers(text, log_in(place).partition("=")[2])
    written = [each for each in documentation.requests(text) if "{" in each[1]]
    calls = [name.split("/") for name in CLASSIC if name.count("/") == 2]

    assert {"GET", "POST"} == {method for method, _ in written}
    for method, target in written:
        for _, controller, name in calls:
            route = CLASSIC[f"api/{controller}/{name}"]
            if method == "POST" or route.get != "refused":
                line = method, target.format(controller=controller, method=name)
                assert PERMISSION not in str(ask(place, line, headers, {}))
