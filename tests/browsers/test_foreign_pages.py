"""
What pages of other hosts can make a real browser do to a shopper's session: nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from attrs import define, field
from selenium.webdriver import Remote
from selenium.webdriver.common.by import By

from ocstate import Sessions
from ocstate.api import Api
from ocstate.core.cookies import CookiePolicy
from ocstate.demo import StaticHost
from ocstate.stores.memory import MemoryStore
from ocstate.wsgi import ApiApp
from tests.adapters.servers import waitress
from tests.browsers.chromium import PATIENCE, chromium

SHOP = "www.shop.test"
SIBLING = "evil.shop.test"
FOREIGN = "evil.test"

ADDRESS = {
    "firstname": "Ada",
    "lastname": "Lovelace",
    "address_1": "Speicherstadt 1",
    "city": "Hamburg",
    "postcode": "20457",
    "country_id": "81",
    "zone_id": "1259",
}
CALLS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("api/cart/addProduct", {"product_id": "42", "quantity": "1"}),
    (
        "api/customer",
        {
            "firstname": "Ada",
            "lastname": "Lovelace",
            "email": "ada@example.com",
            "telephone": "+49 40 123456",
        },
    ),
    ("api/payment_address", ADDRESS),
    ("api/shipping_address", ADDRESS),
    ("api/shipping_methods", {}),
    ("api/shipping_method", {"shipping_method": "flat.flat"}),
    ("api/payment_methods", {}),
    ("api/payment_method", {"payment_method": "bank_transfer"}),
)
"""What a shopper does before the order, on the shop's own page."""

POST = """
const [route, form, done] = arguments;
fetch("/index.php?route=" + route, {method: "POST", body: new URLSearchParams(form)})
  .then(answer => answer.json()).then(done, error => done(String(error)));
"""

# Of every way to send a GET, the form that tells least of where it comes from.
AT_ONCE = {
    "script": '<script referrerpolicy="no-referrer" src="{}"></script>',
    "image": '<img referrerpolicy="no-referrer" src="{}">',
    "style": '<link rel="stylesheet" referrerpolicy="no-referrer" href="{}">',
    "prefetch": '<link rel="prefetch" referrerpolicy="no-referrer" href="{}">',
    "frame": '<iframe referrerpolicy="no-referrer" src="{}"></iframe>',
    "object": '<object data="{}"></object>',
    "sound": '<audio preload="auto" src="{}"></audio>',
    "fetch": """<script>fetch("{}", {{mode: "no-cors", credentials: "include",
        referrerPolicy: "no-referrer"}})</script>""",
}
BY_CLICK = {
    "link": '<a id="go" rel="noreferrer" href="{}">go</a>',
    "opened": """<button id="go" onclick='open("{}", "_blank", "noreferrer")'>""",
    "moved": """<button id="go" onclick='location = "{}"'>""",
    "form": '<form rel="noreferrer" action="{}">{}<button id="go"></form>',
}


@define
class Site:
    """
    A shop at one host and pages at others, on one server that notes what arrives.

    Attributes:
        arrived: The fields of each request of the shop by what ``by`` said, noted when
            the answer was made.
        blind: Whether the shop is a broken one, that does not see by what a browser is
            known over plain http.
    """

    pages: dict[str, str] = field(factory=dict)
    arrived: dict[str, Mapping[str, str]] = field(factory=dict)
    blind: bool = False
    cookie: CookiePolicy = CookiePolicy()
    sessions: Sessions = field(init=False)
    host: StaticHost = field(factory=StaticHost.demo)
    news: threading.Condition = field(factory=threading.Condition)
    shop: ApiApp = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.sessions = Sessions(MemoryStore(), self.host)
        self.shop = ApiApp(Api(self.sessions, cookie=self.cookie))

    def __call__(self, environ, start_response):
        if environ["HTTP_HOST"] != SHOP or environ["PATH_INFO"] != "/index.php":
            page = self.pages.get(environ["HTTP_HOST"] + environ["PATH_INFO"], "")
            start_response("200 OK", [("Content-Type", "text/html")])
            return [page.encode()]
        fields = {
            name.removeprefix("HTTP_"): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        if self.blind:
            for name in ("USER_AGENT", "ACCEPT", "ACCEPT_LANGUAGE"):
                environ.pop(f"HTTP_{name}", None)
            environ.pop("HTTP_UPGRADE_INSECURE_REQUESTS", None)
        answer = self.shop(environ, start_response)
        by = parse_qs(environ["QUERY_STRING"]).get("by", [""])[0]
        with self.news:
            self.arrived[by] = fields
            self.news.notify_all()
        return answer

    def await_arrival(self, *names: str) -> None:
        """
        Wait until requests of these names were answered.
        """
        with self.news:
            if not self.news.wait_for(lambda: {*names} <= {*self.arrived}, PATIENCE):
                pytest.fail(f"did not arrive: { {*names} - {*self.arrived}!a}")

    @property
    def checkout(self):
        """
        Return what is stored of the only session.
        """
        (record,) = self.sessions.store.scan(None, 10)
        return self.sessions.setup.codec.decode(
            record.payload, self.sessions.setup.rules
        ).checkout


@contextmanager
def shopping(folder: Path, site: Site) -> Iterator[Remote]:
    """
    Open a browser whose user has filled a cart, on the shop's own page.
    """
    credential = next(iter(site.host.document.api_credentials.values()))
    login = {"username": credential.username, "key": credential.key}
    with waitress(site) as server:
        hosts = dict.fromkeys((SHOP, SIBLING, FOREIGN), server.port)
        with chromium(folder, hosts) as chrome:
            chrome.get(f"http://{SHOP}/")
            for route, form in (("api/login", login), *CALLS):
                answer = chrome.execute_async_script(POST, route, form)
                assert "error" not in answer, (route, answer)
            yield chrome


def target(name: str, route: str) -> str:
    """
    Name a call's address, with the mark that its arrival is noted by.
    """
    return f"http://{SHOP}/index.php?route={route}&by={name}"


def attack(site: Site, chrome: Remote, host: str, route: str) -> list[str]:
    """
    Let pages of *host* send a call by GET in every way; return how they are noted.
    """
    prefix = f"{host}-{len(site.arrived)}"
    names = [f"{prefix}-{way}" for way in (*AT_ONCE, *BY_CLICK)]
    head = '<meta name="referrer" content="no-referrer">'
    site.pages[f"{host}/all"] = head + "".join(
        html.format(escape(target(f"{prefix}-{way}", route), quote=False))
        if way != "fetch"
        else html.format(target(f"{prefix}-{way}", route))
        for way, html in AT_ONCE.items()
    )
    chrome.get(f"http://{host}/all")
    site.await_arrival(*names[: len(AT_ONCE)])
    for way, html in BY_CLICK.items():
        address = target(f"{prefix}-{way}", route)
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{value}">'
            for name, (value,) in parse_qs(address.partition("?")[2]).items()
        )
        site.pages[f"{host}/{way}"] = head + html.format(address, fields)
        chrome.get(f"http://{host}/{way}")
        chrome.find_element(By.ID, "go").click()
        site.await_arrival(f"{prefix}-{way}")
        close_others(chrome)
    return names


def close_others(chrome: Remote) -> None:
    """
    Close what a page opened: a page that is behind another one plays no sound.
    """
    own = chrome.current_window_handle
    for other in {*chrome.window_handles} - {own}:
        chrome.switch_to.window(other)
        chrome.close()
    chrome.switch_to.window(own)


def carried(site: Site, names: list[str]) -> set[str]:
    """
    Return the ways by which the session's cookie came along.
    """
    return {
        name.rpartition("-")[2]
        for name in names
        if "OCSESSID=" in site.arrived[name].get("COOKIE", "")
    }


SAME_SITE = {
    "Strict": CookiePolicy(),
    "Lax": CookiePolicy(same_site="Lax"),
    "no": CookiePolicy(same_site=None),
}


@pytest.mark.parametrize("cookie", SAME_SITE.values(), ids=SAME_SITE)
def test_no_page_of_another_host_orders_or_takes_back_a_choice(tmp_path, cookie):
    """
    Whatever a sibling's page or a stranger's sends by GET, with the cookie or not.
    """
    site = Site(cookie=cookie)
    with shopping(tmp_path, site) as chrome:
        before = site.checkout
        sibling, foreign = [], []
        for route in (
            "api/order&call=confirm",
            "api/shipping/methods",
            "api/payment_methods&store_id=1",
        ):
            sibling += attack(site, chrome, SIBLING, route)
            foreign += attack(site, chrome, FOREIGN, route)

        after = site.checkout
        assert [] == list(site.host.orders.placed)
        assert (before.cart, before.store_id, None) == (
            after.cart,
            after.store_id,
            after.confirmation,
        )
        assert ("flat.flat", "bank_transfer") == (
            after.shipping_method.code,
            after.payment_method.code,
        )
        # It was no luck: the cookie came, and nothing that tells where from.
        assert {*AT_ONCE, *BY_CLICK} == carried(site, sibling)
        strict = cookie.same_site == "auto"
        assert (set() if strict else {*BY_CLICK}) <= carried(site, foreign)
        for name in sibling + foreign:
            fields = site.arrived[name]
            assert not {"ORIGIN", "REFERER", "SEC_FETCH_SITE"} & fields.keys()

        # The shop's own page takes back a choice, makes it again, and orders.
        chrome.get(f"http://{SHOP}/")
        chrome.execute_async_script(POST, "api/shipping/methods", {})
        assert site.checkout.shipping_method is None
        again = {"shipping_method": "flat.flat"}
        chrome.execute_async_script(POST, "api/shipping/method", again)
        placed = chrome.execute_async_script(POST, "api/order&call=confirm", {})
        assert "order_id" in placed, json.dumps(placed)
        assert 1 == len(site.host.orders.placed)


def test_a_shop_that_is_blind_for_browsers_is_robbed(tmp_path):
    """
    The same attack orders where nothing looks at a browser's marks.
    """
    site = Site(blind=True)
    with shopping(tmp_path, site) as chrome:
        attack(site, chrome, SIBLING, "api/order&call=confirm")

        assert 1 == len(site.host.orders.placed)


@pytest.mark.parametrize("host", [SIBLING, FOREIGN])
@pytest.mark.parametrize("policy", ["no-referrer", "unsafe-url"])
def test_no_page_of_another_host_posts(tmp_path, host, policy):
    """
    A form that orders brings the origin of its page, or that this is withheld.
    """
    site = Site(cookie=CookiePolicy(same_site=None))
    with shopping(tmp_path, site) as chrome:
        address = target("posted", "api/order&call=confirm")
        site.pages[f"{host}/form"] = (
            f'<meta name="referrer" content="{policy}">'
            f'<form method="post" action="{escape(address)}"><button id="go"></form>'
        )
        chrome.get(f"http://{host}/form")
        chrome.find_element(By.ID, "go").click()
        site.await_arrival("posted")

    assert "OCSESSID=" in site.arrived["posted"]["COOKIE"]
    assert [] == list(site.host.orders.placed)
