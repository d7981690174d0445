"""
The English texts of the API's own answers, by code.

Clients show them; none decides by them. A host passes its own texts, in any language,
for the same codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ocstate.checkout.codes import ENGLISH

SUCCESS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "logged_in": "You are logged in",
        "currency_set": "The currency was changed",
        "customer_set": "The customer was saved",
        "cart_changed": "The cart was changed",
        "address_set": "The address was saved",
        "method_set": "The method was saved",
        "coupon_set": "The coupon was applied",
        "voucher_set": "The gift voucher was applied",
        "gift_added": "The gift voucher was put into the cart",
        "reward_set": "The reward points were applied",
        "order_placed": "The order was placed",
    }
)
"""What ``success`` says."""

API_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # The session
        "permission": "You are not logged in, or your session has ended",
        "login_refused": "This login is not accepted",
        "token_in_url": "The token may not stand in the address",
        "foreign_origin": "This call came from a page of another site",
        # The request
        "unknown_route": "There is no such call",
        "method_not_allowed": "This call does not work by that method",
        "get_from_browser": "Browsers must use POST for this call",
        "media_type": "The body is neither a form nor JSON",
        "body_too_long": "The body has more than {maximum} bytes",
        "body_incomplete": "The body is shorter than was announced",
        "query_too_long": "The query has more than {maximum} bytes",
        "headers_too_long": "The header fields are too many or too long",
        "too_many_fields": "There are more than {maximum} fields",
        "nested_too_deep": "Fields are nested deeper than {maximum} levels",
        "name_too_long": "The name of a field has more than {maximum} characters",
        "name_malformed": "The brackets in the name of a field do not pair up",
        "json_malformed": "The body is no JSON",
        "json_no_object": "The body is no JSON object",
        "multipart_malformed": "The body is no multipart form",
        # Fields
        "not_utf8": "What was sent is no text in UTF-8",
        "not_text": "{field} has to be a text",
        "not_list": "{field} has to be a list",
        "not_fields": "{field} has to be a list of fields",
        "not_whole_number": "{field} has to be a whole number",
        "not_amount": "{field} has to be an amount",
        # The cart as it is shown
        "stock_is_short": "Some products are not there in the quantity wanted",
        # The store
        "conflict": "Somebody else changed this at the same time; try again",
        "unavailable": "This is out of order at the moment; try again",
        "idempotency_key_malformed": "An idempotency key has 1 to 255 characters",
        "orders_unavailable": "No orders are taken here",
        "session_too_large": "The session cannot hold that much",
    }
)
"""What ``error`` says beside the domain's own texts."""

_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "field.key": "Line",
        "field.order_status_id": "Order status",
        "field.product": "Products",
        "field.product_id": "Product",
        "field.subscription_plan_id": "Plan",
        "field.username": "Username",
    }
)

TEXTS: Final[Mapping[str, str]] = MappingProxyType({**ENGLISH, **API_CODES, **_FIELDS})
"""What ``error`` says."""
