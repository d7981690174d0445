"""
Dates of coupons and prices are days of the shop's own time zone.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from ocstate.checkout.facts import CouponQuestion, ProductQuestion
from ocstate.demo import StaticHost
from ocstate.exceptions import ConfigurationError
from tests.demo.shops import ask, bare_shop, checkout, price, product

FIRST, LAST = "2026-03-29", "2026-11-01"
"""Days on which a zone's clocks change: in Berlin the first, in New York the last."""


def shop(zone, now, stores=None):
    """
    A shop whose coupon, special and discount hold on these days.
    """
    days = {"date_start": FIRST, "date_end": LAST}
    patch = {
        "settings": {"time_zone": zone},
        "stores": stores or {"0": {}},
        "coupons": {"1": {"code": "C", "type": "F", "discount": "1", **days}},
        "products": {
            "1": product(specials=[{"customer_group_id": 1, "price": "7", **days}]),
            "2": product(
                discounts=[
                    {"customer_group_id": 1, "quantity": 1, "price": "6", **days}
                ]
            ),
            "3": product(date_available=FIRST, store_ids=[0, 1]),
        },
    }
    document = bare_shop(**patch).document
    return StaticHost(document, clock=now.timestamp)


def holding(host, store_id=0):
    """
    What holds now: the coupon, the special price, the discount.
    """
    state = checkout((1, 1), (2, 1), store_id=store_id)
    special, discount = price(host, state).lines
    return (
        ask(host, CouponQuestion(code="C", checkout=state)).valid,
        special.price == 7,
        discount.price == 6,
    )


@pytest.mark.parametrize(
    "zone",
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati"],
)
def test_a_day_begins_and_ends_in_the_shops_zone(zone):
    """
    Both days count to their last second, also where clocks change on them.
    """
    here = ZoneInfo(zone)
    begin = dt.datetime.fromisoformat(FIRST).replace(tzinfo=here)
    end = dt.datetime.fromisoformat(LAST).replace(tzinfo=here) + dt.timedelta(days=1)
    second = dt.timedelta(seconds=1)

    for now, holds in (
        (begin.timestamp() - 1, False),
        (begin.timestamp(), True),
        (end.timestamp() - 1, True),
        (end.timestamp(), False),
    ):
        host = shop(zone, dt.datetime.fromtimestamp(now, dt.UTC))
        assert (holds,) * 3 == holding(host)
    before = shop(zone, begin - second)
    assert not ask(before, ProductQuestion(product_id=3)).buyable
    assert ask(shop(zone, begin), ProductQuestion(product_id=3)).buyable


def test_a_shop_of_several_has_days_of_its_own():
    """
    A time zone is a switch like others: a store's own stands over the general one.
    """
    stores = {"0": {}, "1": {"settings": {"time_zone": "Asia/Tokyo"}}}
    now = dt.datetime(2026, 11, 1, 16, tzinfo=dt.UTC)
    host = shop("UTC", now, stores)

    assert (True, True, True) == holding(host)
    assert (False, False, False) == holding(host, store_id=1)


@pytest.mark.parametrize("zone", ["Berlin", "", "../etc/passwd", "Europe/Nowhere"])
def test_a_zone_that_is_none_is_told(zone):
    """
    What no computer knows is a fault of the file, told with its place.
    """
    with pytest.raises(ConfigurationError, match="/settings/time_zone"):
        bare_shop(settings={"time_zone": zone})
