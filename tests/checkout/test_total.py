"""
What a checkout comes to, and how that is compared with what the buyer saw.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout import (
    Cart,
    Coupon,
    Currency,
    Customer,
    Money,
    PricedLine,
    PriceFact,
    Row,
    ShippingMethod,
    ShownTotal,
    State,
    TotalRow,
    fingerprint,
)
from ocstate.checkout.codes import CODES, translate
from ocstate.checkout.confirming.total import (
    agreement_problems,
    consent_of,
    ordered_prices,
    ordered_totals,
    price_of,
    total_of,
)

EUR = Currency(code="EUR")
STATE = State(
    currency=EUR,
    cart=Cart().add(product_id=1, quantity=2, row=Row(shipping=True)),
    shipping_method=ShippingMethod(code="post", cost=Decimal(5)),
    coupons=(Coupon(code="TEN"),),
)
AMOUNTS = st.decimals(0, 10**6, places=4)


def priced(value, shown=None, **more):
    """
    Make what a host says of a price.
    """
    row = TotalRow(code="total", title="Total", value=Decimal(value), shown=shown)
    sub = TotalRow(code="sub_total", title="Sub-total", value=Decimal(1))
    return PriceFact(totals=(sub, row), **more)


def shown_for(state, amount, currency="EUR"):
    """
    Note that the buyer was shown an amount for *state*.
    """
    shown = ShownTotal(
        amount=Decimal(amount),
        currency=currency,
        shown_at=1.0,
        shown_for=fingerprint(state, "total"),
    )
    return state.evolve(shown=shown)


def found(state, total, **more):
    """
    List codes, severities and reasons, and make sure that each has its text.
    """
    problems = list(agreement_problems(state, total, **more))
    for one in problems:
        assert set(CODES[one.code]) == set(one.params)
        assert translate(one)
    return [(one.code, one.severity, one.params.get("because")) for one in problems]


@pytest.mark.parametrize(
    ("currency", "value", "amount"),
    [
        (EUR, "57.805", "57.81"),
        (evolve(EUR, value=Decimal("1.5")), "10.11", "15.17"),
        (Currency(code="JPY", decimal_place=0, value=Decimal(160)), "9.99", "1598"),
        (Currency(code="KWD", decimal_place=3), "1.0005", "1.001"),
        (None, "57.8051", "57.8051"),
    ],
)
def test_a_total_is_what_the_buyer_reads(currency, value, amount):
    """
    Converted, and rounded to as many decimals as its currency has.
    """
    state = STATE.evolve(currency=currency)
    code = "" if currency is None else currency.code

    assert Money(amount, code) == total_of(state, priced(value))


def test_a_row_that_the_host_rounded_is_left_as_it_is():
    """
    What a host shows counts before what a conversion would make of it.
    """
    prices = priced("57.805", shown=Decimal("57.79"))

    assert Money("57.79", "EUR") == total_of(STATE, prices)
    rows = ordered_totals(STATE, prices)
    assert [("sub_total", Decimal(1)), ("total", Decimal("57.79"))] == [
        (row.code, row.shown) for row in rows
    ]
    assert [Decimal(1), Decimal("57.805")] == [row.value for row in rows]


def test_without_a_total_nothing_is_compared():
    """
    A host that knows no prices, or names no total, has nothing to say.
    """
    state = shown_for(STATE, "5")
    assert total_of(state, PriceFact()) is None
    assert [] == found(state, None, expected=Money("5", "EUR"))
    price = price_of(state, None)
    assert (None, PriceFact()) == (price.total, price.prices)
    assert [] == found(state, None, consent=price.consent)


def test_what_each_line_costs_is_kept_with_its_tax():
    """
    By line, as it was named.
    """
    line = PricedLine(
        line_id=4,
        product_id=1,
        quantity=2,
        name="Mug",
        price=Decimal(10),
        price_with_tax=Decimal(12),
        total=Decimal(20),
        total_with_tax=Decimal(24),
    )
    (kept,) = ordered_prices(PriceFact(lines=(line,)))

    assert (4, "Mug", Decimal(12), Decimal(24)) == (
        kept.line_id,
        kept.name,
        kept.price,
        kept.total,
    )


@given(AMOUNTS, AMOUNTS, st.booleans())
def test_dearer_is_refused_and_cheaper_told(was, now, expected):
    """
    The amount alone decides, whether it was shown or is expected.
    """
    state = STATE if expected else shown_for(STATE, was)
    more = {"expected": Money(was, "EUR")} if expected else {}
    problems = found(state, Money(now, "EUR"), **more)

    if now > was:
        assert [("total_increased", "error", "offer")] == problems
    elif now < was:
        assert [("total_decreased", "info", "offer")] == problems
    else:
        assert [] == problems


def test_what_is_expected_counts_before_what_was_shown():
    """
    Whoever says what the buyer saw knows it better.
    """
    state = shown_for(STATE, "5")

    assert [] == found(state, Money("9", "EUR"), expected=Money("9", "EUR"))
    assert ["total_increased"] == [
        code for code, *_ in found(state, Money("5", "EUR"), expected=Money("4", "EUR"))
    ]


def test_nothing_shown_and_nothing_expected_is_not_compared():
    """
    A client that shows no total cannot be surprised by one.
    """
    assert [] == found(STATE, Money("5", "EUR"))


def test_totals_of_two_currencies_are_not_compared():
    """
    What was shown in another currency is passed over; to expect another is a mistake.
    """
    state = shown_for(STATE, "5", "USD")

    assert [] == found(state, Money("900", "EUR"))
    (problem,) = agreement_problems(
        state, Money("900", "EUR"), expected=Money("5", "USD")
    )
    assert ("other_currency", "error", {"currency": "EUR"}) == (
        problem.code,
        problem.severity,
        problem.params,
    )


def test_a_shop_without_a_currency_compares_the_amounts():
    """
    Whatever the caller calls it.
    """
    state = STATE.evolve(currency=None)

    assert [] == found(state, Money("5", ""), expected=Money("5", "EUR"))
    (problem,) = agreement_problems(state, Money("6", ""), expected=Money("5", "EUR"))
    assert {"was": "5.00", "now": "6.00", "because": "offer"} == problem.params


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"coupons": ()}, "coupons"),
        ({"coupons": (), "reward": 5}, "coupons reward"),
        ({"shipping_method": None, "store_id": 1}, "store shipping_method"),
        ({"comment": "x"}, "offer"),
    ],
)
def test_a_rise_names_what_has_changed_since_it_was_shown(changes, because):
    """
    In the words of the inputs; where none has changed, it is the shop's offer.
    """
    state = shown_for(STATE, "5").evolve(**changes)

    assert [("total_increased", "error", because)] == found(state, Money("6", "EUR"))


@pytest.mark.parametrize(
    ("now", "was", "spelt"),
    [
        ("1600", "1598", ("1598.00 EUR", "1600.00 EUR")),
        ("5.5", "5.05", ("5.05 EUR", "5.50 EUR")),
        ("5.1234", "5", ("5.00 EUR", "5.1234 EUR")),
        ("100000", "1E+4", ("10000.00 EUR", "100000.00 EUR")),
    ],
)
def test_amounts_are_told_in_full(now, was, spelt):
    """
    With two decimals at least, every digit that counts, and the currency.
    """
    (problem,) = agreement_problems(
        STATE, Money(now, "EUR"), expected=Money(Decimal(was), "EUR")
    )

    assert spelt == (problem.params["was"], problem.params["now"])


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"customer": Customer(firstname="Ada")}, "customer"),
        ({"coupons": (), "affiliate": 3}, "coupons affiliate"),
        ({"cart": STATE.cart.add(product_id=2, quantity=1, row=Row())}, "cart"),
    ],
)
def test_a_consent_is_to_all_that_is_ordered(changes, because):
    """
    Anything that matters to the order ends it, and is named.
    """
    total = Money("5", "EUR")
    consent = consent_of(STATE, total)

    assert [] == found(STATE, total, consent=consent)
    assert [("consent_changed", "error", because)] == found(
        STATE.evolve(**changes), total, consent=consent
    )


def test_a_consent_is_to_the_total_too():
    """
    The same goods at another price are another offer, cheaper or not.
    """
    consent = price_of(STATE, priced("5")).consent

    for other in ("4.99", "5.01"):
        assert [("consent_changed", "error", "offer")] == found(
            STATE, Money(other, "EUR"), consent=consent
        )
    assert [] == found(STATE, Money("5.00", "EUR"), consent=consent)
    assert [] == found(STATE.evolve(comment="x"), Money("5", "EUR"), consent=consent)


@given(st.text(max_size=90))
def test_a_consent_that_nobody_gave_is_refused(consent):
    """
    Whatever the text is.
    """
    problems = found(STATE, Money("5", "EUR"), consent=consent)

    assert ["consent_changed"] == [code for code, *_ in problems]
