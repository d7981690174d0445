"""
One and the same session for every codec: as ocstate's state, and as plain dicts.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import fields

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.values.cart import Cart, Row
from ocstate.checkout.values.discounts import Coupon
from ocstate.checkout.values.methods import PaymentMethod, ShippingMethod
from ocstate.checkout.values.money import Currency, Language
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.part import Part
from ocstate.checkout.values.people import Address, Customer

_FIRST_PRODUCT = 1_000
DATA = {"wishlist": [40, 41, 47], "seen": 1_700_000_000}
COMMITS = tuple(f"{at:08x}" * 2 for at in range(8))
_AT = 1_700_000_000.25


def filled(lines: int) -> Checkout:
    """
    Return a checkout as it stands before confirm, with so many lines.
    """
    cart = Cart()
    for at in range(lines):
        chosen: dict[int, int | str] = {200 + at: 10 + at}
        chosen[900 + at] = f"Engraving number {at}"
        cart = cart.add(
            product_id=_FIRST_PRODUCT + at,
            quantity=1 + at % 3,
            row=Row(
                options=Options(chosen),
                shipping=True,
                minimum=1,
                points=0,
                checked_at=_AT,
            ),
        )
    address = Address(
        firstname="Ada",
        lastname="Lovelace",
        company="Analytical Engines",
        address_1="12 St James's Square",
        city="London",
        postcode="SW1Y 4JH",
        country_id=222,
        zone_id=3553,
        country="United Kingdom",
        iso_code_2="GB",
        iso_code_3="GBR",
        address_format="{firstname} {lastname}\n{address_1}\n{city}",
        zone="Greater London",
        zone_code="LDN",
        checked_at=_AT,
    )
    return Checkout(
        customer=Customer(
            customer_id=7,
            customer_group_id=1,
            firstname="Ada",
            lastname="Lovelace",
            email="ada@example.com",
            telephone="+44 20 7946 0000",
            custom_field=Options({3: "12345"}),
            checked_at=_AT,
        ),
        payment_address=address,
        shipping_address=address,
        cart=cart,
        shipping_method=ShippingMethod(
            code="flat.flat",
            name="Flat rate",
            cost=Decimal("5.0000"),
            cost_with_tax=Decimal("5.9500"),
            tax_class_id=9,
        ),
        payment_method=PaymentMethod(code="cod", name="Cash on delivery"),
        currency=Currency(code="EUR", symbol_right=" €", value=Decimal("0.84250000")),
        language=Language(code="en-gb"),
        coupons=(Coupon(code="SUMMER"),),
        comment="Please ring twice.",
    )


def plain(checkout: Checkout) -> dict[str, Any]:
    """
    Return the same as dicts and lists of what JSON knows.
    """
    kept = (
        "customer payment_address shipping_address shipping_method payment_method "
        "currency language coupons comment"
    ).split()
    session = {name: _plain(getattr(checkout, name)) for name in kept}
    session["lines"] = [
        {
            "line_id": line.line_id,
            "product_id": line.product_id,
            "quantity": line.quantity,
            "row": _plain(line.row),
        }
        for line in checkout.cart.lines
    ]
    session["next_line_id"] = checkout.cart.next_line_id
    session["data"] = DATA
    session["commits"] = list(COMMITS)
    return session


def _plain(value: object) -> Any:
    match value:
        case Options():
            return {str(key): answer for key, answer in value.items()}
        case Decimal():
            return str(value)
        case tuple():
            return [_plain(one) for one in value]
        case Part():
            names = (one.name for one in fields(type(value)) if one.name != "unknown")
            return {name: _plain(getattr(value, name)) for name in names}
        case _:
            return value
