"""
The stock of a chosen value covers all lines of its product, as the product's own does.
"""

from __future__ import annotations

import pytest
from attrs import evolve

from ocstate.checkout import (
    AddLine,
    Cart,
    Checkout,
    Options,
    ReplaceCart,
    Row,
    SetQuantity,
    ShopFact,
    confirm_problems,
    confirm_questions,
)
from ocstate.checkout.commands import NewLine
from ocstate.core.record.codec import Codec
from tests.checkout.little_shop import (
    DAY,
    EXTRAS,
    MUG,
    NOW,
    PRINT,
    RARE,
    SHIRT,
    SIZE,
    LittleShop,
)

SHOP = LittleShop()


def shirt(quantity, size=2, **more):
    """
    Some shirts: of size 2 there are four, of extra 12 two.
    """
    answers = {SIZE: size, **{int(key[1:]): value for key, value in more.items()}}
    return AddLine(product_id=SHIRT, quantity=quantity, options=answers)


def short(problems):
    """
    Where something is not in stock, and how much of it there is.
    """
    return {
        problem.path.removeprefix("/cart/lines/"): problem.params["available"]
        for problem in problems
        if problem.code == "out_of_stock"
    }


def confirming(checkout, shop=SHOP):
    """
    What a host's newest word says against an order.
    """
    return confirm_problems(checkout, shop.facts(confirm_questions(checkout)))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([shirt(2), shirt(2, _6="ANN")], {}),
        ([shirt(2), shirt(3, _6="ANN")], {"0/quantity": 4, "1/quantity": 4}),
        ([shirt(2), shirt(2, 1), shirt(9, 1, _6="ANN")], {}),
        (
            [shirt(1, 1, _7=[12]), shirt(1, 2, _7=["11", "12"]), shirt(1, 1, _7="12")],
            {"0/quantity": 2, "1/quantity": 2, "2/quantity": 2},
        ),
        (
            [shirt(3, 2, _7=[12]), shirt(2, 2)],
            {"0/quantity": 2, "1/quantity": 4},
        ),
        ([shirt(1, 3), shirt(1, 2)], {"0/quantity": 0}),
    ],
)
def test_lines_that_choose_the_same_value_share_its_stock(lines, expected):
    """
    A value is counted over all lines that chose it, alone or among several; the kept
    state and the host's newest word say the same.
    """
    checkout = SHOP.after(*lines)

    assert expected == short(checkout.missing())
    assert expected == short(confirming(checkout))


def test_every_command_counts_the_other_lines():
    """
    Adding, setting and replacing warn of what all lines together lack.
    """
    two = SHOP.after(shirt(2), shirt(2, _6="ANN"))
    wanted = [
        NewLine(product_id=SHIRT, quantity=3, options={SIZE: 2, PRINT: name})
        for name in ("ANN", "BOB")
    ]

    for checkout, command, expected in (
        (two, shirt(1), {"0/quantity": 4}),
        (two, shirt(1, _8="2025-06-14"), {"2/quantity": 4}),
        (two, SetQuantity(line_id=2, quantity=3), {"1/quantity": 4}),
        (two, SetQuantity(line_id=2, quantity=1), {}),
        (Checkout(), ReplaceCart(lines=wanted), {"0/quantity": 4, "1/quantity": 4}),
        (Checkout(), ReplaceCart(lines=wanted[:1]), {}),
    ):
        decision = SHOP.decide(checkout, command)
        assert not decision.refused
        assert expected == short(decision.problems)
        assert {"warning"} >= {problem.severity for problem in decision.problems}


def test_the_products_own_stock_covers_all_lines_too():
    """
    Lines with different plans and texts take from one stock.
    """
    rare = evolve(SHOP.products[SHIRT], product_id=RARE, stock=3)
    shop = LittleShop(products={RARE: rare})
    checkout = shop.after(
        *(
            AddLine(product_id=RARE, quantity=2, options={SIZE: 1, PRINT: name})
            for name in ("ANN", "BOB")
        )
    )

    assert {"0/quantity": 3, "1/quantity": 3} == short(checkout.missing())
    assert {"0/quantity": 3, "1/quantity": 3} == short(confirming(checkout, shop))


def test_values_of_other_products_are_others():
    """
    A number that names a value of two products is counted for each by itself.
    """
    mug = evolve(SHOP.products[SHIRT], product_id=MUG)
    shop = LittleShop(products={**SHOP.products, MUG: mug})
    checkout = shop.after(shirt(4), AddLine(product_id=MUG, options={SIZE: 2}))

    assert {} == short(checkout.missing())
    assert {} == short(confirming(checkout, shop))


def test_a_shop_that_sells_what_it_has_not_says_nothing():
    """
    Where orders are taken that the stock does not cover, none is held up.
    """
    shop = LittleShop(shop=ShopFact(stock_checkout=True))

    assert {} == short(confirming(shop.after(shirt(9), shirt(9, _6="ANN")), shop))


def test_stocks_of_choices_are_stored():
    """
    What the host said of each value is there when the session is read again.
    """
    checkout = SHOP.after(shirt(2), shirt(3, _6="ANN", _7=[11, 12]))
    codec = Codec()

    stored = codec.decode(codec.encode(checkout)).checkout
    assert {"0/quantity": 4, "1/quantity": 2} == short(stored.missing())


def test_a_row_that_knows_the_scarcest_value_alone_is_judged_by_it():
    """
    A row of an earlier version says how many there are, and not of which value.
    """
    row = Row(options=Options({SIZE: 2, DAY: "x"}), choice_stock=4, checked_at=NOW)
    fine, many = (
        Checkout(cart=Cart().add(product_id=SHIRT, quantity=quantity, row=row))
        for quantity in (4, 5)
    )

    assert {} == short(fine.missing())
    assert {"0/quantity": 4} == short(many.missing())
    assert EXTRAS not in row.options
