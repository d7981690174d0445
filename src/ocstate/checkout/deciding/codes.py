"""
What becomes of coupons and gift vouchers that are entered.
"""

from __future__ import annotations

from ocstate.checkout.commands import (
    ApplyCoupon,
    ApplyVoucher,
    RemoveCoupon,
    RemoveVoucher,
)
from ocstate.checkout.deciding.outcome import accepted, refused
from ocstate.checkout.decision import Decision
from ocstate.checkout.discounts import Coupon, Voucher
from ocstate.checkout.facts import (
    CouponQuestion,
    Facts,
    Question,
    VoucherQuestion,
)
from ocstate.checkout.inquiries import is_name
from ocstate.checkout.invalidation import fingerprint
from ocstate.checkout.root import Checkout
from ocstate.checkout.rules import Rules
from ocstate.problem import Problem

__all__ = [
    "apply_coupon",
    "apply_voucher",
    "ask_coupon",
    "ask_voucher",
    "remove_coupon",
    "remove_voucher",
]


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
) -> Decision:
    """
    Keep a coupon in the place of any other, if it holds now.
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
    return accepted(checkout, after, "coupon_applied")


def apply_voucher(
    checkout: Checkout, command: ApplyVoucher, facts: Facts, rules: Rules
) -> Decision:
    """
    Keep a gift voucher in the place of any other, if it can be spent now.
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
    return accepted(checkout, after, "voucher_applied")


def remove_coupon(
    checkout: Checkout, command: RemoveCoupon, facts: Facts, rules: Rules
) -> Decision:
    """
    Take a coupon back, or all; that there was none is said, and no fault.
    """
    kept = tuple(
        one for one in checkout.coupons if command.code not in (None, one.code)
    )
    if len(kept) == len(checkout.coupons):
        return accepted(
            checkout, checkout, "coupon_removed", (_nothing_to_remove("/coupons"),)
        )
    return accepted(checkout, checkout.evolve(coupons=kept), "coupon_removed")


def remove_voucher(
    checkout: Checkout, command: RemoveVoucher, facts: Facts, rules: Rules
) -> Decision:
    """
    Take a gift voucher back, or all; that there was none is said, and no fault.
    """
    kept = tuple(
        one for one in checkout.vouchers if command.code not in (None, one.code)
    )
    if len(kept) == len(checkout.vouchers):
        return accepted(
            checkout, checkout, "voucher_removed", (_nothing_to_remove("/vouchers"),)
        )
    return accepted(checkout, checkout.evolve(vouchers=kept), "voucher_removed")


def _nothing_to_remove(path: str) -> Problem:
    return Problem("nothing_to_remove", path, severity="info")
