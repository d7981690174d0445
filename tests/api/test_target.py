"""
How a call may be addressed: what runs ``index.php`` on a PHP server is a call here.
"""

from __future__ import annotations

import http.client
import json
import subprocess
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import unquote

import pytest

from ocstate.api.parsing.body import parse_query
from ocstate.api.parsing.token import names_script
from ocstate.api.routes import CLASSIC, find_route
from ocstate.http.limits import Limits
from ocstate.http.request import Request
from tests.clients.programs import find_php

LIMITS = Limits()

SCRIPTS = """
    / // /index.php //index.php /index.php/ /index.php// /index.php/anything
    /index.php/a/b.c /index.php/index.php /./index.php /sub/../index.php /index.php/..
    /index.php/. /%69ndex.php /index%2Ephp /index.php%2F /index.php%2fx%20y
    /index.php/%C3%BC /index.php/%ff /index.php/%00 /index.php/../index.php
    /index.php/a//b /index.php/%3Froute=api/login /../index.php //./index.php/x
""".split()
OTHERS = """
    /Index.php /index.phpx /index.php%20 /index.php;a=b /index.php%5Cx /index.html
    /foo.php /foo.php/index.php /sub /sub/ /sub/index.php /index.php.
    /index.ph%70%70
""".split()

# PHP's development server runs the script for these, other servers do not find them.
FALLEN_BACK = ["/index", "/api/cart", "/foo", "/index.php/../foo", "/index%252Ephp"]

# Queries that mean something to the API, and what PHP makes of them.
QUERIES = """
    route=api/cart/addProduct route=api%2Fcart%2FaddProduct route=api%2fcart%2fadd
    %72oute=api/login route=a&route=b route=a&route[]=b route[]=a&route=b
    call=confirm&route=api/order route=api/order&call=confirm api.token=x api%20token=x
    +api_token=x %20%20route=a&%20call=b route=api/order&&call=confirm &route=a&
    =x&route=a route=a=b route=a;call=b route=a%26call=b route&call=confirm route==a
    route=a+b route=%zz route=100%25 route=a&amp;call=b utm[=1&route=a
    route[=a [route]=a route[x=a store.id[a]=1 route]=a ROUTE=a
    route=a&call[x][y]=1 route=a?call=b route=%C3%BC a%09=1&route=b
""".split()
NAMES = ("route", "call", "api_token", "store_id")

DUMP = """<?php
header('Content-Type: application/json');
echo json_encode([$_SERVER['SCRIPT_NAME'], (object) $_GET]);
"""


@pytest.fixture(scope="module")
def ask_php(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """
    Ask PHP's own server what it makes of a target; None for one that it does not find.
    """
    root = tmp_path_factory.mktemp("root")
    (root / "sub").mkdir()
    (root / "index.php").write_text(DUMP)
    server = subprocess.Popen(
        [find_php(), "-S", "127.0.0.1:0", "-t", str(root)],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        started = server.stderr.readline()
        port = int(started.partition("127.0.0.1:")[2].partition(")")[0])

        def ask(target: str) -> object:
            with closing(http.client.HTTPConnection("127.0.0.1", port)) as link:
                link.request("GET", target)
                answer = link.getresponse()
                body = answer.read()
            return json.loads(body) if answer.status == 200 else None

        yield ask
    finally:
        server.kill()
        server.communicate()


def is_call(path: str, mount: str = "") -> bool:
    """
    Judge a path as servers hand it to their applications, decoded.
    """
    return names_script(Request(path=unquote(path), mount=mount))


@pytest.mark.parametrize("path", SCRIPTS)
def test_a_path_of_the_script_is_a_call(path):
    """
    The folder, the script, and whatever follows the script.
    """
    assert is_call(path)


@pytest.mark.parametrize("path", [*OTHERS, *FALLEN_BACK])
def test_another_path_is_none(path):
    """
    Nothing is guessed from a path that resembles the script's.
    """
    assert not is_call(path)


def test_php_finds_the_script_under_the_same_paths(ask_php):
    """
    The lists are PHP's own, but for what only its development server does.
    """
    assert [True] * len(SCRIPTS) == [ask_php(each) is not None for each in SCRIPTS]
    assert [False] * len(OTHERS) == [ask_php(each) is not None for each in OTHERS]
    assert None not in [ask_php(each) for each in FALLEN_BACK]


@pytest.mark.parametrize("path", ["", "/", "/anything", "/index.php"])
@pytest.mark.parametrize("mount", ["/index.php", "/shop/index.php", "/index.php/"])
def test_what_is_mounted_at_the_script_is_the_script(mount, path):
    """
    Then all of the path that is left is path info.
    """
    assert is_call(path, mount)
    assert not is_call("/anything", "/shop")
    assert not is_call("/anything", "/xindex.php")


@pytest.mark.parametrize("origin", ["http://shop.example", "HTTPS://[::1]:8000"])
def test_a_whole_url_is_a_target_too(origin):
    """
    Servers have to take what clients of proxies send (RFC 9112 section 3.2.2).
    """
    assert is_call(f"{origin}/index.php")
    assert is_call(origin)
    assert not is_call(f"{origin}/shop")
    assert not is_call(f"/shop/{origin}/index.php")


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_means_what_it_means_to_php(ask_php, query):
    """
    Of what the API asks for, every spelling is read as PHP reads it.
    """
    _, read = ask_php(f"/index.php?{query}")
    found = parse_query(Request(query=query), LIMITS)
    expected = json.loads(json.dumps(read).replace("[]", "{}"))

    assert {name: expected.get(name) for name in NAMES} == {
        name: numbered(found.get(name)) for name in NAMES
    }


def numbered(value: object) -> object:
    """
    Write lists as PHP's JSON does.
    """
    if not isinstance(value, dict):
        return value
    inner = {name: numbered(each) for name, each in value.items()}
    is_list = [*inner] == [str(at) for at in range(len(inner))]
    return [*inner.values()] if is_list else inner


@pytest.mark.parametrize("blank", [" ", "%20", "+", "%09", "%0A", "%20+%0d%0a", "%00"])
def test_blanks_around_the_marks_are_taken_off(ask_php, blank):
    """
    The documentation writes them, and PHP would take them for a part of the names.
    """
    query = "route=api/order & call = confirm & api_token = x".replace(" ", blank)
    found = parse_query(Request(query=query), LIMITS)

    assert {"route": "api/order", "call": "confirm", "api_token": "x"} == found
    assert "api/order&call=confirm" == find_route(found, CLASSIC).name
    if " " not in query:
        assert found != ask_php(f"/index.php?{query}")[1]


def test_blanks_within_are_none_around():
    """
    A blank inside a value stays; one inside a name is an underscore, as in PHP.
    """
    found = parse_query(Request(query="a b=c+d&e%20[f]= g"), LIMITS)

    assert {"a_b": "c d", "e_": {"f": "g"}} == found


def test_an_escaped_ampersand_is_part_of_the_value():
    """
    It parts no parameters, but a call may be named with it.
    """
    found = parse_query(Request(query="route=api/order%20%26+call%3D confirm"), LIMITS)

    assert ["route"] == [*found]
    assert "api/order&call=confirm" == find_route(found, CLASSIC).name
