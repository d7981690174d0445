"""
Ways to ship and to pay: what each costs, and for whom it is.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout.facts import ShippingQuestion
from ocstate.demo.payment import OBSTACLES
from ocstate.demo.shipping import KINDS
from tests.demo.shops import (
    ABROAD,
    CHOICES,
    HERE,
    bare_shop,
    checkout,
    payments,
    product,
    quotes,
    shop,
)

REGIONS = {
    "1": {"name": "Near", "members": {str(HERE[0]): [HERE[1]]}},
    "2": {"name": "Far", "members": {str(ABROAD[0]): "all"}},
    "3": {
        "name": "Everywhere",
        "members": {str(HERE[0]): "all", str(ABROAD[0]): "all"},
    },
}


def shipping_shop(**methods: object):
    """
    Open a shop that ships in these ways.
    """
    return bare_shop(
        geo_zones=REGIONS,
        shipping_methods=methods,
        weight_classes={"1": {"value": "1"}, "2": {"value": "1000"}},
        products={
            "1": product(shipping=True, weight="2", options=CHOICES),
            "2": product(weight="50"),
            "3": product(shipping=True, weight="500", weight_class_id=2),
        },
    )


@pytest.mark.parametrize(
    ("method", "lines", "costs"),
    [
        ({"flat": {"cost": "5.0000"}}, [(1, 3)], {"flat.flat": "5"}),
        ({"item": {"cost": "5.0000"}}, [(1, 3), (2, 4)], {"item.item": "15"}),
        ({"pickup": {}}, [(1, 3)], {"pickup.pickup": "0"}),
        ({"free": {"total": "30.0000"}}, [(1, 3)], {"free.free": "0"}),
        ({"free": {"total": "30.0100"}}, [(1, 3)], {}),
        ({"free": {"total": "30.0000"}}, [(1, 1), (2, 2)], {"free.free": "0"}),
        ({"drone": {"cost": "5.0000"}}, [(1, 3)], {}),
        ({"flat": {"status": False}}, [(1, 3)], {}),
        ({"flat": {}}, [(2, 3)], {}),
        ({"flat": {}}, [], {}),
    ],
)
def test_each_kind_has_its_price(method, lines, costs):
    """
    A quote costs what its kind says; where nothing is sent there are none.
    """
    found = quotes(shipping_shop(**method), checkout(*lines, shipping=HERE))

    assert costs == {code: f"{each.cost.normalize():f}" for code, each in found.items()}


@pytest.mark.parametrize(
    ("region", "place", "leads"),
    [
        (0, HERE, True),
        (0, None, True),
        (1, HERE, True),
        (1, (HERE[0], 1), False),
        (1, ABROAD, False),
        (2, ABROAD, True),
        (3, (HERE[0], 1), True),
        (9, HERE, False),
        (1, None, False),
    ],
)
def test_a_way_leads_to_its_region(region, place, leads):
    """
    A method with a region is quoted inside it alone, and one without everywhere.
    """
    host = shipping_shop(flat={"geo_zone_id": region})

    assert leads is ("flat.flat" in quotes(host, checkout((1, 1), shipping=place)))


@pytest.mark.parametrize(
    ("lines", "place", "costs"),
    [
        ([(1, 1)], HERE, {"weight.weight_1": "3", "weight.weight_3": "9"}),
        ([(1, 2)], HERE, {"weight.weight_1": "4", "weight.weight_3": "9"}),
        ([(1, 2), (2, 9)], HERE, {"weight.weight_1": "4", "weight.weight_3": "9"}),
        ([(1, 1), (3, 4)], HERE, {"weight.weight_1": "4", "weight.weight_3": "9"}),
        ([(1, 1, {1: 12})], HERE, {"weight.weight_1": "4", "weight.weight_3": "9"}),
        ([(1, 3)], HERE, {"weight.weight_3": "9"}),
        ([(1, 9)], HERE, {}),
        ([(1, 1)], ABROAD, {"weight.weight_3": "9"}),
        ([(1, 1)], None, {}),
    ],
)
def test_weight_costs_by_steps(lines, place, costs):
    """
    The first step that the weight of what is sent does not exceed is its price, in
    each region that the address lies in.
    """
    steps = {"1": [["2", "3.0000"], ["4", "4.0000"]], "3": [["10", "9.0000"]]}
    host = shipping_shop(weight={"rates": steps})
    found = quotes(host, checkout(*lines, shipping=place))

    assert costs == {code: f"{each.cost.normalize():f}" for code, each in found.items()}
    assert {"Near", "Everywhere"} >= {each.name for each in found.values()}


def test_groups_come_in_the_configured_order():
    """
    Groups are sorted by the shop, then by their codes.
    """
    host = shipping_shop(
        pickup={"sort_order": 2, "name": "Fetch"},
        item={"sort_order": 1},
        flat={"sort_order": 2},
    )
    (fact,) = host.shipping.quotes(
        [ShippingQuestion(checkout=checkout((1, 1), shipping=HERE))]
    )

    assert ["item", "flat", "pickup"] == [group.code for group in fact.groups]
    assert "Fetch" == fact.groups[2].name == fact.groups[2].quotes[0].name


def test_a_quote_shows_its_cost_with_tax():
    """
    A quote has its cost without tax, its class, and what the customer is shown.
    """
    (quote,) = quotes(shop(), checkout((40, 1), group=1, shipping=HERE)).values()

    assert (Decimal(5), 9, Decimal(8)) == (
        quote.cost,
        quote.tax_class_id,
        quote.cost_with_tax,
    )


def test_every_kind_is_walked_here():
    """
    The tests above quote by every kind that there is.
    """
    assert {"flat", "free", "item", "pickup", "weight"} == set(KINDS)


@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.integers(1, 99)), max_size=4),
    st.sampled_from([None, HERE, ABROAD]),
)
def test_quotes_are_the_same_for_the_same_checkout(lines, place):
    """
    Quotes depend on the checkout alone, and none is negative.
    """
    host = shipping_shop(
        flat={"cost": "5"}, item={"cost": "1"}, weight={"rates": {"3": [["9", "2"]]}}
    )
    state = checkout(*lines, shipping=place)
    found = quotes(host, state)

    assert found == quotes(host, state)
    assert all(each.cost_with_tax >= each.cost >= 0 for each in found.values())


@pytest.mark.parametrize(
    ("obstacle", "method", "generation", "given_checkout", "offered"),
    [
        ("none", {}, "3.0", {}, True),
        ("disabled", {"status": False}, "3.0", {}, False),
        ("elsewhere", {"geo_zone_id": 1}, "3.0", {"payment": HERE}, True),
        ("elsewhere", {"geo_zone_id": 1}, "3.0", {"payment": ABROAD}, False),
        ("elsewhere", {"geo_zone_id": 1}, "3.0", {}, False),
        ("elsewhere", {"geo_zone_id": 1}, "3.0", {"shipping": HERE}, False),
        ("elsewhere", {"geo_zone_id": 1}, "4.1", {}, True),
        ("elsewhere", {"geo_zone_id": 1}, "4.1", {"payment": ABROAD}, True),
        ("too_little", {"total": "20.0000"}, "3.0", {}, True),
        ("too_little", {"total": "20.0100"}, "3.0", {}, False),
        ("too_little", {"total": "20.0100"}, "4.1", {}, True),
        ("not_sent", {"needs_shipping": True}, "3.0", {}, True),
        ("not_sent", {"needs_shipping": True}, "3.0", {"product": 2}, False),
        ("not_free", {"only_zero_total": True}, "3.0", {}, False),
        ("not_free", {"only_zero_total": True}, "3.0", {"product": 4}, True),
        ("subscribed", {"subscriptions": False}, "4.1", {"plan": 1}, False),
        ("subscribed", {"subscriptions": False}, "4.1", {}, True),
        ("subscribed", {"subscriptions": True}, "4.1", {"plan": 1}, True),
        ("subscribed", {"subscriptions": False}, "3.0", {"plan": 1}, True),
    ],
)
def test_a_way_to_pay_is_offered_unless_something_stands_against_it(
    obstacle, method, generation, given_checkout, offered
):
    """
    Each obstacle keeps a way to pay from those whom it is not for, and from no others.
    """
    host = bare_shop(
        generation=generation,
        geo_zones=REGIONS,
        payment_methods={"cash": method},
        products={
            "1": product(shipping=True),
            "2": product(),
            "4": product(price="0"),
        },
    )
    wanted = dict(given_checkout)
    state = checkout((wanted.pop("product", 1), 2), **wanted)

    assert offered is bool(payments(host, state)), obstacle


def test_every_obstacle_is_walked_above():
    """
    The table of obstacles has a row of cases for each.
    """
    (mark,) = (
        mark
        for mark in (
            test_a_way_to_pay_is_offered_unless_something_stands_against_it.pytestmark
        )
        if mark.name == "parametrize"
    )

    assert {"none", *OBSTACLES} == {case[0] for case in mark.args[1]}


@pytest.mark.parametrize(
    ("generation", "codes"),
    [("3.0", ["b", "a", "c"]), ("4.1", ["b.b", "a.a", "c.c"])],
)
def test_ways_to_pay_come_in_the_configured_order(generation, codes):
    """
    They are sorted by the shop, then by their codes, and named as the generation does.
    """
    host = bare_shop(
        generation=generation,
        payment_methods={
            "c": {"sort_order": 2},
            "a": {"sort_order": 2, "name": "Gold"},
            "b": {"sort_order": 1},
        },
    )
    offered = payments(host, checkout())

    assert codes == [option.code for option in offered]
    assert ("Gold", 2) == (offered[1].name, offered[1].sort_order)
