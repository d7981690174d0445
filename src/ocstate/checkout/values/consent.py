"""
What the customer agreed to, and where they came from.
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
