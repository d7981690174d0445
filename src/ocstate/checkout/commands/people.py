"""
Commands that say who is buying, where it goes, and what they said and agreed to.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.commands.typed import NUMBER, TEXT, Typed
from ocstate.checkout.values.consent import Attribution
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


@frozen
class SetComment:
    """
    Set the customer's remark on the order.
    """

    comment: str = field(validator=TEXT, repr=False)


@frozen(kw_only=True)
class AcceptTerms:
    """
    Accept exactly this version of a document.
    """

    document_id: int = field(validator=NUMBER)
    version: str = field(default="", validator=TEXT)


@frozen
class SetAttribution:
    """
    Note where the customer came from.
    """

    attribution: Attribution = field(validator=Typed(Attribution))
