"""
What clients were told, and what has to be there for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ocstate.checkout.values.ordering import Confirmation
from ocstate.exceptions import (
    CommandRefused,
    ConflictError,
    GoneError,
    StoreUnavailableError,
)
from tests.machines.confirm_clients import BASE, Client
from tests.machines.interleaving import Actor
from tests.machines.slow_shop import Bought, ViolationError

NOT_YET = {"confirm_in_progress", "buyer_needed"}
DECLINED = {"payment_declined", "product_unavailable"}


def judge_answer(actor: Actor, client: Client, orders: Sequence[Bought]) -> None:
    """
    Make sure that *actor* was answered with an order that is one, or a fair refusal.
    """
    result = actor.result
    if actor.has_crashed:
        return
    if isinstance(result, Confirmation):
        named = [one for one in orders if one.order_id == result.order_id]
        if not named:
            raise ViolationError(f"{actor.name} was told of an order that is none")
        ordered = result.ordered
        if ordered is not None and ordered.lines.pieces() != named[0].pieces:
            raise ViolationError(f"{actor.name} was shown what was not ordered")
    elif isinstance(result, CommandRefused):
        allowed = {"checkout_canceled", *NOT_YET}
        if client.does == "confirm":
            allowed |= DECLINED | {"cart_empty"}
        if not codes_of(result) <= allowed:
            raise ViolationError(f"{actor.name} ends in {spelt(result)}")
    elif isinstance(result, Exception):
        expected = (GoneError, StoreUnavailableError, ConflictError, OSError)
        if not isinstance(result, expected):
            raise result


def bounds_of(clients: Any, actors: list[Actor]) -> dict[int, tuple[int, int]]:
    """
    Return how many pieces of each product there have to be, at least and at most.
    """
    by_name = {client.name: client for client in clients}
    bounds = {product: (number, number) for product, number in BASE.items()}
    wishes: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for actor in actors:
        client = by_name[actor.name]
        if not client.adds:
            continue
        # Who confirms the same with the same key wants it once.
        wish = client.adds, client.key or actor.name
        wishes.setdefault(wish, []).append(_pieces_of(actor, client))
    for (product, _), each in wishes.items():
        low, high = bounds.get(product, (0, 0))
        bounds[product] = (
            low + max(least for least, _ in each),
            high + max(most for _, most in each),
        )
    return bounds


def _pieces_of(actor: Actor, client: Client) -> tuple[int, int]:
    if actor.session.was_read and actor.session.refused is not None:
        return 0, 0
    if actor.has_crashed:
        return 0, 1
    if isinstance(actor.result, CommandRefused):
        return 0, int(
            bool(codes_of(actor.result) & NOT_YET) and client.does == "confirm"
        )
    if isinstance(actor.result, StoreUnavailableError):
        return 0, 1
    if isinstance(actor.result, Confirmation) and client.adds:
        # Somebody else's order is answered in the place of one's own, and shows it.
        ordered = actor.result.ordered
        has_it = ordered is None or client.adds in ordered.lines.pieces()
        return int(has_it), 1
    return (0, 0) if isinstance(actor.result, Exception) else (1, 1)


def heard(actor: Actor) -> bool:
    """
    Tell whether somebody heard that it was done, and in this session.

    Who comes with a token that has ended gets a session of their own.
    """
    is_done = not actor.has_crashed and not isinstance(actor.result, Exception)
    return is_done and actor.session.refused is None


def codes_of(result: object) -> set[str]:
    """
    Return why something was refused, or the name of what came of it.
    """
    if not isinstance(result, CommandRefused):
        return {type(result).__name__}
    return {one.code for one in result.problems if one.severity == "error"}


def spelt(result: object) -> str:
    """
    Say for people what came of something.
    """
    return f"{type(result).__name__} {sorted(codes_of(result))}"
