"""
The calls of a shopper's walk, from the login to the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen


@frozen
class Call:
    """
    One call of the API.

    Attributes:
        route: As it is written in a URL.
        form: What is posted.
        is_refused: Whether the answer is expected to be an error.
        gist: What it is about, for whoever watches.
    """

    route: str
    gist: str
    form: Mapping[str, str] = field(
        default=MappingProxyType[str, str]({}), repr=False, hash=False
    )
    is_refused: bool = field(default=False, kw_only=True)


_ADDRESS = {
    "firstname": "Ada",
    "lastname": "Lovelace",
    "address_1": "Speicherstadt 1",
    "city": "Hamburg",
    "postcode": "20457",
    "country_id": "81",
    "zone_id": "1259",
}
_ADA = {
    "firstname": "Ada",
    "lastname": "Lovelace",
    "email": "ada@example.com",
    "telephone": "+49 40 123456",
}
_JUMPER = {"product_id": "30", "quantity": "1"}

ADDITION = Call("api/cart/addProduct", "one mug", {"product_id": "42", "quantity": "1"})

BASKET = (
    Call("api/currency", "euros", {"currency": "EUR"}),
    Call("api/order&call=confirm", "too early", is_refused=True),
    ADDITION,
    Call("api/cart/addProduct", "a jumper without a size", _JUMPER, is_refused=True),
    Call("api/cart/addProduct", "a jumper in M", {**_JUMPER, "option[300]": "3002"}),
)

CHECKOUT = (
    Call("api/customer", "Ada Lovelace", _ADA),
    Call("api/payment/address", "Hamburg", _ADDRESS),
    Call("api/shipping/address", "Hamburg", _ADDRESS),
    Call("api/shipping/methods", "what is there?"),
    Call("api/shipping/method", "collect it", {"shipping_method": "pickup.pickup"}),
    Call("api/payment/methods", "what is there?"),
    Call("api/payment/method", "bank transfer", {"payment_method": "bank_transfer"}),
    Call("api/cart/products", "what does it cost?"),
)

ORDER = Call("api/order&call=confirm", "order it")


def login(username: str, key: str) -> Call:
    """
    Return the call that opens a session.
    """
    return Call("api/login", username, {"username": username, "key": key})
