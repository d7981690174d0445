"""
The ways to ship, and what each costs: one function a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from attrs import frozen

from ocstate.checkout.facts import ShippingFact
from ocstate.checkout.values.methods import QuoteGroup, ShippingMethod
from ocstate.checkout.values.money import ZERO, amount
from ocstate.demo.basket import Basket
from ocstate.demo.geography import is_inside, place_of
from ocstate.demo.host_file.trade import ShippingMethod as Method
from ocstate.demo.reckoning import refusing_excess


@frozen(kw_only=True)
class Quote:
    """
    One price of a way to ship.

    Attributes:
        code: Behind the dot of the whole code.
        name: Empty for that of the way itself.
    """

    code: str
    name: str = ""
    cost: Decimal = ZERO
    tax_class_id: int = 0


@refusing_excess()
def shipping_fact(basket: Basket) -> ShippingFact:
    """
    Quote every way to ship that leads to the address; none where nothing is sent.

    Raises:
        CommandRefused: As `refusing_excess` does.
    """
    if not basket.needs_shipping:
        return ShippingFact()
    document = basket.shop.document
    place = place_of(basket.state.shipping_address)
    offered = [
        (code, method, quotes)
        for code, method in document.shipping_methods.items()
        if method.status
        and code in KINDS
        and (not method.geo_zone_id or is_inside(document, method.geo_zone_id, place))
        and (quotes := KINDS[code](basket, method))
    ]
    offered.sort(key=lambda each: (each[1].sort_order, each[0]))
    return ShippingFact(
        groups=tuple(
            QuoteGroup(
                code=code,
                name=method.name,
                sort_order=method.sort_order,
                quotes=tuple(_quoted(basket, code, method, each) for each in quotes),
            )
            for code, method, quotes in offered
        )
    )


def _quoted(basket: Basket, code: str, method: Method, quote: Quote) -> ShippingMethod:
    taxes = ZERO
    if basket.settings.tax:
        taxes = basket.taxes.on(quote.cost, quote.tax_class_id)
    return ShippingMethod(
        code=f"{code}.{quote.code}",
        name=quote.name or method.name,
        cost=amount(quote.cost),
        cost_with_tax=amount(quote.cost + taxes),
        tax_class_id=quote.tax_class_id,
    )


def _flat(_: Basket, method: Method) -> tuple[Quote, ...]:
    return (Quote(code="flat", cost=method.cost, tax_class_id=method.tax_class_id),)


def _free(basket: Basket, method: Method) -> tuple[Quote, ...]:
    return (Quote(code="free"),) if basket.sub_total >= method.total else ()


def _item(basket: Basket, method: Method) -> tuple[Quote, ...]:
    pieces = sum(item.line.quantity for item in basket.items if item.product.shipping)
    cost = method.cost * pieces
    return (Quote(code="item", cost=cost, tax_class_id=method.tax_class_id),)


def _pickup(_: Basket, __: Method) -> tuple[Quote, ...]:
    return (Quote(code="pickup"),)


def _weight(basket: Basket, method: Method) -> tuple[Quote, ...]:
    document = basket.shop.document
    place = place_of(basket.state.shipping_address)
    weight = sum((item.weight for item in basket.items if item.product.shipping), ZERO)
    quotes: list[Quote] = []
    for number, steps in method.rates.items():
        costs = (cost for up_to, cost in steps if weight <= up_to)
        cost = next(costs, None)
        if cost is not None and is_inside(document, number, place):
            quotes.append(
                Quote(
                    code=f"weight_{number}",
                    name=document.geo_zones[number].name,
                    cost=cost,
                    tax_class_id=method.tax_class_id,
                )
            )
    return tuple(quotes)


KINDS: Final[Mapping[str, Callable[[Basket, Method], tuple[Quote, ...]]]] = (
    MappingProxyType(
        {
            "flat": _flat,
            "free": _free,
            "item": _item,
            "pickup": _pickup,
            "weight": _weight,
        }
    )
)
"""What quotes each code of ``shipping_methods`` in a host file."""
