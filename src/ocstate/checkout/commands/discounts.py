"""
Commands on what lowers the price, and on gift vouchers that are bought.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from ocstate.checkout.money import amount

__all__ = [
    "AddGift",
    "ApplyCoupon",
    "ApplyVoucher",
    "RemoveCoupon",
    "RemoveGift",
    "RemoveVoucher",
    "SetAffiliate",
    "SetReward",
]


@frozen
class ApplyCoupon:
    """
    Enter a coupon; it takes the place of another one.
    """

    code: str = field(repr=False)


@frozen
class RemoveCoupon:
    """
    Take coupons back; without a code, all of them.
    """

    code: str | None = field(default=None, repr=False)


@frozen
class ApplyVoucher:
    """
    Enter a gift voucher to pay with; it takes the place of another one.
    """

    code: str = field(repr=False)


@frozen
class RemoveVoucher:
    """
    Take gift vouchers back; without a code, all of them.
    """

    code: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class AddGift:
    """
    Buy a gift voucher for somebody.

    Attributes:
        code: Minted by the caller; names the gift inside the session.
        amount: In the session's currency.
    """

    code: str
    from_name: str = field(repr=False)
    from_email: str = field(repr=False)
    to_name: str = field(repr=False)
    to_email: str = field(repr=False)
    voucher_theme_id: int
    message: str = field(default="", repr=False)
    amount: Decimal = field(converter=amount)


@frozen
class RemoveGift:
    """
    Take a bought gift voucher back.
    """

    code: str


@frozen
class SetReward:
    """
    Say how many reward points to use; 0 uses none.
    """

    points: int


@frozen
class SetAffiliate:
    """
    Say who is paid a commission; None for nobody.
    """

    affiliate_id: int | None
