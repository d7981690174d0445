"""
What becomes of offers, and of choices among them.

A choice is made among what is kept. If nothing is kept or it is stale by then, the host
is asked in the same round, and the choice is made among what it says now. Where nobody
answers, the code is taken at its word, without a price, and that is said.
"""

from __future__ import annotations

from typing import overload

from attrs import evolve

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import (
    QuotePayment,
    QuoteShipping,
    SetPaymentMethod,
    SetShippingMethod,
)
from ocstate.checkout.confirming.rules import Rules
from ocstate.checkout.deciding.outcome import Outcome, accepted, refused, shop_of
from ocstate.checkout.derived.dependencies import is_fresh
from ocstate.checkout.derived.renewal import offered, quoted
from ocstate.checkout.facts import (
    Facts,
    PaymentQuestion,
    Question,
    ShippingQuestion,
    ShopQuestion,
)
from ocstate.checkout.rules.inquiries import is_name
from ocstate.checkout.values.methods import (
    PaymentMethod,
    PaymentOptions,
    Quotes,
    ShippingMethod,
)
from ocstate.problem import Problem


def ask_shipping(
    checkout: Checkout, command: QuoteShipping
) -> tuple[Question[object], ...]:
    """
    Ask for quotes, if there is something to send and somewhere to send it.
    """
    if checkout.shipping_address is None or _ships_nothing(checkout):
        return ()
    return (ShippingQuestion(checkout=checkout),)


def ask_shipping_choice(
    checkout: Checkout, command: SetShippingMethod
) -> tuple[Question[object], ...]:
    """
    Ask for quotes, unless those that are kept are still right.
    """
    quotes = checkout.shipping_quotes
    if quotes is not None and _is_current(checkout, quotes):
        return ()
    return ask_shipping(checkout, QuoteShipping())


def ask_payment(
    checkout: Checkout, command: QuotePayment
) -> tuple[Question[object], ...]:
    """
    Ask for ways to pay, and whether the shop needs an address for that.
    """
    return (ShopQuestion(checkout=checkout), PaymentQuestion(checkout=checkout))


def ask_payment_choice(
    checkout: Checkout, command: SetPaymentMethod
) -> tuple[Question[object], ...]:
    """
    Ask for ways to pay, unless those that are kept are still right.
    """
    options = checkout.payment_options
    if options is not None and _is_current(checkout, options):
        return (ShopQuestion(checkout=checkout),)
    return ask_payment(checkout, QuotePayment())


def quote_shipping(
    checkout: Checkout, command: QuoteShipping, facts: Facts, rules: Rules
) -> Outcome:
    """
    Keep what the host quotes; an earlier choice stays while it is among that.
    """
    if _ships_nothing(checkout):
        return accepted(checkout, (_nothing_to_ship(),))
    if checkout.shipping_address is None:
        return refused(checkout, (_shipping_address_required(),))
    fact = facts.answer(ShippingQuestion(checkout=checkout))
    if fact is None:
        problem = _not_checked("/shipping_quotes", "shipping_quoted")
        return accepted(checkout, (problem,))
    renewal = quoted(checkout, fact, facts.at)
    problems = renewal.problems
    quotes = renewal.state.shipping_quotes
    if quotes is None or not any(quotes):
        none = Problem("no_shipping_offered", "/shipping_quotes", severity="warning")
        problems = (*problems, evolve(none, fix=("SetShippingAddress",)))
    return accepted(renewal.state, problems)


def set_shipping_method(
    checkout: Checkout, command: SetShippingMethod, facts: Facts, rules: Rules
) -> Outcome:
    """
    Choose among current quotes, by exact code; where nothing ships, nothing happens.
    """
    if _ships_nothing(checkout):
        problem = _nothing_to_ship()
        return accepted(checkout, (problem,))
    if checkout.shipping_address is None:
        return refused(checkout, (_shipping_address_required(),))
    state, problems = checkout, tuple[Problem, ...]()
    quotes, chosen = checkout.shipping_quotes, None
    fact = facts.answer(ShippingQuestion(checkout=checkout))
    if fact is not None:
        # What was seen is what the price is compared with, whatever was chosen before.
        seen = None if quotes is None else _chosen(quotes, command.code)
        renewal = quoted(checkout.evolve(shipping_method=seen), fact, facts.at)
        state, problems = renewal.state, renewal.problems
        quotes = state.shipping_quotes
    if quotes is not None and (fact is not None or _is_current(checkout, quotes)):
        chosen = _chosen(quotes, command.code)
    elif is_name(command.code):
        chosen = ShippingMethod(code=command.code)
        problems = (_not_checked("/shipping_method", "shipping_method_set"),)
    if chosen is None:
        problem = Problem("unknown_shipping_method", "/shipping_method/code")
        return refused(checkout, (problem,), "SetShippingMethod", "QuoteShipping")
    if not _is_chosen(state.shipping_method, chosen):
        state = state.evolve(shipping_method=chosen)
    return accepted(state, problems, code=chosen.code)


def quote_payment(
    checkout: Checkout, command: QuotePayment, facts: Facts, rules: Rules
) -> Outcome:
    """
    Keep what the host offers; an earlier choice stays while it is among that.
    """
    if _needs_payment_address(checkout, facts, rules):
        return refused(checkout, (_payment_address_required(),))
    fact = facts.answer(PaymentQuestion(checkout=checkout))
    if fact is None:
        problem = _not_checked("/payment_options", "payment_quoted")
        return accepted(checkout, (problem,))
    renewal = offered(checkout, fact, facts.at)
    problems = renewal.problems
    if not fact.options:
        none = Problem("no_payment_offered", "/payment_options", severity="warning")
        problems = (*problems, evolve(none, fix=("SetPaymentAddress",)))
    return accepted(renewal.state, problems)


def set_payment_method(
    checkout: Checkout, command: SetPaymentMethod, facts: Facts, rules: Rules
) -> Outcome:
    """
    Choose among current offers, by exact code.
    """
    if _needs_payment_address(checkout, facts, rules):
        return refused(checkout, (_payment_address_required(),))
    state, problems = checkout, tuple[Problem, ...]()
    options, chosen = checkout.payment_options, None
    fact = facts.answer(PaymentQuestion(checkout=checkout))
    if fact is not None:
        state = offered(checkout, fact, facts.at).state
        options = state.payment_options
    if options is not None and (fact is not None or _is_current(checkout, options)):
        chosen = _chosen(options, command.code)
    elif is_name(command.code):
        chosen = PaymentMethod(code=command.code)
        problems = (_not_checked("/payment_method", "payment_method_set"),)
    if chosen is None:
        problem = Problem("unknown_payment_method", "/payment_method/code")
        return refused(checkout, (problem,), "SetPaymentMethod", "QuotePayment")
    if not _is_chosen(state.payment_method, chosen):
        state = state.evolve(payment_method=chosen)
    return accepted(state, problems, code=chosen.code)


def _is_current(checkout: Checkout, offer: Quotes | PaymentOptions) -> bool:
    section = "shipping_quotes" if isinstance(offer, Quotes) else "payment_options"
    return is_fresh(checkout, section, offer.fingerprint)


@overload
def _chosen(offer: Quotes, code: str) -> ShippingMethod | None: ...


@overload
def _chosen(offer: PaymentOptions, code: str) -> PaymentMethod | None: ...


def _chosen(
    offer: Quotes | PaymentOptions, code: str
) -> ShippingMethod | PaymentMethod | None:
    found = offer.find(code)
    return None if found is None else evolve(found, chosen_for=offer.fingerprint)


def _is_chosen(
    before: ShippingMethod | PaymentMethod | None,
    chosen: ShippingMethod | PaymentMethod,
) -> bool:
    return (
        before is not None
        and before == chosen
        and before.chosen_for == chosen.chosen_for
    )


def _ships_nothing(checkout: Checkout) -> bool:
    return checkout.cart.needs_shipping is False


def _needs_payment_address(checkout: Checkout, facts: Facts, rules: Rules) -> bool:
    return (
        checkout.payment_address is None
        and shop_of(checkout, facts, rules).payment_address_required
    )


def _nothing_to_ship() -> Problem:
    return Problem("nothing_to_ship", "/cart", severity="info")


def _shipping_address_required() -> Problem:
    return Problem(
        "shipping_address_required", "/shipping_address", fix=("SetShippingAddress",)
    )


def _payment_address_required() -> Problem:
    return Problem(
        "payment_address_required", "/payment_address", fix=("SetPaymentAddress",)
    )


def _not_checked(path: str, rule: str) -> Problem:
    return Problem("not_checked", path, params={"rule": rule}, severity="info")
