"""
What becomes of gift vouchers that are bought.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, Overflow, localcontext
from typing import Final

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import AddGift, RemoveGift
from ocstate.checkout.confirming.rules import Rules
from ocstate.checkout.deciding.outcome import Outcome, accepted, refused, shop_of
from ocstate.checkout.facts import (
    Facts,
    GiftQuestion,
    Question,
    ShopFact,
    ShopQuestion,
)
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


def add_gift(
    checkout: Checkout, command: AddGift, facts: Facts, rules: Rules
) -> Outcome:
    """
    Keep a gift voucher that is bought; bounds are those of the default currency.
    """
    given = tidy(command, rules.fields_of("gifts/-"))
    fact = facts.answer(GiftQuestion(voucher_theme_id=given.voucher_theme_id))
    value = _in_default_currency(given.amount, checkout.currency)
    shop = shop_of(checkout, facts, rules)
    problems = [
        *field_problems(given, rules.fields_of("gifts/-")),
        *_amount_problems(value, shop),
    ]
    if fact is not None and not fact.theme_known:
        params = {"voucher_theme_id": given.voucher_theme_id}
        problems.append(
            Problem("unknown_gift_theme", "/gifts/-/voucher_theme_id", params=params)
        )
    if len(checkout.gifts) >= MOST_ENTRIES:
        problems.append(beyond("too_many", "/gifts", "gifts", MOST_ENTRIES))
    if problems or value is None:
        return refused(checkout, problems, "AddGift")
    gift = Gift(
        code=given.code,
        description="" if fact is None else fact.description,
        from_name=given.from_name,
        from_email=given.from_email,
        to_name=given.to_name,
        to_email=given.to_email,
        voucher_theme_id=given.voucher_theme_id,
        message=given.message,
        amount=value,
    )
    known = next((one for one in checkout.gifts if one.code == gift.code), None)
    if known is not None and known != gift:
        return refused(
            checkout, (Problem("duplicate_gift", "/gifts/-/code"),), "RemoveGift"
        )
    after = checkout
    if known is None:
        after = checkout.evolve(gifts=(*checkout.gifts, gift))
    return accepted(after, code=gift.code)


def remove_gift(
    checkout: Checkout, command: RemoveGift, facts: Facts, rules: Rules
) -> Outcome:
    """
    Take a gift voucher out; that it was not there is said, and no fault.
    """
    kept = tuple(one for one in checkout.gifts if one.code != command.code)
    if len(kept) == len(checkout.gifts):
        problem = Problem("nothing_to_remove", "/gifts", severity="info")
        return accepted(checkout, (problem,))
    after = checkout.evolve(gifts=kept)
    return accepted(after, code=command.code)


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
