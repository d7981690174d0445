"""
The calls on currencies, coupons, gift vouchers and reward points.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ocstate.api.call import Call, Controller, perform, seen_from
from ocstate.api.parsing.arguments import Arguments
from ocstate.checkout.commands import (
    AddGift,
    ApplyCoupon,
    ApplyVoucher,
    Command,
    SetCurrency,
    SetReward,
)
from ocstate.checkout.facts import RewardFact, RewardQuestion
from ocstate.core.block import commit
from ocstate.core.flow import Flow, ask
from ocstate.http.response import Json


def _entering(command: Callable[[Arguments], Command], success: str) -> Controller:
    """
    Make the call that does one command, such as to enter a coupon.
    """

    def enter(call: Call) -> Flow[Json]:
        yield from perform(call, command(call.posted))
        return call.success(success)

    return enter


set_currency: Final = _entering(
    lambda posted: SetCurrency(posted.text("currency")), "currency_set"
)
"""Choose the currency that amounts are shown in."""

apply_coupon: Final = _entering(
    lambda posted: ApplyCoupon(posted.text("coupon")), "coupon_set"
)
"""Enter a coupon; it takes the place of another one."""

apply_voucher: Final = _entering(
    lambda posted: ApplyVoucher(posted.text("voucher")), "voucher_set"
)
"""Enter a gift voucher to pay with; it takes the place of another one."""


def add_gift(call: Call) -> Flow[Json]:
    """
    Buy a gift voucher for somebody, or every one of a list.
    """
    posted = call.posted
    rows = posted.rows("voucher", "gifts") if "voucher" in posted else (posted,)
    mint = call.session.setup.world.mint
    yield from perform(call, *(_gift(row, mint("gift")) for row in rows))
    return call.success("gift_added")


def set_reward(call: Call) -> Flow[Json]:
    """
    Say how many reward points to use, at least one.
    """
    points = call.posted.whole("reward")
    if points == 0:
        # OpenCart takes 0 for "not filled in".
        call.posted.refuse("required", "reward")
    yield from perform(call, SetReward(points))
    return call.success("reward_set")


def show_maximum_points(call: Call) -> Flow[Json]:
    """
    Tell how many points this cart can be paid with.
    """
    return {"maximum": (yield from _points(call)).maximum}


def show_available_points(call: Call) -> Flow[Json]:
    """
    Tell how many points the customer has.
    """
    return {"points": str((yield from _points(call)).balance)}


def _points(call: Call) -> Flow[RewardFact]:
    question = RewardQuestion(checkout=(yield from seen_from(call)))
    fact = (yield from ask(question)).answer(question) or RewardFact()
    yield from commit(call.session)
    return fact


def _gift(posted: Arguments, code: str) -> AddGift:
    return AddGift(
        code=code,
        from_name=posted.text("from_name"),
        from_email=posted.text("from_email"),
        to_name=posted.text("to_name"),
        to_email=posted.text("to_email"),
        voucher_theme_id=posted.whole("voucher_theme_id"),
        message=posted.text("message"),
        amount=posted.decimal("amount"),
    )
