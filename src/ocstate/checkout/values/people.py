"""
Who buys, and where to send and bill: `Customer` and `Address`.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.values.options import NO_OPTIONS, Options, options_of
from ocstate.checkout.values.part import Part


@frozen(kw_only=True)
class Destination:
    """
    What an estimate needs to know of an address; never stored as one.

    For a host that quotes from less than an address: `Address.destination` makes it.
    """

    country_id: int
    zone_id: int = 0
    postcode: str = field(default="", repr=False)
    city: str = field(default="", repr=False)


@frozen(kw_only=True)
class Address(Part):
    """
    An address, and a snapshot of what the host says about its country and zone.

    Only ids appear in ``repr``.

    Attributes:
        address_id: The shop's number in the customer's address book, 0 for none.
        country: Name of the country, derived from ``country_id`` by the host, like
            ``iso_code_2``, ``iso_code_3``, ``address_format``, ``zone`` and
            ``zone_code``; a client's own values for these are never taken.
        checked_at: When a host confirmed country and zone; None if none was asked.
    """

    address_id: int = 0
    firstname: str = field(default="", repr=False)
    lastname: str = field(default="", repr=False)
    company: str = field(default="", repr=False)
    address_1: str = field(default="", repr=False)
    address_2: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    country_id: int = 0
    zone_id: int = 0
    custom_field: Options = field(default=NO_OPTIONS, converter=options_of, repr=False)
    country: str = field(default="", repr=False)
    iso_code_2: str = field(default="", repr=False)
    iso_code_3: str = field(default="", repr=False)
    address_format: str = field(default="", repr=False)
    zone: str = field(default="", repr=False)
    zone_code: str = field(default="", repr=False)
    checked_at: float | None = field(default=None, eq=False)

    @property
    def destination(self) -> Destination:
        """
        Return what an estimate may know of this address.
        """
        return Destination(
            country_id=self.country_id,
            zone_id=self.zone_id,
            postcode=self.postcode,
            city=self.city,
        )


@frozen(kw_only=True)
class Customer(Part):
    """
    The customer as the order will name them; a guest when ``customer_id`` is 0.

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
