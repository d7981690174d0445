"""
Checks of who is buying, and of where it is billed and sent.
"""

from __future__ import annotations

from collections.abc import Iterator

from ocstate.checkout.confirming.view import Finding, View
from ocstate.checkout.rules.contents import field_problems
from ocstate.checkout.rules.inquiries import (
    account_question,
    group_question,
    place_question,
)
from ocstate.checkout.rules.people import (
    account_problems,
    circumstances,
    custom_field_problems,
    place_problems,
)
from ocstate.checkout.values.people import Address
from ocstate.problem import Problem


def always(view: View) -> bool:
    """
    Tell that it is needed whatever is bought.
    """
    return True


def is_billed(view: View) -> bool:
    """
    Tell whether the shop bills to an address.
    """
    return view.shop.payment_address_required


def is_sent(view: View) -> bool | None:
    """
    Tell whether something has to be sent.
    """
    return view.needs_shipping


def is_canceled(view: View) -> Iterator[Finding]:
    """
    Find that the buyer gave the checkout up.
    """
    if view.state.cancellation is not None:
        yield Problem("checkout_canceled", "/cancellation")


def customer_is_incomplete(view: View) -> Iterator[Finding]:
    """
    Find fields of the customer that break their rules, the shop's own fields too.
    """
    customer = view.state.customer
    if customer is not None:
        group = view.facts.answer(group_question(view.state, customer))
        yield from field_problems(
            customer, view.fields_of("customer"), circumstances(group=group)
        )
        yield from custom_field_problems(
            group, "account", customer.custom_field, "/customer/custom_field"
        )


def account_is_refused(view: View) -> Iterator[Finding]:
    """
    Find that the account is gone or disabled, or that the shop serves no guests.
    """
    customer = view.state.customer
    if customer is None:
        return
    if customer.is_guest and not view.shop.guests_allowed:
        yield Problem("account_required", "/customer/customer_id")
    question = account_question(customer)
    fact = None if question is None else view.facts.answer(question)
    yield from account_problems(customer, fact)
    if fact is None and customer.checked_at is None:
        yield None


def payment_address_is_wrong(view: View) -> Iterator[Finding]:
    """
    Find fields of the payment address that break their rules, or that it is nowhere.
    """
    yield from _address(view, "payment_address", view.state.payment_address)


def shipping_address_is_wrong(view: View) -> Iterator[Finding]:
    """
    Find fields of the shipping address that break their rules, or that it is nowhere.
    """
    if view.needs_shipping is not False:
        yield from _address(view, "shipping_address", view.state.shipping_address)


def _address(view: View, section: str, address: Address | None) -> Iterator[Finding]:
    if address is None:
        return
    question = place_question(address)
    place = None if question is None else view.facts.answer(question)
    yield from field_problems(
        address, view.fields_of(section), circumstances(place=place)
    )
    yield from place_problems(address, place, f"/{section}")
    if place is None and address.checked_at is None:
        yield None
