"""
Little shops and checkouts for the tests of the static host.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ocstate.checkout.facts import (
    PaymentQuestion,
    PriceFact,
    PriceQuestion,
    Question,
    ShippingQuestion,
)
from ocstate.checkout.values.cart import Cart
from ocstate.checkout.values.line import Row
from ocstate.checkout.values.methods import PaymentMethod, Quotes, ShippingMethod
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.people import Address, Customer
from ocstate.checkout.values.state import State
from ocstate.demo import StaticHost
from ocstate.host.asking import batches, collect

DATA = Path(__file__).parent / "data"

# The evening of 14 June 2025, UTC.
AT = 1_749_920_400.0

HERE, ABROAD = (222, 3563), (223, 3613)


PAST, TODAY, FUTURE = "2025-06-13", "2025-06-14", "2025-06-15"

CHOICES = {
    "1": {
        "type": "select",
        "name": "Size",
        "values": {
            "11": {"name": "Small", "quantity": 3, "subtract": True},
            "12": {"name": "Large", "price": "4.5000", "points": 5, "weight": "2"},
            "13": {
                "name": "Used",
                "price": "6.0000",
                "price_prefix": "-",
                "points": 3,
                "points_prefix": "-",
            },
        },
    },
    "2": {
        "type": "checkbox",
        "name": "Extras",
        "values": {
            "21": {"name": "Box", "price": "1.0000"},
            "22": {"name": "Bow", "price": "2.0000"},
        },
    },
    "3": {"type": "text", "name": "Engraving"},
}


def product(**more: object) -> dict[str, object]:
    """
    Describe a product that costs 10 and is not sent anywhere.
    """
    return {"price": "10.0000", "quantity": 100, "shipping": False, **more}


def recorded_shop() -> dict[str, Any]:
    """
    Load the shop whose answers were recorded.
    """
    document: dict[str, Any] = json.loads(
        (DATA / "recorded_shop.json").read_text("utf-8")
    )
    return document


def patched(document: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """
    Apply a JSON merge patch (RFC 7396).
    """
    result = dict(document)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            known = result.get(key)
            result[key] = patched(known if isinstance(known, Mapping) else {}, value)
        else:
            result[key] = value
    return result


def shop(**patch: Any) -> StaticHost:
    """
    Open the recorded shop with changes, on a day that never ends.
    """
    return StaticHost(patched(recorded_shop(), patch), clock=lambda: AT)


def bare_shop(**patch: Any) -> StaticHost:
    """
    Open a shop with nothing in it but what the changes put there.
    """
    document = {
        "format": "ocstate-host/1",
        "settings": {"currency": "EUR", "language": "en-gb", "tax": False},
        "totals": {
            code: {"sort_order": number}
            for number, code in enumerate(
                "sub_total low_order_fee handling reward shipping coupon tax credit "
                "voucher total".split()
            )
        },
        "order_statuses": {"1": {}, "2": {}, "9": {}},
    }
    return StaticHost(patched(document, patch), clock=lambda: AT)


TAXES = {
    "settings": {
        "tax": True,
        "country_id": HERE[0],
        "zone_id": HERE[1],
        "tax_default": "",
    },
    "geo_zones": {
        "1": {"members": {str(HERE[0]): [HERE[1]]}},
        "2": {"members": {str(ABROAD[0]): "all"}},
    },
    "tax_rates": {
        "1": {
            "name": "Tenth",
            "type": "P",
            "rate": "10.0000",
            "geo_zone_id": 1,
            "customer_group_ids": [1],
        },
        "2": {
            "name": "Deposit",
            "type": "F",
            "rate": "0.2500",
            "geo_zone_id": 1,
            "customer_group_ids": [1, 2],
        },
        "3": {
            "name": "Abroad",
            "type": "P",
            "rate": "5.0000",
            "geo_zone_id": 2,
            "customer_group_ids": [1],
        },
    },
    "tax_classes": {
        "1": {
            "rules": [
                {"tax_rate_id": rate, "based": "shipping"} for rate in (1, 2, 3, 9)
            ]
        },
        "2": {"rules": [{"tax_rate_id": 1, "based": "payment"}]},
        "3": {"rules": [{"tax_rate_id": 1, "based": "store"}]},
        "4": {
            "rules": [
                {"tax_rate_id": 1, "based": "store"},
                {"tax_rate_id": 1, "based": "shipping"},
            ]
        },
    },
}


def taxed(**more: object) -> StaticHost:
    """
    Open a shop with taxes, and a product for each class, numbered like it.
    """
    products = {str(n): product(tax_class_id=n) for n in range(6)}
    return bare_shop(**{**TAXES, "products": products, **more})


def cart(
    lines: Iterable[tuple[int, int] | tuple[int, int, dict[int, Any]]], plan: int = 0
) -> Cart:
    """
    Fill a cart with products, quantities and options.
    """
    filled = Cart()
    for product_id, quantity, *options in lines:
        filled = filled.add(
            product_id=product_id,
            quantity=quantity,
            row=Row(options=Options(*options), subscription_plan_id=plan),
        )
    return filled


def checkout(
    *lines: tuple[int, int] | tuple[int, int, dict[int, Any]],
    group: int | None = None,
    customer_id: int = 0,
    shipping: tuple[int, int] | None = None,
    payment: tuple[int, int] | None = None,
    plan: int = 0,
    **sections: Any,
) -> State:
    """
    Make a checkout out of what shops look at.
    """
    if group is not None or customer_id:
        sections["customer"] = Customer(
            customer_id=customer_id, customer_group_id=group
        )
    for name, place in (("shipping", shipping), ("payment", payment)):
        if place is not None:
            sections[f"{name}_address"] = Address(country_id=place[0], zone_id=place[1])
    return State(cart=cart(lines, plan), **sections)


def price(host: StaticHost, state: State) -> PriceFact:
    """
    Ask a shop what a checkout costs.
    """
    (fact,) = host.prices.prices([PriceQuestion(checkout=state)])
    return fact


def totals(host: StaticHost, state: State) -> dict[str, str]:
    """
    Ask for the summary: the sum of each code, without needless noughts.
    """
    rows: dict[str, Any] = {}
    for row in price(host, state).totals:
        rows[row.code] = rows.get(row.code, 0) + row.value
    return {code: f"{value.normalize():f}" for code, value in rows.items()}


def quotes(host: StaticHost, state: State) -> dict[str, ShippingMethod]:
    """
    Ask a shop for its quotes, by code.
    """
    (fact,) = host.shipping.quotes([ShippingQuestion(checkout=state)])
    return {quote.code: quote for quote in Quotes(groups=fact.groups)}


def payments(host: StaticHost, state: State) -> tuple[PaymentMethod, ...]:
    """
    Ask a shop for its ways to pay.
    """
    (fact,) = host.payment.options([PaymentQuestion(checkout=state)])
    return fact.options


def ask(host: object, *questions: Question[Any]) -> Any:
    """
    Ask a host through its ports, as a driver does, and return the first answer.
    """
    asked = batches(questions, host)
    answers = [batch.ask(batch.questions) for batch in asked]
    return collect(asked, answers, 1.0).answer(questions[0])


def kinds(of: type[Question[object]] = Question) -> Iterator[type[Question[object]]]:
    """
    Yield every kind of question that ocstate defines.
    """
    for kind in of.__subclasses__():
        if kind.__module__.startswith("ocstate."):
            yield kind
            yield from kinds(kind)
