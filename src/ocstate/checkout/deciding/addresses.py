"""
What becomes of addresses.
"""

from __future__ import annotations

from attrs import evolve

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import SetPaymentAddress, SetShippingAddress
from ocstate.checkout.confirming.rules import Rules
from ocstate.checkout.deciding.outcome import Outcome, accepted, refused
from ocstate.checkout.facts import Facts, PlaceFact, Question
from ocstate.checkout.rules.contents import field_problems, tidy
from ocstate.checkout.rules.inquiries import group_question, place_question
from ocstate.checkout.rules.people import (
    circumstances,
    custom_field_problems,
    place_problems,
)
from ocstate.checkout.values.people import Address
from ocstate.problem import Problem


def ask_address(
    checkout: Checkout, command: SetPaymentAddress | SetShippingAddress
) -> tuple[Question[object], ...]:
    """
    Ask after country and zone, and what the customer's group has to fill in.
    """
    place = place_question(command.address)
    group = group_question(checkout, checkout.customer)
    return (group,) if place is None else (place, group)


def set_payment_address(
    checkout: Checkout, command: SetPaymentAddress, facts: Facts, rules: Rules
) -> Outcome:
    """
    Keep where it is billed; the shipping address is another one.
    """
    address, problems = _judged(
        checkout, command.address, "payment_address", facts, rules
    )
    if problems:
        return refused(checkout, problems, "SetPaymentAddress")
    after = checkout
    if not _is_known(checkout.payment_address, address):
        after = checkout.evolve(payment_address=address)
    return accepted(after, country_id=address.country_id)


def set_shipping_address(
    checkout: Checkout, command: SetShippingAddress, facts: Facts, rules: Rules
) -> Outcome:
    """
    Keep where it goes, whether or not anything has to be sent yet.
    """
    address, problems = _judged(
        checkout, command.address, "shipping_address", facts, rules
    )
    if problems:
        return refused(checkout, problems, "SetShippingAddress")
    after = checkout
    if not _is_known(checkout.shipping_address, address):
        after = checkout.evolve(shipping_address=address)
    return accepted(after, country_id=address.country_id)


def _judged(
    checkout: Checkout, given: Address, section: str, facts: Facts, rules: Rules
) -> tuple[Address, tuple[Problem, ...]]:
    address = tidy(given, rules.fields_of(section))
    question = place_question(address)
    place = None if question is None else facts.answer(question)
    group = facts.answer(group_question(checkout, checkout.customer))
    problems = (
        *field_problems(address, rules.fields_of(section), circumstances(place=place)),
        *place_problems(address, place, f"/{section}"),
        *custom_field_problems(
            group, "address", address.custom_field, f"/{section}/custom_field"
        ),
    )
    return _as_told(address, place, facts.at), problems


def _as_told(address: Address, place: PlaceFact | None, at: float) -> Address:
    # Names of places are the host's; a client's own are never taken.
    told = PlaceFact(country_known=False) if place is None else place
    return evolve(
        address,
        country=told.country,
        iso_code_2=told.iso_code_2,
        iso_code_3=told.iso_code_3,
        address_format=told.address_format,
        zone=told.zone,
        zone_code=told.zone_code,
        checked_at=None if place is None else at,
    )


def _is_known(before: Address | None, address: Address) -> bool:
    return (
        before is not None
        and before == address
        and (address.checked_at is None or before.checked_at is not None)
    )
