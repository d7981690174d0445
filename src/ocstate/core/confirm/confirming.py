"""
From a checkout to one order, however often and from wherever that is asked for.

Theory of operation. A shop and a session store cannot commit together. So the checkout
is claimed first, in one compare-and-set on the version that was judged; then the shop
places the order, under a key that stands in the claim; then what came of it is stored,
on whatever is there by now. Whoever finds a claim waits for its outcome. After its
lease they find out what became of it, from the shop, and finish it.

==============================  ====================================================
a confirm finds                 and
==============================  ====================================================
the order of this very wish     answers with it: the same idempotency key; or, without
                                a key, nothing was changed since and ``repeat`` seconds
                                are not over; or it was asked for at the same time
a claim, its lease not over     asks the shop once, then waits as long as its patience
                                lasts, then is refused ``confirm_in_progress``
a claim, its lease over         stores what the shop says of it, and looks again
nothing of that                 judges, claims, places, stores
somebody was first              looks again, from the beginning
==============================  ====================================================

A crash leaves a claim or none. An order that the shop knows is never lost sight of: its
key stays in the session until the shop has said what became of it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import cast

from ocstate.checkout.confirming.conclusion import claimed, confirmation_of, told_of
from ocstate.checkout.confirming.order import (
    BuyerNeeded,
    Declined,
    InProgress,
    Order,
    Placed,
)
from ocstate.checkout.confirming.total import ordered_prices, ordered_totals
from ocstate.checkout.confirming.used_up import ordered_of, surplus
from ocstate.checkout.deciding.ordering import in_progress, shown_as
from ocstate.checkout.derived.dependencies import fingerprint
from ocstate.checkout.facts import PriceFact
from ocstate.checkout.values.ordering import Attempt, Confirmation, Try
from ocstate.core.attempts.concluding import conclude, held_by
from ocstate.core.attempts.storing import reload, store
from ocstate.core.block import commit, decide_again, read
from ocstate.core.confirm.judging import Judged, judge
from ocstate.core.confirm.placing import BEHIND, Claim, asked_for, waited_for
from ocstate.core.confirm.repeating import Course, repeated
from ocstate.core.confirm.wish import Wish
from ocstate.core.flow import Flow, find_order, require_orders
from ocstate.core.session import SessionState
from ocstate.core.writing import patiently
from ocstate.exceptions import (
    CommandRefused,
    ConflictError,
    GoneError,
)
from ocstate.problem import Problem


def confirm(session: SessionState, wish: Wish) -> Flow[Confirmation]:
    """
    Place the order of *session*'s checkout, or answer with the one that was placed.

    What the block had changed before enters the checkout together with the order. A
    refusal drops it, as leaving the block by an exception does.

    Raises:
        CommandRefused: If anything speaks against the order, with all problems; if the
            shop declines it; ``buyer_needed`` if the buyer has to do something first;
            ``confirm_in_progress`` if somebody else is at it for too long.
        ConflictError: If others were first for longer than the setup's patience, or
            changed the same key of host data.
        DecodeError: If something that has to be read for it cannot be.
        EncodeError: If there is no room for what has to be remembered of the order.
        GoneError: If the session has ended meanwhile, and no order was placed.
        StoreError: If the backend failed, and no order was placed.
        UsageError: If the block is over, or there is no host that takes orders.
    """
    session.require_open()
    yield from require_orders()
    yield from read(session)
    with session.alone():
        try:
            found = yield from _found_or_claimed(session, wish)
            # The order cannot be taken back: what comes after it is no reason to run
            # anything again.
            session.strict = False
            if isinstance(found, Confirmation):
                # What the block wanted is in that order.
                session.drop()
                session.warnings = found.problems
                return found
            return (yield from _placed(session, wish, found))
        except CommandRefused:
            session.drop()
            raise


def confirm_alone(session: SessionState, wish: Wish) -> Flow[Confirmation]:
    """
    Confirm in a block of its own.

    Raises:
        OcstateError: As `confirm` does.
    """
    done = yield from confirm(session, wish)
    with suppress(*BEHIND):
        yield from commit(session)
    return done


def _found_or_claimed(session: SessionState, wish: Wish) -> Flow[Confirmation | Claim]:
    course = Course.of(session)
    key = None if session.record is None else session.record.key

    def look() -> Flow[Confirmation | Claim | ConflictError]:
        return _look(session, wish, course)

    try:
        found = yield from patiently(session.setup, key, look)
    except ConflictError:
        attempt = session.base.attempt
        if attempt is None or not attempt.is_open:
            raise
        raise CommandRefused([in_progress(attempt)]) from None
    # mypy makes one object of the kinds.
    return cast("Confirmation | Claim", found)  # pyright: ignore[reportUnnecessaryCast]


def _look(
    session: SessionState, wish: Wish, course: Course
) -> Flow[Confirmation | Claim | ConflictError]:
    """
    Find the order or claim the checkout, or say that it has to be looked at again.
    """
    if course.is_stale:
        yield from reload(session)
    done = _known(session, wish, course)
    if done is not None:
        return done
    attempt = session.base.attempt
    if attempt is not None and course.has_to_ask(session.base):
        yield from _ask_after(session, course, attempt)
        course.is_stale = True
        done = repeated(session, wish, course)
        return done or ConflictError("an order is being made of this already")
    if course.is_stale:
        yield from decide_again(session, course.own)
        course.is_stale = False
        done = repeated(session, wish, course)
        if done is not None:
            return done
    said: tuple[Problem, ...] = ()
    if wish.prepare is not None:
        with session.lent():
            said = yield from wish.prepare(session)
    judged = yield from judge(session, wish, said)
    if judged.is_refused:
        yield from _note_total(session, judged)
        raise CommandRefused(judged.in_order())
    try:
        return (yield from _claimed(session, wish, judged))
    except (ConflictError, GoneError) as error:
        if session.strict:
            raise
        course.is_stale = True
        conflict = ConflictError("others kept being first")
        conflict.__cause__ = error.__cause__
        return conflict


def _known(session: SessionState, wish: Wish, course: Course) -> Confirmation | None:
    """
    Return the order that is asked for again, unless another has to be finished first.
    """
    attempt, now = session.base.attempt, session.setup.world.now()
    is_first = attempt is not None and attempt.has_lapsed(now)
    return None if is_first and not wish.request else repeated(session, wish, course)


def _ask_after(session: SessionState, course: Course, attempt: Attempt) -> Flow[None]:
    """
    Ask the shop what became of *attempt*: once for each try, and after its lease.

    Raises:
        CommandRefused: If the buyer has to do something first.
    """
    last, now = attempt.tries[-1].id, session.setup.world.now()
    if last in course.asked and not attempt.has_lapsed(now):
        if attempt.url:
            raise CommandRefused([_buyer_needed(attempt.url, attempt.until)])
        return
    placement = yield from find_order(attempt.key)
    if not isinstance(placement, InProgress) or attempt.has_lapsed(now):
        course.asked.add(last)
        yield from conclude(session, attempt, placement)
    standing = session.base.attempt
    if standing is not None and standing.is_open and standing.url:
        raise CommandRefused([_buyer_needed(standing.url, standing.until)])


def _note_total(session: SessionState, judged: Judged) -> Flow[None]:
    """
    Let the total that an order is refused for count as shown: the refusal tells it.
    """
    total = judged.price.total
    refusals = {one.code for one in judged.problems if one.severity == "error"}
    if total is None or "total_increased" not in refusals or session.record is None:
        return
    shown = shown_as(judged.kept, total, judged.at)
    session.drop()
    with suppress(*BEHIND):
        yield from store(session, session.base.evolve(shown=shown))


def _claimed(session: SessionState, wish: Wish, judged: Judged) -> Flow[Claim]:
    setup, base, wanted = session.setup, session.base, session.checkout
    now, priced = setup.world.now(), judged.priced or PriceFact()
    subjects = () if session.record is None else session.record.subjects
    by = Try(
        id=setup.world.mint("commit"),
        began_at=now,
        base=fingerprint(base, "confirmation"),
        wanted=fingerprint(wanted, "confirmation"),
        ordered=ordered_of(
            judged.checkout,
            prices=ordered_prices(priced),
            totals=ordered_totals(judged.checkout, priced),
        ),
        held=held_by(setup, base, wanted),
        subjects=() if session.subjects == subjects else session.subjects,
        request=wish.request,
        told=told_of((*session.warnings, *judged.problems)),
        added=surplus(judged.checkout.cart, base.cart),
    )
    until = now + setup.lease
    after = claimed(base, key=setup.world.mint("order"), until=until, by=by)
    yield from store(session, after)
    standing = session.base.attempt
    if standing is None:
        raise ConflictError("the claim was taken away")
    return Claim(standing, by, judged)


def _placed(session: SessionState, wish: Wish, claim: Claim) -> Flow[Confirmation]:
    """
    Let the shop place what was claimed, and store what it says.

    Raises:
        CommandRefused: If there is no order, or none yet.
    """
    attempt, by, judged = claim.attempt, claim.by, claim.judged
    order = Order(
        key=attempt.key,
        attempt=by.id,
        checkout=judged.checkout,
        prices=judged.priced or PriceFact(),
        comment=judged.checkout.comment,
        order_status_id=wish.order_status_id,
        affiliate=judged.checkout.affiliate,
        placed_at=judged.at,
        until=attempt.until,
        payment=wish.payment,
    )
    placement = yield from asked_for(session, claim, order)
    if isinstance(placement, InProgress):
        placement = yield from waited_for(session, claim, placement)
    own: Try | None = by
    if isinstance(placement, Declined) and len(attempt.tries) > 1:
        # It may be an earlier try that took the last piece.
        known = yield from find_order(order.key)
        if known is not None:
            placement, own = known, None if isinstance(known, Declined) else by
    kept = None
    with suppress(*BEHIND):
        kept = yield from conclude(session, attempt, placement, own)
    match placement:
        case Placed():
            at = session.setup.world.now()
            is_own = placement.attempt in ("", by.id)
            made = by if is_own else None
            done = kept or confirmation_of(placement, made, attempt.key, at)
            session.warnings = done.problems
            return done
        case Declined(problems=problems):
            raise CommandRefused(problems)
        case BuyerNeeded(url=url, until=until):
            raise CommandRefused([_buyer_needed(url, until)])
        case _:
            raise CommandRefused([in_progress(session.base.attempt or attempt)])


def _buyer_needed(url: str, until: float) -> Problem:
    return Problem("buyer_needed", "/attempt", params={"url": url, "until": int(until)})
