"""
What a client reads of a shop that rounds the piece: texts that add up.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.api import Api
from ocstate.sync import Sessions
from tests.api.calls import HOME, Shop, merged

# Decimals of each, so every exponent that money has.
PLACES = {"JPY": 0, "XEU": 2, "KWD": 3, "BTC": 8}
VALUES = {
    "JPY": "162.37",
    "XEU": "0.78460002",
    "KWD": "0.33310000",
    "BTC": "0.00001037",
}
PATCH = {
    "settings": {"rounding": "piece"},
    "currencies": {
        code: {"decimal_place": places, "value": VALUES[code], "status": True}
        for code, places in PLACES.items()
    },
}


def number(text):
    """
    Read an amount without its symbols and separators.
    """
    return Decimal(re.sub(r"[^0-9.-]", "", text))


@given(
    st.sampled_from(sorted(PLACES)),
    st.integers(1, 40),
    st.decimals("0.01", 999, places=4),
)
def test_texts_of_a_summary_add_up(code, quantity, price):
    """
    What is read above the total adds up to it, with taxes and a parcel, and a line is
    its piece so many times.
    """
    products = {"products": {"40": {"price": str(price)}}}
    shop = Shop(merged(PATCH, products)).log_in()
    shop.call("api/currency", {"currency": code})
    shop.call("api/cart/add", {"product_id": 40, "quantity": quantity})
    shop.call("api/shipping/address", HOME)
    shop.call("api/shipping/methods")
    shop.call("api/shipping/method", {"shipping_method": "flat.flat"})
    answer = shop.call("api/cart/products").json
    line = answer["products"][0]
    *rows, total = [number(row["text"]) for row in answer["totals"]]

    assert len(rows) > 2
    assert sum(rows) == total > 0
    assert number(line["price"]) * quantity == number(line["total"])
    assert {-PLACES[code]} == {each.as_tuple().exponent for each in (*rows, total)}


@pytest.mark.parametrize("patch", [{"status": False}, None])
def test_a_currency_that_is_gone_is_not_mixed_with_another(patch):
    """
    Where the chosen currency is sold no longer, the shop's own is computed and shown.
    """
    shop = Shop(PATCH).log_in()
    shop.call("api/cart/add", {"product_id": 40, "quantity": 3})
    usual = shop.call("api/cart/products").json["totals"]
    shop.call("api/currency", {"currency": "JPY"})
    chosen = shop.call("api/cart/products").json["totals"]
    later = Shop(merged(PATCH, {"currencies": {"JPY": patch}}))
    later.sessions = Sessions(shop.store, later.host, clock=later.clock)
    later.api, later.token = Api(later.sessions), shop.token

    assert usual != chosen
    assert usual == later.call("api/cart/products").json["totals"]
