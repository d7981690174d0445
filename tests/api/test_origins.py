"""
Who may let a browser call: the decision table, walked through.
"""

from __future__ import annotations

from itertools import product

import pytest

from ocstate.api.origins import Origins, is_from_browser, is_own
from ocstate.api.request import Request
from ocstate.exceptions import ConfigurationError

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
    ("name", "known"),
    [
        ("Origin", True),
        ("Referer", True),
        ("Sec-Fetch-Mode", True),
        ("Sec-Fetch-Dest", True),
        ("User-Agent", False),
    ],
)
def test_a_browser_is_known_by_what_it_adds(name, known):
    """
    Pages cannot keep a browser from adding these, and programs do not.
    """
    assert known is is_from_browser(Request(headers=[(name, "x")]))


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
