"""
The calls that ask for ways to ship and to pay, and choose among them.
"""

from __future__ import annotations

from typing import Literal

from ocstate.api.call import Call, do_all, find_locale, try_out
from ocstate.api.render import payment_list, shipping_list
from ocstate.checkout.codes import translate
from ocstate.checkout.commands import (
    QuotePayment,
    QuoteShipping,
    SetPaymentMethod,
    SetShippingMethod,
)
from ocstate.core.block import commit
from ocstate.core.flow import Flow
from ocstate.exceptions import CommandRefused
from ocstate.http.response import Json
from ocstate.problem import Problem

_UNKNOWN = ("unknown_shipping_method", "unknown_payment_method")


def list_shipping_methods(call: Call) -> Flow[Json]:
    """
    Ask for the ways to ship, and keep the offer; none when nothing has to be sent.
    """
    none: Json = {"shipping_methods": []}
    if not call.must_ship(none):
        return none
    yield from do_all(call, QuoteShipping())
    locale = yield from find_locale(call)
    shown = shipping_list(call.session.checkout.shipping_quotes, locale)
    return (yield from _offer(call, "shipping_methods", shown, "no_shipping_offered"))


def set_shipping_method(call: Call) -> Flow[Json]:
    """
    Choose a way to ship; an empty list when nothing has to be sent.
    """
    if not call.must_ship([]):
        return []
    command = SetShippingMethod(call.posted.text("shipping_method"))
    yield from _choose(call, command, "shipping_quotes")
    return call.success("method_set")


def list_payment_methods(call: Call) -> Flow[Json]:
    """
    Ask for the ways to pay, and keep the offer.
    """
    yield from do_all(call, QuotePayment())
    shown = payment_list(call.session.checkout.payment_options)
    return (yield from _offer(call, "payment_methods", shown, "no_payment_offered"))


def set_payment_method(call: Call) -> Flow[Json]:
    """
    Choose a way to pay.
    """
    command = SetPaymentMethod(call.posted.text("payment_method"))
    yield from _choose(call, command, "payment_options")
    return call.success("method_set")


def _choose(
    call: Call,
    command: SetShippingMethod | SetPaymentMethod,
    section: Literal["shipping_quotes", "payment_options"],
) -> Flow[None]:
    """
    Choose among what was listed before.

    What the shop offers only now was not listed. A shop that offers nothing at all
    cannot list anything, and the code is taken as it is.
    """
    was_listed = getattr(call.session.checkout, section) is not None
    problems = yield from try_out(call, command)
    if not was_listed:
        is_offered = getattr(call.session.checkout, section) is not None
        unlisted = Problem(f"{section}_missing", f"/{section}")
        problems = tuple(unlisted if one.code in _UNKNOWN else one for one in problems)
        problems = problems or (unlisted,) * is_offered
    if problems:
        raise CommandRefused(problems)
    yield from commit(call.session)


def _offer(call: Call, name: str, shown: Json, none_code: str) -> Flow[Json]:
    """
    Keep an offer and answer with it.

    When there is none, the answer is the reason beside the empty list, and like any
    other call that is refused it changes nothing.
    """
    if not shown:
        return {name: shown, "error": translate(Problem(none_code), call.texts)}
    yield from commit(call.session)
    return {name: shown}
