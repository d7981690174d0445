"""
Who may let a browser call: the decision table, walked through.
"""

from __future__ import annotations

from itertools import product

import pytest

from ocstate.exceptions import ConfigurationError
from ocstate.http.origins import Origins, is_from_browser, is_own
from ocstate.http.request import Request

OWN = "https://shop.example"
DECLARED = "https://app.example"
FOREIGN = "https://evil.example"
NEAR = (None, "same-origin", "none", "Same-Origin")
FAR = ("same-site", "cross-site", "new-word")


def from_page(origin=None, site=None, **more):
    """
    Make a request as a browser would for a page.
    """
    given = {"Host": "shop.example", "Origin": origin, "Sec-Fetch-Site": site}
    headers = [(name, value) for name, value in given.items() if value is not None]
    return Request(**{"headers": headers, "scheme": "https", **more})


def expected(origin, site, changes):
    """
    Read the table.
    """
    if origin == DECLARED or not changes:
        return True
    if site is not None and site.lower() == "same-origin":
        return True
    return site in NEAR and origin in (None, OWN)


@pytest.mark.parametrize(
    ("origin", "site", "changes"),
    [*product((None, OWN, DECLARED, FOREIGN, "null"), NEAR + FAR, (False, True))],
)
def test_the_table_of_origins(origin, site, changes):
    """
    Every combination is decided as the table says.
    """
    request = from_page(origin, site)

    assert expected(origin, site, changes) is Origins([DECLARED]).allow(
        request, changes_by_cookie=changes
    )


@pytest.mark.parametrize(
    ("origin", "host", "scheme", "own"),
    [
        ("https://shop.example", "shop.example", "https", True),
        ("https://shop.example", "shop.example:443", "https", True),
        ("https://shop.example", "Shop.Example", "https", True),
        ("https://shop.example", "shop.example", "http", True),
        ("http://shop.example", "shop.example", "https", False),
        ("http://localhost:8000", "localhost:8000", "http", True),
        ("http://localhost:8001", "localhost:8000", "http", False),
        ("http://shop.example", "", "http", False),
        ("http://", "", "http", False),
        ("null", "shop.example", "https", False),
    ],
)
def test_own_means_the_same_place(origin, host, scheme, own):
    """
    An origin is own when it names the host, the port and no worse a scheme.
    """
    headers = [("Origin", origin), ("Host", host)]

    assert own is is_own(Request(headers=headers, scheme=scheme))


@pytest.mark.parametrize(
    ("name", "value", "is_mark"),
    [
        ("Origin", "null", True),
        ("Referer", "", True),
        ("Sec-Fetch-Site", "none", True),
        ("Sec-Fetch-Dest", "empty", True),
        ("Sec-Fetch-Mode", "cors", False),
        ("Upgrade-Insecure-Requests", "1", True),
        ("Accept", "*/*", False),
        ("Accept", "application/json, text/plain, */*", False),
        ("Accept", "application/xhtml+xml, Text/HTML;q=0.9", True),
        ("Accept-Language", "*", False),
        ("Accept-Language", " * ", False),
        ("Accept-Language", "en", True),
        ("Accept-Language", "*, en", True),
        ("Accept-Language", "", True),
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)", True),
        ("User-Agent", "mozilla/5.0", True),
        ("User-Agent", "Lynx/2.8 Mozilla/5.0", False),
        ("User-Agent", "curl/7.88.1", False),
        ("User-Agent", "", False),
        ("Cookie", "Mozilla/=text/html", False),
    ],
)
def test_one_mark_is_enough_for_a_browser(name, value, is_mark):
    """
    Pages cannot keep a browser from adding these, and programs do not.
    """
    program = [("Accept-Encoding", "gzip"), ("Connection", "keep-alive")]

    assert is_mark is is_from_browser(Request(headers=[*program, (name, value)]))


@pytest.mark.parametrize(
    "fields",
    [
        # As they were seen on the wire.
        {"Host": "shop.test", "Accept": "*/*"},
        {"Host": "shop.test", "User-Agent": "curl/7.88.1", "Accept": "*/*"},
        {
            "Accept": "application/json, text/plain, */*",
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "axios/1.7.9",
            "Accept-Encoding": "gzip, compress, deflate, br",
        },
        {
            "accept": "*/*",
            "accept-language": "*",
            "sec-fetch-mode": "cors",
            "user-agent": "node",
            "accept-encoding": "gzip, deflate",
        },
        {"User-Agent": "python-requests/2.32.3", "Accept": "*/*"},
    ],
    ids=["php", "curl", "axios", "node", "requests"],
)
def test_programs_have_no_mark(fields):
    """
    What clients of the original documentation send by themselves is none.
    """
    assert not is_from_browser(Request(headers=fields.items()))


def test_only_declared_origins_are_answered():
    """
    An answer names a declared origin exactly, and no other one at all.
    """
    origins = Origins([DECLARED])

    allowed = dict(origins.headers(from_page(DECLARED)))

    assert DECLARED == allowed["Access-Control-Allow-Origin"]
    assert "true" == allowed["Access-Control-Allow-Credentials"]
    assert (("Vary", "Origin"),) == origins.headers(from_page(FOREIGN))
    assert () == origins.preflight_headers(from_page(FOREIGN))
    assert origins.preflight_headers(from_page(DECLARED))


def test_without_declared_origins_nothing_is_added():
    """
    By default no page of another site can read an answer.
    """
    assert () == Origins().headers(from_page(FOREIGN))


@pytest.mark.parametrize(
    "origin", ["*", "null", "https://a.example/", "HTTPS://a.example", "a.example"]
)
def test_an_origin_is_written_as_browsers_send_it(origin):
    """
    What no browser would ever send is a mistake in the configuration.
    """
    with pytest.raises(ConfigurationError):
        Origins([origin])
