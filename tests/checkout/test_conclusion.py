"""
How an attempt at an order begins and ends, in every state that a checkout can be in.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout import (
    SECTIONS,
    Attempt,
    Cart,
    Checkout,
    Confirmation,
    Coupon,
    Extras,
    Ordered,
    OrderedTotal,
    Problem,
    Row,
    fingerprint,
)
from ocstate.checkout.confirming.conclusion import (
    claimed,
    confirmation_of,
    declined,
    placed,
    reopened,
    taken_by,
    told_of,
    waiting,
)
from ocstate.checkout.confirming.order import Placed
from ocstate.checkout.confirming.used_up import ordered_of
from ocstate.checkout.values.ordering import EXTRAS, MOST_TRIES, Told, Try, order_id_of
from tests.core.states import checkouts

NOW = 1_700_000_000.0
CART = Cart().add(product_id=1, quantity=2, row=Row())
FULL = Checkout(cart=CART, comment="Ring", coupons=(Coupon(code="TEN"),))


def one_try(name, checkout=FULL, **changes):
    """
    Make a try at ordering *checkout*.
    """
    return Try(
        **{
            "id": name,
            "began_at": NOW,
            "base": f"base of {name}",
            "wanted": f"wanted of {name}",
            "ordered": ordered_of(checkout),
            "request": f"request of {name}",
            **changes,
        }
    )


A, B, C = (one_try(name) for name in "abc")
ATTEMPTS = {
    "none": None,
    "open": Attempt(key="k", until=NOW + 30, tries=(A,)),
    "lapsed": Attempt(key="k", until=NOW - 30, url="https://bank.example", tries=(A,)),
    "reopened": Attempt(key="k", until=0.0, tries=(A, B)),
}
STATES = {name: FULL.evolve(attempt=one) for name, one in ATTEMPTS.items()}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_claim_keeps_the_name_of_the_purchase(state):
    """
    An attempt that came to no end lends its key; only without one it is a new purchase.
    """
    after = claimed(state, key="new", until=NOW + 60, by=C).attempt
    before = state.attempt

    assert ("k" if before else "new") == after.key
    assert (NOW + 60, "", True) == (after.until, after.url, after.is_open)
    assert (*(before.tries if before else ()), C) == after.tries
    assert FULL == claimed(state, key="new", until=1.0, by=C).evolve(attempt=None)


def test_the_newest_tries_are_remembered():
    """
    However often it is tried, the record does not grow without end.
    """
    state = FULL
    for number in range(MOST_TRIES + 2):
        state = claimed(state, key="k", until=NOW, by=one_try(str(number)))

    assert MOST_TRIES == len(state.attempt.tries)
    assert [str(number) for number in range(2, MOST_TRIES + 2)] == [
        one.id for one in state.attempt.tries
    ]


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_without_an_order_only_the_attempt_changes(state):
    """
    It is waited for, open again under the same key, or over; all else is as it was.
    """
    longer = waiting(state, until=NOW + 90, url="https://bank.example")
    again, over = reopened(state), declined(state)

    for after in (longer, again, over):
        assert FULL == after.evolve(attempt=None)
    assert over.attempt is None
    if state.attempt is None:
        assert longer is state
        assert again is state
        return
    assert longer.attempt == evolve(
        state.attempt, until=NOW + 90, url="https://bank.example"
    )
    assert again.attempt == evolve(state.attempt, until=0.0, url="")
    assert (True, False) == (longer.attempt.is_open, again.attempt.is_open)
    assert not again.attempt.has_lapsed(NOW)
    assert longer.attempt.has_lapsed(NOW + 90)
    assert not longer.attempt.has_lapsed(NOW + 89)


NAMES = ["", "a", "b", "c", "z"]


@pytest.mark.parametrize(
    ("named", "tries", "own"),
    list(product(NAMES, [(), (A,), (A, B)], [None, A, C])),
)
def test_the_shop_says_whose_lines_it_took(named, tries, own):
    """
    What it names counts first, and is nobody's if it is unknown; then who heard it,
    then the newest.
    """
    attempt = Attempt(key="k", until=NOW, tries=tries)
    took = taken_by(attempt, Placed(order_id="5", attempt=named), own)
    known = {one.id: one for one in (*tries, own) if one}

    if named:
        assert known.get(named) is took
    elif own is not None:
        assert own is took
    else:
        assert (tries[-1] if tries else None) is took


@pytest.mark.parametrize("by", [None, A])
def test_what_is_kept_of_an_order(by):
    """
    All that the shop said of it, and of the try what lets it be told from others.
    """
    told = Placed(order_id="R-17", number="2026/17", link="https://shop.example/17")
    kept = confirmation_of(told, by, "k", NOW)

    assert ("R-17", "2026/17", told.link, NOW, "k") == (
        kept.order_id,
        kept.number,
        kept.link,
        kept.confirmed_at,
        kept.key,
    )
    assert "" == kept.left
    if by is None:
        assert ("", "", "", None) == (
            kept.fingerprint,
            kept.wanted,
            kept.request,
            kept.ordered,
        )
    else:
        assert (by.base, by.wanted, by.request, by.ordered) == (
            kept.fingerprint,
            kept.wanted,
            kept.request,
            kept.ordered,
        )


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_placed_order_takes_what_it_is_of(state):
    """
    What was held enters, what was ordered goes, and the attempt is over.
    """
    ordered = ordered_of(FULL.evolve(comment="Ring twice"))
    by = one_try("d", ordered=ordered)
    kept = confirmation_of(Placed(order_id=5), by, "k", NOW)
    held = {"comment": "Ring twice", "affiliate": 3, f"{EXTRAS}loyalty": 7}
    after = placed(state, kept, held)

    assert (None, "5", 3) == (after.attempt, after.order_id, after.affiliate)
    assert ("", (), True) == (after.comment, after.coupons, after.cart.is_empty)
    assert {"loyalty": 7} == dict(after.extras)
    assert ordered is after.ordered is after.confirmation.ordered
    assert evolve(kept, left=after.confirmation.left) == after.confirmation
    assert fingerprint(after, "confirmation") == after.confirmation.left


def test_what_came_while_it_was_placed_stays():
    """
    More pieces, another code and a host's section are of the next purchase.
    """
    kept = confirmation_of(Placed(order_id=5), A, "k", NOW)
    now = FULL.evolve(
        cart=CART.add(product_id=1, quantity=3, row=Row()),
        coupons=(*FULL.coupons, Coupon(code="NEW")),
        extras=Extras().with_section("badge", 1).with_section("loyalty", 2),
    )
    after = placed(now, kept, {f"{EXTRAS}loyalty": None})

    assert (3, ["NEW"]) == (after.cart.quantity, [one.code for one in after.coupons])
    assert {"badge": 1} == dict(after.extras)


def test_an_order_of_which_nothing_is_known_takes_nothing():
    """
    Where no try is left, its number is noted, and the goods stay to be looked at.
    """
    after = placed(FULL, confirmation_of(Placed(order_id=5), None, "k", NOW), {})

    assert ("5", None) == (after.order_id, after.confirmation.ordered)
    assert FULL.cart == after.cart


@given(checkouts())
def test_an_order_changes_what_it_says_and_nothing_else(checkout):
    """
    Whatever the checkout holds: who buys and where it goes stay the very same objects.
    """
    by = one_try("d", ordered=ordered_of(checkout))
    after = placed(checkout, confirmation_of(Placed(order_id=5), by, "k", NOW), {})

    for name in SECTIONS:
        if name in ("customer", "payment_address", "shipping_address", "currency"):
            assert getattr(checkout, name) is getattr(after, name)
    assert after.cart.is_empty
    assert checkout.extras == after.extras


SEVERITIES = st.sampled_from(["warning", "info", "error"])
PARAMS = st.dictionaries(st.text(max_size=3), st.text() | st.integers() | st.none())
PROBLEMS = st.builds(
    Problem,
    st.text(),
    st.text(),
    params=PARAMS,
    severity=SEVERITIES,
    fix=st.lists(st.text(), max_size=2).map(tuple),
)


@given(st.lists(PROBLEMS, max_size=3))
def test_what_was_told_besides_is_told_again(problems):
    """
    A problem that was noted is the same problem afterwards, with all that it says.
    """
    told = told_of(problems)
    done = Confirmation(order_id="5", confirmed_at=NOW, told=told)

    assert tuple(problems) == done.problems
    assert all(isinstance(one, Told) for one in told)


@pytest.mark.parametrize(
    ("given", "name"), [(5, "5"), ("R-17", "R-17"), ("007", "007"), ("12", "12")]
)
def test_an_order_s_name_is_a_text(given, name):
    """
    A number may be given as one.
    """
    assert name == order_id_of(given)
    assert name == Confirmation(order_id=given, confirmed_at=NOW).order_id


def test_what_was_ordered_tells_its_total():
    """
    In the currency of the order; None where nobody knew what it comes to.
    """
    rows = [("sub_total", "50"), ("total", "57.80")]
    totals = tuple(
        OrderedTotal(code=code, value=Decimal(1), shown=Decimal(shown))
        for code, shown in rows
    )

    assert Decimal("57.80") == Ordered(totals=totals).total.amount
    assert Ordered(totals=totals[:1]).total is None
    assert list(CART.lines) == list(Ordered(cart=CART).lines)
    assert "<Ordered 1 lines>" == repr(Ordered(cart=CART, comment="Zaphod"))
