"""
Commands about the order: what the buyer was shown, that it was placed, or given up.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.commands.typed import TEXT, Typed
from ocstate.checkout.values.money import Money
from ocstate.checkout.values.ordering import Confirmation


@frozen
class ShowTotal:
    """
    Note the total that the buyer is shown, in the currency that they see.

    Confirming compares with it. While an order is being made nothing is noted.
    """

    total: Money = field(validator=Typed(Money))


@frozen(kw_only=True)
class RecordConfirmation:
    """
    Note an order that was placed without `Session.confirm`, and what it used up.
    """

    confirmation: Confirmation = field(validator=Typed(Confirmation))


@frozen(kw_only=True)
class Cancel:
    """
    Give the checkout up: it stays readable as it is, and nothing changes it any more.

    Another purchase begins with another session.

    Attributes:
        reason: A word of the host's, such as ``"buyer"``.
    """

    reason: str = field(default="", validator=TEXT)
