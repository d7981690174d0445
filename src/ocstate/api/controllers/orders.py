"""
The calls that make an order of the checkout.

They say what was posted, in which currency and language the call is answered, and the
client's key, and leave everything else to `ocstate.core.confirm`. What was posted
counts as said together with the order: a repeated call does not say it again.

A call that is repeated is answered with the order that was made, also by ``order/add``,
which finds an empty cart in OpenCart.
"""

from __future__ import annotations

from functools import partial

from ocstate.api.call import Call, find_locale, try_out
from ocstate.api.errors import ApiProblem
from ocstate.checkout import Checkout, Command
from ocstate.checkout.commands import (
    SetAffiliate,
    SetComment,
    SetPaymentMethod,
    SetShippingMethod,
)
from ocstate.checkout.values.money import Currency, Language
from ocstate.checkout.values.ordering import Confirmation
from ocstate.core.confirm.confirming import confirm_alone
from ocstate.core.confirm.wish import LONGEST_KEY, Wish, digest_of
from ocstate.core.flow import Flow
from ocstate.core.session import SessionState
from ocstate.exceptions import CommandRefused
from ocstate.host.asking import NoOrdersError
from ocstate.http.response import Json
from ocstate.problem import Problem

_KEY = "idempotency-key"


def place_order(call: Call) -> Flow[Json]:
    """
    Place the order; a repeated call answers with the order that was placed.

    Raises:
        ApiProblem: If there is no shop that takes orders, or the client's key came
            with something else before, or cannot be one.
        CommandRefused: If anything speaks against the order, or there is none yet.
    """
    posted, headers = call.posted, call.request.headers
    wish = Wish(
        idempotency_key=_key_in(headers.get(_KEY)),
        body=digest_of(call.request.body),
        order_status_id=posted.optional_whole("order_status_id"),
        strict_totals=call.strict_totals,
        shown_in=partial(_shown_in, call),
        prepare=partial(_prepare, call),
    )
    try:
        done = yield from confirm_alone(call.session, wish)
    except NoOrdersError as error:
        # That is no fault of the client, nor does it need mending.
        raise ApiProblem(503, "orders_unavailable") from error
    except CommandRefused as refused:
        if refused.problems[0].code == "idempotency_key_reused":
            raise ApiProblem(409, "idempotency_key_reused") from None
        raise
    return {**call.success("order_placed"), "order_id": _numbered(done)}


def _numbered(done: Confirmation) -> Json:
    """
    Return the order's name, as OpenCart's number where it is one.
    """
    number = done.order_id
    return int(number) if number.isascii() and number.isdecimal() else number


def _key_in(field: str | None) -> str | None:
    """
    Read a key, which may stand in quotes (draft-ietf-httpapi-idempotency-key-header).
    """
    if field is None:
        return None
    key = field.strip().removeprefix('"').removesuffix('"')
    if not 0 < len(key) <= LONGEST_KEY:
        raise ApiProblem(400, "idempotency_key_malformed")
    return key


def _shown_in(call: Call, _: Checkout) -> Flow[tuple[Currency, Language]]:
    locale = yield from find_locale(call)
    return locale.currency, locale.language


def _prepare(call: Call, _: SessionState) -> Flow[tuple[Problem, ...]]:
    """
    Do what was posted with the order, and tell what is wrong with it.
    """
    return (yield from try_out(call, *_commands(call)))


def _commands(call: Call) -> list[Command]:
    """
    Make commands of what may be posted with an order.
    """
    posted = call.posted
    commands: list[Command] = []
    if "comment" in posted:
        commands.append(SetComment(posted.text("comment")))
    if "affiliate_id" in posted:
        commands.append(SetAffiliate(posted.whole("affiliate_id") or None))
    if "payment_method" in posted:
        commands.append(SetPaymentMethod(posted.text("payment_method")))
    if "shipping_method" in posted:
        commands.append(SetShippingMethod(posted.text("shipping_method")))
    return commands
