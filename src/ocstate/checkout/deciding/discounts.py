"""
What becomes of coupons, vouchers, points and affiliates.
"""

from __future__ import annotations

from typing import cast

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import (
    ApplyCoupon,
    ApplyVoucher,
    RemoveCoupon,
    RemoveVoucher,
    SetAffiliate,
    SetReward,
)
from ocstate.checkout.deciding.outcome import (
    Case,
    Outcome,
    accepted,
    nothing_to_remove,
)
from ocstate.checkout.derived.dependencies import fingerprint
from ocstate.checkout.facts import (
    AffiliateQuestion,
    CouponFact,
    CouponQuestion,
    Question,
    RewardQuestion,
    VoucherFact,
    VoucherQuestion,
)
from ocstate.checkout.rules.inquiries import is_name, is_number
from ocstate.checkout.rules.people import reward_problems
from ocstate.checkout.values.discounts import Coupon, Voucher
from ocstate.checkout.values.state import Changes
from ocstate.problem import Problem


def ask_code(
    checkout: Checkout, command: ApplyCoupon | ApplyVoucher
) -> tuple[Question[object], ...]:
    """
    Ask whether the coupon holds for this checkout, or the gift voucher can be spent.
    """
    return (_question(checkout, command),) if is_name(command.code) else ()


def _question(
    checkout: Checkout, command: ApplyCoupon | ApplyVoucher
) -> Question[CouponFact | VoucherFact]:
    if isinstance(command, ApplyCoupon):
        return CouponQuestion(code=command.code, checkout=checkout)
    return VoucherQuestion(code=command.code)


def apply_code(case: Case[ApplyCoupon | ApplyVoucher]) -> Outcome:
    """
    Keep a coupon or a gift voucher in place of any other, if it holds now.
    """
    checkout, command, facts, rules = case
    kind = "coupon" if isinstance(command, ApplyCoupon) else "voucher"
    problems = list(rules.content_problems(f"{kind}s/-", "code", command.code))
    fact = facts.answer(_question(checkout, command))
    if fact is not None and not fact.valid:
        problems.append(Problem(f"{kind}_invalid", f"/{kind}s/-"))
    if problems:
        return case.refused(problems)
    code = command.code if fact is None else fact.code or command.code
    checked_at = None if fact is None else facts.at
    fresh: Coupon | Voucher = Voucher(code=code, checked_at=checked_at)
    if kind == "coupon":
        taken = "" if fact is None else fingerprint(checkout, "coupon")
        fresh = Coupon(code=code, checked_at=checked_at, checked_for=taken)
    before = checkout.coupons if kind == "coupon" else checkout.vouchers
    if before == (fresh,) and (fact is None or _is_checked(before[0], fresh)):
        return accepted(checkout)
    return accepted(checkout.evolve(**cast("Changes", {f"{kind}s": (fresh,)})))


def _is_checked(before: Coupon | Voucher, fresh: Coupon | Voucher) -> bool:
    if isinstance(before, Coupon) and isinstance(fresh, Coupon):
        return before.checked_for == fresh.checked_for
    return before.checked_at is not None


def remove_code(case: Case[RemoveCoupon | RemoveVoucher]) -> Outcome:
    """
    Take a coupon or a gift voucher back, or all; that there was none is no fault.
    """
    checkout, command = case.checkout, case.command
    is_coupon = isinstance(command, RemoveCoupon)
    section = "coupons" if is_coupon else "vouchers"
    held = checkout.coupons if is_coupon else checkout.vouchers
    kept = tuple(one for one in held if command.code not in (None, one.code))
    if len(kept) == len(held):
        return accepted(checkout, (nothing_to_remove(f"/{section}"),))
    return accepted(checkout.evolve(**cast("Changes", {section: kept})))


def ask_reward(checkout: Checkout, command: SetReward) -> tuple[Question[object], ...]:
    """
    Ask how many points there are, and how many this cart can be paid with.
    """
    return (RewardQuestion(checkout=checkout),) if is_number(command.points) else ()


def ask_affiliate(
    checkout: Checkout, command: SetAffiliate
) -> tuple[Question[object], ...]:
    """
    Ask after the affiliate.
    """
    if command.affiliate_id is None or not is_number(command.affiliate_id):
        return ()
    return (AffiliateQuestion(affiliate_id=command.affiliate_id),)


def set_reward(case: Case[SetReward]) -> Outcome:
    """
    Use so many points, from 0 to both limits; 0 uses none.
    """
    checkout, points = case.checkout, case.command.points
    problems = list(case.rules.content_problems("", "reward", points))
    fact = case.facts.answer(RewardQuestion(checkout=checkout))
    if not problems and points and fact is not None:
        problems += reward_problems(points, fact)
    if problems:
        return case.refused(problems)
    return accepted(checkout.noting(reward=points or None), points=points)


def set_affiliate(case: Case[SetAffiliate]) -> Outcome:
    """
    Say who is paid a commission; None and 0 are nobody.
    """
    affiliate = case.command.affiliate_id or None
    problems: list[Problem] = []
    if affiliate is not None:
        problems += case.rules.content_problems("", "affiliate", affiliate)
        fact = case.facts.answer(AffiliateQuestion(affiliate_id=affiliate))
        if not problems and fact is not None and not fact.active:
            fault = Problem.of(
                "unknown_affiliate", "/affiliate", affiliate_id=affiliate
            )
            problems.append(fault)
    if problems:
        return case.refused(problems)
    return accepted(case.checkout.noting(affiliate=affiliate), affiliate_id=affiliate)
