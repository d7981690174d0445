"""
The calls on the cart.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

from ocstate.api.call import Call, find_locale, perform, seen_from
from ocstate.api.errors import QuietRefusal
from ocstate.api.locale import Locale
from ocstate.api.parsing.arguments import Arguments
from ocstate.api.render import below_minimum, price_list
from ocstate.checkout.codes import translate
from ocstate.checkout.commands import (
    AddLine,
    NewLine,
    RemoveGift,
    RemoveLine,
    ReplaceCart,
    SetQuantity,
)
from ocstate.checkout.confirming.total import price_of
from ocstate.checkout.facts import PriceFact, PriceQuestion
from ocstate.checkout.values.options import Options
from ocstate.core.attempts.concluding import settle_lapsed
from ocstate.core.block import commit
from ocstate.core.confirm.pricing import note_total
from ocstate.core.flow import Flow, ask
from ocstate.exceptions import CommandRefused, ConflictError, StoreError
from ocstate.http.response import Json
from ocstate.problem import Problem

LineT = TypeVar("LineT", bound=NewLine)


def add_to_cart(call: Call) -> Flow[Json]:
    """
    Put a product into the cart, or make a list of them the cart.

    ``product`` is the list, and counts before ``product_id``.

    Raises:
        QuietRefusal: If neither was posted.
    """
    posted = call.posted
    if "product" in posted:
        lines: list[NewLine] = []
        for row in posted.rows("product", "cart", "lines"):
            row.require("quantity")
            lines.append(_line(NewLine, row))
        yield from perform(call, ReplaceCart(lines=lines))
    elif "product_id" in posted:
        yield from perform(call, _line(AddLine, posted))
    else:
        posted.require("product_id")
        raise QuietRefusal(posted.problems)
    return call.success("cart_changed")


def edit_cart(call: Call) -> Flow[Json]:
    """
    Set how many of a line there are; 0 takes it out.

    Raises:
        CommandRefused: If the domain refuses it, or with what cannot be read alone:
            nothing is decided about a line that nobody named.
    """
    posted = call.posted
    for name in ("key", "quantity"):
        posted.require(name)
    line_id = posted.whole("key")
    quantity = posted.whole("quantity")
    if posted.problems:
        raise CommandRefused(posted.problems)
    lines = call.session.checkout.cart.lines
    if not ("unknown-key-success" in call.switches and lines.position(line_id) is None):
        yield from perform(call, SetQuantity(line_id=line_id, quantity=quantity))
    return call.success("cart_changed")


def remove_from_cart(call: Call) -> Flow[Json]:
    """
    Take a line out of the cart, or a gift voucher.

    A line of that number goes first. That there was nothing to remove is no error, and
    stands in the header that names problems.

    Raises:
        QuietRefusal: If none is named.
    """
    posted = call.posted
    if "key" not in posted:
        posted.require("key")
        raise QuietRefusal(posted.problems)
    key = posted.text("key")
    for line_id in call.session.checkout.cart.lines.line_ids:
        if key == str(line_id):
            yield from perform(call, RemoveLine(line_id=line_id))
            break
    else:
        yield from perform(call, RemoveGift(key))
    return call.success("cart_changed")


def list_cart(call: Call) -> Flow[Json]:
    """
    Show the cart and the summary, and what keeps it from being ordered.
    """
    if call.settles:
        with suppress(ConflictError, StoreError):
            yield from settle_lapsed(call.session, ())
    checkout = yield from seen_from(call)
    locale = yield from find_locale(call)
    seen = checkout.evolve(currency=locale.currency, language=locale.language)
    about_prices = PriceQuestion(checkout=seen)
    prices = (yield from ask(about_prices)).answer(about_prices)
    if call.settles and checkout.store_id == call.session.checkout.store_id:
        yield from note_total(call.session, price_of(seen, prices))
    # To show something acknowledges nothing, so that it needs no store that writes.
    with suppress(ConflictError, StoreError):
        yield from commit(call.session)
    errors = {} if prices is None else _errors(call, prices, locale)
    shown = price_list(checkout, prices, locale)
    return {"error": errors, **shown} if errors else shown


def _line(kind: type[LineT], posted: Arguments) -> LineT:
    posted.require("product_id")
    return kind(
        product_id=posted.whole("product_id"),
        quantity=posted.whole("quantity", 1, may_be_blank=False),
        options=Options(posted.answers("option", "options")),
        subscription_plan_id=posted.whole("subscription_plan_id"),
    )


def _errors(call: Call, prices: PriceFact, locale: Locale) -> dict[str, Json]:
    errors: dict[str, Json] = {}
    shop = locale.shop
    is_short = not all(line.in_stock for line in prices.lines)
    if is_short and (shop.stock_warning or not shop.stock_checkout):
        errors["stock"] = translate(Problem("stock_is_short"), call.texts)
    few = [
        Problem.of("below_minimum", product_id=line.product_id, minimum=minimum)
        for line in below_minimum(prices)
        if (minimum := line.minimum)
    ]
    if few:
        errors["minimum"] = [translate(problem, call.texts) for problem in few]
    return errors
