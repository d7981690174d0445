"""
The browser of the tests: it finds the hosts that it is told of, and no other.
"""

from __future__ import annotations

import pytest
from selenium.common.exceptions import WebDriverException

from tests.adapters.servers import waitress
from tests.browsers.chromium import chromium


def greet(environ, start_response):
    """
    Answer with the host that was asked for.
    """
    start_response("200 OK", [("Content-Type", "text/html")])
    return [f"<title>{environ['HTTP_HOST']}</title>".encode()]


def test_it_opens_the_hosts_that_it_knows(tmp_path):
    """
    A name leads to its port, under the address that a visitor would type.
    """
    with waitress(greet) as one, chromium(tmp_path, {"shop.test": one.port}) as chrome:
        chrome.get("http://shop.test/")

        assert ("shop.test", "http://shop.test/") == (chrome.title, chrome.current_url)
        assert "Chrome/" in chrome.execute_script("return navigator.userAgent")
        with pytest.raises(WebDriverException, match="ERR_NAME_NOT_RESOLVED"):
            chrome.get("http://elsewhere.test/")
