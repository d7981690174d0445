"""
The ways to pay, and for whom each is: a table of reasons against one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from ocstate.checkout.facts import PaymentFact
from ocstate.checkout.values.methods import PaymentMethod
from ocstate.demo.basket import Basket
from ocstate.demo.geography import is_inside, place_of
from ocstate.demo.host_file.trade import PaymentMethod as Method
from ocstate.demo.reckoning import refusing_excess
from ocstate.demo.totals import summary


@refusing_excess()
def payment_fact(basket: Basket) -> PaymentFact:
    """
    Offer every way to pay that nothing stands against.

    Raises:
        CommandRefused: As `refusing_excess` does.
    """
    total = summary(basket).total
    offered = [
        (method.sort_order, code, method.name)
        for code, method in basket.shop.document.payment_methods.items()
        if not any(stands(basket, method, total) for stands in OBSTACLES.values())
    ]
    # 4.1 names an option inside a method, here always of the same name.
    inside = basket.shop.document.generation == "4.1"
    return PaymentFact(
        options=tuple(
            PaymentMethod(
                code=f"{code}.{code}" if inside else code,
                name=name,
                sort_order=sort_order,
            )
            for sort_order, code, name in sorted(offered)
        )
    )


def _disabled(_: Basket, method: Method, __: Decimal) -> bool:
    return not method.status


def _elsewhere(basket: Basket, method: Method, _: Decimal) -> bool:
    if not method.geo_zone_id or not basket.settings.checkout_payment_address:
        return False
    place = place_of(basket.state.payment_address)
    return not is_inside(basket.shop.document, method.geo_zone_id, place)


def _too_little(basket: Basket, method: Method, total: Decimal) -> bool:
    least = basket.reckoning.rounded(basket.reckoning.converted(method.total))
    return basket.shop.document.generation == "3.0" and total < least


def _not_sent(basket: Basket, method: Method, _: Decimal) -> bool:
    return method.needs_shipping and not basket.needs_shipping


def _not_free(_: Basket, method: Method, total: Decimal) -> bool:
    return method.only_zero_total and total > 0


def _subscribed(basket: Basket, method: Method, _: Decimal) -> bool:
    return (
        basket.shop.document.generation == "4.1"
        and not method.subscriptions
        and any(item.line.subscription_plan_id for item in basket.items)
    )


OBSTACLES: Final[Mapping[str, Callable[[Basket, Method, Decimal], bool]]] = (
    MappingProxyType(
        {
            "disabled": _disabled,
            "elsewhere": _elsewhere,
            "not_free": _not_free,
            "not_sent": _not_sent,
            "subscribed": _subscribed,
            "too_little": _too_little,
        }
    )
)
"""Why a way to pay is not offered, by name."""
