"""
The call that makes an order of the checkout.
"""

from __future__ import annotations

from hashlib import sha256

from attrs import evolve

from ocstate.api.call import Call, find_locale, try_out
from ocstate.api.refusal import ApiProblem
from ocstate.api.response import Json
from ocstate.checkout import Checkout, Command
from ocstate.checkout.cart import Cart, Lines
from ocstate.checkout.commands import (
    RecordConfirmation,
    SetAffiliate,
    SetComment,
    SetPaymentMethod,
    SetShippingMethod,
)
from ocstate.checkout.confirm import confirm_problems, confirm_questions
from ocstate.checkout.consent import Confirmation
from ocstate.checkout.facts import PriceFact, PriceQuestion
from ocstate.checkout.invalidation import fingerprint
from ocstate.checkout.order import Order
from ocstate.checkout.renewal import renewed
from ocstate.core.block import commit, do, read
from ocstate.core.flow import Flow, ask, place
from ocstate.core.journal import Then
from ocstate.core.session import SessionState
from ocstate.exceptions import CommandRefused
from ocstate.host.asking import NoOrdersError
from ocstate.problem import Problem

__all__ = ["confirm_order", "place_order"]


def confirm_order(call: Call) -> Flow[Json]:
    """
    Place the order; a repeated call answers with the order that was placed.
    """
    checkout = call.session.checkout
    done = checkout.confirmation
    if done is not None and checkout.cart.is_empty and not checkout.gifts:
        yield from commit(call.session)
        return {**call.success("order_placed"), "order_id": done.order_id}
    return (yield from place_order(call))


def place_order(call: Call) -> Flow[Json]:
    """
    Place the order, and empty the cart.

    What was posted with the order is kept first, in a commit of its own: behind the
    order nothing is left that could be refused.

    Raises:
        ApiProblem: If there is no shop that takes orders.
        CommandRefused: If anything speaks against the order.
    """
    status = call.posted.optional_whole("order_status_id")
    handle = call.session.handle or ""
    problems = yield from try_out(call, *_commands(call))
    ordered = yield from _judged(call, problems)
    if call.session.is_changed():
        yield from commit(call.session)
        call = evolve(
            call, session=SessionState(call.session.setup, call.session.token)
        )
        yield from read(call.session)
        ordered = yield from _judged(call)
    return (yield from _placed(call, ordered, status, handle))


def _placed(
    call: Call, ordered: Checkout, status: int | None, handle: str
) -> Flow[Json]:
    """
    Let the shop place the order, and note it.

    The shop is given the same key for every attempt at this checkout, so that it can
    recognise an order that it has placed already: of two that run at once, or of one
    whose answer was lost.
    """
    kept = call.session.checkout
    about_prices = PriceQuestion(checkout=ordered)
    facts = yield from ask(about_prices)
    order = Order(
        key=_order_key(kept, handle),
        checkout=ordered,
        prices=facts.answer(about_prices) or PriceFact(),
        comment=ordered.comment,
        order_status_id=status,
        affiliate=ordered.affiliate,
        placed_at=facts.at,
    )
    try:
        order_id = yield from place(order)
    except NoOrdersError as error:
        # That is no fault of the client, nor does it need mending.
        raise ApiProblem(503, "orders_unavailable") from error
    confirmation = Confirmation(
        order_id=order_id,
        confirmed_at=facts.at,
        fingerprint=fingerprint(kept, "confirmation"),
    )
    yield from do(
        call.session,
        RecordConfirmation(confirmation=confirmation),
        _keeping_what_came_later(kept.cart, order_id, call.then),
    )
    yield from commit(call.session)
    return {**call.success("order_placed"), "order_id": order_id}


def _judged(call: Call, problems: tuple[Problem, ...] = ()) -> Flow[Checkout]:
    """
    Ask everything anew, and return the checkout as it is to be ordered.

    Raises:
        CommandRefused: If anything speaks against it, with *problems* that were found
            before.
    """
    locale = yield from find_locale(call)
    rules = call.session.setup.rules
    checkout = call.session.checkout.evolve(
        currency=locale.currency, language=locale.language
    )
    facts = yield from ask(*confirm_questions(checkout, rules))
    found = (*problems, *confirm_problems(checkout, facts, rules))
    wrong = tuple(problem for problem in found if problem.severity == "error")
    if wrong:
        raise CommandRefused(wrong)
    return renewed(checkout, facts).state


def _keeping_what_came_later(
    ordered: Cart, order_id: int, and_then: Then | None
) -> Then:
    """
    Make the confirmation take out of the cart what was ordered, and nothing else.

    Somebody may put more into it while the shop places the order, or another attempt
    may have recorded the same order already.
    """
    quantities = dict(
        zip(ordered.lines.line_ids, ordered.lines.quantities, strict=True)
    )

    def then(before: Checkout, after: Checkout, command: Command) -> Checkout:
        done = before.confirmation
        if done is not None and done.order_id == order_id:
            return before
        lines = before.cart.lines
        left = Lines.of(
            evolve(line, quantity=more)
            for line in lines
            if (more := line.quantity - quantities.get(line.line_id, 0)) > 0
        )
        if left:
            after = after.evolve(cart=before.cart.holding(left))
        return after if and_then is None else and_then(before, after, command)

    return then


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


def _order_key(checkout: Checkout, handle: str) -> str:
    """
    Name this checkout, the same for every attempt at it and unlike the one before it.
    """
    before = checkout.confirmation
    parts = (
        handle,
        str(before.order_id if before is not None else 0),
        fingerprint(checkout, "confirmation"),
    )
    return sha256("\n".join(parts).encode()).hexdigest()
