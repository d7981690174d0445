"""
The numbers of a shop of the classic generation, as they were recorded from a real one.

``data/recorded_shop.json`` is that shop, ``data/recorded_answers.json`` what it showed:
prices and totals in the customer's currency, quotes, and ways to pay.
"""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from ocstate.checkout.facts import CurrencyQuestion
from ocstate.checkout.values.discounts import Coupon, Voucher
from tests.demo.shops import DATA, checkout, payments, price, quotes, shop

CASES = json.loads((DATA / "recorded_answers.json").read_text("utf-8"))


def cases(kind: str):
    """
    Give every case in which something of this kind was recorded.
    """
    return pytest.mark.parametrize(
        "case",
        [case for case in CASES if kind in case["recorded"]],
        ids=lambda case: case["case"],
    )


def prepared(case):
    """
    Open the shop of a case, and make its checkout.
    """
    given = case["given"]
    host = shop(**given.get("patch", {}))
    (fact,) = host.currencies.currencies([CurrencyQuestion(code=given["currency"])])
    state = checkout(
        *map(tuple, given["lines"]),
        group=given.get("group"),
        customer_id=given.get("customer_id", 0),
        shipping=given.get("shipping"),
        payment=given.get("payment"),
        store_id=given.get("store_id", 0),
        currency=fact.currency,
        coupons=tuple(Coupon(code=given[c]) for c in ("coupon",) if c in given),
        vouchers=tuple(Voucher(code=given[v]) for v in ("voucher",) if v in given),
        reward=given.get("reward"),
    )
    if chosen := given.get("shipping_method"):
        state = state.evolve(shipping_method=quotes(host, state)[chosen])
    return host, state, fact.currency.rounded


@cases("prices")
def test_lines_cost_what_was_recorded(case):
    """
    Every line shows the recorded price, total, stock, points and need of shipping.
    """
    host, state, shown = prepared(case)

    assert case["recorded"]["prices"] == sorted(
        [
            line.product_id,
            line.quantity,
            line.in_stock,
            line.shipping,
            str(shown(line.price_with_tax)),
            str(shown(line.total_with_tax)),
            line.reward,
        ]
        for line in price(host, state).lines
    )


@cases("totals")
def test_the_summary_is_the_recorded_one(case):
    """
    Every row of the summary stands where it stood, with the amount that it had.
    """
    host, state, shown = prepared(case)

    assert case["recorded"]["totals"] == [
        [row.title, str(shown(row.value))] for row in price(host, state).totals
    ]


@cases("quotes")
def test_quotes_are_the_recorded_ones(case):
    """
    The same ways to ship are quoted, in the same order, at the same cost.
    """
    host, state, shown = prepared(case)

    assert case["recorded"]["quotes"] == [
        [
            code.split(".")[0],
            code,
            f"{quote.cost.normalize():f}"
            if quote.cost == 0
            else str(quote.cost.quantize(Decimal("0.01"))),
            quote.tax_class_id,
            str(shown(quote.cost_with_tax)),
        ]
        for code, quote in quotes(host, state).items()
    ]


@cases("payments")
def test_ways_to_pay_are_the_recorded_ones(case):
    """
    The same ways to pay are offered, in the same order.
    """
    host, state, _ = prepared(case)

    assert case["recorded"]["payments"] == [
        option.code for option in payments(host, state)
    ]


def test_every_kind_was_recorded():
    """
    The file holds answers of each kind, none empty of everything.
    """
    kinds = {kind for case in CASES for kind in case["recorded"]}

    assert {"prices", "totals", "quotes", "payments"} == kinds
    assert all(case["recorded"] for case in CASES)
