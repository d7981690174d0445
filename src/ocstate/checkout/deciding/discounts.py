"""
What becomes of coupons, vouchers, points and affiliates.
"""

from __future__ import annotations

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import (
    ApplyCoupon,
    ApplyVoucher,
    RemoveCoupon,
    RemoveVoucher,
    SetAffiliate,
    SetReward,
)
from ocstate.checkout.confirming.rules import Rules
from ocstate.checkout.deciding.outcome import Outcome, accepted, refused
from ocstate.checkout.derived.dependencies import fingerprint
from ocstate.checkout.facts import (
    AffiliateQuestion,
    CouponQuestion,
    Facts,
    Question,
    RewardQuestion,
    VoucherQuestion,
)
from ocstate.checkout.rules.inquiries import is_name, is_number
from ocstate.checkout.rules.reward import reward_problems
from ocstate.checkout.values.discounts import Coupon, Voucher
from ocstate.problem import Problem


def ask_coupon(
    checkout: Checkout, command: ApplyCoupon
) -> tuple[Question[object], ...]:
    """
    Ask whether the coupon holds for this checkout.
    """
    if not is_name(command.code):
        return ()
    return (CouponQuestion(code=command.code, checkout=checkout),)


def ask_voucher(
    checkout: Checkout, command: ApplyVoucher
) -> tuple[Question[object], ...]:
    """
    Ask whether the gift voucher can be spent.
    """
    return (VoucherQuestion(code=command.code),) if is_name(command.code) else ()


def apply_coupon(
    checkout: Checkout, command: ApplyCoupon, facts: Facts, rules: Rules
) -> Outcome:
    """
    Keep a coupon in place of any other, if it holds now.
    """
    problems = list(rules.content_problems("coupons/-", "code", command.code))
    fact = facts.answer(CouponQuestion(code=command.code, checkout=checkout))
    if fact is not None and not fact.valid:
        problems.append(Problem("coupon_invalid", "/coupons/-"))
    if problems:
        return refused(checkout, problems, "ApplyCoupon")
    coupon = Coupon(code=command.code)
    if fact is not None:
        coupon = Coupon(
            code=fact.code or command.code,
            checked_at=facts.at,
            checked_for=fingerprint(checkout, "coupon"),
        )
    before = checkout.coupons
    is_known = before == (coupon,) and (
        fact is None or before[0].checked_for == coupon.checked_for
    )
    after = checkout if is_known else checkout.evolve(coupons=(coupon,))
    return accepted(after)


def apply_voucher(
    checkout: Checkout, command: ApplyVoucher, facts: Facts, rules: Rules
) -> Outcome:
    """
    Keep a gift voucher in place of any other, if it can be spent now.
    """
    problems = list(rules.content_problems("vouchers/-", "code", command.code))
    fact = facts.answer(VoucherQuestion(code=command.code))
    if fact is not None and not fact.valid:
        problems.append(Problem("voucher_invalid", "/vouchers/-"))
    if problems:
        return refused(checkout, problems, "ApplyVoucher")
    voucher = Voucher(code=command.code)
    if fact is not None:
        voucher = Voucher(code=fact.code or command.code, checked_at=facts.at)
    before = checkout.vouchers
    is_known = before == (voucher,) and (
        fact is None or before[0].checked_at is not None
    )
    after = checkout if is_known else checkout.evolve(vouchers=(voucher,))
    return accepted(after)


def remove_coupon(
    checkout: Checkout, command: RemoveCoupon, facts: Facts, rules: Rules
) -> Outcome:
    """
    Take a coupon back, or all; that there was none is said, and no fault.
    """
    kept = tuple(
        one for one in checkout.coupons if command.code not in (None, one.code)
    )
    if len(kept) == len(checkout.coupons):
        return accepted(checkout, (_nothing_to_remove("/coupons"),))
    return accepted(checkout.evolve(coupons=kept))


def remove_voucher(
    checkout: Checkout, command: RemoveVoucher, facts: Facts, rules: Rules
) -> Outcome:
    """
    Take a gift voucher back, or all; that there was none is said, and no fault.
    """
    kept = tuple(
        one for one in checkout.vouchers if command.code not in (None, one.code)
    )
    if len(kept) == len(checkout.vouchers):
        return accepted(checkout, (_nothing_to_remove("/vouchers"),))
    return accepted(checkout.evolve(vouchers=kept))


def _nothing_to_remove(path: str) -> Problem:
    return Problem("nothing_to_remove", path, severity="info")


def ask_reward(checkout: Checkout, command: SetReward) -> tuple[Question[object], ...]:
    """
    Ask how many points there are, and how many this cart can be paid with.
    """
    if not is_number(command.points):
        return ()
    return (RewardQuestion(checkout=checkout),)


def ask_affiliate(
    checkout: Checkout, command: SetAffiliate
) -> tuple[Question[object], ...]:
    """
    Ask after the affiliate.
    """
    if command.affiliate_id is None or not is_number(command.affiliate_id):
        return ()
    return (AffiliateQuestion(affiliate_id=command.affiliate_id),)


def set_reward(
    checkout: Checkout, command: SetReward, facts: Facts, rules: Rules
) -> Outcome:
    """
    Use so many points, from 0 to both limits; 0 uses none.
    """
    problems = list(rules.content_problems("", "reward", command.points))
    fact = facts.answer(RewardQuestion(checkout=checkout))
    if not problems and command.points and fact is not None:
        problems += reward_problems(command.points, fact)
    if problems:
        return refused(checkout, problems, "SetReward")
    points = command.points or None
    after = checkout if checkout.reward == points else checkout.evolve(reward=points)
    return accepted(after, points=command.points)


def set_affiliate(
    checkout: Checkout, command: SetAffiliate, facts: Facts, rules: Rules
) -> Outcome:
    """
    Say who is paid a commission; None and 0 are nobody.
    """
    affiliate = command.affiliate_id or None
    problems: list[Problem] = []
    if affiliate is not None:
        problems += rules.content_problems("", "affiliate", affiliate)
        fact = facts.answer(AffiliateQuestion(affiliate_id=affiliate))
        if not problems and fact is not None and not fact.active:
            params = {"affiliate_id": affiliate}
            problems.append(Problem("unknown_affiliate", "/affiliate", params=params))
    if problems:
        return refused(checkout, problems, "SetAffiliate")
    after = checkout
    if checkout.affiliate != affiliate:
        after = checkout.evolve(affiliate=affiliate)
    return accepted(after, affiliate_id=affiliate)
