"""
Reward points held against what there is of them, and what they can pay here.
"""

from __future__ import annotations

from collections.abc import Iterator

from ocstate.checkout.facts import RewardFact
from ocstate.checkout.values.state import State
from ocstate.problem import Problem


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
