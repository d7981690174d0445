"""
A shop that rounds the piece: whatever is shown adds up to what is shown below it.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout.confirming.order import Order
from ocstate.checkout.facts import CustomerQuestion, PaymentQuestion, VoucherQuestion
from ocstate.checkout.values.discounts import Coupon, Gift, Voucher
from ocstate.checkout.values.methods import ShippingMethod
from ocstate.checkout.values.money import Currency
from tests.demo.shops import AT, HERE, TAXES, ask, bare_shop, checkout, price, product

# Exponents 0, 2, 3 and more, and factors that no four decimals of the default currency
# could carry.
CURRENCIES = {
    "EUR": ("1.00000000", 2),
    "XEU": ("0.78460002", 2),
    "JPY": ("162.37000000", 0),
    "KWD": ("0.33310000", 3),
    "VND": ("27123.45678901", 0),
    "IDR": ("17456.78901234", 2),
    "BTC": ("0.00001037", 8),
}

PRICES = ("10.0000", "8.3950", "101.0000", "0.3333", "0.0049", "16.8067", "3.1415")


def rounding(**settings):
    """
    A shop with taxes, discounts and fees that rounds the piece.
    """
    return bare_shop(
        **{
            **TAXES,
            "settings": {**TAXES["settings"], "rounding": "piece", **settings},
            "currencies": {
                code: {"value": value, "decimal_place": places}
                for code, (value, places) in CURRENCIES.items()
            },
            "customers": {
                "5": {"customer_group_id": 1, "reward_points": 90, "credit": "7.7777"}
            },
            "coupons": {
                "1": {"code": "F", "type": "F", "discount": "6.6667"},
                "2": {"code": "P", "type": "P", "discount": "33.3000"},
                "3": {"code": "ALL", "type": "P", "discount": "100", "shipping": True},
                "4": {"code": "BIG", "type": "F", "discount": "99999.0000"},
            },
            "vouchers": {"1": {"code": "V", "amount": "3.3335", "voucher_theme_id": 1}},
            "voucher_themes": {"1": {"name": "Any"}},
            "totals": {
                "low_order_fee": {"total": "20", "fee": "1.1111", "tax_class_id": 1},
                "handling": {"total": "50", "fee": "0.5555", "tax_class_id": 4},
            },
            "payment_methods": {"free": {"only_zero_total": True}},
            "products": {
                str(number): product(
                    price=PRICES[number % 7],
                    tax_class_id=number % 5,
                    points=(number % 3) * 10,
                    shipping=bool(number % 2),
                )
                for number in range(1, 15)
            },
        }
    )


@st.composite
def carts(draw):
    """
    Draw checkouts with any of what changes a price, in any currency.
    """
    lines = st.lists(st.tuples(st.integers(1, 14), st.integers(1, 40)), max_size=5)
    coupon = draw(st.sampled_from(["", "F", "P", "ALL", "BIG"]))
    method = ShippingMethod(code="a.a", name="Post", cost="4.9037", tax_class_id=1)
    return checkout(
        *draw(lines),
        customer_id=5,
        group=1,
        shipping=draw(st.sampled_from([None, HERE])),
        shipping_method=draw(st.sampled_from([None, method])),
        coupons=(Coupon(code=coupon),) if coupon else (),
        vouchers=draw(st.sampled_from([(), (Voucher(code="V"),)])),
        gifts=draw(st.sampled_from([(), (Gift(code="g", amount="12.3456"),)])),
        reward=draw(st.sampled_from([None, 1, 33, 90])),
        currency=Currency(code=draw(st.sampled_from(sorted(CURRENCIES)))),
    )


def shown(rows):
    """
    What is shown of each code, in one sum.
    """
    sums = {}
    for row in rows:
        sums[row.code] = sums.get(row.code, Decimal(0)) + row.shown
    return sums


@given(carts(), st.booleans())
def test_shown_rows_add_up_to_the_shown_total(state, tax):
    """
    In every currency, with and without tax in the prices, whatever is taken off.
    """
    rows = shown(price(rounding(tax=tax), state).totals)
    total = rows.pop("total")

    assert total == sum(rows.values())
    assert total >= 0


@given(carts(), st.booleans())
def test_a_shown_line_is_its_piece_so_many_times(state, tax):
    """
    Lines with the gifts are the sub-total, with tax or without, and all has the
    currency's decimals.
    """
    fact = price(rounding(tax=tax), state)
    places = CURRENCIES[state.currency.code][1]
    rows = shown(fact.totals)
    gifts = rows["sub_total"] - sum(line.total_shown for line in fact.lines)

    assert all(
        line.total_shown == line.price_shown * line.quantity for line in fact.lines
    )
    amounts = [row.shown for row in fact.totals]
    amounts += [line.total_shown for line in fact.lines]
    assert {-places} == {amount.as_tuple().exponent for amount in amounts}
    if not tax:
        factor = Decimal(CURRENCIES[state.currency.code][0])
        bought = sum((gift.amount for gift in state.gifts), Decimal(0)) * factor
        assert abs(gifts - bought) <= Decimal(1).scaleb(-places) / 2


@given(carts())
def test_tax_in_the_prices_changes_no_total(state):
    """
    A shop that shows prices with tax and one that does not take the same, and what the
    tax rows say is what lies between both.
    """
    plain = state.evolve(
        coupons=(), vouchers=(), reward=None, customer=None, shipping_method=None
    )
    with_tax, without = (price(rounding(tax=tax), plain) for tax in (True, False))

    assert with_tax.totals == without.totals
    between = sum(
        one.total_shown - other.total_shown
        for one, other in zip(with_tax.lines, without.lines, strict=True)
    )
    rows = shown(with_tax.totals)
    if not {"low_order_fee", "handling"} & rows.keys():
        assert rows.get("tax", 0) == between


@given(carts())
def test_a_coupon_of_everything_leaves_nothing(state):
    """
    No cent of a tax is left over, so what is free can be had free.
    """
    host = rounding()
    free = state.evolve(
        coupons=(Coupon(code="ALL"),), gifts=(), vouchers=(), reward=None
    )
    fees = {"low_order_fee", "handling", "credit"}
    rows = shown(price(host, free).totals)
    assert fees & rows.keys() or (Decimal(0), None) == (rows["total"], rows.get("tax"))
    if not rows["total"]:
        assert ["free"] == [
            one.code for one in ask(host, PaymentQuestion(checkout=free)).options
        ]


def test_what_is_kept_is_what_is_shown_in_the_default_currency():
    """
    The order's total is the shown one, converted back and kept with four decimals.
    """
    state = checkout((2, 3), currency=Currency(code="XEU"))
    fact = price(rounding(), state)

    assert Decimal("237.72") == fact.totals[-1].shown
    assert Decimal("302.9824") == fact.total
    assert Decimal("79.24") == fact.lines[0].price_shown


@pytest.mark.parametrize("currency", ["SEK", "EUR"])
def test_a_shop_that_says_nothing_rounds_as_opencart(currency):
    """
    A recorded shop's rows have no amount of their own to be shown, nor has one in a
    currency that its file does not know.
    """
    settings = {"rounding": "piece"} if currency == "SEK" else {"rounding": "opencart"}
    fact = price(rounding(**settings), checkout((2, 3), currency=Currency(code="SEK")))

    assert {None} == {row.shown for row in fact.totals}
    assert {None} == {line.price_shown for line in fact.lines}
    assert Decimal("303.0000") == fact.total


def test_what_is_not_shown_cannot_be_paid_with():
    """
    Of a balance as much pays as has coins: less than one of them is not rounded up.
    """
    state = checkout(
        (2, 1),
        customer_id=5,
        group=1,
        vouchers=(Voucher(code="V"),),
        currency=Currency(code="JPY"),
    )
    rows = shown(price(rounding(), state).totals)

    assert (Decimal(-1262), Decimal(-541)) == (rows["credit"], rows["voucher"])


@pytest.mark.parametrize("code", sorted(CURRENCIES))
def test_balances_are_spent_to_the_end(code):
    """
    In whatever currency it was paid, a balance that paid all it could is spent.
    """
    host = rounding(processing_status=[1])
    state = checkout(
        (2, 5),
        customer_id=5,
        group=1,
        vouchers=(Voucher(code="V"),),
        currency=Currency(code=code),
    )
    host.orders.place(
        Order(checkout=state, prices=price(host, state), key="k", placed_at=AT)
    )

    assert not ask(host, VoucherQuestion(code="V")).valid
    assert 0 == ask(host, CustomerQuestion(customer_id=5)).credit
