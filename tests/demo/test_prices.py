"""
What a line costs: options, discounts, plans, variants, stock and points.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from ocstate.checkout.facts import RewardQuestion
from ocstate.checkout.values.discounts import Coupon
from ocstate.checkout.values.money import Language
from tests.demo.shops import (
    CHOICES,
    FUTURE,
    PAST,
    TODAY,
    bare_shop,
    checkout,
    price,
    product,
    totals,
)


def tiers(*rows: tuple[object, ...]) -> list[dict[str, object]]:
    """
    Write prices down that count from a quantity on or for a while.
    """
    names = ("customer_group_id", "quantity", "priority", "price", "type")
    return [dict(zip(names, row, strict=False)) for row in rows]


@pytest.mark.parametrize(
    ("options", "piece", "shown"),
    [
        ({}, "10", []),
        ({1: 11}, "10", ["Small"]),
        ({1: 12}, "14.5", ["Large"]),
        ({1: "12"}, "14.5", ["Large"]),
        ({1: 13}, "4", ["Used"]),
        ({2: [21, 22]}, "13", ["Box", "Bow"]),
        ({2: 22}, "12", ["Bow"]),
        ({1: 12, 2: [21]}, "15.5", ["Large", "Box"]),
        ({3: "For Ada"}, "10", ["For Ada"]),
        ({3: "42"}, "10", ["42"]),
        ({1: 99}, "10", []),
        ({1: "x"}, "10", []),
        ({9: 11}, "10", []),
    ],
)
def test_options_change_the_price(options, piece, shown):
    """
    Each chosen value adds to the price or takes off it; what is not asked counts not.
    """
    host = bare_shop(products={"7": product(options=CHOICES)})
    (line,) = price(host, checkout((7, 3, options))).lines

    assert Decimal(piece) == line.price
    assert Decimal(piece) * 3 == line.total
    assert shown == [option[3] for option in line.options]


def test_options_are_shown_with_their_names():
    """
    A line tells option, value (0 for a text), name, choice and kind.
    """
    host = bare_shop(products={"7": product(options=CHOICES)})
    (line,) = price(host, checkout((7, 1, {1: 12, 3: "Ada"}))).lines

    assert (
        (1, 12, "Size", "Large", "select"),
        (3, 0, "Engraving", "Ada", "text"),
    ) == line.options


@pytest.mark.parametrize(
    ("quantity", "group", "piece"),
    [
        (1, 1, "10"),
        (9, 1, "10"),
        (10, 1, "8"),
        (19, 1, "8"),
        (20, 1, "6"),
        (20, 2, "9"),
    ],
)
def test_more_of_a_product_costs_less_a_piece(quantity, group, piece):
    """
    Of the discounts of the group that are reached, the largest quantity counts.
    """
    host = bare_shop(
        products={
            "7": product(
                discounts=tiers(
                    (1, 10, 1, "8.0000"), (1, 20, 1, "6.0000"), (2, 1, 1, "9.0000")
                )
            )
        }
    )
    (line,) = price(host, checkout((7, quantity), group=group)).lines

    assert Decimal(piece) == line.price


def test_all_lines_of_a_product_reach_a_discount_together():
    """
    Two sizes of one product count as so many pieces of it.
    """
    host = bare_shop(
        products={"7": product(options=CHOICES, discounts=tiers((1, 10, 1, "8.0000")))}
    )
    lines = price(host, checkout((7, 4, {1: 11}), (7, 6, {1: 12}))).lines

    assert [Decimal(8), Decimal("12.5")] == [line.price for line in lines]


@pytest.mark.parametrize(
    ("rows", "piece"),
    [
        ([(1, 5, 2, "7.0000"), (1, 5, 1, "9.0000")], "9"),
        ([(1, 5, 1, "9.0000"), (1, 5, 1, "7.0000")], "7"),
        ([(2, 5, 1, "7.0000")], "10"),
        ([(1, 5, 1, "20.0000", "F")], "20"),
    ],
)
def test_of_equal_discounts_the_first_counts(rows, piece):
    """
    The lowest priority counts, then the lowest price; other groups' do not.
    """
    host = bare_shop(products={"7": product(discounts=tiers(*rows))})

    assert Decimal(piece) == price(host, checkout((7, 5))).lines[0].price


@pytest.mark.parametrize(
    ("begin", "end", "counts"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (PAST, FUTURE, True),
        (PAST, PAST, False),
        (FUTURE, None, False),
        (None, PAST, False),
    ],
)
def test_prices_and_coupons_have_their_days(begin, end, counts):
    """
    Both days are included, and None is no bound.
    """
    days = {"date_start": begin, "date_end": end}
    special = {"customer_group_id": 1, "price": "5.0000", **days}
    discount = {"customer_group_id": 1, "quantity": 1, "price": "5.0000", **days}
    coupon = {"code": "C", "type": "F", "discount": "5.0000", **days}
    host = bare_shop(
        products={"7": product(specials=[special]), "8": product(discounts=[discount])},
        coupons={"1": coupon},
    )
    state = checkout((7, 1), (8, 1), coupons=(Coupon(code="C"),))

    assert [counts, counts] == [line.price == 5 for line in price(host, state).lines]
    assert counts is ("coupon" in totals(host, state))


def test_a_special_price_is_stronger_than_a_discount():
    """
    A special takes the place of base price and discount; options come on top of it.
    """
    specials = tiers((1, 0, 2, "3.0000"), (1, 0, 1, "4.0000"), (2, 0, 0, "1.0000"))
    host = bare_shop(
        products={
            "7": product(
                options=CHOICES,
                specials=specials,
                discounts=tiers((1, 1, 1, "2.0000")),
            )
        }
    )

    assert Decimal("8.5") == price(host, checkout((7, 1, {1: 12}))).lines[0].price


@pytest.mark.parametrize(
    ("kind", "amount", "piece"),
    [("F", "8.0000", "12.5"), ("P", "10.0000", "13.05"), ("S", "2.0000", "12.5")],
)
def test_the_newer_generation_has_three_kinds_of_discount(kind, amount, piece):
    """
    A replaced base price, a percentage off the whole price, an amount off it.
    """
    host = bare_shop(
        generation="4.1",
        products={
            "7": product(options=CHOICES, discounts=tiers((1, 1, 1, amount, kind)))
        },
    )

    assert Decimal(piece) == price(host, checkout((7, 1, {1: 12}))).lines[0].price


@pytest.mark.parametrize(
    ("plan", "piece"), [(0, "10"), (1, "3"), (2, "1"), (3, "10"), (9, "10")]
)
def test_a_subscription_has_its_own_price(plan, piece):
    """
    The plan's price counts, while a trial is on the trial's; other groups' do not.
    """
    offers = [
        {"subscription_plan_id": 1, "customer_group_id": 1, "price": "3.0000"},
        {
            "subscription_plan_id": 2,
            "customer_group_id": 1,
            "price": "3.0000",
            "trial_price": "1.0000",
        },
        {"subscription_plan_id": 3, "customer_group_id": 2, "price": "3.0000"},
    ]
    host = bare_shop(
        generation="4.1",
        subscription_plans={"1": {}, "2": {"trial_status": True}, "3": {}},
        products={"7": product(subscriptions=offers)},
    )

    assert Decimal(piece) == price(host, checkout((7, 1), plan=plan)).lines[0].price


def test_a_variant_is_bought_with_its_own_answers():
    """
    A variant has its master's options; its answers count where none is given, and
    always where it overrides.
    """
    host = bare_shop(
        generation="4.1",
        products={
            "7": product(options=CHOICES),
            "8": product(
                master_id=7,
                variant={"1": 12, "2": ["21"], "3": "Ada"},
                override={"variant": {"1": 1}},
            ),
        },
    )
    lines = price(host, checkout((8, 1), (8, 1, {1: 13, 2: [22]}))).lines

    assert [Decimal("15.5"), Decimal("16.5")] == [line.price for line in lines]
    assert "Ada" == lines[0].options[-1][3]


@pytest.mark.parametrize(
    ("lines", "in_stock"),
    [
        ([(7, 5)], [True]),
        ([(7, 6)], [False]),
        ([(7, 3, {3: "a"}), (7, 3, {3: "b"})], [False, False]),
        ([(7, 3, {1: 11})], [True]),
        ([(7, 4, {1: 11})], [False]),
        ([(7, 2, {1: 11}), (7, 2, {1: 11, 3: "x"})], [False, False]),
        ([(7, 4, {1: 12})], [True]),
        ([(8, 1)], [False]),
        ([(9, 1)], [False]),
        ([(99, 1)], [False]),
        ([(7, 5), (8, 1)], [True, False]),
    ],
)
def test_stock_covers_all_lines_of_a_product_or_none(lines, in_stock):
    """
    Lines share a product's stock, and a choice's where it has one of its own; what is
    not subtracted is out of stock at 0 all the same, and so is what does not exist.
    """
    host = bare_shop(
        products={
            "7": product(quantity=5, options=CHOICES),
            "8": product(quantity=0),
            "9": product(quantity=0, subtract=False),
        }
    )

    assert in_stock == [each.in_stock for each in price(host, checkout(*lines)).lines]


def test_an_unknown_product_is_shown_and_costs_nothing():
    """
    A line of a product that the file does not know stays, without name and price.
    """
    (line,) = price(bare_shop(), checkout((99, 2))).lines

    assert ("", 0, 2, False) == (line.name, line.total, line.quantity, line.in_stock)


@pytest.mark.parametrize(
    ("language", "name"),
    [(None, "Cup"), ("en-gb", "Cup"), ("de-de", "Becher"), ("fr-fr", "Cup")],
)
def test_a_product_has_a_name_in_every_language(language, name):
    """
    A name that is not translated is shown in the shop's language.
    """
    host = bare_shop(products={"7": product(name={"de-de": "Becher", "en-gb": "Cup"})})
    chosen = None if language is None else Language(code=language)

    assert name == price(host, checkout((7, 1), language=chosen)).lines[0].name


@pytest.mark.parametrize(
    ("options", "points"), [({}, 40), ({1: 12}, 50), ({1: 13}, 34)]
)
def test_points_are_what_a_line_costs_in_points(options, points):
    """
    Chosen values raise or lower what a piece costs in reward points.
    """
    host = bare_shop(
        products={"7": product(points=20, options=CHOICES), "8": product()}
    )
    state = checkout((7, 2, options), (8, 1))
    (fact,) = host.rewards.rewards([RewardQuestion(checkout=state)])

    assert [points, 0] == [line.points for line in price(host, state).lines]
    assert (0, points) == (fact.balance, fact.maximum)
