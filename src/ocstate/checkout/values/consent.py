"""
What the customer agreed to, where they came from, and what they confirmed.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.values.part import Part


@frozen(kw_only=True)
class Terms(Part):
    """
    A document that was accepted; valid for exactly this version of it.
    """

    document_id: int
    version: str = ""
    accepted_at: float = 0.0


@frozen(kw_only=True)
class Attribution(Part):
    """
    Where the customer came from, for whoever pays commissions.

    Attributes:
        tracking: An affiliate's code.
        source: Campaign source, medium and name, as in ``utm_`` parameters.
        entered_at: When it was noted.
    """

    tracking: str = ""
    source: str = ""
    medium: str = ""
    campaign: str = ""
    referrer: str = field(default="", repr=False)
    entered_at: float = 0.0


@frozen(kw_only=True)
class Confirmation(Part):
    """
    The order that came of this checkout.

    Attributes:
        order_id: The shop's number.
        confirmed_at: When the host had placed it.
        fingerprint: Of everything that was ordered, as it was kept before the call.
        left: The same of what the order left: while it is right, nothing that matters
            was changed since. Empty in records of 0.1.
    """

    order_id: int
    confirmed_at: float
    fingerprint: str = ""
    left: str = ""
