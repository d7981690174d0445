"""
What a shop is asked and told, what it answers, and by whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocstate.checkout.confirming.order import (
    BuyerNeeded,
    Declined,
    InProgress,
    Order,
    Placed,
    Placement,
)
from ocstate.host.async_ports import AsyncHost
from ocstate.host.bridges import InlineHost, ThreadedHost
from ocstate.host.ports import Host

if TYPE_CHECKING:
    from ocstate.host.static import StaticHost

__all__ = [
    "AsyncHost",
    "BuyerNeeded",
    "Declined",
    "Host",
    "InProgress",
    "InlineHost",
    "Order",
    "Placed",
    "Placement",
    "StaticHost",
    "ThreadedHost",
]


def __getattr__(name: str) -> object:
    # Whoever has a host of their own loads no demo shop.
    if name == "StaticHost":
        from ocstate.host.static import StaticHost

        return StaticHost
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
