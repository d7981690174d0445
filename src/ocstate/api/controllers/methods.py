"""
The calls that ask for ways to ship and to pay, and choose among them.
"""

from __future__ import annotations

from ocstate.api.call import Call, find_locale, perform
from ocstate.api.render import payment_list, shipping_list
from ocstate.api.response import Json
from ocstate.checkout.commands import (
    QuotePayment,
    QuoteShipping,
    SetPaymentMethod,
    SetShippingMethod,
)
from ocstate.checkout.texts import translate
from ocstate.core.flow import Flow
from ocstate.problem import Problem

__all__ = [
    "list_payment_methods",
    "list_shipping_methods",
    "set_payment_method",
    "set_shipping_method",
]


def list_shipping_methods(call: Call) -> Flow[Json]:
    """
    Ask for the ways to ship, and keep the offer; none when nothing has to be sent.
    """
    none: Json = {"shipping_methods": []}
    if not call.must_ship(none):
        return none
    yield from perform(call, QuoteShipping())
    locale = yield from find_locale(call)
    shown = shipping_list(call.session.checkout.shipping_quotes, locale)
    return _offer(call, "shipping_methods", shown, "no_shipping_offered")


def set_shipping_method(call: Call) -> Flow[Json]:
    """
    Choose a way to ship; an empty list when nothing has to be sent.
    """
    if not call.must_ship([]):
        return []
    yield from perform(call, SetShippingMethod(call.posted.text("shipping_method")))
    return call.success("method_set")


def list_payment_methods(call: Call) -> Flow[Json]:
    """
    Ask for the ways to pay, and keep the offer.
    """
    yield from perform(call, QuotePayment())
    shown = payment_list(call.session.checkout.payment_options)
    return _offer(call, "payment_methods", shown, "no_payment_offered")


def set_payment_method(call: Call) -> Flow[Json]:
    """
    Choose a way to pay.
    """
    yield from perform(call, SetPaymentMethod(call.posted.text("payment_method")))
    return call.success("method_set")


def _offer(call: Call, name: str, shown: Json, none_code: str) -> Json:
    """
    Answer with an offer; when there is none, with the reason beside the empty list.
    """
    if shown:
        return {name: shown}
    return {name: shown, "error": translate(Problem(none_code), call.texts)}
