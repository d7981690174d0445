"""
Commands on what lowers the price, and on gift vouchers that are bought.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from ocstate.checkout.commands.typed import NUMBER, TEXT, Typed, code, code_or_none
from ocstate.checkout.values.money import amount


@frozen
class _Application:
    code: str = field(converter=code, validator=TEXT, repr=False)


@frozen
class _Removal:
    code: str | None = field(
        default=None,
        converter=code_or_none,
        validator=Typed(str, or_none=True),
        repr=False,
    )


@frozen
class ApplyCoupon(_Application):
    """
    Enter a coupon; it takes the place of another one.
    """


@frozen
class RemoveCoupon(_Removal):
    """
    Take coupons back; without a code, all of them.
    """


@frozen
class ApplyVoucher(_Application):
    """
    Enter a gift voucher to pay with; it takes the place of another one.
    """


@frozen
class RemoveVoucher(_Removal):
    """
    Take gift vouchers back; without a code, all of them.
    """


@frozen(kw_only=True)
class AddGift:
    """
    Buy a gift voucher for somebody.

    Attributes:
        code: Minted by the caller; names the gift inside the session.
        amount: In the session's currency.
    """

    code: str = field(converter=code, validator=TEXT)
    from_name: str = field(validator=TEXT, repr=False)
    from_email: str = field(validator=TEXT, repr=False)
    to_name: str = field(validator=TEXT, repr=False)
    to_email: str = field(validator=TEXT, repr=False)
    voucher_theme_id: int = field(validator=NUMBER)
    message: str = field(default="", validator=TEXT, repr=False)
    amount: Decimal = field(converter=amount)


@frozen
class RemoveGift:
    """
    Take a bought gift voucher back.
    """

    code: str = field(converter=code, validator=TEXT)


@frozen
class SetReward:
    """
    Say how many reward points to use; 0 uses none.
    """

    points: int = field(validator=NUMBER)


@frozen
class SetAffiliate:
    """
    Say who is paid a commission; None for nobody.
    """

    affiliate_id: int | None = field(validator=Typed(int, or_none=True))
