"""
How an attempt at an order begins and ends, as functions of the checkout.

An attempt is a claim on the checkout, stored before the shop hears of the order. What
is in it lets anybody finish it: the name of the purchase, what was ordered, and what
the block that confirmed had changed.

====================  ==============================  ================================
the shop says         the checkout                    the attempt
====================  ==============================  ================================
placed                takes what was held, loses      ends; its number stands in the
                      what the order used up          confirmation
declined              is as it was                    ends; the next one has a new key,
                                                      unless an earlier try may still
                                                      come to an order
the buyer is needed   stays claimed until they are    has an address to go to
                      expected back
in progress           stays claimed                   is asked after again
nothing is known      is open again, once its lease   stays, so that the next try has
                      is over                         the same key
====================  ==============================  ================================

The last row is why a call of the shop may outlive its lease: whatever it answers in the
end, there is one order for the key. Which call's lines it holds the shop tells, if it
keeps the name of the call beside the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

from attrs import evolve

from ocstate.checkout.confirming.order import Placed
from ocstate.checkout.confirming.used_up import surplus, used_up
from ocstate.checkout.derived.dependencies import fingerprint
from ocstate.checkout.values.cart import Cart
from ocstate.checkout.values.ordering import (
    EXTRAS,
    MOST_TRIES,
    Attempt,
    Confirmation,
    Told,
    Try,
)
from ocstate.checkout.values.state import Changes, State
from ocstate.problem import Problem

StateT = TypeVar("StateT", bound=State)

NOTHING_ADDED = Cart()


def claimed(state: StateT, *, key: str, until: float, by: Try) -> StateT:
    """
    Let a try claim *state*, under the key of an attempt that came to no end.

    Args:
        key: The name of the purchase, where there was no attempt.
        until: The end of the lease.
    """
    before = state.attempt
    tries = () if before is None else before.tries
    attempt = Attempt(
        key=key if before is None else before.key,
        until=until,
        tries=(*tries, by)[-MOST_TRIES:],
    )
    return state.evolve(attempt=attempt)


def waiting(state: StateT, *, until: float, url: str = "") -> StateT:
    """
    Keep *state* claimed until then.
    """
    if state.attempt is None:
        return state
    return state.evolve(attempt=evolve(state.attempt, until=until, url=url))


def reopened(state: StateT) -> StateT:
    """
    Open *state* again, of whose order nothing is known; its key stays.
    """
    return waiting(state, until=0.0)


def declined(state: StateT, own: Try | None = None) -> StateT:
    """
    Open *state* again, whose order the shop does not take.

    Args:
        own: The try that was declined: of the others nothing is known, so the key stays
            for them. None where the shop says it of the key.
    """
    attempt = state.attempt
    if attempt is None or own is None:
        return state.evolve(attempt=None)
    others = tuple(one for one in attempt.tries if one.id != own.id)
    if not others:
        return state.evolve(attempt=None)
    return state.evolve(attempt=evolve(attempt, until=0.0, url="", tries=others))


def taken_by(attempt: Attempt, placed: Placed, own: Try | None = None) -> Try | None:
    """
    Return the try whose lines an order holds.

    What the shop says counts first: None where it names one that nobody remembers. Then
    who heard it counts, then who came last.
    """
    known = (*attempt.tries, *([] if own is None else [own]))
    if placed.attempt:
        return next((one for one in known if one.id == placed.attempt), None)
    return own or next(reversed(attempt.tries), None)


def confirmation_of(
    placed: Placed, by: Try | None, key: str, at: float
) -> Confirmation:
    """
    Put together what is kept of an order.

    Args:
        at: When it was placed, as far as that is known.
    """
    confirmation = Confirmation(
        order_id=placed.order_id,
        number=placed.number,
        link=placed.link,
        confirmed_at=at,
        key=key,
    )
    if by is None:
        return confirmation
    return evolve(
        confirmation,
        fingerprint=by.base,
        wanted=by.wanted,
        request=by.request,
        told=by.told,
    ).holding(by.ordered)


def placed(
    state: StateT,
    confirmation: Confirmation,
    held: Mapping[str, object],
    added: Cart = NOTHING_ADDED,
    *,
    is_private: bool = False,
) -> StateT:
    """
    Note that an order was placed: what was held enters, what it used up goes.

    It stands, also if somebody was told meanwhile that the checkout is canceled.

    Args:
        confirmation: What is kept of the order.
        held: Sections that the confirming block had changed, by name, as far as
            nobody else has changed them since.
        added: Pieces of the order that are in the cart only where a cart was held.
        is_private: Whether what was ordered is not to be read here.
    """
    extras, entered = state.extras, dict[str, object]()
    for name, value in held.items():
        if name.startswith(EXTRAS):
            extras = extras.with_section(name.removeprefix(EXTRAS), value)
        else:
            entered[name] = value
    after = state.evolve(**cast("Changes", {**entered, "extras": extras}))
    ordered = confirmation.ordered
    if ordered is not None:
        took = ordered
        if "cart" not in held and not added.is_empty:
            took = evolve(ordered, cart=surplus(ordered.cart, added))
        after = used_up(after, took)
    left = fingerprint(after, "confirmation")
    ordered = None if is_private else ordered
    return after.evolve(
        attempt=None,
        cancellation=None,
        ordered=ordered,
        order_id=confirmation.order_id,
        confirmation=evolve(confirmation, left=left).holding(ordered),
    )


def told_of(problems: Iterable[Problem]) -> tuple[Told, ...]:
    """
    Note what an answer names besides the order: not what nobody was asked about.
    """
    return tuple(Told.of(one) for one in problems if one.code != "not_checked")
