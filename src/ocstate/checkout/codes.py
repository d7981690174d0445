"""
All problems that the library reports: codes, parameters, and English texts.

Codes and parameters are covered by the promise of the version number; texts are not. A
text is made where it is shown, from code and parameters, and never stored. Another
language is another mapping with the same keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType
from typing import Final

from ocstate.problem import Param, Problem

_PROBLEMS: Final = {
    # What is filled in.
    "required": "{field} is required",
    "too_short": "{field} needs at least {minimum} characters",
    "too_long": "{field} takes at most {maximum} characters",
    "too_many": "{field}: no more than {maximum}",
    "number_too_small": "{field} has to be {minimum} or more",
    "number_too_large": "{field} has to be {maximum} or less",
    "amount_too_small": "{field} has to be {minimum} or more",
    "amount_too_large": "{field} has to be {maximum} or less",
    "control_character": "{field} contains a character that cannot be shown",
    "pattern_mismatch": "{field} does not have the right form",
    "invalid_email": "{field} is not an e-mail address",
    "invalid_date": "{field} is not a date such as 2025-12-31",
    "invalid_time": "{field} is not a time such as 23:59",
    "invalid_datetime": "{field} is not a date and time such as 2025-12-31 23:59",
    "unknown_choice": "{field}: there is no such choice",
    "wrong_kind": "{field} takes one answer",
    # The cart.
    "cart_empty": "Cart is empty",
    "cart_full": "The cart is full with {maximum} lines",
    "unknown_line": "There is no line {line_id} in the cart",
    "product_unavailable": "Product {product_id} is not for sale",
    "unknown_option": "The product has no option {product_option_id}",
    "unknown_plan": "The product has no plan {subscription_plan_id}",
    "plan_required": "Product {product_id} is sold with a plan only",
    "out_of_stock": "Product {product_id}: only {available} left",
    "below_minimum": "Product {product_id} is sold from {minimum} pieces",
    # People and places.
    "customer_required": "Customer data required",
    "account_required": "Sign in with an account first",
    "unknown_customer": "There is no active account {customer_id}",
    "unknown_customer_group": "There is no group {customer_group_id} to choose",
    "payment_address_required": "Payment address required",
    "shipping_address_required": "Shipping address required",
    "unknown_country": "There is no country {country_id} to choose",
    "unknown_zone": "The country has no zone {zone_id}",
    # Ways to ship and to pay.
    "nothing_to_ship": "Nothing in the cart has to be shipped",
    "no_shipping_offered": "Nobody ships to this address",
    "shipping_quotes_missing": "Ask for the shipping methods first",
    "unknown_shipping_method": "This shipping method is not offered",
    "shipping_method_required": "Shipping method required",
    "shipping_method_stale": (
        "The shipping method has to be confirmed again; changed: {because}"
    ),
    "shipping_method_gone": (
        "The shipping method is not offered any more; changed: {because}"
    ),
    "shipping_price_increased": (
        "Shipping costs {now} instead of {was}; changed: {because}"
    ),
    "shipping_price_decreased": (
        "Shipping costs only {now} instead of {was}; changed: {because}"
    ),
    "no_payment_offered": "There is no way to pay for this order",
    "payment_options_missing": "Ask for the payment methods first",
    "unknown_payment_method": "This payment method is not offered",
    "payment_method_required": "Payment method required",
    "payment_method_stale": (
        "The payment method has to be confirmed again; changed: {because}"
    ),
    "payment_method_gone": (
        "The payment method is not offered any more; changed: {because}"
    ),
    # Shop, currency and language.
    "unknown_store": "There is no shop {store_id}",
    "unknown_currency": "This currency is not available",
    "unknown_language": "This language is not available",
    # Discounts and gifts.
    "coupon_invalid": "The coupon does not apply to this order",
    "voucher_invalid": "The gift voucher cannot be used",
    "unknown_gift_theme": "There is no gift voucher theme {voucher_theme_id}",
    "duplicate_gift": "There is another gift voucher of this code in the cart",
    "reward_exceeds_balance": "There are fewer than {points} reward points left",
    "reward_exceeds_cart": "This cart can be paid with {maximum} reward points at most",
    "reward_removed": "The reward points belong to another account",
    "unknown_affiliate": "There is no affiliate {affiliate_id}",
    # The order.
    "price_changed": "The price has changed meanwhile: look at it again",
    "unknown_order_status": "There is no such order status",
    "order_declined": "The shop does not take this order",
    "total_increased": "It costs {now} instead of {was}; changed: {because}",
    "total_decreased": "It costs only {now} instead of {was}; changed: {because}",
    "other_currency": "The total is in {currency}, and another one was expected",
    "consent_changed": "What was agreed to has changed: {because}",
    "confirm_in_progress": "An order is being made of this, at most until {until}",
    "idempotency_key_reused": "This key came with something else before",
    "buyer_needed": "Before the order is placed, something has to be done at {url}",
    "checkout_canceled": "This checkout was canceled; begin another one",
    # All else.
    "nothing_to_remove": "It was not there any more",
    "terms_required": "Accept document {document_id} in version {version}",
    "already_confirmed": "Another order was noted for this cart already",
    "section_refused": "Section {section} cannot be changed like this",
    "not_checked": "Not checked, for no shop was asked: {rule}",
}
"""The text of each code; its parameters stand in it in braces."""

_LABELS: Final = {
    "field.address_1": "Address",
    "field.address_2": "Second line of the address",
    "field.address_id": "Number of the address",
    "field.affiliate": "Affiliate",
    "field.amount": "Amount",
    "field.campaign": "Campaign",
    "field.city": "City",
    "field.code": "Code",
    "field.comment": "Comment",
    "field.company": "Company",
    "field.country_id": "Country",
    "field.custom_field": "Additional fields",
    "field.customer_group_id": "Customer group",
    "field.customer_id": "Customer number",
    "field.document_id": "Document",
    "field.email": "E-mail",
    "field.firstname": "First name",
    "field.from_email": "Your e-mail",
    "field.from_name": "Your name",
    "field.gifts": "Gift vouchers",
    "field.lastname": "Last name",
    "field.medium": "Medium",
    "field.message": "Message",
    "field.name": "Name",
    "field.options": "Options",
    "field.postcode": "Postcode",
    "field.quantity": "Quantity",
    "field.reason": "Reason",
    "field.referrer": "Referrer",
    "field.reward": "Reward points",
    "field.settings": "Settings",
    "field.source": "Source",
    "field.store_id": "Shop",
    "field.telephone": "Telephone",
    "field.terms": "Accepted documents",
    "field.to_email": "Recipient's e-mail",
    "field.to_name": "Recipient's name",
    "field.total": "Total",
    "field.tracking": "Tracking code",
    "field.value": "Value",
    "field.version": "Version",
    "field.voucher_theme_id": "Theme of the gift voucher",
    "field.zone_id": "Region",
    "input.affiliate": "affiliate",
    "input.cart": "cart",
    "input.coupons": "coupon",
    "input.currency": "currency",
    "input.customer": "customer",
    "input.customer_group": "customer group",
    "input.customer_id": "account",
    "input.gifts": "gift vouchers bought",
    "input.offer": "the shop's offer",
    "input.payment_address": "payment address",
    "input.payment_destination": "payment address",
    "input.payment_method": "payment method",
    "input.reward": "reward points",
    "input.shipping_address": "shipping address",
    "input.shipping_destination": "shipping address",
    "input.shipping_method": "shipping method",
    "input.store": "shop",
    "input.terms": "terms",
    "input.vouchers": "gift voucher used",
}
"""What fields and inputs are called in texts."""

CODES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        code: tuple(name for _, name, _, _ in Formatter().parse(text) if name)
        for code, text in _PROBLEMS.items()
    }
)
"""Every code that the library reports, with the names of its parameters."""

ENGLISH: Final[Mapping[str, str]] = MappingProxyType({**_PROBLEMS, **_LABELS})
"""The texts, with parameters in braces."""


def translate(problem: Problem, texts: Mapping[str, str] = ENGLISH) -> str:
    """
    Return the text of *problem*; its code where *texts* knows none.

    A host's own problem may lack what its text would show, and a host's own text may
    want what there is not; then the code is all that can be said.

    Args:
        texts: A language; names that it lacks are shown as they are.
    """
    template = texts.get(problem.code)
    if template is None:
        return problem.code
    shown = {name: _shown(name, value, texts) for name, value in problem.params.items()}
    try:
        return template.format_map(shown)
    except (LookupError, ValueError):
        return problem.code


def _shown(name: str, value: Param, texts: Mapping[str, str]) -> str:
    if name == "field":
        return texts.get(f"field.{value}", str(value))
    if name == "because":
        inputs = str(value).split(" ")
        labels = (texts.get(f"input.{one}", one) for one in inputs)
        return ", ".join(dict.fromkeys(labels))
    return str(value)
