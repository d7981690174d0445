"""
Debian's Chromium without a window, and names of hosts that lead to this machine alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium.webdriver import ChromeOptions, Proxy, Remote
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.proxy import ProxyType
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection

# Without a sandbox it runs as root; the rest is what it would do besides its pages.
OPTIONS = """
--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic
--no-first-run --no-proxy-server --no-pings --disable-sync --disable-breakpad
--disable-background-networking --disable-component-update --disable-default-apps
--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable
""".split()

PATIENCE = 60
"""Seconds that a page and a script may take on a busy machine."""


class _Driver(Service):
    """
    A driver that ends by its signal: asked to end, it is waited for in whole seconds.
    """

    def send_remote_shutdown_command(self) -> None:
        """
        Leave it to the signal that follows.
        """


def find_chromium() -> tuple[str, str]:
    """
    Find Chromium and its driver, or skip the test.
    """
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None:
        pytest.skip("chromium is not installed (Debian: chromium)")
    if driver is None:
        pytest.skip("chromedriver is not installed (Debian: chromium-driver)")
    return browser, driver


@contextmanager
def chromium(folder: Path, hosts: Mapping[str, int]) -> Iterator[Remote]:
    """
    Start a browser that nobody has used, with *folder* to keep what it remembers in.

    Args:
        hosts: The ports of this machine that names of hosts lead to, whatever port a
            page's address names; no other host is found. Browsers send other headers
            to a loopback address, so let pages have names.
    """
    browser, path = find_chromium()
    rules = [f"MAP {host} 127.0.0.1:{port}" for host, port in hosts.items()]
    options = ChromeOptions()
    options.binary_location = browser
    options.timeouts = {"pageLoad": PATIENCE * 1000, "script": PATIENCE * 1000}
    for each in OPTIONS:
        options.add_argument(each)
    options.add_argument(f"--user-data-dir={folder}")
    options.add_argument(
        f"--host-resolver-rules={','.join([*rules, 'MAP * ~NOTFOUND'])}"
    )
    # What selenium would start by itself it would look for on the internet first, and
    # speak to by the machine's proxy.
    driver = _Driver(path)
    driver.start()
    try:
        direct = ClientConfig(
            driver.service_url, proxy=Proxy({"proxyType": ProxyType.DIRECT})
        )
        with Remote(RemoteConnection(client_config=direct), options=options) as remote:
            yield remote
    finally:
        driver.stop()
