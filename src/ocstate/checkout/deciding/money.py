"""
What becomes of reward points and affiliates.
"""

from __future__ import annotations

from ocstate.checkout.commands import SetAffiliate, SetReward
from ocstate.checkout.deciding.outcome import accepted, refused
from ocstate.checkout.decision import Decision
from ocstate.checkout.facts import (
    AffiliateQuestion,
    Facts,
    Question,
    RewardQuestion,
)
from ocstate.checkout.inquiries import is_number
from ocstate.checkout.reward_checks import reward_problems
from ocstate.checkout.root import Checkout
from ocstate.checkout.rules import Rules
from ocstate.problem import Problem

__all__ = ["ask_affiliate", "ask_reward", "set_affiliate", "set_reward"]


def ask_reward(checkout: Checkout, command: SetReward) -> tuple[Question[object], ...]:
    """
    Ask how many points there are, and how many this cart can be paid with.
    """
    if not is_number(command.points):
        return ()
    return (RewardQuestion(checkout=checkout),)


def ask_affiliate(
    checkout: Checkout, command: SetAffiliate
) -> tuple[Question[object], ...]:
    """
    Ask after the affiliate.
    """
    if command.affiliate_id is None or not is_number(command.affiliate_id):
        return ()
    return (AffiliateQuestion(affiliate_id=command.affiliate_id),)


def set_reward(
    checkout: Checkout, command: SetReward, facts: Facts, rules: Rules
) -> Decision:
    """
    Use so many points, from 0 to both limits; 0 uses none.
    """
    problems = list(rules.content_problems("", "reward", command.points))
    fact = facts.answer(RewardQuestion(checkout=checkout))
    if not problems and command.points and fact is not None:
        problems += reward_problems(command.points, fact)
    if problems:
        return refused(checkout, problems, "SetReward")
    points = command.points or None
    after = checkout if checkout.reward == points else checkout.evolve(reward=points)
    return accepted(checkout, after, "reward_set", points=command.points)


def set_affiliate(
    checkout: Checkout, command: SetAffiliate, facts: Facts, rules: Rules
) -> Decision:
    """
    Say who is paid a commission; None and 0 are nobody.
    """
    affiliate = command.affiliate_id or None
    problems: list[Problem] = []
    if affiliate is not None:
        problems += rules.content_problems("", "affiliate", affiliate)
        fact = facts.answer(AffiliateQuestion(affiliate_id=affiliate))
        if not problems and fact is not None and not fact.active:
            params = {"affiliate_id": affiliate}
            problems.append(Problem("unknown_affiliate", "/affiliate", params=params))
    if problems:
        return refused(checkout, problems, "SetAffiliate")
    after = checkout
    if checkout.affiliate != affiliate:
        after = checkout.evolve(affiliate=affiliate)
    return accepted(checkout, after, "affiliate_set", affiliate_id=affiliate)
