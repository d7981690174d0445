"""
What a stranger sends costs no more than its size: steps are counted, not time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from ocstate.api import Request
from ocstate.api.errors import ApiProblem
from ocstate.api.locale import find_hints
from ocstate.api.parsing.body import measure, parse_body, parse_query
from ocstate.api.parsing.token import find_token, names_script
from ocstate.api.routes import CLASSIC, find_route
from ocstate.auth import hash_key, parse_address
from ocstate.core.cookies import parse_cookies
from ocstate.http.forwarded import Proxies
from ocstate.http.limits import Limits
from ocstate.http.origins import Origins
from ocstate.http.request import Headers

# So high that nothing is refused for its size: what is counted is the work itself.
MUCH = Limits(
    body=10**9, headers=10**9, header_bytes=10**9, query=10**9, fields=10**9, name=10**9
)
SIZE = 60
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
PART = '--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\nx\r\n'
PROXIES = Proxies.of(["10.0.0.0/8", "::/0", "unix"])

FORMS = """
    a[]& a[]=1& a[][]& a[1]& a[b]& a=& & = % %4 %41 %41a %E9 + a[ [ ] a[0 []=& a[9]&a[]&
    %5B %26 a%5B%5D& .a .& %20& a.[]&
""".split()
JSONS = [
    *('"a":1,', '{"a":', "[", "]", '"', '\\"', '"\\', "\\", "1", "1e", "-", " ", "{}"),
    *(
        '"\\ud800",',
        '"\\u00e9",',
        "null,",
        "[],",
        ",",
        ":",
        '""',
        "é",
        "/*",
        '{"a":[1],',
    ),
]
MULTIPARTS = [
    *(PART % "a", PART % "a[]", "--b", "\r\n", "\r\n--b", "\r\n--", "-", "a: b\r\n"),
    *(
        '--b\r\nContent-Disposition: form-data; name="',
        ';a="',
        '";',
        ";a=",
        "\\",
        '\\"',
    ),
    *("--b\r\nContent-Disposition:", "content-disposition:", "form-data", "; name=a"),
]
TEXTS = [
    *(
        "a",
        " ",
        "\t",
        ",",
        ";",
        "=",
        '"',
        "\\",
        "/",
        ".",
        "..",
        "/..",
        "/./",
        "//",
        ":",
    ),
    *(
        "a=b;",
        'a="b";',
        "en,",
        "en-",
        "-a",
        ";q=",
        ";q=0.5,",
        "q=0.",
        "en;q=1,",
        "a,b;",
    ),
    *("1.2.3.4,", "10.0.0.1,", "[", "[]", "[::1]:1,", "::", "1:", "10.", "%", "1%1,"),
    *(
        "&",
        " & ",
        " = ",
        "a.b",
        "Bearer ",
        "0",
        "1",
        "http://",
        "/index.php",
        "*,",
        "é",
    ),
]


def parse(content_type: str, limits: Limits = MUCH) -> Callable[[str], object]:
    """
    Parse a body of a type.
    """
    headers = [("Content-Type", content_type)]
    return lambda text: parse_body(
        Request(method="POST", headers=headers, body=text.encode()), limits
    )


def with_header(
    name: str, read: Callable[[Request], object]
) -> Callable[[str], object]:
    """
    Read a request with a header field.
    """
    return lambda text: read(Request(headers=[(name, text), ("Host", text)]))


def forwarded(text: str) -> object:
    """
    Find the client behind declared proxies.
    """
    claims = {"x-forwarded-for": text, "x-forwarded-proto": text}
    return PROXIES.sender("10.0.0.1", "http", claims)


def changes_by_cookie(request: Request) -> bool:
    """
    Judge where a change comes from.
    """
    return Origins(["https://shop.example"]).allow(request, changes_by_cookie=True)


READERS: dict[str, tuple[Callable[[str], object], list[str]]] = {
    "form": (parse(FORM), FORMS),
    "query": (lambda text: parse_query(Request(query=text), MUCH), FORMS),
    "JSON": (parse("application/json"), JSONS),
    "JSON object": (lambda text: parse("application/json")("{" + text), JSONS),
    "multipart": (parse(MULTIPART), MULTIPARTS),
    "multipart part": (
        lambda text: parse(MULTIPART)(PART % text + "--b--"),
        MULTIPARTS,
    ),
    "media type": (lambda text: parse(text)("a"), TEXTS),
    "boundary": (lambda text: parse("multipart/form-data" + text)("a"), TEXTS),
    "fields": (lambda text: Headers([(text[:9], each) for each in text]), TEXTS),
    "length": (
        with_header("Content-Length", lambda request: measure(request, MUCH)),
        TEXTS,
    ),
    "cookies": (parse_cookies, TEXTS),
    "language": (with_header("Accept-Language", find_hints), TEXTS),
    "hints": (with_header("Cookie", find_hints), TEXTS),
    "token": (
        with_header("Authorization", lambda request: find_token(request, {})),
        TEXTS,
    ),
    "origin": (with_header("Origin", changes_by_cookie), TEXTS),
    "site": (with_header("Sec-Fetch-Site", changes_by_cookie), TEXTS),
    "forwarded": (forwarded, TEXTS),
    "address": (parse_address, TEXTS),
    "path": (lambda text: names_script(Request(path=text)), TEXTS),
    "route": (lambda text: find_route({"route": text, "call": text}, CLASSIC), TEXTS),
    "key": (hash_key, TEXTS),
}


def steps(read: Callable[[str], object], text: str) -> int:
    """
    Count what Python does to read a text, in instructions of its machine.
    """
    count = 0

    def trace(frame, event, _argument):
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read(text)
    except ApiProblem:
        pass
    finally:
        sys.settrace(before)
    return count


def is_linear(read: Callable[[str], object], unit: str) -> bool:
    """
    Tell whether twice as much costs at most about twice as many steps more.
    """
    steps(read, unit * SIZE)  # once for what is made at the first use
    one, two, four = (steps(read, unit * size) for size in (SIZE, 2 * SIZE, 4 * SIZE))
    return four - two <= 2.2 * max(two - one, 0) + SIZE


@pytest.mark.parametrize(
    ("name", "unit"),
    [(name, unit) for name, (_, units) in READERS.items() for unit in units],
)
def test_reading_costs_no_more_than_what_is_read(name, unit):
    """
    Whatever is repeated, each repetition costs the same.
    """
    read, _ = READERS[name]

    assert is_linear(read, unit)


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        (FORM, "&" * 10**6),
        (FORM, "a" * 10**6 + "=1"),
        (FORM, "%41" * 300_000 + "=1"),
        (FORM, "a" + "[]" * 500_000 + "=1"),
        (FORM, "a=" + "%" * 10**6),
        (FORM, "a=" + "%4" * 500_000),
        (FORM, "a=" + "%41" * 300_000),
        ("application/json", "[" * 10**6),
        ("application/json", '{"a":' * 200_000),
        ("application/json", "[" + "1," * 500_000),
        ("application/json", '["' + '\\"' * 500_000),
        ("application/json", '{"a":"' + "a" * 10**6 + '"}'),
        (MULTIPART, "\r\n--b" * 200_000),
        (MULTIPART, PART % ("a" * 10**6)),
    ],
)
def test_a_limit_comes_before_the_work(content_type, text):
    """
    A megabyte that exceeds a limit, or says little, takes few steps: not one a byte.
    """
    assert steps(parse(content_type, Limits()), text) < len(text) / 20


def test_a_reader_that_looks_back_is_found():
    """
    The measure sees what it is for: a step for all that came before each step.
    """

    def count_before(text):
        return [sum(1 for _ in text[:at]) for at in range(len(text))]

    assert is_linear(len, "a")
    assert not is_linear(count_before, "a")
