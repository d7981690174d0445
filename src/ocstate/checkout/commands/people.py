"""
Commands that say who is buying and where it goes.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.commands.typed import Typed
from ocstate.checkout.values.people import Address, Customer


@frozen
class SetCustomer:
    """
    Say who is buying; this alone signs nobody in.
    """

    customer: Customer = field(validator=Typed(Customer))


@frozen
class SetPaymentAddress:
    """
    Say where it is billed.
    """

    address: Address = field(validator=Typed(Address))


@frozen
class SetShippingAddress:
    """
    Say where it goes.
    """

    address: Address = field(validator=Typed(Address))


@frozen
class LogIn:
    """
    Attach an account: the session gets a new token, and the old one dies at once.
    """

    customer: Customer = field(validator=Typed(Customer))


@frozen
class LogOut:
    """
    Detach the account and everything personal; the cart stays.
    """


@frozen
class Forget:
    """
    Forget the whole checkout.
    """
