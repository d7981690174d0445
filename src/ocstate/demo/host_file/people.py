"""
The part of a host file that is people: customers, groups, fields, API clients.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from attrs import field, frozen

from ocstate.checkout.values.money import ZERO
from ocstate.demo.host_file.reading import Pattern
from ocstate.http.networks import Network


@frozen(kw_only=True)
class Named:
    """
    Something of which nothing but its number and its name counts here.
    """

    name: str = ""


@frozen(kw_only=True)
class ApiCredential:
    """
    A client of the API, with its key as it is: only a demo has keys in a file.
    """

    username: str
    key: str = field(default="", repr=False)
    status: bool = True
    networks: tuple[Network, ...] = ()


@frozen(kw_only=True)
class Affiliate:
    """
    What makes a customer an affiliate.
    """

    status: bool = True


@frozen(kw_only=True)
class Customer:
    """
    An account.

    Attributes:
        credit: Store credit at the start, in the default currency.
    """

    customer_group_id: int
    status: bool = True
    reward_points: int = 0
    credit: Decimal = ZERO
    affiliate: Affiliate | None = None


@frozen(kw_only=True)
class Asked:
    """
    How a field is asked of a group.
    """

    required: bool = False


@frozen(kw_only=True)
class CustomField:
    """
    A field of the shop's own in a form.

    Attributes:
        values: Its choices by id; None where the file does not list them.
        customer_groups: Who is asked.
    """

    name: str = ""
    type: str = "text"
    location: Literal["account", "address"] = "account"
    validation: Pattern | None = None
    sort_order: int = 0
    status: bool = True
    values: Mapping[int, str | Named] | None = None
    customer_groups: Mapping[int, Asked] = {}
