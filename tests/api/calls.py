"""
A shop with its API in this process, and a client that calls it.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote_plus

from attrs import frozen

from ocstate.api import Api, Request
from ocstate.core.setup import hashed_key
from ocstate.demo import StaticHost
from ocstate.stores.memory import MemoryStore
from ocstate.sync import Sessions
from ocstate.testing.clock import FakeClock

DATA = Path(__file__).parents[1] / "data"
SHOP = json.loads((DATA / "recorded-shop.json").read_text("utf-8"))
KEY = SHOP["api_credentials"]["1"]["key"]
NOW = 1_795_000_000.0
FORM = "application/x-www-form-urlencoded"

ANN = {
    "firstname": "Ann",
    "lastname": "Lakeland",
    "email": "ann@example.com",
    "telephone": "020-555-0100",
}
HOME = {
    "firstname": "Ann",
    "lastname": "Lakeland",
    "address_1": "12 St James Square",
    "postcode": "SW1Y 4JH",
    "city": "London",
    "country_id": 222,
    "zone_id": 3563,
}


def merged(target, patch):
    """
    Return a JSON document with a merge patch on it (RFC 7396).
    """
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        result[key] = merged(result.get(key), value)
        if value is None:
            del result[key]
    return result


def flatten(form, prefix=None):
    """
    Spell a nested form as PHP's clients do: with brackets, empty lists vanish.
    """
    for key, value in form.items() if isinstance(form, dict) else enumerate(form):
        name = str(key) if prefix is None else f"{prefix}[{key}]"
        if isinstance(value, dict | list):
            yield from flatten(value, name)
        else:
            yield name, str(value)


def urlencoded(form):
    """
    Encode a nested form.
    """
    pairs = (f"{quote_plus(k)}={quote_plus(v)}" for k, v in flatten(form))
    return "&".join(pairs)


@frozen
class Answer:
    """
    What came back.
    """

    status: int
    json: object
    headers: tuple[tuple[str, str], ...]

    def header(self, name):
        """
        Return the values of a header field, joined.
        """
        return ", ".join(value for key, value in self.headers if key == name)


class Shop:
    """
    A shop, its sessions and its API; calls carry the token once a login told one.
    """

    def __init__(self, patch=None, **options):
        self.clock = FakeClock(NOW)
        self.host = StaticHost(merged(SHOP, patch or {}), clock=self.clock)
        self.store = MemoryStore()
        self.sessions = Sessions(self.store, self.host, clock=self.clock)
        self.api = Api(self.sessions, **options)
        self.token = ""

    def send(self, request):
        """
        Send a whole request.
        """
        response = self.sessions.run(self.api.handle(request))
        body = json.loads(response.body) if response.body else None
        return Answer(response.status, body, response.headers)

    def call(self, route, form=None, *, method="POST", query="", headers=(), **more):
        """
        Call a route with a form.
        """
        token = f"&api_token={self.token}" if self.token else ""
        body = urlencoded(form or {}).encode()
        given = {
            "method": method,
            "query": f"route={route}{token}{query}",
            "headers": [("Content-Type", FORM), ("Host", "shop.example"), *headers],
            "body": b"" if method == "GET" else body,
            "client": "127.0.0.1",
        }
        return self.send(Request(**{**given, **more}))

    def post(self, route, body, content_type):
        """
        Call a route with any body.
        """
        return self.send(
            Request(
                method="POST",
                query=f"route={route}&api_token={self.token}",
                headers=[("Content-Type", content_type)],
                body=body,
                client="127.0.0.1",
            )
        )

    def log_in(self):
        """
        Log in, and carry the token from then on.
        """
        self.token = ""
        self.token = self.call("api/login", {"key": KEY}).json["api_token"]
        return self

    def fill(self, *, methods=True):
        """
        Make everything ready for an order.
        """
        self.call("api/customer", ANN)
        self.call("api/cart/add", {"product_id": 40, "quantity": 2})
        self.call("api/payment/address", HOME)
        self.call("api/shipping/address", HOME)
        if methods:
            self.call("api/shipping/methods")
            self.call("api/shipping/method", {"shipping_method": "flat.flat"})
            self.call("api/payment/methods")
            self.call("api/payment/method", {"payment_method": "cod"})
        return self

    def stored(self):
        """
        Return everything that the store has: all records, with their bytes.
        """
        return self.store.scan(None, 1000)

    def record(self):
        """
        Return the record of the session whose token is carried.
        """
        return self.store.load(hashed_key(self.token))
