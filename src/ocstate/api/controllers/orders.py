"""
The calls that make an order of the checkout.

Theory of operation. A shop and a session store cannot commit together, so that three
things have to hold: a refused call has changed neither, an order that was placed is
placed once, and whoever asked for it is told its number.

Everything is decided in a rehearsal first, a block that is never committed: what was
posted with the order, whether anything speaks against it, and whether what comes of it
has room in the record. Then the shop places the order, and one commit stores what was
posted together with the confirmation. Behind the order nothing is decided that could be
refused: what was posted is carried over section by section, and a section that somebody
else has changed meanwhile stays as they left it.

An order's key is made of the checkout as it was *read*, before anything posted or
hinted at was applied, and of the order before it. Whoever attempts to order this
checkout gives the shop the same key: two calls at once, a call that is repeated because
its answer was lost, or because the process ended between the order and the commit, with
the same fields or without them. The shop answers a key that it knows with the order it
has.

=========================  =========================  ===============================
the session read           the call                   it answers
=========================  =========================  ===============================
was never ordered          any                        the order that is placed
is as its order left it    ``order/add``, and         that the cart is empty, as
                           nothing is in the cart     OpenCart does
is as its order left it    else                       that order
was changed since          any                        another order
=========================  =========================  ===============================

An attempt that is refused, while another one on the same checkout has placed the order,
answers with that order: it took what is now missing. It is looked for in the session,
and then in the shop, if the shop can find an order by its key.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import cast

from attrs import evolve

from ocstate.api.call import Call, find_locale, try_out
from ocstate.api.errors import ApiProblem
from ocstate.checkout import Checkout, Command
from ocstate.checkout.commands import (
    RecordConfirmation,
    SetAffiliate,
    SetComment,
    SetPaymentMethod,
    SetShippingMethod,
)
from ocstate.checkout.confirming.order import Declined, Order, Placed, Placement
from ocstate.checkout.confirming.rules import confirm_problems, confirm_questions
from ocstate.checkout.derived.dependencies import fingerprint
from ocstate.checkout.derived.renewal import renewed
from ocstate.checkout.facts import PriceFact, PriceQuestion
from ocstate.checkout.rules.fields import LARGEST_NUMBER
from ocstate.checkout.values.lines import Lines
from ocstate.checkout.values.ordering import Confirmation
from ocstate.checkout.values.state import SECTIONS, Changes
from ocstate.core.block import commit, do, read, rehearsal
from ocstate.core.changes import Then
from ocstate.core.flow import Flow, ask, find_order, place
from ocstate.core.lifecycle import require_room
from ocstate.core.session import SessionState
from ocstate.exceptions import (
    CommandRefused,
    EncodeError,
    GoneError,
    StoreError,
    UsageError,
)
from ocstate.host.asking import NoOrdersError
from ocstate.http.response import Json

_RECORDED = ("cart", "order_id", "confirmation")


def confirm_order(call: Call) -> Flow[Json]:
    """
    Place the order; a repeated call answers with the order that was placed.

    Raises:
        ApiProblem: If there is no shop that takes orders.
        CommandRefused: If anything speaks against the order.
    """
    done = _standing(call.session.checkout)
    if done is None:
        return (yield from _order(call))
    yield from commit(call.session)
    return _answer(call, done.order_id)


def place_order(call: Call) -> Flow[Json]:
    """
    Place the order; a repeated call finds an empty cart, as in OpenCart.

    Gift vouchers stay in a checkout that was ordered. With some in it, a repeated call
    is recognised as `confirm_order` recognises it.

    Raises:
        ApiProblem: If there is no shop that takes orders.
        CommandRefused: If anything speaks against the order.
    """
    if call.session.checkout.gifts:
        return (yield from confirm_order(call))
    return (yield from _order(call))


def _order(call: Call) -> Flow[Json]:
    """
    Place an order and store what comes of it, or change nothing.
    """
    session, kept = call.session, call.session.checkout
    trial = evolve(call, session=rehearsal(session))
    status = call.posted.optional_whole("order_status_id")
    attempt = Confirmation(
        order_id=LARGEST_NUMBER,
        confirmed_at=0.0,
        fingerprint=fingerprint(kept, "confirmation"),
    )
    key = _order_key(session, attempt)
    try:
        ordered = yield from _judged(trial)
        then = _outcome(kept, trial.session.checkout, call.then)
        yield from do(trial.session, RecordConfirmation(confirmation=attempt), then)
        require_room(trial.session)
        order = yield from _priced(ordered, key, status)
        order_id = _number((yield from place(order)))
        placed_at = order.placed_at
    except NoOrdersError as error:
        # That is no fault of the client, nor does it need mending.
        raise ApiProblem(503, "orders_unavailable") from error
    except CommandRefused:
        done = yield from _placed_meanwhile(session, attempt)
        if done is not None:
            return _answer(call, done.order_id)
        known = yield from find_order(key)
        if known is None:
            raise
        order_id, placed_at = _number(known), session.setup.world.now()
        trial = evolve(call, session=rehearsal(session))
        then = _outcome(kept, kept, call.then)
        yield from do(trial.session, RecordConfirmation(confirmation=attempt), then)
    confirmation = evolve(
        attempt,
        order_id=order_id,
        confirmed_at=placed_at,
        left=fingerprint(trial.session.checkout, "confirmation"),
    )
    yield from do(session, RecordConfirmation(confirmation=confirmation), then)
    # The order stands, and its number is told: also when the session has ended
    # meanwhile, holds a later order, or has been filled by others.
    with suppress(CommandRefused, GoneError, EncodeError):
        yield from commit(session)
    session.warnings = (*trial.session.warnings, *session.warnings)
    return _answer(call, order_id)


def _number(placement: Placement) -> int:
    """
    Return the number of an order that stands, or raise what stands against it.
    """
    if isinstance(placement, Declined):
        raise CommandRefused(placement.problems)
    if not isinstance(placement, Placed) or not placement.order_id.isdecimal():
        raise UsageError("this call needs an order that is placed, with a number")
    return int(placement.order_id)


def _answer(call: Call, order_id: int) -> Json:
    return {**call.success("order_placed"), "order_id": order_id}


def _standing(checkout: Checkout) -> Confirmation | None:
    """
    Return the confirmation of a checkout that is as its order left it.

    Records of 0.1 do not say what their order left.
    """
    done = checkout.confirmation
    if done is None:
        return None
    if done.left:
        is_left = fingerprint(checkout, "confirmation") == done.left
    else:
        is_left = checkout.cart.is_empty and not checkout.gifts
    return done if is_left else None


def _placed_meanwhile(
    session: SessionState, attempt: Confirmation
) -> Flow[Confirmation | None]:
    """
    Look whether another attempt at the same checkout has its order stored by now.
    """
    newest = SessionState(session.setup, session.given)
    with suppress(StoreError):
        yield from read(newest)
        done = newest.checkout.confirmation
        if done not in (None, session.checkout.confirmation):
            return done if done.fingerprint == attempt.fingerprint else None
    return None


def _priced(ordered: Checkout, key: str, status: int | None) -> Flow[Order]:
    """
    Make the order, with the prices that the shop has for it now.
    """
    about_prices = PriceQuestion(checkout=ordered)
    facts = yield from ask(about_prices)
    return Order(
        key=key,
        checkout=ordered,
        prices=facts.answer(about_prices) or PriceFact(),
        comment=ordered.comment,
        order_status_id=status,
        affiliate=ordered.affiliate,
        placed_at=facts.at,
    )


def _judged(call: Call) -> Flow[Checkout]:
    """
    Do what was posted, ask everything anew, and return what is to be ordered.

    Raises:
        CommandRefused: If anything speaks against it.
    """
    problems = yield from try_out(call, *_commands(call))
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


def _outcome(kept: Checkout, decided: Checkout, and_then: Then | None) -> Then:
    """
    Make the confirmation store what was posted, and empty the cart of what was ordered.

    Whatever somebody else has put into the cart, or changed, while the shop placed the
    order is left alone; so is all, when another attempt has recorded the same order.

    Args:
        kept: The checkout that was read.
        decided: What became of it with what was posted.
    """
    lines = kept.cart.lines
    quantities = dict(zip(lines.line_ids, lines.quantities, strict=True))

    def then(before: Checkout, after: Checkout, command: Command) -> Checkout:
        done, recorded = before.confirmation, after.confirmation
        if done and recorded and done.order_id == recorded.order_id:
            return before
        posted = {
            name: value
            for name in SECTIONS
            if name not in _RECORDED
            and (value := getattr(decided, name)) != (read := getattr(kept, name))
            and getattr(before, name) == read
        }
        after = after.evolve(**cast(Changes, posted))
        left = Lines.of(
            evolve(line, quantity=more)
            for line in before.cart.lines
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


def _order_key(session: SessionState, attempt: Confirmation) -> str:
    """
    Name the checkout, the same for every attempt at it and unlike the one before it.
    """
    before = session.checkout.confirmation
    parts = (
        session.handle or "",
        str(before.order_id if before is not None else 0),
        attempt.fingerprint,
    )
    return sha256("\n".join(parts).encode()).hexdigest()
