"""
Which taxes a price bears, and how they are shown.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.demo.shops import (
    ABROAD,
    HERE,
    TAXES,
    checkout,
    price,
    taxed,
    totals,
)


@pytest.mark.parametrize(
    ("tax_class", "known", "default", "taxes"),
    [
        (1, {}, "", "0"),
        (1, {}, "shipping", "1.25"),
        (1, {}, "payment", "0"),
        (1, {"shipping": HERE}, "", "1.25"),
        (1, {"shipping": ABROAD}, "", "0.5"),
        (1, {"shipping": ABROAD}, "shipping", "0.5"),
        (1, {"shipping": (222, 1)}, "shipping", "0"),
        (1, {"payment": HERE}, "", "0"),
        (1, {"shipping": HERE, "group": 2}, "", "0.25"),
        (2, {}, "", "0"),
        (2, {}, "payment", "1"),
        (2, {"payment": HERE}, "", "1"),
        (2, {"payment": ABROAD}, "payment", "0"),
        (2, {"shipping": HERE}, "", "0"),
        (3, {}, "", "1"),
        (3, {"shipping": ABROAD, "payment": ABROAD}, "", "1"),
        (3, {"group": 3}, "", "0"),
        (4, {"shipping": HERE}, "", "1"),
        (0, {"shipping": HERE}, "shipping", "0"),
        (5, {"shipping": HERE}, "shipping", "0"),
    ],
)
def test_taxes_follow_address_and_group(tax_class, known, default, taxes):
    """
    Each rule looks at its own address, the shop's own stands in where it should, a rate
    counts once, and only for its groups.
    """
    host = taxed(settings={**TAXES["settings"], "tax_default": default})
    fact = price(host, checkout((tax_class, 2), **known))

    assert Decimal(10) == fact.lines[0].price
    assert Decimal(10) + Decimal(taxes) == fact.lines[0].price_with_tax
    assert 20 + 2 * Decimal(taxes) == fact.lines[0].total_with_tax == fact.total


def test_prices_are_shown_without_tax_where_the_shop_does():
    """
    Without the switch lines and quotes show bare prices; the totals list tax anyway.
    """
    host = taxed(settings={**TAXES["settings"], "tax": False})
    state = checkout((1, 2), shipping=HERE)

    assert Decimal(20) == price(host, state).lines[0].total_with_tax
    assert {"sub_total": "20", "tax": "2.5", "total": "22.5"} == totals(host, state)


@pytest.mark.parametrize(("generation", "deposit"), [("3.0", "0.75"), ("4.1", "0.5")])
def test_the_newer_generation_counts_a_fixed_tax_once_a_line(generation, deposit):
    """
    A fixed tax is due for each piece, in the newer generation's totals for each line.
    """
    host = taxed(generation=generation)
    state = checkout((1, 2), (1, 1, {5: "x"}), (2, 1), shipping=HERE, payment=HERE)
    rows = {row.title: row.value for row in price(host, state).totals}

    assert Decimal(4) == rows["Tenth"]
    assert Decimal(deposit) == rows["Deposit"]
