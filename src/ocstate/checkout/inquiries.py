"""
Which questions the parts of a checkout raise.

A number that cannot be the number of anything is asked about nowhere: a host would have
to defend itself against it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ocstate.checkout.address import Address
from ocstate.checkout.characters import has_hidden, is_visible
from ocstate.checkout.customer import Customer
from ocstate.checkout.facts import (
    CustomerQuestion,
    GroupQuestion,
    PlaceQuestion,
    ProductQuestion,
)
from ocstate.checkout.fields import LARGEST_NUMBER
from ocstate.checkout.state import State

__all__ = [
    "account_question",
    "group_question",
    "is_name",
    "is_number",
    "place_question",
    "product_questions",
]


_LONGEST_NAME = 255
"""Characters of a code that a host is asked about."""


def is_number(number: int | None) -> bool:
    """
    Tell whether *number* can be the number of anything.
    """
    return number is not None and 0 < number <= LARGEST_NUMBER


def is_name(text: str) -> bool:
    """
    Tell whether *text* can be the code of anything.
    """
    return 0 < len(text) <= _LONGEST_NAME and is_visible(text) and not has_hidden(text)


def account_question(customer: Customer) -> CustomerQuestion | None:
    """
    Ask after the account; a guest has none.
    """
    if not is_number(customer.customer_id):
        return None
    return CustomerQuestion(customer_id=customer.customer_id)


def group_question(state: State, customer: Customer | None) -> GroupQuestion:
    """
    Ask after the group of *customer*, or of somebody of whom nothing is known.
    """
    known = Customer() if customer is None else customer
    group = known.customer_group_id
    return GroupQuestion(
        customer_group_id=group if is_number(group) else None,
        customer_id=known.customer_id if is_number(known.customer_id) else 0,
        store_id=state.store_id,
    )


def place_question(address: Address) -> PlaceQuestion | None:
    """
    Ask after country and zone.
    """
    if not is_number(address.country_id):
        return None
    zone_id = address.zone_id if is_number(address.zone_id) else 0
    return PlaceQuestion(country_id=address.country_id, zone_id=zone_id)


def product_questions(
    state: State, product_ids: Iterable[int]
) -> tuple[ProductQuestion, ...]:
    """
    Ask after each of the products once.
    """
    return tuple(
        ProductQuestion(product_id=product_id, checkout=state)
        for product_id in dict.fromkeys(product_ids)
        if is_number(product_id)
    )
