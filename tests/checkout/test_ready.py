"""
May I buy? What a session says of it, and what confirming comes to on the same answers.
"""

from __future__ import annotations

from types import SimpleNamespace

from attrs import evolve
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from ocstate import Sessions
from ocstate.checkout import (
    AddLine,
    ApplyCoupon,
    Checkout,
    Customer,
    CustomerFact,
    CustomFieldFact,
    GroupFact,
    LogIn,
    PaymentFact,
    PaymentMethod,
    PaymentQuestion,
    ProductFact,
    ProductQuestion,
    QuotePayment,
    QuoteShipping,
    RewardFact,
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
    confirm_problems,
    confirm_questions,
)
from ocstate.core.flow import ask
from ocstate.demo import StaticHost
from ocstate.exceptions import CommandRefused, EncodeError
from ocstate.host.asking import PORTS
from ocstate.stores.memory import MemoryStore
from ocstate.testing import FakeClock
from tests.checkout import test_confirm
from tests.checkout.little_shop import ADA, HOME, MUG, quotes
from tests.checkout.test_decide import ANSWERS
from tests.demo.shops import AT


class Host:
    """
    Gives the same answer to every question of a kind, and counts what it was asked.

    Args:
        facts: Answers by the kind of question; a kind that is not there has no port.
        silent: Names of ports that it has not.
    """

    def __init__(self, facts, silent=frozenset()):
        self.facts = dict(facts)
        self.asked = []
        for kind, port in PORTS.items():
            if kind in self.facts and port.port not in silent:
                held = vars(self).setdefault(port.port, SimpleNamespace())
                setattr(held, port.method, self.answer)

    def answer(self, questions):
        """
        Answer one batch; products and accounts are those that were asked after.
        """
        self.asked += map(type, questions)
        return [self._fact(question) for question in questions]

    def _fact(self, question):
        fact, same = self.facts[type(question)], PORTS[type(question)].same
        return evolve(fact, **{same: getattr(question, same)}) if same else fact


def errors(problems):
    """
    Return what blocks, each with its place.
    """
    return {(one.code, one.path) for one in problems if one.severity == "error"}


def done(session, commands):
    """
    Do commands; those that are refused change nothing.
    """
    for command in commands:
        try:
            session.do(command)
        except CommandRefused:
            continue


def confirmed(sessions, checkout):
    """
    Return what speaks against confirming, by what the host says now.
    """
    return confirm_problems(checkout, sessions.run(ask(*confirm_questions(checkout))))


def agrees(sessions, checkout):
    """
    Tell whether the session knows what confirming would find.
    """
    found = errors(confirmed(sessions, checkout))
    assert checkout.is_ready is (errors(checkout.missing()) == set())
    return found == errors(checkout.missing())


@given(
    st.fixed_dictionaries(ANSWERS),
    st.sets(st.sampled_from(sorted({PORTS[kind].port for kind in ANSWERS}))),
    st.lists(test_confirm.COMMANDS, max_size=8),
    st.sampled_from([test_confirm.END, ()]),
    st.lists(test_confirm.COMMANDS, max_size=4),
)
def test_any_host_that_keeps_to_its_word_confirms_what_is_ready(
    facts, silent, commands, end, more
):
    """
    Whatever a host answers, to whatever was done: both find the very same errors.

    They do in the block and in the next one, which reads what was stored.
    """
    host = Host(facts, silent | {"languages"})
    has_ports = not {port.port for port in PORTS.values()}.isdisjoint(vars(host))
    sessions = Sessions(MemoryStore(), host if has_ports else None, clock=FakeClock(AT))
    session = sessions.open()
    done(session, (*test_confirm.BEGINNING, *commands, *end, *more))
    inside = session.checkout
    try:
        session.close()
    except EncodeError:
        reject()  # A host that says what is no text in UTF-8.
    stored = sessions.open(session.token).checkout

    # While nothing was accepted that asks anybody, a shop like others is assumed.
    assume(inside.told_shop is not None or "shops" not in vars(host))
    assert agrees(sessions, inside)
    assert agrees(sessions, stored)


DEMO = StaticHost.demo(clock=lambda: AT)
IDS = st.sampled_from([31, 32, 33, 35, 42])
VISITS = st.lists(
    st.one_of(
        st.builds(AddLine, product_id=IDS, quantity=st.integers(1, 3)),
        st.builds(SetQuantity, line_id=st.integers(1, 3), quantity=st.integers(0, 40)),
        st.builds(SetCurrency, st.sampled_from(["EUR", "USD"])),
        st.builds(SetReward, st.sampled_from([0, 50, 125, 460])),
        st.builds(
            SetCustomer, st.builds(evolve, st.just(ADA), customer_id=st.integers(0, 2))
        ),
        st.builds(
            SetShippingAddress,
            st.builds(
                evolve,
                st.just(HOME),
                country_id=st.sampled_from([222, 81]),
                zone_id=st.sampled_from([0, 3563, 1256, 1259]),
            ),
        ),
        st.builds(
            SetShippingMethod,
            st.sampled_from(["flat.flat", "free.free", "pickup.pickup"]),
        ),
        st.builds(
            SetPaymentMethod,
            st.sampled_from(["cod", "bank_transfer", "free_checkout"]),
        ),
        st.sampled_from([QuoteShipping(), QuotePayment()]),
        st.builds(ApplyCoupon, st.sampled_from(["TIDE10", "SHIP"])),
    ),
    max_size=10,
)


@given(VISITS)
def test_the_demo_shop_confirms_what_is_ready(commands):
    """
    Its offers follow from the cart, and so does the answer, whatever came last.
    """
    sessions = Sessions(MemoryStore(), DEMO)
    with sessions.open() as session:
        address = (SetPaymentAddress(HOME), SetShippingAddress(HOME))
        done(session, (SetCustomer(ADA), *address, *commands))
    assert agrees(sessions, sessions.open(session.token).checkout)


SHOPS = [
    {"payment_address_required": False},
    {"guests_allowed": False},
    {"stock_checkout": True},
]


def little(**facts):
    """
    A host that sells mugs, and says of the rest what is given.
    """
    kinds = {kind.port + "." + kind.method: asked for asked, kind in PORTS.items()}
    mug = ProductFact(product_id=MUG, buyable=True, stock=1, minimum=3)
    said = {kinds[name.replace("__", ".")]: fact for name, fact in facts.items()}
    return Host({ProductQuestion: mug, **said})


def test_a_shop_is_judged_by_its_own_switches():
    """
    What it demands, and what it does not, is known after any command that asks.
    """
    for switches in SHOPS:
        sessions = Sessions(MemoryStore(), little(shops__shops=ShopFact(**switches)))
        for command in (AddLine(product_id=MUG), SetCustomer(ADA)):
            with sessions.open() as session:
                session.do(command)
            checkout = sessions.open(session.token).checkout
            assert agrees(sessions, checkout)
    assert ("account_required", "/customer/customer_id") not in errors(
        checkout.missing()
    )


def test_what_a_group_fills_in_is_known_of_who_logs_in():
    """
    An account that lacks what its group has to fill in has to mend it first.
    """
    group = GroupFact(
        customer_group_id=4,
        allowed=True,
        custom_fields=[CustomFieldFact(custom_field_id=3, required=True)],
    )
    account = CustomerFact(customer_id=7, active=True)
    host = little(customers__groups=group, customers__customers=account)
    sessions = Sessions(MemoryStore(), host)
    with sessions.open() as session:
        session.do(LogIn(Customer(**{**person(), "customer_id": 7, "telephone": ""})))
    checkout = sessions.open(session.token).checkout

    assert {
        ("required", "/customer/telephone"),
        ("required", "/customer/custom_field/3"),
    } <= errors(checkout.missing())
    assert agrees(sessions, checkout)


def person():
    """
    Ada, as fields.
    """
    return {
        name: getattr(ADA, name)
        for name in ("firstname", "lastname", "email", "telephone")
    }


def test_points_are_what_the_host_says_they_are():
    """
    Not what the lines would come to, where the host said otherwise.
    """
    sessions = Sessions(
        MemoryStore(), little(rewards__rewards=RewardFact(balance=90, maximum=90))
    )
    with sessions.open() as session:
        session.do(AddLine(product_id=MUG))
        session.do(SetReward(50))
        session.do(AddLine(product_id=MUG))
    checkout = sessions.open(session.token).checkout

    assert not [one for one in checkout.missing() if one.path == "/reward"]
    assert agrees(sessions, checkout)


OFFERS = (ShippingQuestion, PaymentQuestion)


def chosen_at(host):
    """
    A session in which a way to ship and a way to pay is chosen.
    """
    sessions = Sessions(MemoryStore(), host)
    with sessions.open() as session:
        done(
            session,
            (
                SetCustomer(ADA),
                SetPaymentAddress(HOME),
                SetShippingAddress(HOME),
                AddLine(product_id=MUG, quantity=3),
                QuoteShipping(),
                SetShippingMethod("post.slow"),
                QuotePayment(),
                SetPaymentMethod("cod"),
            ),
        )
    return sessions, session.token


def offering():
    """
    A host that ships and takes payment.
    """
    return little(
        shops__shops=ShopFact(stock_checkout=True),
        shipping__quotes=quotes(("post.slow", "5.00")),
        payment__options=PaymentFact(options=(PaymentMethod(code="cod"),)),
    )


def test_a_choice_is_asked_after_again_when_what_it_rests_on_changes():
    """
    Then nothing is stale; what no choice rests on is not asked after.
    """
    host = offering()
    sessions, token = chosen_at(host)
    assert sessions.open(token).checkout.is_ready
    for command, asked in (
        (SetComment("Ring twice."), []),
        (SetQuantity(line_id=1, quantity=4), [ShippingQuestion, PaymentQuestion]),
        (SetQuantity(line_id=1, quantity=4), []),
    ):
        host.asked.clear()
        with sessions.open(token) as session:
            session.do(command)
        assert asked == [one for one in host.asked if one in OFFERS]
        assert () == tuple(
            one for one in session.checkout.missing() if one.code != "not_checked"
        )
        assert session.checkout.is_ready


def test_a_choice_that_is_gone_is_known_at_once():
    """
    A cart that cannot be sent that way any more is not ready, and says why.
    """
    host = offering()
    sessions, token = chosen_at(host)
    host.facts[ShippingQuestion] = quotes(("post.fast", "9.00"))
    with sessions.open(token) as session:
        session.do(SetQuantity(line_id=1, quantity=5))
    checkout = sessions.open(token).checkout

    assert {("shipping_method_gone", "/shipping_method")} == errors(checkout.missing())
    assert not checkout.is_ready
    assert agrees(sessions, checkout)


def test_what_was_never_asked_does_not_block():
    """
    Without a host, what only a host could say is an info.
    """
    sessions, token = chosen_at(None)
    checkout = sessions.open(token).checkout

    assert "not_checked" in {one.code for one in checkout.missing()}
    assert checkout.is_ready
    assert not Checkout().is_ready
