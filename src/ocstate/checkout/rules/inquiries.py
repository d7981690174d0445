"""
Which questions the parts of a checkout raise.

A number that cannot be the number of anything is asked about nowhere: a host would have
to defend itself against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

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


def _about_account(state: State) -> Iterator[Question[object]]:
    if state.customer is not None:
        question = account_question(state.customer)
        if question is not None:
            yield question


def _about_group(state: State) -> Iterator[Question[object]]:
    if state.customer is not None:
        yield group_question(state, state.customer)


def _about_places(state: State) -> Iterator[Question[object]]:
    for address in (state.payment_address, state.shipping_address):
        question = None if address is None else place_question(address)
        if question is not None:
            yield question


def _about_shop(state: State) -> Iterator[Question[object]]:
    yield ShopQuestion(checkout=state)


def _about_products(state: State) -> Iterator[Question[object]]:
    yield from product_questions(state, state.cart.lines.product_ids)


def _about_shipping(state: State) -> Iterator[Question[object]]:
    if state.shipping_method is not None and state.cart.needs_shipping is not False:
        yield ShippingQuestion(checkout=state)


def _about_payment(state: State) -> Iterator[Question[object]]:
    if state.payment_method is not None:
        yield PaymentQuestion(checkout=state)


def _about_currency(state: State) -> Iterator[Question[object]]:
    if state.currency is not None:
        yield CurrencyQuestion(code=state.currency.code)


def _about_coupons(state: State) -> Iterator[Question[object]]:
    for coupon in state.coupons:
        yield CouponQuestion(code=coupon.code, checkout=state)


def _about_vouchers(state: State) -> Iterator[Question[object]]:
    for voucher in state.vouchers:
        yield VoucherQuestion(code=voucher.code)


def _about_reward(state: State) -> Iterator[Question[object]]:
    if state.reward is not None:
        yield RewardQuestion(checkout=state)


def _about_affiliate(state: State) -> Iterator[Question[object]]:
    if state.affiliate is not None:
        yield AffiliateQuestion(affiliate_id=state.affiliate)


CONFIRM_QUESTIONS: Final[Mapping[type[Question[object]], Inquiry]] = MappingProxyType(
    {
        AffiliateQuestion: _about_affiliate,
        CouponQuestion: _about_coupons,
        CurrencyQuestion: _about_currency,
        CustomerQuestion: _about_account,
        GroupQuestion: _about_group,
        PaymentQuestion: _about_payment,
        PlaceQuestion: _about_places,
        ProductQuestion: _about_products,
        RewardQuestion: _about_reward,
        ShippingQuestion: _about_shipping,
        ShopQuestion: _about_shop,
        VoucherQuestion: _about_vouchers,
    }
)
"""How each question that a confirm rule may ask is put about a state."""
