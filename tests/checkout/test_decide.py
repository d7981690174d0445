"""
Promises of deciding that hold for every command, every checkout and every host.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout import (
    CODES,
    NOTHING_ASKED,
    RULES,
    SECTIONS,
    AcceptTerms,
    AddGift,
    AddLine,
    Address,
    AffiliateFact,
    AffiliateQuestion,
    ApplyCoupon,
    ApplyVoucher,
    Attribution,
    Cancel,
    Checkout,
    ClearCart,
    Confirmation,
    CouponFact,
    CouponQuestion,
    Currency,
    CurrencyFact,
    CurrencyQuestion,
    Customer,
    CustomerFact,
    CustomerQuestion,
    CustomFieldFact,
    Facts,
    Forget,
    GiftFact,
    GiftQuestion,
    GroupFact,
    GroupQuestion,
    Language,
    LanguageFact,
    LanguageQuestion,
    LogIn,
    LogOut,
    Money,
    NewLine,
    OptionFact,
    Options,
    PaymentFact,
    PaymentMethod,
    PaymentQuestion,
    PlaceFact,
    PlaceQuestion,
    ProductFact,
    ProductQuestion,
    QuoteGroup,
    QuotePayment,
    QuoteShipping,
    RecordConfirmation,
    RemoveCoupon,
    RemoveGift,
    RemoveLine,
    RemoveVoucher,
    ReplaceCart,
    RewardFact,
    RewardQuestion,
    SetAffiliate,
    SetAttribution,
    SetComment,
    SetCurrency,
    SetCustomer,
    SetLanguage,
    SetPaymentAddress,
    SetPaymentMethod,
    SetQuantity,
    SetReward,
    SetSetting,
    SetShippingAddress,
    SetShippingMethod,
    SetStore,
    ShippingFact,
    ShippingMethod,
    ShippingQuestion,
    ShopFact,
    ShopQuestion,
    ShowTotal,
    VoucherFact,
    VoucherQuestion,
    clear_as_opencart,
    confirm_problems,
    confirm_questions,
    decide,
    fingerprint,
    questions,
    renewed,
    translate,
)
from ocstate.checkout.deciding.handlers import HANDLERS
from ocstate.checkout.derived.learning import KEPT
from tests.checkout.little_shop import ADA, HOME, LittleShop

TEXT = st.one_of(
    st.text(max_size=5),
    st.sampled_from(["ada@example.com", "EUR", "post.slow", "x" * 200, "\ud800", "42"]),
)
NUMBERS = st.one_of(
    st.sampled_from([0, 1, 2, 5, 7, 222, 3563, -1, 2**32, 2**63, 2**64, 2**80]),
    st.integers(),
)
SMALL = st.integers(0, 9)
OPTIONS = st.builds(
    Options,
    st.dictionaries(
        st.one_of(SMALL, NUMBERS),
        st.one_of(SMALL, TEXT, st.lists(st.one_of(SMALL, TEXT), max_size=3)),
        max_size=3,
    ),
)
PEOPLE = st.one_of(
    st.just(ADA),
    st.builds(evolve, st.just(ADA), customer_id=NUMBERS, custom_field=OPTIONS),
    st.builds(
        Customer,
        customer_id=NUMBERS,
        customer_group_id=st.none() | NUMBERS,
        firstname=TEXT,
        lastname=TEXT,
        email=TEXT,
        telephone=TEXT,
        custom_field=OPTIONS,
    ),
)
PLACES = st.one_of(
    st.just(HOME),
    st.builds(
        Address,
        firstname=TEXT,
        lastname=TEXT,
        company=TEXT,
        address_1=TEXT,
        city=TEXT,
        postcode=TEXT,
        country_id=NUMBERS,
        zone_id=NUMBERS,
        custom_field=OPTIONS,
        country=TEXT,
    ),
)
AMOUNTS = st.decimals(min_value=-1000, max_value=10**12, places=4)
LINES = {
    "product_id": st.one_of(SMALL, NUMBERS),
    "quantity": st.one_of(SMALL, NUMBERS),
    "options": OPTIONS,
    "subscription_plan_id": st.sampled_from([0, 0, 0, 9, -1, 2**70]),
}
OF_EACH = {
    AddLine: st.builds(AddLine, **LINES),
    SetQuantity: st.builds(SetQuantity, line_id=SMALL, quantity=NUMBERS),
    RemoveLine: st.builds(RemoveLine, line_id=NUMBERS),
    ClearCart: st.just(ClearCart()),
    ReplaceCart: st.builds(
        ReplaceCart, st.lists(st.builds(NewLine, **LINES), max_size=4)
    ),
    SetCustomer: st.builds(SetCustomer, PEOPLE),
    SetPaymentAddress: st.builds(SetPaymentAddress, PLACES),
    SetShippingAddress: st.builds(SetShippingAddress, PLACES),
    QuoteShipping: st.just(QuoteShipping()),
    QuotePayment: st.just(QuotePayment()),
    SetShippingMethod: st.builds(SetShippingMethod, TEXT),
    SetPaymentMethod: st.builds(SetPaymentMethod, TEXT),
    SetCurrency: st.builds(SetCurrency, TEXT),
    SetLanguage: st.builds(SetLanguage, TEXT),
    SetStore: st.builds(SetStore, NUMBERS),
    SetSetting: st.builds(
        SetSetting, name=TEXT, value=st.none() | st.booleans() | NUMBERS | TEXT
    ),
    ApplyCoupon: st.builds(ApplyCoupon, TEXT),
    RemoveCoupon: st.builds(RemoveCoupon, st.none() | TEXT),
    ApplyVoucher: st.builds(ApplyVoucher, TEXT),
    RemoveVoucher: st.builds(RemoveVoucher, st.none() | TEXT),
    AddGift: st.builds(
        AddGift,
        code=TEXT,
        from_name=TEXT,
        from_email=TEXT,
        to_name=TEXT,
        to_email=TEXT,
        voucher_theme_id=NUMBERS,
        message=TEXT,
        amount=AMOUNTS,
    ),
    RemoveGift: st.builds(RemoveGift, TEXT),
    SetReward: st.builds(SetReward, NUMBERS),
    SetAffiliate: st.builds(SetAffiliate, st.none() | NUMBERS),
    SetComment: st.builds(SetComment, TEXT),
    AcceptTerms: st.builds(AcceptTerms, document_id=NUMBERS, version=TEXT),
    ShowTotal: st.builds(ShowTotal, st.builds(Money, AMOUNTS, TEXT)),
    Cancel: st.builds(Cancel, reason=TEXT),
    SetAttribution: st.builds(
        SetAttribution, st.builds(Attribution, tracking=TEXT, referrer=TEXT)
    ),
    LogIn: st.builds(LogIn, PEOPLE),
    LogOut: st.just(LogOut()),
    Forget: st.just(Forget()),
    RecordConfirmation: st.builds(
        RecordConfirmation,
        confirmation=st.builds(
            Confirmation, order_id=st.integers(1, 99), confirmed_at=st.just(5.0)
        ),
    ),
}
COMMANDS = st.one_of(*OF_EACH.values())
QUOTED = st.builds(
    ShippingMethod,
    code=TEXT,
    cost=AMOUNTS,
    cost_with_tax=AMOUNTS,
    tax_class_id=SMALL,
)
KINDS = st.sampled_from(["select", "checkbox", "text", "textarea", "date", "odd"])
PATTERNS = st.none() | st.sampled_from(["^[a-z]+$", "("])
ANSWERS = {
    ProductQuestion: st.builds(
        ProductFact,
        product_id=SMALL,
        buyable=st.booleans(),
        shipping=st.booleans(),
        minimum=SMALL,
        points=SMALL,
        stock=st.none() | st.integers(-2, 9),
        options=st.lists(
            st.builds(
                OptionFact,
                product_option_id=SMALL,
                kind=KINDS,
                required=st.booleans(),
                pattern=PATTERNS,
                values=st.dictionaries(SMALL, st.none() | SMALL, max_size=3),
            ),
            max_size=2,
        ).map(tuple),
        plans=st.sampled_from([(), (0, 9), (9,)]),
    ),
    ShopQuestion: st.builds(
        ShopFact,
        exists=st.booleans(),
        stock_checkout=st.booleans(),
        payment_address_required=st.booleans(),
        guests_allowed=st.booleans(),
        maximum_quantity=st.sampled_from([0, 5, 99_999, 2**40]),
        gift_minimum=st.none() | AMOUNTS,
        gift_maximum=st.none() | AMOUNTS,
    ),
    CustomerQuestion: st.builds(
        CustomerFact, customer_id=SMALL, active=st.booleans(), reward_points=SMALL
    ),
    GroupQuestion: st.builds(
        GroupFact,
        customer_group_id=SMALL,
        allowed=st.booleans(),
        telephone_required=st.booleans(),
        custom_fields=st.lists(
            st.builds(
                CustomFieldFact,
                custom_field_id=SMALL,
                name=TEXT,
                kind=KINDS,
                location=st.sampled_from(["account", "address"]),
                required=st.booleans(),
                pattern=PATTERNS,
                values=st.lists(SMALL, max_size=2).map(tuple),
            ),
            max_size=2,
        ).map(tuple),
    ),
    PlaceQuestion: st.builds(
        PlaceFact,
        country_known=st.booleans(),
        zone_known=st.booleans(),
        has_zones=st.booleans(),
        postcode_required=st.booleans(),
        country=TEXT,
    ),
    CurrencyQuestion: st.builds(
        CurrencyFact,
        currency=st.none() | st.builds(Currency, code=TEXT, value=AMOUNTS),
    ),
    LanguageQuestion: st.builds(
        LanguageFact, language=st.none() | st.builds(Language, code=TEXT)
    ),
    ShippingQuestion: st.builds(
        ShippingFact,
        groups=st.lists(
            st.builds(
                QuoteGroup, code=TEXT, quotes=st.lists(QUOTED, max_size=2).map(tuple)
            ),
            max_size=2,
        ).map(tuple),
    ),
    PaymentQuestion: st.builds(
        PaymentFact,
        options=st.lists(st.builds(PaymentMethod, code=TEXT), max_size=2).map(tuple),
    ),
    CouponQuestion: st.builds(CouponFact, valid=st.booleans()),
    VoucherQuestion: st.builds(VoucherFact, valid=st.booleans()),
    GiftQuestion: st.builds(GiftFact, theme_known=st.booleans(), description=TEXT),
    RewardQuestion: st.builds(RewardFact, balance=SMALL, maximum=SMALL),
    AffiliateQuestion: st.builds(AffiliateFact, active=st.booleans()),
}


@st.composite
def told(draw, asked):
    """
    Answer a batch in any way, or leave questions unanswered.
    """
    answers = [
        (one, draw(ANSWERS[type(one)])) for one in asked if draw(st.integers(0, 5))
    ]
    return Facts(draw(st.floats(0, 2e9)), answers)


def test_every_command_is_tried():
    """
    The strategies below make commands of every type that there is.
    """
    assert set(HANDLERS) == set(OF_EACH)


@given(st.data())
def test_deciding_never_fails_and_changes_only_what_it_says(data):
    """
    Any commands, any answers: no error, and the promises of a decision hold.

    What is refused or changes nothing is the very same checkout; what is changed is
    only what the table says; the state before stays as it was; every code has a text.
    """
    start = data.draw(st.sampled_from([Checkout(), None]))
    checkout = start or LittleShop().after(SetShippingAddress(HOME), SetCustomer(ADA))
    for _ in range(data.draw(st.integers(1, 6))):
        command = data.draw(COMMANDS)
        handler = HANDLERS[type(command)]
        facts = data.draw(told(questions(checkout, command)))
        before = {name: getattr(checkout, name) for name in (*SECTIONS, "extras")}
        decision = decide(checkout, command, facts)

        assert before == {name: getattr(checkout, name) for name in before}
        changed = {
            name
            for name in before
            if getattr(decision.checkout, name) is not before[name]
        }
        learns = {one.section for one in KEPT.values()} if facts.answers else set()
        assert changed <= {*handler.changes, *learns}
        assert changed <= learns or decision.events
        assert not decision.events or decision.checkout is not checkout
        assert all(event.name == handler.event for event in decision.events)
        if decision.refused:
            assert decision.checkout is checkout
        for problem in decision.problems:
            assert set(CODES[problem.code]) == set(problem.params)
            assert problem.path.startswith("/")
            assert translate(problem)
            # Nothing mends what is closed for good, or for the moment.
            is_closed = problem.code in ("checkout_canceled", "confirm_in_progress")
            assert problem.fix or problem.severity == "info" or is_closed
        assert decision == decide(checkout, command, facts)
        checkout = clear_as_opencart(checkout, decision.checkout, command)


@given(st.data())
def test_confirming_never_fails(data):
    """
    Whatever was decided, with whatever facts, it can be judged, renewed and hashed.
    """
    checkout = LittleShop().after(SetShippingAddress(HOME), SetCustomer(ADA))
    for command in data.draw(st.lists(COMMANDS, max_size=5)):
        facts = data.draw(told(questions(checkout, command)))
        checkout = decide(checkout, command, facts).checkout
    facts = data.draw(told(confirm_questions(checkout)))

    for problem in (*checkout.missing(), *confirm_problems(checkout, facts)):
        assert set(CODES[problem.code]) == set(problem.params)
    once = renewed(checkout, facts).state
    assert fingerprint(once, "confirmation")
    assert once == renewed(once, facts).state


@given(COMMANDS)
def test_an_accepted_command_is_accepted_again(command):
    """
    Deciding again on the state that came of it never refuses what sets a value.
    """
    accumulating = (AddLine, AddGift, ReplaceCart)
    once = decide(Checkout(), command, NOTHING_ASKED, RULES)
    if not once.refused and not isinstance(command, accumulating):
        again = decide(once.checkout, command, NOTHING_ASKED, RULES)
        repeats = isinstance(command, SetQuantity)
        assert repeats or not again.refused
        assert repeats or again.checkout is once.checkout


def test_facts_are_found_by_what_they_answer():
    """
    Of equal questions the first counts; newer facts come before older ones.
    """
    one, other = CurrencyQuestion(code="EUR"), CurrencyQuestion(code="USD")
    old = Facts(1.0, [(one, CurrencyFact(currency=None)), (other, "kept")])
    new = Facts(2.0, [(one, CurrencyFact(currency=Currency(code="EUR")))])
    both = old.joined(new)

    assert 2.0 == both.at
    assert "EUR" == both.answer(one).currency.code
    assert "kept" == both.answer(other)
    assert NOTHING_ASKED.answer(one) is None
    assert "EUR" not in repr(new)
    coupons = [CouponQuestion(code=code, checkout=Checkout()) for code in "AB"]
    found = Facts(1.0, [(coupons[0], "a"), (coupons[1], "b")])
    assert "b" == found.answer(CouponQuestion(code="B", checkout=Checkout(reward=1)))
    shop = Facts(1.0, [(ShippingQuestion(checkout=Checkout()), "fact")])
    assert "fact" == shop.answer(ShippingQuestion(checkout=Checkout(reward=1)))
    assert Decimal(1) == RULES.shop.maximum_quantity - Decimal(99_998)
