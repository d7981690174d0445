"""
Whether a checkout can be confirmed, from what it keeps and from fresh facts.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import find, given
from hypothesis import strategies as st

from ocstate.checkout import (
    CONFIRM_RULES,
    NOTHING_ASKED,
    RULES,
    SECTIONS,
    AcceptTerms,
    AddGift,
    AddLine,
    Address,
    AffiliateQuestion,
    ApplyCoupon,
    ApplyVoucher,
    Checkout,
    ConfirmRule,
    CouponQuestion,
    CurrencyQuestion,
    Customer,
    CustomerFact,
    CustomerQuestion,
    CustomFieldFact,
    Facts,
    Forget,
    GroupFact,
    GroupQuestion,
    LogIn,
    LogOut,
    NewLine,
    Options,
    PaymentFact,
    PaymentQuestion,
    PlaceQuestion,
    PriceFact,
    Problem,
    ProductFact,
    ProductQuestion,
    Question,
    QuotePayment,
    QuoteShipping,
    RemoveGift,
    RemoveLine,
    ReplaceCart,
    RewardQuestion,
    Row,
    Rules,
    SetAffiliate,
    SetComment,
    SetCurrency,
    SetCustomer,
    SetPaymentAddress,
    SetPaymentMethod,
    SetQuantity,
    SetReward,
    SetShippingAddress,
    SetShippingMethod,
    ShippingQuestion,
    ShopFact,
    ShopQuestion,
    Terms,
    TotalRow,
    VoucherQuestion,
    confirm_problems,
    confirm_questions,
    fingerprint,
    renewed,
)
from ocstate.checkout.rules.inquiries import CONFIRM_QUESTIONS
from tests.checkout.little_shop import (
    ADA,
    BOOK,
    GONE,
    HOME,
    MUG,
    NOW,
    RARE,
    SHIRT,
    SIZE,
    LittleShop,
    options,
    quotes,
)

SHOP = LittleShop()
GIFT = AddGift(
    code="g1",
    from_name="Ada",
    from_email="ada@example.com",
    to_name="Bob",
    to_email="bob@example.com",
    voucher_theme_id=6,
    amount=10,
)
READY = SHOP.after(
    SetCurrency("EUR"),
    SetCustomer(evolve(ADA, customer_id=7)),
    AddLine(product_id=MUG, quantity=2),
    SetPaymentAddress(HOME),
    SetShippingAddress(HOME),
    QuoteShipping(),
    SetShippingMethod("post.slow"),
    ApplyCoupon("TEN"),
    ApplyVoucher("GIFT"),
    SetReward(10),
    QuotePayment(),
    SetPaymentMethod("cod"),
)


def judge(checkout, shop=SHOP, rules=RULES):
    """
    Ask what a confirm asks, and judge on the answers.
    """
    facts = shop.facts(confirm_questions(checkout, rules))
    return confirm_problems(checkout, facts, rules)


def told(problems):
    """
    Return what is wrong, without what was not checked.
    """
    return [(one.code, one.path) for one in problems if one.code != "not_checked"]


def unchecked(problems):
    """
    Return the rules that could not be applied.
    """
    return [one.params["rule"] for one in problems if one.code == "not_checked"]


def test_a_finished_checkout_can_be_confirmed():
    """
    From what it keeps, and from what the host says now, nothing is missing.
    """
    assert () == READY.missing()
    assert () == judge(READY)
    assert READY is renewed(READY, SHOP.facts(confirm_questions(READY))).state


def test_an_empty_checkout_misses_what_every_order_needs():
    """
    All of it at once, in the order of the rules, each with a way on.
    """
    problems = Checkout().missing()

    assert [
        ("customer_required", "/customer"),
        ("payment_address_required", "/payment_address"),
        ("payment_method_required", "/payment_method"),
        ("cart_empty", "/cart"),
    ] == told(problems)
    assert [] == unchecked(problems)
    assert all(problem.fix for problem in problems)
    assert told(problems) == told(judge(Checkout()))


def test_without_a_host_what_was_not_checked_is_said():
    """
    A rule that needs a host's word is not applied, and says so once, as an info.
    """
    mute = LittleShop(silent=tuple(CONFIRM_QUESTIONS))
    checkout = mute.after(
        SetCustomer(evolve(ADA, customer_id=7)),
        AddLine(product_id=MUG),
        AddLine(product_id=RARE),
        SetPaymentAddress(HOME),
        SetShippingAddress(HOME),
        SetCurrency("EUR"),
        ApplyCoupon("TEN"),
        ApplyVoucher("GIFT"),
        SetReward(10),
        SetAffiliate(3),
    )
    problems = checkout.missing()

    assert [("payment_method_required", "/payment_method")] == told(problems)
    assert [
        "account_refused",
        "payment_address_wrong",
        "shipping_address_wrong",
        "shipping_method_required",
        "lines_wrong",
        "out_of_stock",
        "below_minimum",
        "currency_unknown",
        "coupon_invalid",
        "voucher_invalid",
        "reward_too_high",
        "affiliate_unknown",
    ] == unchecked(problems)
    assert {"info"} == {one.severity for one in problems if one.code == "not_checked"}
    nowhere = checkout.evolve(shipping_address=None).missing()
    assert "shipping_address_required" in unchecked(nowhere)
    assert problems == judge(checkout, mute)


SHORT = LittleShop(
    products={
        MUG: ProductFact(product_id=MUG, buyable=True, stock=1, minimum=3),
    }
)

BROKEN = [
    ("customer", {"customer": None}, {}, "customer_required", "/customer"),
    (
        "a guest where the shop serves none",
        {"customer": ADA, "reward": None},
        {"shop": ShopFact(guests_allowed=False)},
        "account_required",
        "/customer/customer_id",
    ),
    (
        "an account that is gone",
        {},
        {"customers": {}},
        "unknown_customer",
        "/customer/customer_id",
    ),
    (
        "a customer without a name",
        {"customer": evolve(ADA, firstname="", customer_id=7)},
        {},
        "required",
        "/customer/firstname",
    ),
    (
        "a field of the shop's own",
        {},
        {
            "groups": {
                1: GroupFact(
                    customer_group_id=1,
                    allowed=False,
                    custom_fields=(
                        CustomFieldFact(custom_field_id=4, required=True),
                        CustomFieldFact(
                            custom_field_id=5, location="address", required=True
                        ),
                    ),
                )
            }
        },
        "required",
        "/customer/custom_field/4",
    ),
    (
        "payment address",
        {"payment_address": None},
        {},
        "payment_address_required",
        "/payment_address",
    ),
    (
        "half a payment address",
        {"payment_address": evolve(HOME, city="")},
        {},
        "required",
        "/payment_address/city",
    ),
    (
        "a country that is gone",
        {"shipping_address": evolve(HOME, country_id=5)},
        {},
        "unknown_country",
        "/shipping_address/country_id",
    ),
    (
        "shipping address",
        {"shipping_address": None},
        {},
        "shipping_address_required",
        "/shipping_address",
    ),
    (
        "shipping method",
        {"shipping_method": None},
        {},
        "shipping_method_required",
        "/shipping_method",
    ),
    (
        "payment method",
        {"payment_method": None},
        {},
        "payment_method_required",
        "/payment_method",
    ),
    (
        "a way to ship that is gone",
        {},
        {"shipping": lambda state: quotes(("post.fast", "9.00"))},
        "shipping_method_gone",
        "/shipping_method",
    ),
    (
        "a way to pay that is gone",
        {},
        {"payment": lambda state: options("bank")},
        "payment_method_gone",
        "/payment_method",
    ),
    (
        "a product that is gone",
        {},
        {"products": {}},
        "product_unavailable",
        "/cart/lines/0/product_id",
    ),
    (
        "stock",
        {},
        {"products": SHORT.products},
        "out_of_stock",
        "/cart/lines/0/quantity",
    ),
    (
        "minimum",
        {},
        {"products": SHORT.products},
        "below_minimum",
        "/cart/lines/0/quantity",
    ),
    ("currency", {}, {"currencies": {}}, "unknown_currency", "/currency/code"),
    (
        "balance",
        {},
        {"customers": {7: CustomerFact(customer_id=7, active=True)}},
        "reward_exceeds_balance",
        "/reward",
    ),
    ("affiliate", {"affiliate": 4}, {}, "unknown_affiliate", "/affiliate"),
]


@pytest.mark.parametrize(
    ("changes", "shop", "code", "path"),
    [row[1:] for row in BROKEN],
    ids=[row[0] for row in BROKEN],
)
def test_whatever_is_wrong_blocks_a_confirm(changes, shop, code, path):
    """
    Each rule finds its own fault, as an error with a way on.
    """
    problems = judge(READY.evolve(**changes), LittleShop(**shop))
    (found,) = [one for one in problems if (one.code, one.path) == (code, path)]

    assert "error" == found.severity
    assert found.fix


@pytest.mark.parametrize(
    ("shop", "code", "path"),
    [
        ({"coupons": frozenset()}, "coupon_invalid", "/coupons/0"),
        ({"vouchers": frozenset()}, "voucher_invalid", "/vouchers/0"),
        (
            {"shipping": lambda state: quotes(("post.slow", "6.00"))},
            "shipping_price_increased",
            "/shipping_method",
        ),
    ],
)
def test_what_only_changes_the_price_is_a_warning(shop, code, path):
    """
    It is kept and reported, and does not block.
    """
    (problem,) = judge(READY, LittleShop(**shop))

    assert (code, path, "warning") == (problem.code, problem.path, problem.severity)


def test_a_lower_price_is_an_info():
    """
    What costs less is said, and is what is ordered.
    """
    shop = LittleShop(shipping=lambda state: quotes(("post.slow", "3.00")))
    facts = shop.facts(confirm_questions(READY))

    (problem,) = confirm_problems(READY, facts)
    assert ("shipping_price_decreased", "info") == (problem.code, problem.severity)
    ordered = renewed(READY, facts).state
    assert Decimal("3.00") == ordered.shipping_method.cost
    assert Decimal("5.00") == READY.shipping_method.cost


def test_orders_beyond_the_stock_are_the_shops_to_take():
    """
    With `stock_checkout` only the minimum still counts.
    """
    shop = evolve(SHORT, shop=ShopFact(stock_checkout=True))
    found = told(judge(READY, shop))

    assert ("below_minimum", "/cart/lines/0/quantity") in found
    assert "out_of_stock" not in [code for code, _ in found]


def test_all_lines_of_a_product_reach_its_minimum_together():
    """
    Three shirts in two sizes are three shirts.
    """
    shirt = evolve(SHOP.products[SHIRT], minimum=3, stock=3)
    shop = LittleShop(products={**SHOP.products, SHIRT: shirt})
    checkout = shop.after(
        AddLine(product_id=SHIRT, quantity=2, options={SIZE: 1}),
        AddLine(product_id=SHIRT, options={SIZE: 2}),
        checkout=READY,
    )
    lines = [one for one in told(checkout.missing()) if "lines" in one[1]]
    assert [] == lines
    more = shop.after(SetQuantity(line_id=3, quantity=2), checkout=checkout)
    lines = [one for one in told(more.missing()) if "lines" in one[1]]
    assert [
        ("out_of_stock", "/cart/lines/1/quantity"),
        ("out_of_stock", "/cart/lines/2/quantity"),
    ] == lines


def test_a_change_that_matters_makes_choices_stale():
    """
    What is kept says which inputs changed; a fresh word of the host settles it.
    """
    changed = SHOP.decide(READY, SetQuantity(line_id=1, quantity=3)).checkout
    stale = {one.code: one for one in changed.missing()}

    assert {"shipping_method_stale", "payment_method_stale", "not_checked"} == set(
        stale
    )
    assert "cart" == stale["shipping_method_stale"].params["because"]
    assert ("QuoteShipping", "SetShippingMethod") == stale["shipping_method_stale"].fix
    assert "warning" == stale["payment_method_stale"].severity
    assert changed.is_ready
    assert () == judge(changed)
    again = SHOP.after(ApplyCoupon("TEN"), checkout=SHOP.caught_up(READY, changed))
    assert () == again.missing()


def test_nothing_is_sent_where_nothing_has_to_be():
    """
    A cart of downloads needs neither address nor way to ship, and is ordered without.
    """
    download = SHOP.after(
        RemoveLine(line_id=1),
        AddLine(product_id=BOOK),
        SetReward(0),
        QuotePayment(),
        checkout=READY.evolve(shipping_address=None),
    )

    assert [] == told(download.missing())
    facts = SHOP.facts(confirm_questions(download))
    assert [] == told(confirm_problems(download, facts))
    assert download.shipping_method is not None
    assert renewed(download, facts).state.shipping_method is None


def test_gifts_alone_are_worth_an_order():
    """
    A cart without lines is not empty when a gift voucher is bought.
    """
    checkout = SHOP.after(GIFT)

    assert "cart_empty" not in [one.code for one in checkout.missing()]


def test_points_are_judged_from_what_the_lines_keep():
    """
    Where no host said more, a guest has none, and a smaller cart is paid with fewer.
    """
    untold = READY.evolve(told_reward=None)
    for checkout, expected in (
        (untold.evolve(reward=21), ["reward_exceeds_cart"]),
        (untold.evolve(reward=20), []),
        (
            untold.evolve(customer=ADA),
            ["reward_exceeds_balance", "reward_exceeds_cart"],
        ),
        (
            untold.evolve(customer=None),
            ["reward_exceeds_balance", "reward_exceeds_cart"],
        ),
        (READY.evolve(customer=ADA), ["not_checked"]),
    ):
        found = [one.code for one in checkout.missing() if one.path == "/reward"]
        assert expected == found


def test_documents_are_accepted_in_the_version_that_counts():
    """
    A host names them in its rules; another version does not count.
    """
    rules = Rules(terms=(Terms(document_id=5, version="2"),))
    old = SHOP.after(AcceptTerms(document_id=5, version="1"), checkout=READY)
    new = SHOP.after(AcceptTerms(document_id=5, version="2"), checkout=READY)

    (problem,) = judge(old, rules=rules)
    assert ("terms_required", "/terms") == (problem.code, problem.path)
    assert {"document_id": 5, "version": "2"} == problem.params
    assert () == judge(new, rules=rules)


def test_a_host_adds_replaces_and_drops_confirm_rules():
    """
    Rules are named; one of the same name takes the place of the known one.
    """

    def is_silent(view):
        if not view.state.comment:
            yield Problem("comment_required", "/comment")

    remark = ConfirmRule(
        name="comment_required",
        path="/comment",
        reads=("comment",),
        severity="warning",
        fix=("SetComment",),
        check=is_silent,
    )
    rules = RULES.with_confirm_rules(remark)
    (problem,) = judge(READY, rules=rules)
    assert ("comment_required", "warning", ("SetComment",)) == (
        problem.code,
        problem.severity,
        problem.fix,
    )
    strict = rules.with_confirm_rules(evolve(remark, severity="error"))
    assert len(rules.confirm) == len(strict.confirm) == len(CONFIRM_RULES) + 1
    assert "error" == judge(READY, rules=strict)[0].severity
    assert CONFIRM_RULES == strict.without_confirm_rules("comment_required").confirm


def test_rules_name_sections_commands_and_questions():
    """
    What the table says of a rule exists, and each is named once.
    """
    import ocstate.checkout.commands as known

    assert len({rule.name for rule in CONFIRM_RULES}) == len(CONFIRM_RULES)
    for rule in CONFIRM_RULES:
        assert set(rule.reads) <= set(SECTIONS)
        assert set(rule.fix) <= set(known.__all__)
        assert set(rule.asks) <= set(CONFIRM_QUESTIONS)
        assert rule.path.split("/")[1] in SECTIONS
        assert rule.check.__doc__


def test_a_confirm_asks_only_what_there_is_to_ask():
    """
    One round: each question once, and none about what is not there.
    """
    asked = [type(one) for one in confirm_questions(READY)]
    assert {
        CouponQuestion,
        CurrencyQuestion,
        CustomerQuestion,
        GroupQuestion,
        PaymentQuestion,
        PlaceQuestion,
        ProductQuestion,
        RewardQuestion,
        ShippingQuestion,
        ShopQuestion,
        VoucherQuestion,
    } == set(asked)
    assert len(asked) == len(set(asked))
    affiliated = READY.evolve(affiliate=3)
    assert AffiliateQuestion(affiliate_id=3) in confirm_questions(affiliated)
    assert (ShopQuestion(),) == confirm_questions(Checkout())
    odd = Checkout(customer=Customer(customer_id=-1), payment_address=Address())
    assert {GroupQuestion, ShopQuestion} == {
        type(one) for one in confirm_questions(odd)
    }


def test_every_question_that_a_rule_asks_can_be_put():
    """
    The questions of a confirm are those of the facts, but for prices and languages.
    """
    from ocstate.checkout import facts

    every = {
        one
        for one in vars(facts).values()
        if isinstance(one, type) and issubclass(one, Question) and one is not Question
    }
    unasked = {facts.PriceQuestion, facts.LanguageQuestion, facts.GiftQuestion}
    assert every - unasked == set(CONFIRM_QUESTIONS)


def test_fresh_rows_take_the_place_of_kept_ones_for_the_order():
    """
    A state that is ordered holds the host's newest word about its lines.
    """
    heavy = {MUG: evolve(SHOP.products[MUG], shipping=False)}
    facts = LittleShop(products=heavy).facts(confirm_questions(READY))
    state = renewed(READY, facts).state

    assert state.cart.needs_shipping is False
    assert state.shipping_method is None
    assert READY.cart.needs_shipping is True
    bare = Checkout(
        cart=READY.cart.__class__().add(product_id=MUG, quantity=1, row=Row())
    )
    assert renewed(bare, NOTHING_ASKED).state is bare


def test_a_host_that_answers_in_part_is_believed_in_part():
    """
    Lines of which nothing was said keep what is known, others take what is new.
    """
    checkout = SHOP.after(AddLine(product_id=RARE), checkout=READY)
    news = evolve(SHOP.products[MUG], points=99)
    facts = Facts(NOW, [(ProductQuestion(product_id=MUG), news)])
    first, second = renewed(checkout, facts).state.cart.lines

    assert 99 == first.row.points
    assert second is not None
    assert checkout.cart.lines[1] == second


def test_a_choice_that_became_a_text_has_no_stock():
    """
    What was typed before an option became a choice is wrong, and counts nothing.
    """
    typed = Row(options=Options({SIZE: "large"}))
    checkout = READY.evolve(
        cart=READY.cart.appended(product_id=SHIRT, quantity=1, row=typed)
    )
    facts = SHOP.facts(confirm_questions(checkout))

    wrong = told(confirm_problems(checkout, facts))
    assert ("unknown_choice", f"/cart/lines/1/options/{SIZE}") in wrong
    assert renewed(checkout, facts).state.cart.lines[1].row.choice_stock is None


def test_an_affiliate_that_is_active_is_paid():
    """
    A known affiliate is no problem; what they are owed is the host's to know.
    """
    assert () == judge(READY.evolve(affiliate=3))


def test_what_is_to_be_paid_is_the_row_of_that_name():
    """
    A summary without such a row comes to nothing.
    """
    rows = [
        TotalRow(code=code, title=code, value=Decimal(value))
        for code, value in (("sub_total", 5), ("total", 7))
    ]

    assert Decimal(7) == PriceFact(totals=tuple(rows)).total
    assert Decimal(0) == PriceFact().total


IDS = st.sampled_from([MUG, SHIRT, BOOK, GONE, RARE])
CHOICES = st.dictionaries(st.just(SIZE), st.sampled_from([1, 2, 3]))
QUANTITIES = st.integers(1, 4)
PEOPLE = st.builds(
    evolve,
    st.just(ADA),
    customer_id=st.sampled_from([0, 7, 8, 9]),
    customer_group_id=st.sampled_from([None, 1, 2, 3]),
    telephone=st.sampled_from(["", "12345"]),
)
PLACES = st.builds(
    evolve,
    st.just(HOME),
    country_id=st.sampled_from([222, 20, 999]),
    zone_id=st.sampled_from([0, 3563]),
    postcode=st.sampled_from(["", "AB1 2CD"]),
)
COMMANDS = st.one_of(
    st.builds(AddLine, product_id=IDS, quantity=QUANTITIES, options=CHOICES),
    st.builds(SetQuantity, line_id=st.integers(1, 5), quantity=st.integers(0, 4)),
    st.builds(RemoveLine, line_id=st.integers(1, 5)),
    st.builds(
        ReplaceCart,
        st.lists(
            st.builds(NewLine, product_id=IDS, quantity=QUANTITIES, options=CHOICES),
            max_size=3,
        ),
    ),
    st.builds(SetCustomer, PEOPLE),
    st.builds(LogIn, PEOPLE),
    st.builds(SetPaymentAddress, PLACES),
    st.builds(SetShippingAddress, PLACES),
    st.builds(SetShippingMethod, st.sampled_from(["post.slow", "post.fast"])),
    st.builds(SetPaymentMethod, st.sampled_from(["cod", "bank"])),
    st.builds(SetReward, st.sampled_from([0, 5, 20, 600])),
    st.builds(ApplyCoupon, st.sampled_from(["TEN", "X"])),
    st.builds(SetComment, st.text(max_size=3)),
    st.just(GIFT),
    st.sampled_from(
        [QuoteShipping(), QuotePayment(), RemoveGift("g1"), LogOut(), Forget()]
    ),
)


def whimsical(seed):
    """
    Make a shop whose offers follow from exactly what they are declared to depend on.
    """

    def digit(state, derived):
        return int(fingerprint(state, derived)[seed], 16) % 2

    def shipping(state):
        costs = [("post.slow", f"{digit(state, 'shipping_quotes')}.00")]
        return quotes(*costs[digit(state, "shipping_quotes") :], ("post.fast", "9.00"))

    def payment(state):
        offers = options("cod", "bank").options
        return PaymentFact(options=offers[digit(state, "payment_options") :])

    return LittleShop(shipping=shipping, payment=payment)


BEGINNING = (
    SetCustomer(evolve(ADA, customer_id=7)),
    SetPaymentAddress(HOME),
    SetShippingAddress(HOME),
    AddLine(product_id=MUG, quantity=2),
)
END = (
    QuoteShipping(),
    SetShippingMethod("post.slow"),
    SetShippingMethod("post.fast"),
    QuotePayment(),
    SetPaymentMethod("bank"),
)
STORIES = st.tuples(
    st.integers(0, 15),
    st.lists(COMMANDS, max_size=12),
    st.sampled_from([END, END[:3], ()]),
    st.lists(COMMANDS, max_size=2),
)


def told_to_the_end(story):
    """
    Let one story happen in its shop.
    """
    seed, *chapters = story
    shop, checkout = whimsical(seed), Checkout()
    for command in (*BEGINNING, *(one for chapter in chapters for one in chapter)):
        after = shop.decide(checkout, command).checkout
        checkout = shop.caught_up(checkout, after)
    return shop, checkout


def errors(problems):
    """
    Return what blocks, each with its place.
    """
    return {(one.code, one.path) for one in problems if one.severity == "error"}


@given(STORIES)
def test_what_is_missing_is_what_confirming_finds(story):
    """
    Offers that follow from the checkout are known of it: both find the very same.

    And where something is missing, a way on is named.
    """
    shop, checkout = told_to_the_end(story)
    problems = judge(checkout, shop)

    assert errors(problems) == errors(checkout.missing())
    assert checkout.is_ready is (errors(problems) == set())
    every = (*checkout.missing(), *problems)
    assert all(one.fix for one in every if one.severity == "error")


def test_stories_come_to_a_good_end():
    """
    Among the examples above are finished checkouts that were changed after all.
    """

    def is_telling(story):
        _, checkout = told_to_the_end(story)
        return checkout.is_ready and len(checkout.cart.lines) > 1 and story[3]

    assert find(STORIES, is_telling)
