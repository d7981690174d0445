"""
Checks of what changes the price, and of what has to be agreed to.
"""

from __future__ import annotations

from collections.abc import Iterator

from ocstate.checkout.confirming.view import Finding, View
from ocstate.checkout.derived.dependencies import is_fresh
from ocstate.checkout.facts import (
    AffiliateQuestion,
    CouponQuestion,
    CurrencyQuestion,
    RewardQuestion,
    VoucherQuestion,
)
from ocstate.checkout.rules.people import reward_problems, stored_reward
from ocstate.problem import Problem


def currency_is_unknown(view: View) -> Iterator[Finding]:
    """
    Find that the currency is gone or disabled.
    """
    currency = view.state.currency
    if currency is None:
        return
    fact = view.facts.answer(CurrencyQuestion(code=currency.code))
    if fact is not None and fact.currency is None:
        yield Problem("unknown_currency", "/currency/code")
    elif fact is None and currency.checked_at is None:
        yield None


def coupons_fail(view: View) -> Iterator[Finding]:
    """
    Find coupons that do not hold any more; they stay, and change no price.
    """
    for position, coupon in enumerate(view.state.coupons):
        fact = view.facts.answer(CouponQuestion(code=coupon.code, checkout=view.state))
        if fact is None:
            if not is_fresh(view.state, "coupon", coupon.checked_for):
                yield None
        elif not fact.valid:
            yield Problem("coupon_invalid", f"/coupons/{position}")


def vouchers_fail(view: View) -> Iterator[Finding]:
    """
    Find gift vouchers that cannot be spent any more; they stay, and pay nothing.
    """
    for position, voucher in enumerate(view.state.vouchers):
        fact = view.facts.answer(VoucherQuestion(code=voucher.code))
        if fact is None:
            if voucher.checked_at is None:
                yield None
        elif not fact.valid:
            yield Problem("voucher_invalid", f"/vouchers/{position}")


def reward_is_too_high(view: View) -> Iterator[Finding]:
    """
    Find more points than the customer has, or than this cart can be paid with.
    """
    points = view.state.reward
    if points is None:
        return
    fact = view.facts.answer(RewardQuestion(checkout=view.state))
    if fact is None and view.state.told_reward is None:
        fact = stored_reward(view.state)
    if fact is None:
        yield None
    else:
        yield from reward_problems(points, fact)


def affiliate_is_unknown(view: View) -> Iterator[Finding]:
    """
    Find that the affiliate is gone or disabled.
    """
    if view.state.affiliate is None:
        return
    fact = view.facts.answer(AffiliateQuestion(affiliate_id=view.state.affiliate))
    if fact is None:
        yield None
    elif not fact.active:
        yield Problem.of(
            "unknown_affiliate", "/affiliate", affiliate_id=view.state.affiliate
        )


def terms_are_missing(view: View) -> Iterator[Finding]:
    """
    Find documents that were not accepted in the version that counts.
    """
    accepted = {(one.document_id, one.version) for one in view.state.terms}
    for one in view.terms:
        if (one.document_id, one.version) not in accepted:
            yield Problem.of(
                "terms_required",
                "/terms",
                document_id=one.document_id,
                version=one.version,
            )
