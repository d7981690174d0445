"""
Which questions the parts of a checkout raise.

A number that cannot be the number of anything is asked about nowhere: a host would have
to defend itself against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from ocstate.checkout.facts import (
    AffiliateQuestion,
    CouponQuestion,
    CurrencyQuestion,
    CustomerQuestion,
    GroupQuestion,
    PaymentQuestion,
    PlaceQuestion,
    ProductQuestion,
    Question,
    RewardQuestion,
    ShippingQuestion,
    ShopQuestion,
    VoucherQuestion,
)
from ocstate.checkout.rules.fields import LARGEST_NUMBER
from ocstate.checkout.values.characters import has_hidden, is_visible
from ocstate.checkout.values.people import Address, Customer
from ocstate.checkout.values.state import State

T = TypeVar("T")

Inquiry = Callable[[State], Iterator[Question[object]]]
"""What there is to ask about a state."""

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


def _given(*values: T | None) -> Iterator[T]:
    return (each for each in values if each is not None)


CONFIRM_QUESTIONS: Final[Mapping[type[Question[object]], Inquiry]] = MappingProxyType(
    {
        AffiliateQuestion: lambda state: (
            AffiliateQuestion(affiliate_id=each) for each in _given(state.affiliate)
        ),
        CouponQuestion: lambda state: (
            CouponQuestion(code=each.code, checkout=state) for each in state.coupons
        ),
        CurrencyQuestion: lambda state: (
            CurrencyQuestion(code=each.code) for each in _given(state.currency)
        ),
        CustomerQuestion: lambda state: _given(
            *(account_question(each) for each in _given(state.customer))
        ),
        GroupQuestion: lambda state: (
            group_question(state, each) for each in _given(state.customer)
        ),
        PaymentQuestion: lambda state: (
            PaymentQuestion(checkout=state) for _ in _given(state.payment_method)
        ),
        PlaceQuestion: lambda state: _given(
            *map(place_question, _given(state.payment_address, state.shipping_address))
        ),
        ProductQuestion: lambda state: iter(
            product_questions(state, state.cart.lines.product_ids)
        ),
        RewardQuestion: lambda state: (
            RewardQuestion(checkout=state) for _ in _given(state.reward)
        ),
        ShippingQuestion: lambda state: (
            ShippingQuestion(checkout=state)
            for _ in _given(state.shipping_method)
            if state.cart.needs_shipping is not False
        ),
        ShopQuestion: lambda state: iter((ShopQuestion(checkout=state),)),
        VoucherQuestion: lambda state: (
            VoucherQuestion(code=each.code) for each in state.vouchers
        ),
    }
)
"""How each question that a confirm rule may ask is put about a state."""
