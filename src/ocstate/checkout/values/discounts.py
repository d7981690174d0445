"""
What lowers the price, and the gift vouchers that are bought.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from ocstate.checkout.values.money import amount
from ocstate.checkout.values.part import Part


@frozen(kw_only=True)
class Coupon(Part):
    """
    A coupon that was entered; it stays when it no longer holds, and is reported.

    Attributes:
        code: As the host writes it, else as posted, in its one spelling
            (`characters.canonical_code`); compared exactly.
        checked_at: When a host last said that it holds; None if none was asked.
        checked_for: Fingerprint of what that depended on (`invalidation`).
    """

    code: str = field(repr=False)
    checked_at: float | None = field(default=None, eq=False)
    checked_for: str = field(default="", eq=False)


@frozen(kw_only=True)
class Voucher(Part):
    """
    A gift voucher that pays a part of this order.

    Attributes:
        code: As the host writes it, else as posted, in its one spelling; compared
            exactly. Whoever knows it can spend it.
        checked_at: When a host last said that it holds; None if none was asked.
    """

    code: str = field(repr=False)
    checked_at: float | None = field(default=None, eq=False)


@frozen(kw_only=True)
class Gift(Part):
    """
    A gift voucher that is bought with this order.

    Attributes:
        code: Names it inside the session, minted by the caller.
        amount: In the shop's default currency.
    """

    code: str
    description: str = field(default="", repr=False)
    from_name: str = field(default="", repr=False)
    from_email: str = field(default="", repr=False)
    to_name: str = field(default="", repr=False)
    to_email: str = field(default="", repr=False)
    voucher_theme_id: int = 0
    message: str = field(default="", repr=False)
    amount: Decimal = field(converter=amount)
