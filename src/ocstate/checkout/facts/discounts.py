"""
Questions about coupons, gift vouchers, reward points and affiliates.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.facts.question import Question
from ocstate.checkout.values.knowledge import RewardFact
from ocstate.checkout.values.state import State


@frozen(kw_only=True)
class CouponFact:
    """
    Whether a coupon holds for this checkout.

    Attributes:
        code: As the shop writes it, where it takes other letters for the same, such as
            lower case ones; empty where it is as it was asked.
    """

    valid: bool
    code: str = field(default="", repr=False)


@frozen(kw_only=True)
class CouponQuestion(Question[CouponFact]):
    """
    Does this coupon hold?
    """

    code: str = field(repr=False)
    checkout: State = field(repr=False, eq=False)


@frozen(kw_only=True)
class VoucherFact:
    """
    Whether a gift voucher can be spent.

    Attributes:
        code: As the shop writes it; empty where it is as it was asked.
    """

    valid: bool
    code: str = field(default="", repr=False)


@frozen(kw_only=True)
class VoucherQuestion(Question[VoucherFact]):
    """
    Can this gift voucher be spent?
    """

    code: str = field(repr=False)


@frozen(kw_only=True)
class GiftFact:
    """
    Whether a gift voucher of this theme can be bought.

    Attributes:
        description: What the order will call it.
    """

    theme_known: bool
    description: str = field(default="", repr=False)


@frozen(kw_only=True)
class GiftQuestion(Question[GiftFact]):
    """
    Is there this theme of gift vouchers?
    """

    voucher_theme_id: int


@frozen(kw_only=True)
class RewardQuestion(Question[RewardFact]):
    """
    How many points are there, and how many can be used?
    """

    checkout: State = field(repr=False, eq=False)


@frozen(kw_only=True)
class AffiliateFact:
    """
    Whether this affiliate exists and is active.
    """

    active: bool


@frozen(kw_only=True)
class AffiliateQuestion(Question[AffiliateFact]):
    """
    Is this an affiliate?
    """

    affiliate_id: int
