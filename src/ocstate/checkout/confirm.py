"""
Whether a checkout can be confirmed, judged with what a host says at that moment.

Confirming asks everything anew, decides on the answers, and orders the checkout as it
is brought up to date with them::

    facts = yield from ask(*confirm_questions(checkout))
    problems = confirm_problems(checkout, facts)
    state = renewed(checkout, facts).state
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ocstate.checkout.facts import (
    AffiliateQuestion,
    CouponQuestion,
    CurrencyQuestion,
    CustomerQuestion,
    Facts,
    GroupQuestion,
    PaymentQuestion,
    PlaceQuestion,
    ProductQuestion,
    Question,
    RewardQuestion,
    ShippingQuestion,
    ShopQuestion,
    VoucherQuestion,
)
from ocstate.checkout.inquiries import (
    account_question,
    group_question,
    place_question,
    product_questions,
)
from ocstate.checkout.rules import RULES, Rules
from ocstate.checkout.state import State
from ocstate.problem import Problem

__all__ = ["CONFIRM_QUESTIONS", "Inquiry", "confirm_problems", "confirm_questions"]

Inquiry = Callable[[State], Iterator[Question[object]]]
"""What there is to ask about a state."""


def confirm_questions(
    state: State, rules: Rules = RULES
) -> tuple[Question[object], ...]:
    """
    Return what a confirm wants to know afresh: all that its rules ask, each once.
    """
    asked = dict.fromkeys(kind for rule in rules.confirm for kind in rule.asks)
    questions = (one for kind in asked for one in CONFIRM_QUESTIONS[kind](state))
    return tuple(dict.fromkeys(questions))


def confirm_problems(
    state: State, facts: Facts, rules: Rules = RULES
) -> tuple[Problem, ...]:
    """
    List everything that speaks against confirming *state*, in the rules' order.

    No ``error`` among them means that it may be ordered, as `renewed` returns it.
    """
    return rules.missing(state, facts)


def _about_account(state: State) -> Iterator[Question[object]]:
    if state.customer is not None:
        question = account_question(state.customer)
        if question is not None:
            yield question


def _about_group(state: State) -> Iterator[Question[object]]:
    if state.customer is not None:
        yield group_question(state, state.customer)


def _about_places(state: State) -> Iterator[Question[object]]:
    for address in (state.payment_address, state.shipping_address):
        question = None if address is None else place_question(address)
        if question is not None:
            yield question


def _about_shop(state: State) -> Iterator[Question[object]]:
    yield ShopQuestion(checkout=state)


def _about_products(state: State) -> Iterator[Question[object]]:
    yield from product_questions(state, state.cart.lines.product_ids)


def _about_shipping(state: State) -> Iterator[Question[object]]:
    if state.shipping_method is not None and state.cart.needs_shipping is not False:
        yield ShippingQuestion(checkout=state)


def _about_payment(state: State) -> Iterator[Question[object]]:
    if state.payment_method is not None:
        yield PaymentQuestion(checkout=state)


def _about_currency(state: State) -> Iterator[Question[object]]:
    if state.currency is not None:
        yield CurrencyQuestion(code=state.currency.code)


def _about_coupons(state: State) -> Iterator[Question[object]]:
    for coupon in state.coupons:
        yield CouponQuestion(code=coupon.code, checkout=state)


def _about_vouchers(state: State) -> Iterator[Question[object]]:
    for voucher in state.vouchers:
        yield VoucherQuestion(code=voucher.code)


def _about_reward(state: State) -> Iterator[Question[object]]:
    if state.reward is not None:
        yield RewardQuestion(checkout=state)


def _about_affiliate(state: State) -> Iterator[Question[object]]:
    if state.affiliate is not None:
        yield AffiliateQuestion(affiliate_id=state.affiliate)


CONFIRM_QUESTIONS: Final[Mapping[type[Question[object]], Inquiry]] = MappingProxyType(
    {
        AffiliateQuestion: _about_affiliate,
        CouponQuestion: _about_coupons,
        CurrencyQuestion: _about_currency,
        CustomerQuestion: _about_account,
        GroupQuestion: _about_group,
        PaymentQuestion: _about_payment,
        PlaceQuestion: _about_places,
        ProductQuestion: _about_products,
        RewardQuestion: _about_reward,
        ShippingQuestion: _about_shipping,
        ShopQuestion: _about_shop,
        VoucherQuestion: _about_vouchers,
    }
)
"""How each question that a confirm rule may ask is put about a state."""
