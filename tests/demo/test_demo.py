"""
The demo shop: what it promises to whoever tries ocstate out.
"""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest
from attrs import evolve

from ocstate.auth.credentials import CredentialQuestion, verify
from ocstate.checkout.confirming.order import Order, Placed
from ocstate.checkout.facts import (
    CurrencyQuestion,
    GroupQuestion,
    LanguageQuestion,
    PlaceQuestion,
    ProductQuestion,
    ShopQuestion,
)
from ocstate.checkout.values.discounts import Coupon
from ocstate.demo import StaticHost
from tests.demo.shops import AT, ask, checkout, payments, price, quotes

HAMBURG, LONDON = (81, 1259), (222, 3553)


def fact(product_id: int):
    """
    Ask the demo shop about a product.
    """
    return ask(StaticHost.demo(), ProductQuestion(product_id=product_id))


def needs_options(product_id: int) -> bool:
    """
    Tell whether a product has an option that must be answered.
    """
    return any(option.required for option in fact(product_id).options)


def test_product_42_can_be_bought_as_it_is():
    """
    The product of the examples needs no options, no minimum, and is plenty.
    """
    mug = fact(42)

    assert mug.buyable
    assert not needs_options(42)
    assert (1, True) == (mug.minimum, mug.shipping)
    assert mug.stock >= 10_000


def test_product_30_needs_an_option():
    """
    The product of the second example asks for a size, and the sizes have stock.
    """
    jumper = fact(30)

    assert jumper.buyable
    assert needs_options(30)
    assert any(stock for stock in jumper.options[0].values.values())


def test_there_is_something_of_every_kind():
    """
    A download, something out of stock, something with a minimum of two, something that
    is no longer sold, and prices for many.
    """
    host = StaticHost.demo()
    facts = [
        ask(host, ProductQuestion(product_id=number))
        for number in host.document.products
    ]
    products = host.document.products.values()

    assert any(not each.shipping for each in facts)
    assert any(each.stock == 0 for each in facts)
    assert any(each.minimum == 2 for each in facts)
    assert any(not each.buyable for each in facts)
    assert any(each.discounts for each in products)
    assert any(each.specials for each in products)


def test_its_client_comes_from_this_machine():
    """
    The API user is let in from both loopback addresses, and from nowhere else.
    """
    host = StaticHost.demo()
    (client,) = host.document.api_credentials.values()
    known = ask(host, CredentialQuestion(username=client.username))

    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        assert verify(known, client.key, address).accepted
    assert "wrong_address" == verify(known, client.key, "192.0.2.1").reason
    assert re.fullmatch("[0-9A-Za-z]{64}", client.key)


def test_it_speaks_two_languages_and_three_currencies():
    """
    Every product has a name in each language, and the shop's own are among them.
    """
    host = StaticHost.demo()
    shop = ask(host, ShopQuestion())
    languages = set(host.document.languages)

    assert {"en-gb", "de-de"} == languages
    assert {"EUR", "USD", "GBP"} == set(host.document.currencies)
    assert ask(host, LanguageQuestion(code=shop.language)).language
    assert ask(host, CurrencyQuestion(code=shop.currency)).currency.value == 1
    assert all(set(each.name) == languages for each in host.document.products.values())


def test_what_refers_to_something_finds_it():
    """
    No tax class, rate, region, group, theme or status is named that is not there.
    """
    shop = StaticHost.demo().document
    rules = [rule for each in shop.tax_classes.values() for rule in each.rules]
    methods = [*shop.shipping_methods.values(), *shop.payment_methods.values()]
    statuses = {
        shop.settings.order_status_id,
        *shop.settings.processing_status,
        *shop.settings.complete_status,
    }

    assert {each.tax_class_id for each in shop.products.values()} <= set(
        shop.tax_classes
    )
    assert {rule.tax_rate_id for rule in rules} == set(shop.tax_rates)
    assert {each.geo_zone_id for each in shop.tax_rates.values()} <= set(shop.geo_zones)
    assert {each.geo_zone_id for each in methods} <= {0, *shop.geo_zones}
    assert set(shop.settings.customer_group_display) == set(shop.customer_groups)
    assert statuses <= set(shop.order_statuses)
    for region in shop.geo_zones.values():
        for country, zones in region.members.items():
            known = shop.countries[country].zones
            assert zones == "all" or set(zones) <= set(known)


def test_a_purchase_goes_through_all_ports():
    """
    From place and group over quotes and ways to pay to an order that takes stock.
    """
    host = StaticHost.demo(clock=lambda: AT)
    assert ask(
        host, PlaceQuestion(country_id=HAMBURG[0], zone_id=HAMBURG[1])
    ).zone_known
    assert ask(host, GroupQuestion()).allowed

    state = checkout(
        (42, 3), (30, 1, {300: 3002}), group=1, shipping=HAMBURG, payment=HAMBURG
    )
    ways = quotes(host, state)
    assert ["flat.flat", "free.free", "pickup.pickup"] == list(ways)
    state = state.evolve(shipping_method=ways["flat.flat"])
    assert ["bank_transfer", "cod"] == [each.code for each in payments(host, state)]
    state = state.evolve(coupons=(Coupon(code="AHOY10"),))

    fact = price(host, state)
    assert [
        ("Sub-total", "126.5000"),
        ("Parcel", "4.9000"),
        ("Coupon", "-12.6500"),
        ("VAT 19 %", "22.5700"),
        ("Total", "141.3200"),
    ] == [(row.title, str(row.value)) for row in fact.totals]

    order = Order(key="k", checkout=state, prices=fact, placed_at=AT)
    before = ask(host, ProductQuestion(product_id=42)).stock
    assert (
        Placed(order_id=1)
        == host.orders.place(order)
        == host.orders.place(evolve(order, comment="x"))
    )
    assert before - 3 == ask(host, ProductQuestion(product_id=42)).stock


@pytest.mark.parametrize(
    ("place", "tax"), [(HAMBURG, "2.3800"), (LONDON, "2.5000"), ((223, 3624), None)]
)
def test_taxes_are_those_of_the_address(place, tax):
    """
    The same mug bears the taxes of where it goes.
    """
    rows = {
        row.code: str(row.value)
        for row in price(StaticHost.demo(), checkout((42, 1), shipping=place)).totals
    }

    assert tax == rows.get("tax")


def test_the_file_is_plain_data():
    """
    The demo is package data in the format of host files, one readable JSON object.
    """
    text = resources.files("ocstate.demo").joinpath("demo.json").read_text("utf-8")

    assert "ocstate-host/1" == json.loads(text)["format"]
    assert max(map(len, text.splitlines())) <= 110
