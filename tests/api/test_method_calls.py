"""
Choosing ways to ship and to pay that were never listed.
"""

from __future__ import annotations

import pytest
from attrs import fields

from ocstate.api import Api
from ocstate.host import Host
from ocstate.sync import Sessions
from tests.api.calls import HOME, Shop


def ready(shop):
    """
    Log in, and put something into the cart that goes somewhere.
    """
    shop.log_in()
    shop.call("api/cart/add", {"product_id": 40})
    shop.call("api/shipping/address", HOME)
    shop.call("api/payment/address", HOME)
    return shop


@pytest.mark.parametrize(
    ("kind", "section", "code"),
    [
        ("shipping", "shipping_quotes", "flat.flat"),
        ("shipping", "shipping_quotes", "no.such"),
        ("payment", "payment_options", "cod"),
        ("payment", "payment_options", "none"),
    ],
)
def test_what_was_not_listed_cannot_be_chosen(kind, section, code):
    """
    As recorded: a choice is made among what a call has listed before, or is refused.
    """
    shop = ready(Shop())
    before = shop.stored()

    answer = shop.call(f"api/{kind}/method", {f"{kind}_method": code})

    assert f'{section}_missing;path="/{section}"' == answer.header("Ocstate-Problems")
    assert before == shop.stored()


def test_a_shop_that_lists_no_methods_takes_any():
    """
    A shop without ports for sending and paying lists nothing, and checks no choice.
    """
    shop = Shop()
    shop.sessions = Sessions(shop.store, _without_methods(shop.host), clock=shop.clock)
    shop.api = Api(shop.sessions)
    ready(shop)

    for route, form in (
        ("api/shipping/method", {"shipping_method": "any.code"}),
        ("api/payment/method", {"payment_method": "any"}),
    ):
        assert "error" in shop.call(f"{route}s").json
        assert ["success"] == list(shop.call(route, form).json)


def _without_methods(host):
    ports = (one.name for one in fields(Host))
    kept = {name: getattr(host, name) for name in ports}
    return Host(**{**kept, "shipping": None, "payment": None})
