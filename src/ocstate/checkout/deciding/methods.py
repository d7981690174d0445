"""
What becomes of offers, and of choices among them.

A choice is made among what is kept. If nothing is kept or it is stale by then, the host
is asked in the same round, and the choice is made among what it says now. Where nobody
answers, the code is taken at its word, without a price, and that is said.
"""

from __future__ import annotations

from typing import cast

from attrs import evolve

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import (
    QuotePayment,
    QuoteShipping,
    SetPaymentMethod,
    SetShippingMethod,
)
from ocstate.checkout.deciding.outcome import Case, Outcome, accepted
from ocstate.checkout.derived.dependencies import is_fresh
from ocstate.checkout.derived.renewal import (
    PAYMENT,
    SHIPPING,
    Method,
    Offers,
    Way,
    offered,
)
from ocstate.checkout.facts import Question, ShopQuestion
from ocstate.checkout.rules.inquiries import is_name
from ocstate.checkout.values.methods import PaymentMethod, ShippingMethod
from ocstate.checkout.values.state import Changes
from ocstate.problem import Problem

Quote = QuoteShipping | QuotePayment
SetMethod = SetShippingMethod | SetPaymentMethod


def ask_offers(
    checkout: Checkout, command: Quote | SetMethod
) -> tuple[Question[object], ...]:
    """
    Ask for ways to ship, if there is something to send and somewhere to send it.

    Or for ways to pay, and whether the shop needs an address for that. For a choice
    nobody is asked while what is kept is still right.
    """
    way, asked = _way(command), tuple[Question[object], ...]()
    if way is PAYMENT:
        asked = (ShopQuestion(checkout=checkout),)
    elif checkout.shipping_address is None or _ships_nothing(checkout):
        return ()
    is_choice = isinstance(command, SetMethod)
    if is_choice and _is_current(checkout, way, _offers(checkout, way)):
        return asked
    return (*asked, way.question_about(checkout))


def quote(case: Case[Quote]) -> Outcome:
    """
    Keep what the host offers; an earlier choice stays while it is among that.
    """
    checkout, way = case.checkout, _way(case.command)
    hindrance = _hindrance(case)
    if hindrance is not None:
        return hindrance
    fact = case.facts.answer(way.question_about(checkout))
    if fact is None:
        problem = _not_checked(way.offers, f"{way.side}_quoted")
        return accepted(checkout, (problem,))
    renewal = offered(checkout, fact, case.facts.at)
    problems = renewal.problems
    if not any(_offers(renewal.state, way) or ()):
        none = Problem(
            f"no_{way.side}_offered",
            f"/{way.offers}",
            severity="warning",
            fix=(f"Set{way.side.title()}Address",),
        )
        problems = (*problems, none)
    return accepted(renewal.state, problems)


def set_method(case: Case[SetMethod]) -> Outcome:
    """
    Choose among current offers, by exact code; where nothing ships, nothing happens.
    """
    checkout, command, facts, _ = case
    way = _way(command)
    hindrance = _hindrance(case)
    if hindrance is not None:
        return hindrance
    state, problems = checkout, tuple[Problem, ...]()
    offers, chosen = _offers(checkout, way), None
    fact = facts.answer(way.question_about(checkout))
    if fact is not None and way is SHIPPING:
        # What was seen is what the price is compared with, whatever was chosen before.
        seen = None if offers is None else _found(offers, command.code)
        state = checkout.evolve(shipping_method=cast("ShippingMethod | None", seen))
    if fact is not None:
        renewal = offered(state, fact, facts.at)
        state, offers = renewal.state, _offers(renewal.state, way)
        problems = renewal.problems if way is SHIPPING else ()
    if offers is not None and (fact is not None or _is_current(checkout, way, offers)):
        chosen = _found(offers, command.code)
    elif is_name(command.code):
        kind = ShippingMethod if way is SHIPPING else PaymentMethod
        chosen = kind(code=command.code)
        problems = (_not_checked(way.method, f"{way.method}_set"),)
    if chosen is None:
        problem = Problem(f"unknown_{way.method}", f"/{way.method}/code")
        return case.refused((problem,), type(command).__name__, way.asking)
    state = state.noting(**cast("Changes", {way.method: chosen}))
    return accepted(state, problems, code=chosen.code)


def _way(command: Quote | SetMethod) -> Way:
    is_sent = isinstance(command, QuoteShipping | SetShippingMethod)
    return SHIPPING if is_sent else PAYMENT


def _offers(checkout: Checkout, way: Way) -> Offers | None:
    offers: Offers | None = getattr(checkout, way.offers)
    return offers


def _is_current(checkout: Checkout, way: Way, offers: Offers | None) -> bool:
    return offers is not None and is_fresh(checkout, way.offers, offers.fingerprint)


def _found(offers: Offers, code: str) -> Method | None:
    found = offers.find(code)
    return None if found is None else evolve(found, chosen_for=offers.fingerprint)


def _ships_nothing(checkout: Checkout) -> bool:
    return checkout.cart.needs_shipping is False


def _hindrance(case: Case[Quote | SetMethod]) -> Outcome | None:
    """
    Say that nothing has to be sent, or that an address is missing.
    """
    checkout, side = case.checkout, _way(case.command).side
    if side == "shipping":
        if _ships_nothing(checkout):
            problem = Problem("nothing_to_ship", "/cart", severity="info")
            return accepted(checkout, (problem,))
        is_missing = checkout.shipping_address is None
    else:
        is_required = case.shop.payment_address_required
        is_missing = checkout.payment_address is None and is_required
    if not is_missing:
        return None
    problem = Problem(f"{side}_address_required", f"/{side}_address")
    return case.refused((problem,), f"Set{side.title()}Address")


def _not_checked(section: str, rule: str) -> Problem:
    return Problem("not_checked", f"/{section}", params={"rule": rule}, severity="info")
