"""
Every call of the table as a flow: canned answers, and neither store nor host.
"""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from ocstate.api import Api, Request
from ocstate.api.routes import CLASSIC
from ocstate.auth.credentials import CredentialFact, CredentialQuestion, hash_key
from ocstate.checkout.facts import (
    PaymentFact,
    PaymentQuestion,
    PriceFact,
    PriceQuestion,
    ProductFact,
    ProductQuestion,
    RewardFact,
    RewardQuestion,
    ShippingFact,
    ShippingQuestion,
    ShopFact,
    ShopQuestion,
)
from ocstate.checkout.values.methods import PaymentMethod, QuoteGroup, ShippingMethod
from ocstate.checkout.values.state import State
from ocstate.core.effects import Create, Replace, Retire
from ocstate.core.setup import Setup
from ocstate.http.networks import parse_networks
from tests.api.calls import ANN, FORM, HOME, urlencoded
from tests.api.canned import NOW, Canned
from tests.core.canned import FixedWorld

FLAT = QuoteGroup(
    code="flat", quotes=(ShippingMethod(code="flat.flat", cost=Decimal(5)),)
)
FACTS = {
    CredentialQuestion(username="Default"): CredentialFact(
        api_id=7,
        username="Default",
        key_hash=hash_key("right"),
        networks=parse_networks(["127.0.0.1"]),
    ),
    ShopQuestion(): ShopFact(),
    ProductQuestion(product_id=40): ProductFact(product_id=40, buyable=True),
    ShippingQuestion(checkout=State()): ShippingFact(groups=(FLAT,)),
    PaymentQuestion(checkout=State()): PaymentFact(
        options=(PaymentMethod(code="cod"),)
    ),
    PriceQuestion(checkout=State()): PriceFact(),
    RewardQuestion(checkout=State()): RewardFact(balance=100, maximum=50),
}
GIFT = {
    "from_name": "Ann",
    "from_email": "ann@example.com",
    "to_name": "Bob",
    "to_email": "bob@example.com",
    "amount": "10",
    "voucher_theme_id": 8,
}
READY = """
    api/customer api/cart/add api/payment/address api/shipping/address
    api/shipping/methods api/shipping/method api/payment/methods api/payment/method
""".split()
CALLS = {
    "api/login": ({"key": "right"}, {"success", "api_token"}),
    "api/currency": ({"currency": "EUR"}, {"success"}),
    "api/customer": (ANN, {"success"}),
    "api/cart/add": ({"product_id": 40}, {"success"}),
    "api/cart/addProduct": ({"product_id": 40}, {"success"}),
    "api/cart/edit": ({"key": 1, "quantity": 3}, {"success"}),
    "api/cart/remove": ({"key": 1}, {"success"}),
    "api/cart/products": ({}, {"products", "vouchers", "totals"}),
    "api/coupon": ({"coupon": "2222"}, {"success"}),
    "api/voucher": ({"voucher": "abc"}, {"success"}),
    "api/voucher/add": (GIFT, {"success"}),
    "api/reward": ({"reward": 10}, {"success"}),
    "api/reward/maximum": ({}, {"maximum"}),
    "api/reward/available": ({}, {"points"}),
    "api/payment/address": (HOME, {"success"}),
    "api/payment_address": (HOME, {"success"}),
    "api/shipping/address": (HOME, {"success"}),
    "api/shipping_address": (HOME, {"success"}),
    "api/shipping/methods": ({}, {"shipping_methods"}),
    "api/shipping_methods": ({}, {"shipping_methods"}),
    "api/shipping/method": ({"shipping_method": "flat.flat"}, {"success"}),
    "api/shipping_method": ({"shipping_method": "flat.flat"}, {"success"}),
    "api/payment/methods": ({}, {"payment_methods"}),
    "api/payment_methods": ({}, {"payment_methods"}),
    "api/payment/method": ({"payment_method": "cod"}, {"success"}),
    "api/payment_method": ({"payment_method": "cod"}, {"success"}),
    "api/order/add": ({"comment": "please"}, {"success", "order_id"}),
    "api/order&call=confirm": ({}, {"success", "order_id"}),
}
"""By name: a form that is right for a session that is ready, and the answer's keys."""

WRITES = {
    "api/login": [Create, Retire],
    # What the session says already is not written again.
    "api/customer": [],
    "api/shipping/method": [],
    "api/shipping_method": [],
    "api/payment/method": [],
    "api/payment_method": [],
    # The checkout is claimed first, and then the order is stored.
    "api/order/add": [Replace, Replace],
    "api/order&call=confirm": [Replace, Replace],
    **{name: [] for name, route in CLASSIC.items() if not route.changes},
}
"""Where it is not one replacement: what is written. A login ends the session before."""


class Wired:
    """
    What the API needs of sessions.
    """

    setup = Setup(world=FixedWorld(NOW))


def call(canned, name, token=""):
    """
    Make a call of the list with canned answers; return the content of the answer.
    """
    form, _ = CALLS[name]
    request = Request(
        method="POST",
        query=f"route={name}&api_token={token}",
        headers=[("Content-Type", FORM)],
        body=urlencoded(form).encode(),
        client="127.0.0.1",
    )
    response = canned.run(Api(Wired()).handle(request))
    assert 200 == response.status
    return json.loads(response.body)


def test_every_call_of_the_table_is_walked():
    """
    A call that is new has to be listed here.
    """
    assert set(CLASSIC) == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_a_call_needs_canned_answers_alone(name):
    """
    All that a call wants of the world it asks for; what it writes is one change of a
    session at the most, but for an order.
    """
    canned = Canned(FACTS)
    token = call(canned, "api/login")["api_token"]
    for each in READY:
        assert "error" not in call(canned, each, token)
    before = len(canned.writes)

    content = call(canned, name, token)

    assert CALLS[name][1] == set(content)
    assert WRITES.get(name, [Replace]) == [
        type(each) for each in canned.writes[before:]
    ]
    assert ("order" in name) is (len(canned.orders) == 1)
