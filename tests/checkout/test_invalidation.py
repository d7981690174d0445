"""
What depends on what: every input moves its fingerprints, and nothing else does.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout import (
    DEPENDENCIES,
    INDEPENDENT,
    INPUTS,
    SECTIONS,
    AddLine,
    Attempt,
    Attribution,
    Cancellation,
    Cart,
    Checkout,
    Confirmation,
    Coupon,
    Currency,
    Gift,
    Language,
    Options,
    Ordered,
    PaymentMethod,
    PaymentOptions,
    Quotes,
    Row,
    Settings,
    ShippingMethod,
    ShopQuestion,
    ShownTotal,
    State,
    Terms,
    Voucher,
    changed_inputs,
    fingerprint,
    is_fresh,
)
from ocstate.checkout.derived.learning import outdated
from tests.checkout.little_shop import ADA, BOOK, HOME, MUG, LittleShop

SENT = Row(shipping=True, checked_at=1.0)


def one_line(**row):
    """
    Make a cart of one line that has to be sent.
    """
    return Cart().add(product_id=1, quantity=2, row=evolve(SENT, **row))


CART = one_line()
FULL = State(
    cart=CART,
    customer=evolve(ADA, customer_id=7, customer_group_id=1),
    payment_address=HOME,
    shipping_address=HOME,
    shipping_method=ShippingMethod(code="post", cost=Decimal(5)),
    payment_method=PaymentMethod(code="cod"),
    currency=Currency(code="EUR"),
    coupons=(Coupon(code="TEN"),),
    vouchers=(Voucher(code="GV"),),
    gifts=(Gift(code="g", amount=Decimal(10)),),
    reward=5,
    affiliate=3,
    terms=(Terms(document_id=1),),
)

# Each with the inputs that it moves, and no others.
CHANGES = {
    "another shop": ({"store_id": 1}, {"store"}),
    "a quantity": ({"cart": CART.add(product_id=1, quantity=1, row=SENT)}, {"cart"}),
    "a line": ({"cart": CART.add(product_id=2, quantity=1, row=SENT)}, {"cart"}),
    "an option": (
        {
            "cart": Cart().add(
                product_id=1, quantity=2, row=evolve(SENT, options=Options({1: 2}))
            )
        },
        {"cart"},
    ),
    "a plan": (
        {
            "cart": Cart().add(
                product_id=1, quantity=2, row=evolve(SENT, subscription_plan_id=9)
            )
        },
        {"cart"},
    ),
    "a name": ({"customer": evolve(FULL.customer, lastname="King")}, {"customer"}),
    "a field of the shop's own": (
        {"customer": evolve(FULL.customer, custom_field=Options({1: "x"}))},
        {"customer"},
    ),
    "an account": (
        {"customer": evolve(FULL.customer, customer_id=9)},
        {"customer", "customer_id"},
    ),
    "a group": (
        {"customer": evolve(FULL.customer, customer_group_id=2)},
        {"customer", "customer_group"},
    ),
    "nobody": ({"customer": None}, {"customer", "customer_id", "customer_group"}),
    "a street to bill": (
        {"payment_address": evolve(HOME, address_1="Elsewhere 1")},
        {"payment_address"},
    ),
    "a city to bill": (
        {"payment_address": evolve(HOME, city="Leeds")},
        {"payment_address", "payment_destination"},
    ),
    "nowhere to bill": (
        {"payment_address": None},
        {"payment_address", "payment_destination"},
    ),
    "a street to send to": (
        {"shipping_address": evolve(HOME, address_1="Elsewhere 1")},
        {"shipping_address"},
    ),
    "a postcode to send to": (
        {"shipping_address": evolve(HOME, postcode="LS1")},
        {"shipping_address", "shipping_destination"},
    ),
    "a way to ship": (
        {"shipping_method": ShippingMethod(code="van", cost=Decimal(5))},
        {"shipping_method"},
    ),
    "its cost": (
        {"shipping_method": ShippingMethod(code="post", cost=Decimal(6))},
        {"shipping_method"},
    ),
    "a way to pay": (
        {"payment_method": PaymentMethod(code="bank")},
        {"payment_method"},
    ),
    "no way to pay": ({"payment_method": None}, {"payment_method"}),
    "a currency": ({"currency": Currency(code="USD")}, {"currency"}),
    "a coupon": ({"coupons": ()}, {"coupons"}),
    "a gift voucher": ({"vouchers": ()}, {"vouchers"}),
    "a gift": ({"gifts": (Gift(code="g", amount=Decimal(11)),)}, {"gifts"}),
    "points": ({"reward": None}, {"reward"}),
    "an affiliate": ({"affiliate": None}, {"affiliate"}),
    "terms": ({"terms": (Terms(document_id=1, version="2"),)}, {"terms"}),
    "a remark": ({"comment": "x"}, set()),
    "a language": ({"language": Language(code="de")}, set()),
    "a source": ({"attribution": Attribution(source="x")}, set()),
    "a setting": ({"settings": Settings({"a": 1})}, set()),
    "an order": ({"order_id": "5"}, set()),
    "a claim": ({"attempt": Attempt(key="k", until=9.0)}, set()),
    "what was ordered": ({"ordered": Ordered()}, set()),
    "a total that was shown": ({"shown": ShownTotal(amount=5)}, set()),
    "an end": ({"cancellation": Cancellation(canceled_at=9.0)}, set()),
    "a confirmation": (
        {"confirmation": Confirmation(order_id=5, confirmed_at=1.0)},
        set(),
    ),
    "quotes": ({"shipping_quotes": Quotes(fingerprint="x")}, set()),
    "offers": ({"payment_options": PaymentOptions(fingerprint="x")}, set()),
    "the host's word": (
        {
            "cart": one_line(stock=9, checked_at=2.0),
            "customer": evolve(FULL.customer, checked_at=5.0),
        },
        set(),
    ),
    "the same cost, written otherwise": (
        {"shipping_method": ShippingMethod(code="post", cost=Decimal("5.0000"))},
        set(),
    ),
}


@pytest.mark.parametrize("derived", DEPENDENCIES)
@pytest.mark.parametrize(("changes", "moved"), CHANGES.values(), ids=CHANGES)
def test_a_fingerprint_moves_with_its_inputs_and_nothing_else(derived, changes, moved):
    """
    Each change makes stale exactly what is declared to depend on it, and is named.
    """
    taken = fingerprint(FULL, derived)
    after = FULL.evolve(**changes)
    expected = [name for name in DEPENDENCIES[derived].inputs if name in moved]

    assert expected == list(changed_inputs(after, derived, taken))
    assert (not expected) is is_fresh(after, derived, taken)


GOODS = {"another shop", "a quantity", "a line", "an option", "a plan"}
GROUP = {"a group", "nobody"}
QUOTED = {*GOODS, *GROUP, "a postcode to send to"}
OFFERED = {
    *QUOTED,
    "a city to bill",
    "nowhere to bill",
    "a way to ship",
    "its cost",
    "a coupon",
    "a gift voucher",
    "a gift",
    "points",
    "a currency",
}
UNCONFIRMED = {
    name for name, (_, inputs) in CHANGES.items() if inputs
}  # An order is confirmed as all of it stood.

# In the words of the changes above, not in those of the table that is judged.
MADE_STALE = {
    "shipping_quotes": QUOTED,
    "shipping_method": QUOTED,
    "payment_options": OFFERED,
    "payment_method": OFFERED,
    "coupon": {*GOODS, *GROUP, "an account"},
    "shop": {"another shop"},
    "group": {"another shop", "an account", *GROUP},
    "reward": {*GOODS - {"another shop"}, "an account", "nobody"},
    "total": {*OFFERED, "an account", "a way to pay", "no way to pay"},
    "confirmation": UNCONFIRMED,
}


@pytest.mark.parametrize("derived", DEPENDENCIES)
def test_what_a_shop_said_lasts_until_something_changes_that_it_was_said_for(derived):
    """
    Quotes of one shop are not those of another, nor an account's points a guest's.
    """
    taken = fingerprint(FULL, derived)
    stale = {
        name
        for name, (changes, _) in CHANGES.items()
        if not is_fresh(FULL.evolve(**changes), derived, taken)
    }

    assert MADE_STALE[derived] == stale


def test_a_guest_who_gave_a_name_is_nobody_s_account_yet():
    """
    Points are an account's, and a guest with a name has none, as one without.
    """
    nobody = FULL.evolve(customer=None)
    named = FULL.evolve(customer=evolve(FULL.customer, customer_id=0))

    taken = fingerprint(nobody, "reward")
    assert is_fresh(named, "reward", taken)
    assert not is_fresh(FULL, "reward", taken)


def test_only_what_changed_makes_a_shop_speak_again():
    """
    Another store has to tell of itself; a remark makes nobody tell anything.
    """
    told = LittleShop().after(AddLine(product_id=BOOK))
    other = told.evolve(store_id=5)

    assert [ShopQuestion] == [type(one) for one in outdated(told, other)]
    assert () == outdated(told, told.evolve(comment="ring"))


def test_every_section_is_accounted_for():
    """
    A section is an input, holds a derived fact, or is said to matter to nothing.
    """
    inputs = {
        INPUTS[name].section for one in DEPENDENCIES.values() for name in one.inputs
    }
    derived = {one.section for one in DEPENDENCIES.values()} - {""}

    assert set(SECTIONS) == inputs | derived | set(INDEPENDENT)
    assert not set(INDEPENDENT) & (inputs | derived)


def test_every_input_is_used_and_moved_above():
    """
    No input is declared for nothing, and none is left out of the changes.
    """
    used = {name for one in DEPENDENCIES.values() for name in one.inputs}
    moved = set().union(*(names for _, names in CHANGES.values()))

    assert set(INPUTS) == used == moved
    assert {one.section for one in INPUTS.values()} <= set(SECTIONS)


def test_a_fingerprint_is_a_short_text():
    """
    Thirty-two digits tell whether, two more for each input tell which.
    """
    for derived, one in DEPENDENCIES.items():
        taken = fingerprint(FULL, derived)
        assert 32 + 2 * len(one.inputs) == len(taken)
        assert set(taken) <= set("0123456789abcdef")
        assert fingerprint(FULL, derived) == taken


def test_what_cannot_be_told_is_all_of_it():
    """
    For a fingerprint of another version, or one whose details agree, all inputs count.
    """
    inputs = DEPENDENCIES["reward"].inputs
    taken = fingerprint(FULL, "reward")

    one_moved = "x" * 34 + taken[34:]
    for other in ("", one_moved[:-2], f"{one_moved}00"):
        assert inputs == changed_inputs(FULL, "reward", other)
    assert inputs == changed_inputs(FULL, "reward", "x" * 32 + taken[32:])
    assert () == changed_inputs(FULL, "reward", taken)


@given(st.permutations([(1, 1), (1, 2), (2, 1), (3, 1)]))
def test_the_order_of_adding_does_not_matter(adds):
    """
    The same goods in another order, under other line numbers, are the same cart.
    """
    cart = Cart()
    for product_id, choice in adds:
        row = Row(options=Options({9: choice}))
        cart = cart.add(product_id=product_id, quantity=choice, row=row)
    first = fingerprint(State(cart=cart), "shipping_quotes")
    cart = cart.add(product_id=7, quantity=1, row=Row())
    assert first != fingerprint(State(cart=cart), "shipping_quotes")
    back = cart.holding(cart.lines.without(4))
    assert first == fingerprint(State(cart=back), "shipping_quotes")


def test_a_way_to_ship_does_not_matter_where_nothing_is_sent():
    """
    What is left over from an earlier cart is not paid for.
    """
    checkout = LittleShop().after(AddLine(product_id=BOOK))
    left_over = checkout.evolve(shipping_method=FULL.shipping_method)

    derived = "payment_options"
    assert fingerprint(checkout, derived) == fingerprint(left_over, derived)
    sent = LittleShop().after(AddLine(product_id=MUG), checkout=left_over)
    assert fingerprint(sent, derived) != fingerprint(
        sent.evolve(shipping_method=None), derived
    )
    assert Checkout() == Checkout()
