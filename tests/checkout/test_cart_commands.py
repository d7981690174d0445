"""
What becomes of commands on the cart.
"""

from __future__ import annotations

from array import array

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout import (
    NOTHING_ASKED,
    RULES,
    AddLine,
    Cart,
    Checkout,
    ClearCart,
    Facts,
    Lines,
    NewLine,
    ProductQuestion,
    RemoveLine,
    ReplaceCart,
    Row,
    Rules,
    SetQuantity,
    ShopFact,
    ShopQuestion,
    State,
    decide,
    questions,
)
from ocstate.checkout.rules.fields import LARGEST_NUMBER
from ocstate.checkout.rules.lines import LARGEST_QUANTITY
from tests.checkout.little_shop import (
    BOOK,
    DAY,
    EXTRAS,
    GONE,
    MUG,
    NOW,
    PRINT,
    RARE,
    SHIRT,
    SIZE,
    LittleShop,
    codes,
    found,
)

SHOP = LittleShop()


def quantities(checkout):
    """
    Return products and quantities, line by line.
    """
    return [(line.product_id, line.quantity) for line in checkout.cart.lines]


def test_adding_keeps_what_the_host_said():
    """
    A new line holds what was chosen, and the facts about its product with their date.
    """
    decision = SHOP.decide(
        Checkout(), AddLine(product_id=SHIRT, quantity=2, options={SIZE: "2"})
    )
    (line,) = decision.checkout.cart.lines

    assert (SHIRT, 2, {SIZE: 2}) == (line.product_id, line.quantity, dict(line.options))
    assert (True, 1, 0, None, 4, NOW) == (
        line.row.shipping,
        line.row.minimum,
        line.row.points,
        line.row.stock,
        line.row.choice_stock,
        line.row.checked_at,
    )
    (event,) = decision.events
    assert "line_added" == event.name
    assert {"line_id": 1, "product_id": SHIRT, "quantity": 2} == event.params
    assert () == decision.problems


def test_adding_the_same_again_raises_its_quantity():
    """
    Product, options and plan make a line; the order of choices does not matter.
    """
    checkout = SHOP.after(
        AddLine(product_id=SHIRT, options={SIZE: 1, EXTRAS: [11, 12]}),
        AddLine(product_id=SHIRT, options={EXTRAS: ["12", "11"], SIZE: "1"}),
        AddLine(product_id=SHIRT, options={SIZE: 2}),
        AddLine(product_id=BOOK),
        AddLine(product_id=BOOK, subscription_plan_id=9),
    )

    assert [(SHIRT, 2), (SHIRT, 1), (BOOK, 1), (BOOK, 1)] == quantities(checkout)
    assert [1, 2, 3, 4] == [line.line_id for line in checkout.cart.lines]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            AddLine(product_id=1),
            [("product_unavailable", "/cart/lines/-/product_id")],
        ),
        (
            AddLine(product_id=GONE, quantity=0),
            [
                ("product_unavailable", "/cart/lines/-/product_id"),
                ("number_too_small", "/cart/lines/-/quantity"),
            ],
        ),
        (
            AddLine(product_id=0),
            [("product_unavailable", "/cart/lines/-/product_id")],
        ),
        (
            AddLine(product_id=2**64),
            [("product_unavailable", "/cart/lines/-/product_id")],
        ),
        (
            AddLine(product_id=MUG, quantity=-1),
            [("number_too_small", "/cart/lines/-/quantity")],
        ),
        (
            AddLine(product_id=MUG, quantity=100_000),
            [("number_too_large", "/cart/lines/-/quantity")],
        ),
        (AddLine(product_id=SHIRT), [("required", f"/cart/lines/-/options/{SIZE}")]),
        (
            AddLine(
                product_id=SHIRT,
                options={SIZE: 4, PRINT: "ada", EXTRAS: 13, DAY: "soon", 99: 1},
            ),
            [
                ("unknown_choice", f"/cart/lines/-/options/{SIZE}"),
                ("pattern_mismatch", f"/cart/lines/-/options/{PRINT}"),
                ("unknown_choice", f"/cart/lines/-/options/{EXTRAS}"),
                ("invalid_date", f"/cart/lines/-/options/{DAY}"),
                ("unknown_option", "/cart/lines/-/options/99"),
            ],
        ),
        (
            AddLine(product_id=MUG, subscription_plan_id=9),
            [("unknown_plan", "/cart/lines/-/subscription_plan_id")],
        ),
        (
            AddLine(product_id=MUG, subscription_plan_id=-1, options={1: "a\0b"}),
            [
                ("control_character", "/cart/lines/-/options/1"),
                ("unknown_plan", "/cart/lines/-/subscription_plan_id"),
            ],
        ),
    ],
)
def test_what_cannot_be_bought_is_refused_in_full(command, expected):
    """
    Everything wrong with a line is said at once, and the cart is the very same object.
    """
    checkout = SHOP.after(AddLine(product_id=MUG))
    decision = SHOP.decide(checkout, command)

    assert expected == found(decision)
    assert decision.refused
    assert checkout is decision.checkout
    assert () == decision.events


def test_a_product_sold_with_plans_only_needs_one():
    """
    Where every way to buy is a plan, none is not one of them.
    """
    book = evolve(SHOP.products[BOOK], plans=(9,))
    shop = LittleShop(products={BOOK: book})

    decision = shop.decide(Checkout(), AddLine(product_id=BOOK))
    assert ["plan_required"] == codes(decision)
    shop.after(AddLine(product_id=BOOK, subscription_plan_id=9))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (AddLine(product_id=RARE, quantity=4), ["out_of_stock"]),
        (AddLine(product_id=MUG), ["below_minimum"]),
        (AddLine(product_id=SHIRT, options={SIZE: 3}), ["out_of_stock"]),
        (
            AddLine(product_id=SHIRT, quantity=3, options={SIZE: 1, EXTRAS: [11, 12]}),
            ["out_of_stock"],
        ),
        (AddLine(product_id=RARE, quantity=3), []),
    ],
)
def test_too_little_is_accepted_with_a_warning(command, expected):
    """
    Stock and minimum are judged at the order; adding only warns.
    """
    decision = SHOP.decide(Checkout(), command)

    assert expected == codes(decision)
    assert not decision.refused
    assert all(one.severity == "warning" for one in decision.problems)
    assert 1 == len(decision.checkout.cart.lines)


def test_all_lines_of_a_product_count_for_its_stock():
    """
    Two lines of one product share its stock and reach its minimum together.
    """
    shirt = evolve(SHOP.products[SHIRT], stock=3, minimum=2)
    shop = LittleShop(products={SHIRT: shirt})
    checkout = shop.after(AddLine(product_id=SHIRT, options={SIZE: 1}))
    decision = shop.decide(
        checkout, AddLine(product_id=SHIRT, quantity=3, options={SIZE: 2})
    )

    (problem,) = decision.problems
    assert {"product_id": SHIRT, "available": 3} == problem.params


def test_a_sum_is_bounded_by_what_the_shop_sells():
    """
    What is held and what is added count together against the shop's maximum.
    """
    shop = LittleShop(shop=ShopFact(maximum_quantity=5))
    checkout = shop.after(AddLine(product_id=MUG, quantity=5))

    decision = shop.decide(checkout, AddLine(product_id=MUG))
    assert ["number_too_large"] == codes(decision)
    (problem,) = decision.problems
    assert 5 == problem.params["maximum"]


def full_of(quantity, *, next_line_id=2):
    """
    Make a checkout with one line.
    """
    cart = Cart().add(product_id=1, quantity=quantity, row=Row())
    return Checkout(cart=evolve(cart, next_line_id=next_line_id))


def test_all_pieces_of_a_cart_can_be_counted():
    """
    No shop's maximum lets a cart hold more than a column's number can count.
    """
    rules = evolve(RULES, shop=ShopFact(maximum_quantity=2**40))
    checkout = full_of(LARGEST_QUANTITY - 5)

    for command, expected in (
        (AddLine(product_id=2, quantity=5), []),
        (AddLine(product_id=2, quantity=6), ["number_too_large"]),
        (AddLine(product_id=1, quantity=6), ["number_too_large"]),
        (SetQuantity(line_id=1, quantity=LARGEST_QUANTITY), []),
        (SetQuantity(line_id=1, quantity=LARGEST_QUANTITY + 1), ["number_too_large"]),
        (
            ReplaceCart([NewLine(product_id=n, quantity=2**31) for n in (1, 2)]),
            ["number_too_large"],
        ),
        (
            ReplaceCart(
                [NewLine(product_id=n, quantity=2**31 + 1 - n) for n in (1, 2)]
            ),
            [],
        ),
    ):
        decision = decide(checkout, command, NOTHING_ASKED, rules)
        assert expected == codes(decision), command
    crowded = decide(
        checkout, AddLine(product_id=2, quantity=5), NOTHING_ASKED, rules
    ).checkout
    more = decide(
        crowded,
        SetQuantity(line_id=2, quantity=6),
        NOTHING_ASKED,
        rules,
    )
    assert ["number_too_large"] == codes(more)
    roomy = decide(checkout, AddLine(product_id=2), NOTHING_ASKED, rules).checkout
    for quantity, expected in ((5, []), (6, ["number_too_large"])):
        command = SetQuantity(line_id=2, quantity=quantity)
        assert expected == codes(decide(roomy, command, NOTHING_ASKED, rules))


def test_a_cart_is_counted_where_its_lines_could_hold_too_much():
    """
    Two lines of what the shop sells at once may already be too many to count.
    """
    rules = evolve(RULES, shop=ShopFact(maximum_quantity=2**31))
    checkout = full_of(2**31)

    for quantity, expected in ((2**31 - 1, []), (2**31, ["number_too_large"])):
        command = AddLine(product_id=2, quantity=quantity)
        decision = decide(checkout, command, NOTHING_ASKED, rules)
        assert expected == codes(decision)


def test_a_full_cart_takes_no_other_line():
    """
    Lines are bounded in number, and their numbers never start again.
    """
    rules = Rules(most_lines=1)
    checkout = full_of(1)

    for command in (
        AddLine(product_id=2),
        ReplaceCart([NewLine(product_id=1), NewLine(product_id=2)]),
    ):
        decision = decide(checkout, command, NOTHING_ASKED, rules)
        assert ["cart_full"] == codes(decision)
        assert ("RemoveLine", "ClearCart") == decision.problems[0].fix
    for command in (AddLine(product_id=1), ReplaceCart([NewLine(product_id=2)])):
        assert [] == codes(decide(checkout, command, NOTHING_ASKED, rules))
    for command, last in (
        (AddLine(product_id=2), 2**32 - 1),
        (ReplaceCart([NewLine(product_id=2)]), 2**32 - 2),
    ):
        nearly = full_of(1, next_line_id=last)
        assert [] == codes(decide(nearly, command, NOTHING_ASKED))
        used_up = full_of(1, next_line_id=last + 1)
        assert ["cart_full"] == codes(decide(used_up, command, NOTHING_ASKED))


def test_without_a_host_a_line_is_taken_as_it_is():
    """
    Nothing is asked, so nothing is known of the product, and nothing is refused.
    """
    decision = decide(
        Checkout(), AddLine(product_id=999, options={1: "x"}), NOTHING_ASKED
    )
    (line,) = decision.checkout.cart.lines

    assert Row(options=line.options) == line.row
    assert line.row.checked_at is None
    assert () == decision.problems


def test_the_largest_numbers_are_taken():
    """
    What a shop can count to is no mistake; one more is.
    """
    largest = AddLine(product_id=LARGEST_NUMBER, subscription_plan_id=LARGEST_NUMBER)
    assert [] == codes(decide(Checkout(), largest, NOTHING_ASKED))
    for command, code in (
        (evolve(largest, product_id=LARGEST_NUMBER + 1), "product_unavailable"),
        (evolve(largest, product_id=0), "product_unavailable"),
        (evolve(largest, subscription_plan_id=LARGEST_NUMBER + 1), "unknown_plan"),
        (evolve(largest, subscription_plan_id=-1), "unknown_plan"),
    ):
        assert [code] == codes(decide(Checkout(), command, NOTHING_ASKED))


def test_adding_reads_the_cart_and_no_other_section():
    """
    Neither the questions nor the decision look at anything but the cart, at whether it
    may be changed, and at what is kept of the shop's own word.
    """

    class Source:
        def section(self, name):
            assert name in ("attempt", "cancellation", "cart", "store_id", "told_shop")
            return Cart() if name == "cart" else getattr(State(), name)

        def extra(self, name):
            raise AssertionError

    checkout = Checkout.under(RULES, Source())
    command = AddLine(product_id=MUG, quantity=2)
    asked = questions(checkout, command)
    told = Facts(NOW, [(one, SHOP.answer(one)) for one in questions(State(), command)])

    assert [ProductQuestion, ShopQuestion] == [type(one) for one in asked]
    assert [(MUG, 2)] == quantities(decide(checkout, command, told).checkout)


def test_the_host_reads_of_a_question_what_it_needs():
    """
    Shop and customer group are taken from the checkout that asks.
    """
    checkout = SHOP.after()
    (asked, _) = questions(checkout.evolve(store_id=3), AddLine(product_id=MUG))

    assert 3 == asked.store_id
    assert asked.customer_group_id is None


def test_a_line_in_a_long_cart_is_added_without_looking_at_the_others():
    """
    In a cart of 1000 lines whose rows are kept elsewhere, one row is looked at.
    """

    class Counting(list):
        decoded = 0

        def __getitem__(self, number):
            self.decoded += 1
            return super().__getitem__(number)

    rows = Counting([Row()] * 1000)
    lines = Lines(
        line_ids=array("I", range(1, 1001)),
        product_ids=array("Q", range(1, 1001)),
        quantities=array("I", [1] * 1000),
        stored=rows,
        kept=range(1000),
    )
    checkout = Checkout(cart=Cart(lines=lines, next_line_id=1001))

    decide(checkout, AddLine(product_id=500), NOTHING_ASKED)
    assert 1 == rows.decoded
    decide(checkout, AddLine(product_id=5000), NOTHING_ASKED)
    assert 1 == rows.decoded


def test_setting_a_quantity_is_absolute():
    """
    The quantity is what was said, the row is what the host says now.
    """
    checkout = decide(Checkout(), AddLine(product_id=RARE), NOTHING_ASKED).checkout
    decision = SHOP.decide(checkout, SetQuantity(line_id=1, quantity=9))

    (line,) = decision.checkout.cart.lines
    assert (9, 3) == (line.quantity, line.row.stock)
    assert ["out_of_stock"] == codes(decision)
    assert "quantity_set" == decision.events[0].name
    again = SHOP.decide(decision.checkout, SetQuantity(line_id=1, quantity=9))
    assert again.checkout is decision.checkout
    assert () == again.events


def test_setting_zero_removes_the_line_at_once():
    """
    A line of nothing is no line, and its number does not come back.
    """
    checkout = SHOP.after(AddLine(product_id=MUG, quantity=2))
    decision = SHOP.decide(checkout, SetQuantity(line_id=1, quantity=0))

    assert decision.checkout.cart.is_empty
    assert "quantity_set" == decision.events[0].name
    again = SHOP.after(AddLine(product_id=MUG), checkout=decision.checkout)
    assert [2] == [line.line_id for line in again.cart.lines]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (SetQuantity(line_id=9, quantity=1), [("unknown_line", "/cart/lines")]),
        (SetQuantity(line_id=2**70, quantity=0), [("unknown_line", "/cart/lines")]),
        (
            SetQuantity(line_id=1, quantity=-1),
            [("number_too_small", "/cart/lines/0/quantity")],
        ),
        (
            SetQuantity(line_id=1, quantity=100_000),
            [("number_too_large", "/cart/lines/0/quantity")],
        ),
    ],
)
def test_a_wrong_quantity_is_refused(command, expected):
    """
    A line that is not there is an error here, and bounds are the shop's.
    """
    checkout = SHOP.after(AddLine(product_id=MUG, quantity=2))
    decision = SHOP.decide(checkout, command)

    assert expected == found(decision)
    assert checkout is decision.checkout


def test_a_line_may_be_set_to_nothing_and_not_to_less():
    """
    Zero removes a line, and who asks for less learns that it is the least.
    """
    checkout = full_of(1)
    (problem,) = SHOP.decide(checkout, SetQuantity(line_id=1, quantity=-1)).problems

    assert ("number_too_small", 0) == (problem.code, problem.params["minimum"])


def test_only_what_matters_is_asked_for_a_quantity():
    """
    Nobody is asked about a line that is not there, or that goes.
    """
    checkout = SHOP.after(AddLine(product_id=MUG, quantity=2))

    assert () == questions(checkout, SetQuantity(line_id=9, quantity=1))
    assert () == questions(checkout, SetQuantity(line_id=1, quantity=0))
    asked = questions(checkout, SetQuantity(line_id=1, quantity=1))
    assert [ProductQuestion, ShopQuestion] == [type(one) for one in asked]


def test_removing_what_is_not_there_is_said_and_no_fault():
    """
    Removing twice is removing once; the second time says so.
    """
    checkout = SHOP.after(AddLine(product_id=MUG), AddLine(product_id=RARE))
    once = SHOP.decide(checkout, RemoveLine(line_id=1))
    twice = SHOP.decide(once.checkout, RemoveLine(line_id=1))

    assert [(RARE, 1)] == quantities(once.checkout)
    assert twice.checkout is once.checkout
    assert [("nothing_to_remove", "/cart/lines")] == found(twice)
    assert "info" == twice.problems[0].severity
    assert () == twice.events


def test_a_cleared_cart_goes_on_counting_its_lines():
    """
    An empty cart is the very same object when it is cleared again.
    """
    checkout = SHOP.after(AddLine(product_id=MUG), ClearCart())

    assert checkout.cart.is_empty
    assert 2 == checkout.cart.next_line_id
    assert checkout is SHOP.decide(checkout, ClearCart()).checkout


def test_a_posted_list_is_the_cart():
    """
    Lines of the same identity become one, those that were there keep their numbers.
    """
    checkout = SHOP.after(AddLine(product_id=MUG, quantity=2), AddLine(product_id=RARE))
    command = ReplaceCart(
        [
            NewLine(product_id=RARE, quantity=2),
            NewLine(product_id=SHIRT, options={SIZE: "1"}),
            NewLine(product_id=SHIRT, options={SIZE: 1}, quantity=2),
        ]
    )
    decision = SHOP.decide(checkout, command)

    assert [(RARE, 2), (SHIRT, 3)] == quantities(decision.checkout)
    assert [2, 3] == [line.line_id for line in decision.checkout.cart.lines]
    assert {"lines": 2, "quantity": 5} == decision.events[0].params
    again = SHOP.decide(decision.checkout, command)
    assert again.checkout is decision.checkout
    emptied = SHOP.decide(checkout, ReplaceCart([]))
    assert emptied.checkout.cart.is_empty
    others = ReplaceCart([NewLine(product_id=one, quantity=2) for one in (BOOK, SHIRT)])
    cart = decide(checkout, others, NOTHING_ASKED).checkout.cart
    assert [3, 4] == [line.line_id for line in cart.lines]
    assert 5 == cart.next_line_id


def test_a_posted_list_is_taken_whole_or_not_at_all():
    """
    Everything wrong with any line is said, with its place in the list.
    """
    checkout = SHOP.after(AddLine(product_id=MUG, quantity=2))
    decision = SHOP.decide(
        checkout,
        ReplaceCart(
            [
                NewLine(product_id=MUG, quantity=2),
                NewLine(product_id=GONE),
                NewLine(product_id=SHIRT, quantity=0),
                NewLine(product_id=RARE, quantity=60_000),
                NewLine(product_id=RARE, quantity=60_000),
            ]
        ),
    )

    assert [
        ("product_unavailable", "/cart/lines/1/product_id"),
        ("required", f"/cart/lines/2/options/{SIZE}"),
        ("number_too_small", "/cart/lines/2/quantity"),
        ("number_too_large", "/cart/lines/4/quantity"),
    ] == found(decision)
    assert checkout is decision.checkout


def test_a_posted_list_warns_like_adding():
    """
    Stock and minimum of all its lines are judged together.
    """
    decision = SHOP.decide(
        Checkout(),
        ReplaceCart([NewLine(product_id=RARE, quantity=4), NewLine(product_id=MUG)]),
    )

    assert [
        ("out_of_stock", "/cart/lines/0/quantity"),
        ("below_minimum", "/cart/lines/1/quantity"),
    ] == found(decision)
    assert not decision.refused


def test_a_posted_list_warns_of_what_the_host_spoke_of():
    """
    A line of which no host said anything is taken as it is, beside the others.
    """
    lines = [NewLine(product_id=RARE, quantity=4), NewLine(product_id=MUG)]
    about = ProductQuestion(product_id=RARE)
    facts = Facts(NOW, [(about, SHOP.answer(about))])

    decision = decide(Checkout(), ReplaceCart(lines), facts)
    assert [("out_of_stock", "/cart/lines/0/quantity")] == found(decision)


def test_each_product_of_a_list_is_asked_about_once():
    """
    A batch has no question twice, and none about what cannot be a number.
    """
    lines = [NewLine(product_id=number) for number in (MUG, RARE, MUG, 0, -1, 2**64)]
    asked = questions(Checkout(), ReplaceCart(lines))

    assert [MUG, RARE] == [
        one.product_id for one in asked if isinstance(one, ProductQuestion)
    ]


@given(
    st.lists(
        st.builds(
            AddLine,
            product_id=st.sampled_from([MUG, RARE, BOOK]),
            quantity=st.integers(1, 5),
        ),
        max_size=8,
    ),
    st.randoms(),
)
def test_deciding_additions_is_commutative(commands, random):
    """
    In whatever order additions are decided, the same cart results, but for numbers.
    """
    orders = (commands, random.sample(commands, len(commands)))
    results = [
        sorted((one.product_id, one.quantity, one.row.minimum) for one in cart.lines)
        for cart in (SHOP.after(*order).cart for order in orders)
    ]

    assert results[0] == results[1]
