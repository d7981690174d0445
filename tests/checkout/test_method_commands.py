"""
What becomes of offers, and of choices among them.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve

from ocstate.checkout import (
    AddLine,
    ApplyCoupon,
    Checkout,
    PaymentFact,
    PaymentQuestion,
    QuoteGroup,
    QuotePayment,
    QuoteShipping,
    SetComment,
    SetLanguage,
    SetPaymentAddress,
    SetPaymentMethod,
    SetQuantity,
    SetShippingAddress,
    SetShippingMethod,
    ShippingFact,
    ShippingQuestion,
    ShopFact,
    ShopQuestion,
    questions,
)
from tests.checkout.little_shop import (
    BOOK,
    HOME,
    MUG,
    NOW,
    RARE,
    LittleShop,
    codes,
    found,
    options,
    quotes,
)

SHOP = LittleShop()
READY = SHOP.after(
    AddLine(product_id=MUG, quantity=2),
    SetPaymentAddress(HOME),
    SetShippingAddress(HOME),
)
CHOSEN = SHOP.after(
    QuoteShipping(),
    SetShippingMethod("post.slow"),
    QuotePayment(),
    SetPaymentMethod("cod"),
    checkout=READY,
)


def offering(*costs, payment=("cod", "bank")):
    """
    Make a shop with other offers.
    """
    return LittleShop(
        shipping=lambda state: quotes(*costs), payment=lambda state: options(*payment)
    )


def test_quotes_are_kept_with_what_they_were_made_for():
    """
    A quote is kept as it was said, dated, with the fingerprint of its inputs.
    """
    decision = SHOP.decide(READY, QuoteShipping())
    kept = decision.checkout.shipping_quotes

    assert ["post.slow", "post.fast"] == [quote.code for quote in kept]
    assert NOW == kept.quoted_at
    assert len(kept.fingerprint) > 32
    assert "shipping_quoted" == decision.events[0].name
    again = SHOP.decide(decision.checkout, QuoteShipping(), at=NOW + 5)
    assert decision.checkout is again.checkout


@pytest.mark.parametrize("command", [QuoteShipping(), SetShippingMethod("post.slow")])
def test_nothing_is_quoted_without_somewhere_to_send_it(command):
    """
    Without an address nobody is asked, and the way on is named.
    """
    checkout = SHOP.after(AddLine(product_id=MUG, quantity=2))
    decision = SHOP.decide(checkout, command)

    assert [("shipping_address_required", "/shipping_address")] == found(decision)
    assert ("SetShippingAddress",) == decision.problems[0].fix
    assert () == questions(checkout, command)


@pytest.mark.parametrize("command", [QuoteShipping(), SetShippingMethod("post.slow")])
def test_nothing_is_quoted_where_nothing_is_sent(command):
    """
    A cart of downloads needs no way to ship: that is said, and no fault.
    """
    checkout = SHOP.after(AddLine(product_id=BOOK), SetShippingAddress(HOME))
    decision = SHOP.decide(checkout, command)

    assert ["nothing_to_ship"] == codes(decision)
    assert decision.checkout is checkout
    assert () == decision.events == questions(checkout, command)


@pytest.mark.parametrize("groups", [(), (QuoteGroup(code="post", error="too far"),)])
def test_that_nobody_ships_there_is_kept_and_said(groups):
    """
    An offer of nothing takes the place of the offer before, and of the choice.
    """
    shop = LittleShop(shipping=lambda state: ShippingFact(groups=groups))
    decision = shop.decide(CHOSEN, QuoteShipping())

    assert ["shipping_method_gone", "no_shipping_offered"] == codes(decision)
    assert all(one.severity == "warning" for one in decision.problems)
    assert [] == list(decision.checkout.shipping_quotes)
    assert decision.checkout.shipping_method is None


def test_a_choice_is_made_by_its_exact_code():
    """
    What was quoted under the code is kept as the choice; other spellings are none.
    """
    checkout = SHOP.after(QuoteShipping(), checkout=READY)
    decision = SHOP.decide(checkout, SetShippingMethod("post.fast"))
    chosen = decision.checkout.shipping_method

    assert ("post.fast", Decimal("9.00")) == (chosen.code, chosen.cost)
    assert checkout.shipping_quotes.fingerprint == chosen.chosen_for
    assert {"code": "post.fast"} == decision.events[0].params
    again = SHOP.decide(decision.checkout, SetShippingMethod("post.fast"))
    assert decision.checkout is again.checkout
    for code in ("post.FAST", "post", "post.fast.x", ""):
        wrong = SHOP.decide(decision.checkout, SetShippingMethod(code))
        assert [("unknown_shipping_method", "/shipping_method/code")] == found(wrong)
        assert wrong.checkout is decision.checkout


def test_a_choice_without_an_offer_asks_for_one():
    """
    Where nothing is kept, the choice is made among what the host says in that round.
    """
    for command, kept in (
        (SetShippingMethod("post.slow"), "shipping"),
        (SetPaymentMethod("cod"), "payment"),
    ):
        after = SHOP.after(command, checkout=READY)
        chosen = getattr(after, f"{kept}_method")
        offer = after.shipping_quotes or after.payment_options
        assert offer.find(command.code) == chosen
        assert offer.fingerprint == chosen.chosen_for
        wrong = SHOP.decide(READY, evolve(command, code="other"))
        assert [f"unknown_{kept}_method"] == codes(wrong)
        assert wrong.checkout is READY


def test_a_stale_offer_is_asked_for_again_in_the_same_round():
    """
    After a change that matters, a choice is made among what the host says now.
    """
    quoted = SHOP.after(QuoteShipping(), checkout=READY)
    stale = SHOP.decide(quoted, SetQuantity(line_id=1, quantity=3)).checkout
    dearer = offering(("post.slow", "6.00"), ("post.fast", "9.00"))

    assert [ShippingQuestion, ShopQuestion] == [
        type(one) for one in questions(stale, SetShippingMethod("post.slow"))
    ]
    decision = dearer.decide(stale, SetShippingMethod("post.slow"))
    assert Decimal("6.00") == decision.checkout.shipping_method.cost
    (problem,) = decision.problems
    assert "shipping_price_increased" == problem.code
    assert {"was": "5.0000", "now": "6.0000", "because": "cart"} == problem.params
    same = dearer.decide(stale, SetShippingMethod("post.fast"))
    assert () == same.problems
    gone = dearer.decide(stale, SetShippingMethod("post.none"))
    assert ["unknown_shipping_method"] == codes(gone)
    assert gone.checkout is stale


@pytest.mark.parametrize("quantities", [(3, 4), (4, 3), (5, 6), (6, 5)])
def test_a_choice_is_kept_with_the_offer_that_it_was_made_from(quantities):
    """
    What is chosen again from a later offer at the same price belongs to that one.
    """
    checkout = READY
    for quantity in quantities:
        checkout = SHOP.after(
            SetQuantity(line_id=1, quantity=quantity),
            SetShippingMethod("post.slow"),
            SetPaymentMethod("cod"),
            checkout=checkout,
        )
        shipping, payment = checkout.shipping_method, checkout.payment_method
        assert checkout.shipping_quotes.fingerprint == shipping.chosen_for
        assert checkout.payment_options.fingerprint == payment.chosen_for


MUTE = LittleShop(silent=(ShippingQuestion, PaymentQuestion))
UNCHECKED = MUTE.after(
    SetShippingMethod("post.slow"), SetPaymentMethod("cod"), checkout=READY
)


@pytest.mark.parametrize(
    "checkout",
    [READY, SHOP.decide(CHOSEN, SetQuantity(line_id=1, quantity=3)).checkout],
    ids=["nothing kept", "stale"],
)
def test_a_choice_is_taken_at_its_word_where_nobody_answers(checkout):
    """
    Without a current offer and a host's word a code is kept alone, and that is said.
    """
    for command, section in (
        (SetShippingMethod("any.code"), "shipping_method"),
        (SetPaymentMethod("any"), "payment_method"),
    ):
        decision = MUTE.decide(checkout, command)
        assert [("not_checked", f"/{section}")] == found(decision)
        assert [f"{section}_set"] == [one.name for one in decision.events]
        chosen = getattr(decision.checkout, section)
        assert type(chosen)(code=command.code) == chosen
        assert "" == chosen.chosen_for
        again = MUTE.decide(decision.checkout, command)
        assert decision.checkout is again.checkout


@pytest.mark.parametrize("code", ["", " ", "a\x00b", "x" * 256])
def test_what_can_be_no_code_is_taken_from_nobody(code):
    """
    Even where nobody can say what is offered, a code has to be one.
    """
    for command, section in (
        (SetShippingMethod(code), "shipping_method"),
        (SetPaymentMethod(code), "payment_method"),
    ):
        decision = MUTE.decide(READY, command)
        assert [(f"unknown_{section}", f"/{section}/code")] == found(decision)


def test_a_choice_without_an_offer_is_not_checked_and_no_fault():
    """
    It stays so whatever changes afterwards, until a host offers something.
    """
    changed = MUTE.after(SetQuantity(line_id=1, quantity=3), checkout=UNCHECKED)
    for checkout in (UNCHECKED, changed):
        missing = [one for one in checkout.missing() if "method" in one.path]
        assert [("not_checked", "info")] * 2 == [
            (one.code, one.severity) for one in missing
        ]
        assert ["payment_method_stale", "shipping_method_stale"] == [
            one.params["rule"] for one in missing
        ]


def test_a_first_offer_puts_a_price_to_a_choice_without_one():
    """
    A price that was never told has not risen; what is not offered is still gone.
    """
    decision = SHOP.decide(UNCHECKED, QuoteShipping())
    assert () == decision.problems
    assert Decimal("5.00") == decision.checkout.shipping_method.cost
    gone = offering(("post.fast", "9.00"), payment=("bank",))
    for command, expected in (
        (QuoteShipping(), "shipping_method_gone"),
        (QuotePayment(), "payment_method_gone"),
    ):
        (problem,) = gone.decide(UNCHECKED, command).problems
        assert (expected, "offer") == (problem.code, problem.params["because"])


def test_without_a_port_nothing_is_offered_and_that_is_said():
    """
    Where nobody answers, what was kept stays.
    """
    mute = LittleShop(silent=(ShippingQuestion, PaymentQuestion))

    for command, path in (
        (QuoteShipping(), "/shipping_quotes"),
        (QuotePayment(), "/payment_options"),
    ):
        decision = mute.decide(READY, command)
        assert [("not_checked", path)] == found(decision)
        assert decision.checkout is READY


@pytest.mark.parametrize(
    "command", [SetComment("x"), SetLanguage("en-gb"), SetPaymentAddress(HOME)]
)
def test_what_does_not_matter_leaves_quotes_fresh(command):
    """
    A remark, a language and where it is billed have nothing to do with shipping.
    """
    after = SHOP.after(command, checkout=CHOSEN)

    assert () == questions(after, SetShippingMethod("post.slow"))


@pytest.mark.parametrize(
    ("cost", "expected", "severity"),
    [
        ("4.00", ["shipping_price_decreased"], "info"),
        ("5.00", [], None),
        ("7.50", ["shipping_price_increased"], "warning"),
    ],
)
def test_a_choice_survives_a_new_offer(cost, expected, severity):
    """
    What is still offered stays chosen, at the new price, and that is said.
    """
    shop = offering(("post.slow", cost))
    decision = shop.decide(CHOSEN, QuoteShipping())

    assert expected == codes(decision)
    assert Decimal(cost) == decision.checkout.shipping_method.cost
    for problem in decision.problems:
        assert severity == problem.severity
        assert {
            "was": "5.0000",
            "now": f"{cost}00",
            "because": "offer",
        } == problem.params


def test_a_choice_that_is_offered_no_more_is_said_and_gone():
    """
    The answer tells which inputs have changed since it was chosen.
    """
    moved = SHOP.after(
        SetShippingAddress(evolve(HOME, city="Leeds")),
        AddLine(product_id=RARE),
        checkout=CHOSEN,
    )
    decision = offering(("post.fast", "9.00")).decide(moved, QuoteShipping())

    (problem,) = decision.problems
    assert "shipping_method_gone" == problem.code
    assert {"because": "cart shipping_destination"} == problem.params
    assert decision.checkout.shipping_method is None


def test_taxes_alone_can_change_a_price():
    """
    What the customer is shown counts first, then the cost without tax.
    """
    taxed = quotes(("post.slow", "5.00"))
    (quote,) = taxed.groups[0].quotes
    shown = evolve(quote, cost_with_tax=Decimal("6.00"))
    net = evolve(quote, cost=Decimal("4.00"))
    for changed, was, now in ((shown, "5.0000", "6.0000"), (net, "5.0000", "4.0000")):
        group = evolve(taxed.groups[0], quotes=(changed,))
        shop = LittleShop(
            shipping=lambda state, group=group: ShippingFact(groups=(group,))
        )
        (problem,) = shop.decide(CHOSEN, QuoteShipping()).problems
        assert (was, now) == (problem.params["was"], problem.params["now"])


@pytest.mark.parametrize(
    ("cost", "with_tax", "code", "was"),
    [
        ("4.00", "6.00", "shipping_price_increased", "5.0000"),
        ("6.00", "4.00", "shipping_price_decreased", "5.0000"),
    ],
)
def test_a_price_rises_and_falls_as_it_is_shown(cost, with_tax, code, was):
    """
    Where tax turns the direction, the customer is told of the one that they pay.
    """
    offer = quotes(("post.slow", cost))
    (quote,) = offer.groups[0].quotes
    changed = evolve(quote, cost_with_tax=Decimal(with_tax))
    group = evolve(offer.groups[0], quotes=(changed,))
    shop = LittleShop(shipping=lambda state: ShippingFact(groups=(group,)))

    (problem,) = shop.decide(CHOSEN, QuoteShipping()).problems

    assert (code, was, f"{with_tax}00") == (
        problem.code,
        problem.params["was"],
        problem.params["now"],
    )


def test_a_shop_that_bills_nowhere_needs_no_address():
    """
    Whether a payment address is needed is the shop's to say.
    """
    bare = SHOP.after(AddLine(product_id=BOOK))
    free = LittleShop(shop=ShopFact(payment_address_required=False))

    for command in (QuotePayment(), SetPaymentMethod("cod")):
        decision = SHOP.decide(bare, command)
        assert [("payment_address_required", "/payment_address")] == found(decision)
        assert ("SetPaymentAddress",) == decision.problems[0].fix
    assert not free.decide(bare, QuotePayment()).refused


def test_payment_is_chosen_among_what_is_offered():
    """
    An exact code among current offers, kept as it was offered.
    """
    checkout = SHOP.after(QuotePayment(), checkout=READY)
    decision = SHOP.decide(checkout, SetPaymentMethod("bank"))

    assert "bank" == decision.checkout.payment_method.code
    assert (
        checkout.payment_options.fingerprint
        == decision.checkout.payment_method.chosen_for
    )
    again = SHOP.decide(decision.checkout, SetPaymentMethod("bank"))
    assert decision.checkout is again.checkout
    wrong = SHOP.decide(checkout, SetPaymentMethod("Bank"))
    assert [("unknown_payment_method", "/payment_method/code")] == found(wrong)
    same = SHOP.decide(checkout, QuotePayment(), at=NOW + 1)
    assert checkout is same.checkout


def test_a_stale_way_to_pay_is_offered_again_in_the_same_round():
    """
    A coupon changes what is to be paid, and so what is offered.
    """
    stale = SHOP.decide(CHOSEN, ApplyCoupon("TEN")).checkout
    command = SetPaymentMethod("bank")

    asked = [type(one) for one in questions(stale, command)]
    assert [ShopQuestion, PaymentQuestion] == asked
    assert "bank" == SHOP.decide(stale, command).checkout.payment_method.code
    gone = offering(payment=("cod",)).decide(stale, command)
    assert ["unknown_payment_method"] == codes(gone)
    assert [ShopQuestion] == [type(one) for one in questions(CHOSEN, command)]


def test_a_way_to_pay_that_is_offered_no_more_is_gone():
    """
    The choice goes, the offer stays, and an offer of nothing is said.
    """
    decision = offering(payment=("bank",)).decide(CHOSEN, QuotePayment())
    assert [("payment_method_gone", "/payment_method")] == found(decision)
    assert {"because": "offer"} == decision.problems[0].params
    assert decision.checkout.payment_method is None

    kept = offering(payment=("cod",)).decide(CHOSEN, QuotePayment())
    assert () == kept.problems
    assert CHOSEN.payment_method == kept.checkout.payment_method

    none = LittleShop(payment=lambda state: PaymentFact())
    decision = none.decide(READY, QuotePayment())
    assert [("no_payment_offered", "/payment_options")] == found(decision)
    assert () == decision.checkout.payment_options.options


def test_an_empty_checkout_is_offered_nothing():
    """
    An empty cart has nothing to send, and no address to bill.
    """
    assert ["nothing_to_ship"] == codes(SHOP.decide(Checkout(), QuoteShipping()))
    assert ["payment_address_required"] == codes(
        SHOP.decide(Checkout(), QuotePayment())
    )
