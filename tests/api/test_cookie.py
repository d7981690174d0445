"""
The cookie by which an API's session travels.
"""

from __future__ import annotations

import pytest

from ocstate import Policy, Sessions
from ocstate.api import Api
from ocstate.core.cookies import CookiePolicy
from tests.api.calls import KEY, Shop


@pytest.mark.parametrize(
    ("options", "scheme", "rest"),
    [
        ({}, "http", "HttpOnly; SameSite=Strict"),
        ({}, "https", "Secure; HttpOnly; SameSite=Strict"),
        ({"secure": "always"}, "http", "Secure; HttpOnly; SameSite=Strict"),
        (
            {"cookie": CookiePolicy(secure="always", max_age=60)},
            "http",
            "Max-Age=60; Secure; HttpOnly; SameSite=Strict",
        ),
        (
            {"cookie": CookiePolicy(secure="never")},
            "https",
            "HttpOnly; SameSite=Strict",
        ),
        (
            {"cookie": CookiePolicy(secure="never"), "secure": "always"},
            "http",
            "Secure; HttpOnly; SameSite=Strict",
        ),
        (
            {"cookie": CookiePolicy(same_site="None", secure="always")},
            "http",
            "Secure; HttpOnly; SameSite=None",
        ),
        (
            {"cookie": CookiePolicy(same_site="Lax")},
            "http",
            "HttpOnly; SameSite=Lax",
        ),
        ({"cookie": CookiePolicy(same_site=None)}, "http", "HttpOnly"),
    ],
)
def test_the_cookie_is_strict_unless_it_is_told_otherwise(options, scheme, rest):
    """
    What a policy names is what a browser is told; an API serves no pages to link to.
    """
    shop = Shop(**options)

    answer = shop.call("api/login", {"key": KEY}, scheme=scheme)

    token = answer.json["api_token"]
    assert f"OCSESSID={token}; Path=/; {rest}" == answer.header("Set-Cookie")


def test_a_cookie_may_have_any_name_that_browsers_bind_to_the_host():
    """
    Then only this name counts, not the one that OpenCart's clients know.
    """
    shop = Shop(cookie=CookiePolicy(name="__Host-shop", secure="always"))
    answer = shop.call("api/login", {"key": KEY})
    token = answer.json["api_token"]

    assert answer.header("Set-Cookie").startswith(f"__Host-shop={token}; Path=/; ")
    for name, is_known in (("__Host-shop", True), ("OCSESSID", False)):
        cookie = ("Cookie", f"{name}={token}")
        added = shop.call("api/cart/add", {"product_id": 40}, headers=[cookie])
        assert is_known is ("success" in added.json)


def test_a_cookie_that_has_an_age_is_sent_again():
    """
    To whoever sent it, for a browser would forget it while the session lives; not to
    a program with a token.
    """
    shop = Shop().log_in()
    policy = Policy(idle=3600, lifetime=86400, repeat=60)
    shop.sessions = Sessions(shop.store, shop.host, clock=shop.clock, policy=policy)
    shop.api = Api(shop.sessions, cookie=CookiePolicy(max_age=600))
    shop.clock.advance(100)

    with_token = shop.call("api/cart/add", {"product_id": 40})
    token, shop.token = shop.token, ""
    cookie = ("Cookie", f"OCSESSID={token}")
    shop.clock.advance(100)
    with_cookie = shop.call("api/cart/add", {"product_id": 40}, headers=[cookie])

    assert "" == with_token.header("Set-Cookie")
    assert with_cookie.header("Set-Cookie").startswith(
        f"OCSESSID={token}; Path=/; Max-Age=600; "
    )
