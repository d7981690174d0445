"""
Every amount is kept with four decimals, whoever says it.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from ocstate.checkout import (
    AddGift,
    CustomerFact,
    Gift,
    Money,
    PricedLine,
    ShippingMethod,
    ShopFact,
    TotalRow,
)

ROW = {"line_id": 1, "product_id": 2, "name": "Mug", "quantity": 1}
BOUGHT = {
    "code": "g",
    "from_name": "",
    "from_email": "",
    "to_name": "",
    "to_email": "",
    "voucher_theme_id": 1,
}
PLACES = [
    (ShippingMethod, {"code": "flat.flat"}, "cost"),
    (ShippingMethod, {"code": "flat.flat"}, "cost_with_tax"),
    (Gift, {"code": "g"}, "amount"),
    (AddGift, BOUGHT, "amount"),
    (Money, {"currency": "EUR"}, "amount"),
    (PricedLine, ROW, "price"),
    (PricedLine, ROW, "price_with_tax"),
    (PricedLine, ROW, "total"),
    (PricedLine, ROW, "total_with_tax"),
    (TotalRow, {"code": "total", "title": "Total"}, "value"),
    (CustomerFact, {"customer_id": 7, "active": True}, "credit"),
    (ShopFact, {}, "gift_minimum"),
    (ShopFact, {}, "gift_maximum"),
]


@pytest.mark.parametrize(("of", "rest", "name"), PLACES)
def test_an_amount_is_kept_with_four_decimals(of, rest, name):
    """
    However it is given, it is one value, and equal to the one that is read back.
    """
    for given in (Decimal(5), Decimal("5.00000"), 5, "5.0"):
        assert "5.0000" == str(getattr(of(**rest, **{name: given}), name))


@pytest.mark.parametrize(("of", "rest", "name"), PLACES)
@pytest.mark.parametrize("given", [5.0, True, b"5"])
def test_what_cannot_hold_a_price_is_refused_at_once(of, rest, name, given):
    """
    A float is refused where it is given, not later where it is stored.
    """
    with pytest.raises(TypeError, match="cannot hold a price"):
        of(**rest, **{name: given})
