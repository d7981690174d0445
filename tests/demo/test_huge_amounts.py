"""
Amounts with more digits than can be counted: refused, and nothing is stuck.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from ocstate.checkout.values.money import Currency
from ocstate.exceptions import CommandRefused
from tests.api.calls import Shop
from tests.demo.shops import bare_shop, checkout, payments, price, product, quotes

FINE = {"decimal_place": 8, "value": "1000000"}
SHOWN = Currency(code="FIN", decimal_place=8, value=Decimal(1_000_000))


def fine_shop(rounding, cost):
    """
    A shop with something dear, and a currency with many small steps.
    """
    return bare_shop(
        settings={"rounding": rounding},
        currencies={"FIN": FINE},
        products={"7": product(price=cost, shipping=True)},
        shipping_methods={"item": {"cost": cost}},
        payment_methods={"cod": {}},
    )


HUGE = pytest.mark.parametrize(
    ("rounding", "cost", "quantity"),
    [
        ("piece", "100000000000", 10**6),
        ("opencart", "100000000000", 10**6),
        ("piece", "1e30", 1),
        ("opencart", "1e30", 1),
        ("opencart", "1e999999", 10),
    ],
)


@HUGE
def test_what_cannot_be_counted_is_refused(rounding, cost, quantity):
    """
    The refusal names the largest total there can be, and what would mend it.
    """
    state = checkout((7, quantity), currency=SHOWN)

    with pytest.raises(CommandRefused) as caught:
        price(fine_shop(rounding, cost), state)

    (problem,) = caught.value.problems
    assert ("amount_too_large", "/cart") == (problem.code, problem.path)
    assert {"field": "total", "maximum": "99999999999.9999"} == problem.params
    assert ("SetQuantity", "RemoveLine") == problem.fix


@HUGE
@pytest.mark.parametrize("ask", [quotes, payments])
def test_offers_are_made_or_refused_alike(ask, rounding, cost, quantity):
    """
    What is offered for such a cart may be known, or is refused by the same code.
    """
    state = checkout((7, quantity), currency=SHOWN)
    try:
        said = [*ask(fine_shop(rounding, cost), state)]
    except CommandRefused as refused:
        said = [problem.code for problem in refused.problems]

    assert 1 == len(said)


@pytest.mark.parametrize("rounding", ["piece", "opencart"])
def test_a_client_is_told_and_can_take_it_out(rounding):
    """
    The API answers with what is wrong, and the line can be removed.
    """
    shop = Shop(
        {
            "settings": {"rounding": rounding},
            "currencies": {"USD": FINE},
            "products": {"40": {"price": "1000000000000000.0000"}},
        }
    ).log_in()
    shop.call("api/cart/add", {"product_id": 40})
    told = shop.call("api/cart/products")
    shop.call("api/cart/remove", {"key": 1})

    assert {"cart": "Total has to be 99999999999.9999 or less"} == told.json["error"]
    assert [] == shop.call("api/cart/products").json["products"]


@pytest.mark.parametrize("rounding", ["piece", "opencart"])
def test_the_largest_total_is_counted(rounding):
    """
    What the refusal names as the largest total is one that has a price.
    """
    fact = price(
        fine_shop(rounding, "99999999999.9999"), checkout((7, 1), currency=SHOWN)
    )

    assert Decimal("99999999999.9999") == fact.total
