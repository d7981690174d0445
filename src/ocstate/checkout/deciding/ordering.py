"""
What becomes of a checkout that is shown, ordered or given up, and when it is closed.
"""

from __future__ import annotations

from math import ceil

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import (
    Cancel,
    Forget,
    LogOut,
    RecordConfirmation,
    ShowTotal,
)
from ocstate.checkout.confirming.used_up import ordered_of, used_up
from ocstate.checkout.deciding.outcome import Case, Outcome, accepted
from ocstate.checkout.derived.dependencies import fingerprint
from ocstate.checkout.rules.contents import field_problems, tidy
from ocstate.checkout.values.money import Money
from ocstate.checkout.values.ordering import Attempt, Cancellation, ShownTotal
from ocstate.exceptions import DecodeError
from ocstate.problem import Problem


def closed_by(checkout: Checkout, command: object) -> Problem | None:
    """
    Say why *command* may not change *checkout* now; None if it may.

    Whoever waits for the outcome of an attempt, and finishes it after its lease, are
    the flows: to the rules it is open as long as it is there. What cannot be read
    closes nothing to whoever leaves.

    Raises:
        DecodeError: If what closes a checkout cannot be read, and nobody leaves.
    """
    if isinstance(command, ShowTotal):
        return None
    try:
        cancellation, attempt = checkout.cancellation, checkout.attempt
    except DecodeError:
        if isinstance(command, LogOut | Forget):
            return None
        raise
    if cancellation is not None:
        is_repeated = isinstance(command, Cancel)
        return None if is_repeated else Problem("checkout_canceled", "/cancellation")
    return in_progress(attempt) if attempt and attempt.is_open else None


def in_progress(attempt: Attempt) -> Problem:
    """
    Say that an order is being made, and until when nobody else may go on with it.
    """
    return Problem.of("confirm_in_progress", "/attempt", until=ceil(attempt.until))


def show_total(case: Case[ShowTotal]) -> Outcome:
    """
    Note what the buyer was shown, unless the checkout is closed.
    """
    checkout, total = case.checkout, case.command.total
    attempt = checkout.attempt
    if checkout.cancellation is not None or (attempt and attempt.is_open):
        return accepted(checkout)
    return accepted(checkout.noting(shown=shown_as(checkout, total, case.facts.at)))


def shown_as(checkout: Checkout, total: Money, at: float) -> ShownTotal:
    """
    Note that the buyer was shown *total*, and for what.
    """
    return ShownTotal(
        amount=total.amount,
        currency=total.currency,
        shown_at=at,
        shown_for=fingerprint(checkout, "total"),
    )


def record_confirmation(case: Case[RecordConfirmation]) -> Outcome:
    """
    Note the order that a host placed, and take away what it used up.

    The same order noted again takes nothing more. Of two orders of the same cart only
    the first is noted: the other is refused, where nothing was put into the cart since.
    """
    checkout, confirmation = case.checkout, case.command.confirmation
    done, order_id = checkout.confirmation, confirmation.order_id
    is_another = done is not None and done.order_id != order_id
    if is_another and checkout.cart.is_empty and not checkout.gifts:
        problem = Problem("already_confirmed", "/confirmation")
        return case.refused((problem,), "AddLine")
    if (done, checkout.order_id) == (confirmation, order_id):
        return accepted(checkout, order_id=order_id)
    after = used_up(checkout, ordered_of(checkout)).evolve(
        confirmation=confirmation, order_id=order_id, ordered=None
    )
    return accepted(after, order_id=order_id)


def cancel(case: Case[Cancel]) -> Outcome:
    """
    Close the checkout for good, and keep it as it is; once is enough.
    """
    if case.checkout.cancellation is not None:
        return accepted(case.checkout)
    rules = case.rules.fields_of("cancellation")
    given = Cancellation(canceled_at=case.facts.at, reason=case.command.reason)
    cancellation = tidy(given, rules)
    problems = tuple(field_problems(cancellation, rules))
    if problems:
        return case.refused(problems)
    after = case.checkout.evolve(cancellation=cancellation)
    return accepted(after, reason=cancellation.reason)
