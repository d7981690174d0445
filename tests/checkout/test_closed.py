"""
When a checkout is closed: every command, in every state of an attempt, and canceled.
"""

from __future__ import annotations

from typing import ClassVar

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout import (
    NOTHING_ASKED,
    AddLine,
    Attempt,
    Cancel,
    Cancellation,
    Checkout,
    Facts,
    Forget,
    LogOut,
    Money,
    SetComment,
    ShowTotal,
    decide,
    fingerprint,
)
from ocstate.checkout.codes import CODES, translate
from ocstate.checkout.deciding.handlers import HANDLERS
from ocstate.checkout.deciding.ordering import closed_by
from ocstate.exceptions import DecodeError
from tests.checkout.test_decide import OF_EACH

NOW = 1_700_000_000.0


@frozen
class Earn:
    """
    A command of a host's own.
    """

    section: ClassVar[str] = "loyalty"

    def apply(self, value):
        """
        Count to one.
        """
        return 1


OPEN = {"attempt": Attempt(key="k", until=NOW + 30.5)}
LAPSED = {"attempt": Attempt(key="k", until=NOW - 30)}
REOPENED = {"attempt": Attempt(key="k", until=0.0)}
CANCELED = {"cancellation": Cancellation(canceled_at=NOW)}
COMMANDS = {**OF_EACH, Earn: st.just(Earn())}


def code_of(checkout, command):
    """
    Say why a command is refused, and make sure that nothing has changed then.
    """
    problem = closed_by(checkout, command)
    if problem is None:
        return None
    decision = decide(checkout, command, Facts(NOW, []))
    assert (problem,) == decision.problems
    assert decision.refused
    assert decision.checkout is checkout
    assert () == decision.events
    assert set(CODES[problem.code]) == set(problem.params)
    assert translate(problem)
    return problem.code


@pytest.mark.parametrize("of", COMMANDS, ids=lambda of: of.__name__)
@given(data=st.data())
def test_a_closed_checkout_takes_no_command(of, data):
    """
    Every command is refused while an order is made of it, after the lease too, and
    after its end but for those that leave it or end it once more; what is shown is
    never refused.
    """
    command = data.draw(COMMANDS[of])
    waits = None if of is ShowTotal else "confirm_in_progress"
    ended = None if of in (ShowTotal, Cancel) else "checkout_canceled"
    for sections, code in (
        ({}, None),
        (REOPENED, None),
        (OPEN, waits),
        (LAPSED, waits),
        (CANCELED, ended),
        (CANCELED | REOPENED, ended),
    ):
        assert code == code_of(Checkout(**sections), command)


def test_every_command_is_among_these():
    """
    The union has no command that the test above leaves out.
    """
    assert {*HANDLERS, Earn} == set(COMMANDS)


def test_who_waits_learns_until_when():
    """
    The end of the lease is told in whole seconds, never too early.
    """
    problem = closed_by(Checkout(**OPEN), AddLine(product_id=1))

    assert {"until": int(NOW) + 31} == problem.params
    assert "/attempt" == problem.path


@pytest.mark.parametrize("sections", [OPEN, LAPSED, CANCELED])
def test_what_is_shown_of_a_closed_checkout_is_not_noted(sections):
    """
    It stays as it is, and showing it is no mistake.
    """
    checkout = Checkout(**sections)
    decision = decide(checkout, ShowTotal(Money("5", "EUR")), NOTHING_ASKED)

    assert (checkout, ()) == (decision.checkout, decision.problems)
    assert decision.checkout is checkout


def test_what_is_shown_is_noted_once():
    """
    The same total again keeps the instant when it was shown first; another is noted,
    with what it was computed from.
    """
    first = decide(Checkout(), ShowTotal(Money("5", "EUR")), Facts(1.0, [])).checkout
    again = decide(first, ShowTotal(Money("5.00", "EUR")), Facts(2.0, [])).checkout
    other = decide(again, ShowTotal(Money("5", "USD")), Facts(3.0, [])).checkout

    assert again is first
    assert (Money("5", "EUR"), 1.0) == (first.shown.money, first.shown.shown_at)
    assert (Money("5", "USD"), 3.0) == (other.shown.money, other.shown.shown_at)
    assert fingerprint(first, "total") == first.shown.shown_for


def test_a_canceled_checkout_stays_readable():
    """
    All is as it was, but for its end; a word too long for it is refused.
    """
    before = decide(Checkout(), SetComment("x"), NOTHING_ASKED).checkout
    decision = decide(before, Cancel(reason=" buyer "), Facts(NOW, []))
    after = decision.checkout

    assert Cancellation(canceled_at=NOW, reason="buyer") == after.cancellation
    assert before == after.evolve(cancellation=None)
    assert ["canceled"] == [event.name for event in decision.events]
    assert "checkout_canceled" in [one.code for one in after.missing()]
    assert after is decide(after, Cancel(reason="again"), Facts(NOW, [])).checkout
    refused = decide(before, Cancel(reason="x" * 65), NOTHING_ASKED)
    assert [("too_long", "/cancellation/reason")] == [
        (one.code, one.path) for one in refused.problems
    ]
    assert refused.checkout is before


def test_the_bare_key_of_an_uncertain_order_outlives_a_logout():
    """
    The cart stays, so that its late order must not become a second one.
    """
    before = Checkout(comment="x", **REOPENED)
    after = decide(before, LogOut(), NOTHING_ASKED).checkout

    assert ("", Attempt(key="k", until=0.0)) == (after.comment, after.attempt)
    assert None is decide(before, Forget(), NOTHING_ASKED).checkout.attempt


def test_what_closes_a_checkout_has_to_be_readable():
    """
    Nobody guesses that it is open where that cannot be read.
    """

    class Damaged:
        def section(self, name):
            raise DecodeError("damaged", reason="truncated")

        def extra(self, name):
            raise AssertionError

    checkout = Checkout.stored(Damaged())
    with pytest.raises(DecodeError):
        closed_by(checkout, SetComment("x"))
    assert closed_by(checkout, LogOut()) is None
    assert closed_by(checkout, Forget()) is None
