"""
ocstate keeps the state of a shop's checkout session, exact under concurrency.

The names most users need; the domain is in `ocstate.checkout`, the stores in
`ocstate.stores`, the adapters in `ocstate.wsgi` and `ocstate.asgi`.
"""

from __future__ import annotations

from ocstate.aio import AsyncSession, AsyncSessions
from ocstate.core.policy import Policies, Policy
from ocstate.exceptions import (
    CommandRefused,
    ConflictError,
    GoneError,
    OcstateError,
    StoreUnavailableError,
)
from ocstate.problem import Problem
from ocstate.sync import Session, Sessions

__all__ = [
    "AsyncSession",
    "AsyncSessions",
    "CommandRefused",
    "ConflictError",
    "GoneError",
    "OcstateError",
    "Policies",
    "Policy",
    "Problem",
    "Session",
    "Sessions",
    "StoreUnavailableError",
]
