"""
People, places and points held against what a host says of them.

A *path* is where the address stands, or the answers do.
"""

from __future__ import annotations

from collections.abc import Iterator

from ocstate.checkout.facts import CustomerFact, GroupFact, PlaceFact, RewardFact
from ocstate.checkout.rules.answers import (
    answer_problems,
    unreadable_answers,
)
from ocstate.checkout.rules.fields import Circumstance
from ocstate.checkout.rules.inquiries import is_number
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.people import Address, Customer
from ocstate.checkout.values.state import State
from ocstate.problem import Problem


def circumstances(
    *, place: PlaceFact | None = None, group: GroupFact | None = None
) -> frozenset[Circumstance]:
    """
    Tell which circumstances the host said; what it was not asked about does not apply.
    """
    said: dict[Circumstance, bool] = {
        "postcode_required": place is not None and place.postcode_required,
        "country_has_zones": place is not None and place.has_zones,
        "telephone_required": group is not None and group.telephone_required,
    }
    return frozenset(name for name, applies in said.items() if applies)


def account_problems(
    customer: Customer, fact: CustomerFact | None
) -> Iterator[Problem]:
    """
    Find that there is no such account, or that it is disabled.
    """
    if fact is not None and not fact.active:
        yield Problem.of(
            "unknown_customer",
            "/customer/customer_id",
            customer_id=customer.customer_id,
        )


def group_problems(customer: Customer, fact: GroupFact | None) -> Iterator[Problem]:
    """
    Find that a client may not name this group.
    """
    if fact is not None and not fact.allowed:
        yield Problem.of(
            "unknown_customer_group",
            "/customer/customer_group_id",
            customer_group_id=customer.customer_group_id,
        )


def custom_field_problems(
    group: GroupFact | None, location: str, answers: Options, path: str
) -> Iterator[Problem]:
    """
    Find what is wrong with the shop's own fields.

    Args:
        location: ``"account"`` or ``"address"``.
    """
    broken = tuple(unreadable_answers(answers, path))
    yield from broken
    if group is not None and not broken:
        for field in group.custom_fields:
            if field.location == location:
                yield from answer_problems(field, answers, path)


def place_problems(
    address: Address, place: PlaceFact | None, path: str
) -> Iterator[Problem]:
    """
    Find that there is no such country, or no such zone in it.
    """
    if place is None:
        return
    if not place.country_known:
        yield Problem.of(
            "unknown_country", f"{path}/country_id", country_id=address.country_id
        )
    elif is_number(address.zone_id) and not place.zone_known:
        yield Problem.of("unknown_zone", f"{path}/zone_id", zone_id=address.zone_id)


def stored_reward(state: State) -> RewardFact | None:
    """
    Return what the lines know of points where no host said more, or None for nothing.

    A balance that nobody told is taken to cover what the customer was let use.
    """
    if state.customer is None or state.customer.is_guest:
        return RewardFact()
    maximum = 0
    for line in state.cart.lines:
        if line.row.points is None:
            return None
        maximum += line.row.points * line.quantity
    return RewardFact(balance=state.reward or 0, maximum=maximum)


def reward_problems(points: int, fact: RewardFact) -> Iterator[Problem]:
    """
    Find more points than the customer has, or than this cart can be paid with.
    """
    if points > fact.balance:
        yield Problem.of("reward_exceeds_balance", "/reward", points=points)
    if points > fact.maximum:
        yield Problem.of("reward_exceeds_cart", "/reward", maximum=fact.maximum)
