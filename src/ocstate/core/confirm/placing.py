"""
Letting the shop place what was claimed, until it has said what became of it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import cast

from attrs import frozen

from ocstate.checkout.confirming.order import Declined, InProgress, Order, Placement
from ocstate.checkout.values.ordering import Attempt, Try
from ocstate.core.attempts.concluding import conclude
from ocstate.core.confirm.judging import Judged
from ocstate.core.flow import Flow, find_order, hold, place
from ocstate.core.session import SessionState
from ocstate.core.writing import patiently
from ocstate.exceptions import (
    CommandRefused,
    ConflictError,
    DecodeError,
    EncodeError,
    GoneError,
    StoreError,
)

BEHIND = (ConflictError, DecodeError, EncodeError, GoneError, StoreError)
"""What may go wrong behind an order, which stands all the same."""


@frozen
class Claim:
    """
    What is needed to place an order: the claim that is stored, and what was judged.
    """

    attempt: Attempt
    by: Try
    judged: Judged


def asked_for(session: SessionState, claim: Claim, order: Order) -> Flow[Placement]:
    """
    Let the shop hold and place *order*; where it fails, ask what became of it.

    Raises:
        Exception: Whatever the shop raised, where it knows of no order.
    """
    try:
        try:
            yield from hold(order)
        except CommandRefused as refused:
            return Declined(refused.problems)
        return (yield from place(order))
    except Exception:
        # Where the shop cannot tell either, the claim stays until it can.
        with suppress(Exception):
            known = yield from find_order(order.key)
            if known is not None:
                return known
            yield from conclude(session, claim.attempt, None, claim.by)
        raise


def waited_for(
    session: SessionState, claim: Claim, told: InProgress
) -> Flow[Placement]:
    """
    Ask after an order that the shop has not decided on yet, as patience allows.
    """
    key = claim.attempt.key
    with suppress(*BEHIND):
        yield from conclude(session, claim.attempt, told, claim.by)

    def once() -> Flow[Placement | ConflictError]:
        known = yield from find_order(key)
        if known is None or isinstance(known, InProgress):
            return ConflictError("an order is being made of this already")
        return known

    try:
        known = yield from patiently(session.setup, None, once)
    except ConflictError:
        return told
    return cast("Placement", known)  # pyright: ignore[reportUnnecessaryCast]
