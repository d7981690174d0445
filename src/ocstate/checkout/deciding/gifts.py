"""
What becomes of gift vouchers that are bought.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, Overflow, localcontext
from typing import Final

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import AddGift, RemoveGift
from ocstate.checkout.deciding.outcome import (
    Case,
    Outcome,
    accepted,
    nothing_to_remove,
)
from ocstate.checkout.facts import GiftQuestion, Question, ShopFact, ShopQuestion
from ocstate.checkout.rules.contents import beyond, field_problems, tidy
from ocstate.checkout.rules.fields import MOST_ENTRIES
from ocstate.checkout.rules.inquiries import is_number
from ocstate.checkout.values.discounts import Gift
from ocstate.checkout.values.money import AMOUNT, Currency
from ocstate.problem import Param, Problem

LARGEST_AMOUNT: Final = Decimal("99999999999.9999")
"""What the orders of a shop can hold: OpenCart's ``decimal(15,4)``."""


def ask_gift(checkout: Checkout, command: AddGift) -> tuple[Question[object], ...]:
    """
    Ask after the theme, and which amounts the shop sells.
    """
    shop = ShopQuestion(checkout=checkout)
    if not is_number(command.voucher_theme_id):
        return (shop,)
    return (GiftQuestion(voucher_theme_id=command.voucher_theme_id), shop)


def add_gift(case: Case[AddGift]) -> Outcome:
    """
    Keep a gift voucher that is bought; bounds are those of the default currency.
    """
    checkout, rules = case.checkout, case.rules.fields_of("gifts/-")
    given = tidy(case.command, rules)
    theme = given.voucher_theme_id
    fact = case.facts.answer(GiftQuestion(voucher_theme_id=theme))
    value = _in_default_currency(given.amount, checkout.currency)
    problems = [*field_problems(given, rules), *_amount_problems(value, case.shop)]
    if fact is not None and not fact.theme_known:
        path = "/gifts/-/voucher_theme_id"
        problems.append(Problem.of("unknown_gift_theme", path, voucher_theme_id=theme))
    if len(checkout.gifts) >= MOST_ENTRIES:
        problems.append(beyond("too_many", "/gifts", "gifts", MOST_ENTRIES))
    if problems or value is None:
        return case.refused(problems)
    gift = Gift(
        code=given.code,
        description="" if fact is None else fact.description,
        from_name=given.from_name,
        from_email=given.from_email,
        to_name=given.to_name,
        to_email=given.to_email,
        voucher_theme_id=theme,
        message=given.message,
        amount=value,
    )
    known = next((one for one in checkout.gifts if one.code == gift.code), None)
    if known is not None and known != gift:
        problem = Problem("duplicate_gift", "/gifts/-/code")
        return case.refused((problem,), "RemoveGift")
    after = checkout
    if known is None:
        after = checkout.evolve(gifts=(*checkout.gifts, gift))
    return accepted(after, code=gift.code)


def remove_gift(case: Case[RemoveGift]) -> Outcome:
    """
    Take a gift voucher out; that it was not there is said, and no fault.
    """
    checkout, code = case.checkout, case.command.code
    kept = tuple(one for one in checkout.gifts if one.code != code)
    if len(kept) == len(checkout.gifts):
        return accepted(checkout, (nothing_to_remove("/gifts"),))
    return accepted(checkout.evolve(gifts=kept), code=code)


def _in_default_currency(given: Decimal, currency: Currency | None) -> Decimal | None:
    """
    Convert an amount; None where that makes no number.
    """
    factor = Decimal(1) if currency is None else currency.value
    if not given.is_finite() or not factor.is_finite() or factor <= 0:
        return None
    with localcontext() as context:
        context.traps[Overflow] = False
        return given / factor


def _amount_problems(value: Decimal | None, shop: ShopFact) -> Iterator[Problem]:
    least = max(shop.gift_minimum or AMOUNT, AMOUNT)
    most = min(shop.gift_maximum or LARGEST_AMOUNT, LARGEST_AMOUNT)
    params: dict[str, Param] = {"field": "amount"}
    if value is None or value < least:
        params["minimum"] = str(least)
        yield Problem("amount_too_small", "/gifts/-/amount", params=params)
    elif value > most:
        params["maximum"] = str(most)
        yield Problem("amount_too_large", "/gifts/-/amount", params=params)
