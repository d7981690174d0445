"""
A browser whose shop has changed the domain of its cookie.
"""

from __future__ import annotations

import pytest

from ocstate import Sessions
from ocstate.checkout import AddLine
from ocstate.core.cookies import CookiePolicy
from ocstate.stores.memory import MemoryStore
from ocstate.wsgi import SessionMiddleware, session_of
from tests.adapters.servers import waitress
from tests.browsers.chromium import chromium


@pytest.mark.parametrize("place", ["shop.test", "www.shop.test"])
def test_a_browser_keeps_its_cart_and_ends_with_one_cookie(tmp_path, place):
    """
    The old cookie comes first, names a session that has ended, and is taken away.
    """
    sessions = Sessions(MemoryStore())
    came = []

    def shop(environ, start_response):
        came.append(environ.get("HTTP_COOKIE", "").count("OCSESSID="))
        session = session_of(environ)
        session.do(AddLine(product_id=42))
        if environ["PATH_INFO"] == "/rotate":
            session.rotate()
        start_response("200 OK", [("Content-Type", "text/html")])
        return [f"<title>{session.checkout.cart.quantity}</title>".encode()]

    before = SessionMiddleware(shop, sessions)
    after = SessionMiddleware(shop, sessions, cookie=CookiePolicy(domain="shop.test"))

    def app(environ, start_response):
        if environ["PATH_INFO"] == "/favicon.ico":
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b""]
        chosen = before if environ["PATH_INFO"] == "/before" else after
        return chosen(environ, start_response)

    with waitress(app) as one, chromium(tmp_path, {place: one.port}) as chrome:
        seen = []
        for path in ("before", "", "rotate", "", "", ""):
            chrome.get(f"http://{place}/{path}")
            seen.append(chrome.title)
        domains = [each["domain"] for each in chrome.get_cookies()]

    assert ["1", "2", "3", "4", "5", "6"] == seen
    assert [0, 1, 1, 2, 1, 1] == came
    assert [".shop.test"] == domains
