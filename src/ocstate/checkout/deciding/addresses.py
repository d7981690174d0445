"""
What becomes of addresses.
"""

from __future__ import annotations

from typing import cast

from attrs import evolve

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import SetPaymentAddress, SetShippingAddress
from ocstate.checkout.deciding.outcome import Case, Outcome, accepted
from ocstate.checkout.facts import PlaceFact, Question
from ocstate.checkout.rules.contents import field_problems, tidy
from ocstate.checkout.rules.inquiries import group_question, place_question
from ocstate.checkout.rules.people import (
    circumstances,
    custom_field_problems,
    place_problems,
)
from ocstate.checkout.values.people import Address
from ocstate.checkout.values.state import Changes

SetAddress = SetPaymentAddress | SetShippingAddress


def ask_address(
    checkout: Checkout, command: SetAddress
) -> tuple[Question[object], ...]:
    """
    Ask after country and zone, and what the customer's group has to fill in.
    """
    place = place_question(command.address)
    group = group_question(checkout, checkout.customer)
    return (group,) if place is None else (place, group)


def set_address(case: Case[SetAddress]) -> Outcome:
    """
    Keep where it is billed or where it goes, whether or not anything has to be sent.
    """
    checkout, command, facts, rules = case
    is_billed = isinstance(command, SetPaymentAddress)
    section = "payment_address" if is_billed else "shipping_address"
    address = tidy(command.address, rules.fields_of(section))
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
    if problems:
        return case.refused(problems)
    known = _as_told(address, place, facts.at)
    after = checkout.noting(**cast("Changes", {section: known}))
    return accepted(after, country_id=address.country_id)


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
