"""
Who is buying.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.options import NO_OPTIONS, Options, options_of
from ocstate.checkout.part import Part

__all__ = ["Customer"]


@frozen(kw_only=True)
class Customer(Part):
    """
    The customer as the order will name him; a guest when ``customer_id`` is 0.

    Only ids appear in ``repr``: what names a person stays out of logs.

    Attributes:
        customer_id: The shop's number of the account, 0 for a guest.
        customer_group_id: Resolved by the host; None until a host said so.
        custom_field: Answers to the shop's own account fields.
        checked_at: When a host confirmed account and group; None if none was asked.
    """

    customer_id: int = 0
    customer_group_id: int | None = None
    firstname: str = field(default="", repr=False)
    lastname: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    telephone: str = field(default="", repr=False)
    custom_field: Options = field(default=NO_OPTIONS, converter=options_of, repr=False)
    checked_at: float | None = field(default=None, eq=False)

    @property
    def is_guest(self) -> bool:
        """
        Tell whether the customer has no account.
        """
        return self.customer_id == 0
