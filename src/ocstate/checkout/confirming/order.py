"""
What is handed to the shop when a checkout becomes an order.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.facts import PriceFact
from ocstate.checkout.values.state import State


@frozen(kw_only=True)
class Order:
    """
    A checkout as it is to be ordered, priced by the host itself.

    Attributes:
        key: The same for every attempt at this one checkout, so that a host can
            recognise an order that it has placed already.
        order_status_id: What the caller asked for; None leaves it to the host.
        placed_at: Seconds since the epoch.
    """

    key: str
    checkout: State = field(repr=False)
    prices: PriceFact = field(repr=False)
    comment: str = field(default="", repr=False)
    order_status_id: int | None = None
    affiliate: int | None = None
    placed_at: float
