"""
Cookies: anything is read without an error, and nothing is sent that a client drops.
"""

from __future__ import annotations

import re
from http.cookies import SimpleCookie

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ocstate.core.cookies import CookiePolicy, parse_cookies, render_cookie
from ocstate.exceptions import ConfigurationError, UsageError

TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~09AZaz"
NAMES = st.text(TOKEN_CHARACTERS, min_size=1, max_size=20)
OCTETS = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '",;\\')
VALUES = st.text(OCTETS, max_size=40)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1;b=2", {"a": "1", "b": "2"}),
        (" a = 1 ;\tb\t=\t2\t", {"a": "1", "b": "2"}),
        ("a=specific; a=general", {"a": "specific"}),
        ("a=; a=1", {"a": ""}),
        ('a="1"', {"a": "1"}),
        ('a="', {"a": '"'}),
        ('a=""', {"a": ""}),
        ('a="1', {"a": '"1'}),
        ("a=b=c", {"a": "b=c"}),
        ("alone; =nameless; ;; a=1", {"a": "1"}),
        ("a=\u00e9", {"a": "\u00e9"}),
        ("$Version=1; a=1", {"$Version": "1", "a": "1"}),
    ],
)
def test_pairs_are_read_as_clients_send_them(header, expected):
    """
    The first of a name counts, blanks and quotes around are dropped, the rest is kept.
    """
    assert expected == parse_cookies(header)


def test_an_endless_header_is_read_up_to_a_separator():
    """
    What stands past 64 KiB is not read, and no cookie is cut in two.
    """
    padding = "; ".join(f"p{number}=" + "x" * 1000 for number in range(80))

    cookies = parse_cookies(f"first=1; {padding}; last=1")

    assert "1" == cookies["first"]
    assert "last" not in cookies
    head = "first=1; last="
    longest = "x" * (64 * 1024 - len(head))
    assert {"first": "1", "last": longest} == parse_cookies(head + longest)
    assert {"first": "1"} == parse_cookies(head + longest + "x")
    assert {1000} == {len(each) for name, each in cookies.items() if name != "first"}
    assert {} == parse_cookies("x" * 70_000 + "=1")


@given(st.text(max_size=200))
def test_any_header_is_read(header):
    """
    No text makes the parser raise, and no name or value of it holds a separator.
    """
    for name, value in parse_cookies(header).items():
        assert name
        assert ";" not in name + value
        assert "=" not in name


@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_what_is_rendered_is_parsed_again(cookies):
    """
    A client that sends back what it was given sends what was meant, in any number.
    """
    rendered = [
        render_cookie(name, value, secure=True) for name, value in cookies.items()
    ]
    header = "; ".join(each.partition(";")[0] for each in rendered)

    assert cookies == parse_cookies(header)


@given(
    name=NAMES,
    value=VALUES,
    same_site=st.sampled_from(["Lax", "Strict", "None", None]),
    max_age=st.none() | st.integers(0, 10**9),
    domain=st.sampled_from([None, "shop.example", "a-b.c0"]),
    path=st.sampled_from(["/", "/shop", "/a b/c"]),
    http_only=st.booleans(),
)
def test_other_parsers_agree(name, value, same_site, max_age, domain, path, http_only):
    """
    The standard library reads every attribute as it was meant.
    """
    rendered = render_cookie(
        name,
        value,
        secure=True,
        same_site=same_site,
        max_age=max_age,
        domain=domain,
        path=path,
        http_only=http_only,
    )
    first, *attributes = rendered.split("; ")
    found = dict(each.partition("=")[::2] for each in attributes)

    assert f"{name}={value}" == first
    assert path == found["Path"]
    assert domain == found.get("Domain")
    assert same_site == found.get("SameSite")
    assert (None if max_age is None else str(max_age)) == found.get("Max-Age")
    assert ("Expires" in found) is (max_age == 0)
    assert ("HttpOnly" in found) is http_only
    assert "Secure" in found


def test_the_standard_library_reads_a_whole_cookie():
    """
    A parser that is not ours finds the token and the attributes.
    """
    rendered = render_cookie("OCSESSID", "abc123", secure=True, max_age=60)

    cookie = SimpleCookie(rendered)["OCSESSID"]

    assert "abc123" == cookie.value
    assert ("/", True, True, "Lax", "60") == (
        cookie["path"],
        cookie["secure"],
        cookie["httponly"],
        cookie["samesite"],
        cookie["max-age"],
    )


@given(st.text(min_size=1, max_size=8))
def test_a_name_that_is_no_token_is_refused(name):
    """
    Names are tokens of RFC 9110, and nothing else gets into a header.
    """
    if re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII):
        assert render_cookie(name, "1", secure=True).startswith(f"{name}=1;")
    else:
        with pytest.raises(ConfigurationError):
            render_cookie(name, "1", secure=True)


@given(st.characters(exclude_characters=OCTETS))
def test_a_value_with_another_character_is_refused(character):
    """
    Blanks, quotes, separators, controls and non-ASCII have no place in a value.
    """
    with pytest.raises(UsageError, match="cookie a has") as caught:
        render_cookie("a", f"secret{character}", secure=True)
    assert "secret" not in str(caught.value)


def test_a_cookie_that_clients_would_drop_for_its_size_is_refused():
    """
    RFC 6265 section 6.1 promises 4096 bytes and no more.
    """
    assert render_cookie("a", "x" * 4095, secure=False)
    with pytest.raises(UsageError, match="4096"):
        render_cookie("a", "x" * 4096, secure=False)


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        ("__Host-a", {"secure": False}),
        ("__Host-a", {"secure": True, "path": "/shop"}),
        ("__Host-a", {"secure": True, "domain": "shop.example"}),
        ("__host-a", {"secure": False}),
        ("__Secure-a", {"secure": False}),
        ("a", {"secure": False, "same_site": "None"}),
        ("a", {"secure": False, "partitioned": True}),
        ("a", {"secure": True, "same_site": "lax"}),
        ("a", {"secure": True, "path": "shop"}),
        ("a", {"secure": True, "path": "/; Domain=evil.example"}),
        ("a", {"secure": True, "path": "/a\r\nX: y"}),
        ("a", {"secure": True, "path": "/" * 1025}),
        ("a", {"secure": True, "domain": "a;b"}),
        ("a", {"secure": True, "domain": ""}),
        ("a", {"secure": True, "domain": ".shop.example"}),
        ("a", {"secure": True, "domain": "a" * 1025}),
        ("a", {"secure": True, "max_age": -1}),
    ],
)
def test_a_cookie_that_clients_would_drop_is_refused(name, attributes):
    """
    Malformed attributes, and prefixes without what they demand, are errors of ours.
    """
    with pytest.raises(ConfigurationError):
        render_cookie(name, "1", **attributes)


def test_a_cookie_may_have_the_longest_path_and_domain():
    """
    RFC 6265bis lets clients drop an attribute of more than 1024 bytes.
    """
    path, domain = "/" * 1024, "a" * 1024
    rendered = render_cookie("a", "1", secure=True, path=path, domain=domain)

    assert f"; Path={path}; Domain={domain}; " in rendered


def test_a_host_bound_cookie_has_what_it_demands():
    """
    ``__Host-`` is accepted with Secure, the root path and no domain.
    """
    assert "__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Lax; Partitioned" == (
        render_cookie("__Host-a", "1", secure=True, partitioned=True)
    )


@pytest.mark.parametrize(
    ("secure", "scheme", "expected"),
    [
        ("auto", "http", False),
        ("auto", "https", True),
        ("always", "http", True),
        ("always", "https", True),
        ("never", "http", False),
        ("never", "https", False),
    ],
)
def test_a_policy_says_when_a_cookie_is_secure(secure, scheme, expected):
    """
    The scheme decides alone under ``auto``.
    """
    policy = CookiePolicy(secure=secure)

    assert expected is ("; Secure" in policy.render("t", scheme=scheme))


def test_a_policy_gives_and_takes_a_token_away():
    """
    A token is sent with the policy's age; None makes the client forget it.
    """
    policy = CookiePolicy(name="shop", path="/shop", max_age=60)

    assert "shop=t; Path=/shop; Max-Age=60; HttpOnly; SameSite=Lax" == (
        policy.render("t", scheme="http")
    )
    assert policy.render(None, scheme="http").startswith(
        "shop=; Path=/shop; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0;"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "__Host-a"},
        {"name": "a b"},
        {"same_site": "None"},
        {"partitioned": True},
        {"secure": "sometimes"},
        {"max_age": 0},
        {"max_age": -1},
        {"path": ""},
    ],
)
def test_a_wrong_policy_is_refused_when_it_is_made(changes):
    """
    What no client would take is found at the start, not in a request.
    """
    with pytest.raises(ConfigurationError):
        evolve(CookiePolicy(), **changes)
    if changes.keys() <= {"same_site", "partitioned"} or changes == {
        "name": "__Host-a"
    }:
        assert evolve(CookiePolicy(secure="always"), **changes)


@pytest.mark.parametrize(
    "changes",
    [{"name": "__Host-a"}, {"same_site": "None"}, {"partitioned": True}],
)
def test_what_demands_https_takes_always(changes):
    """
    ``secure="always"`` is what a bound, third-party or partitioned cookie asks for.
    """
    policy = CookiePolicy(secure="always", **changes)

    assert "; Secure" in policy.render("t", scheme="http")
