"""
Commands that note what the customer said, came from and ordered.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.commands.typed import NUMBER, TEXT, Typed
from ocstate.checkout.values.consent import Attribution, Confirmation


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


@frozen(kw_only=True)
class RecordConfirmation:
    """
    Note the order that a host placed, and empty the cart.
    """

    confirmation: Confirmation = field(validator=Typed(Confirmation))
