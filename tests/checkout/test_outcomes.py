"""
What is told of a command: problems and events are plain values.
"""

from __future__ import annotations

import copy
import pickle

import pytest

from ocstate.checkout import (
    CONFIRM_RULES,
    FIELD_RULES,
    RULES,
    SECTIONS,
    Checkout,
    Decision,
    Event,
    SetCustomer,
    SetPaymentMethod,
)
from ocstate.problem import Problem
from tests.checkout.little_shop import ADA, LittleShop

GIVEN = {"minimum": 2, "field": "city", "nothing": None}
PROBLEM = Problem("too_short", "/payment_address/city", params=GIVEN, fix=("X",))
EVENT = Event(name="line_added", params=GIVEN)
WAYS = [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))]


@pytest.mark.parametrize("value", [PROBLEM, EVENT, Problem("x"), Event(name="x")])
@pytest.mark.parametrize("way", WAYS, ids=["copy", "deepcopy", "pickle"])
def test_what_is_told_can_be_copied_and_sent(value, way):
    """
    A copy is equal, hashes alike and is as immutable.
    """
    copied = way(value)

    assert value == copied
    assert hash(value) == hash(copied)
    assert repr(value) == repr(copied)
    assert dict(value.params) == dict(copied.params)
    with pytest.raises(TypeError):
        copied.params["minimum"] = 3


@pytest.mark.parametrize("way", WAYS, ids=["copy", "deepcopy", "pickle"])
def test_rules_can_be_copied_and_sent(way):
    """
    What judges in one process can judge in another, and is the same.
    """
    copied = way(RULES)

    assert copied == RULES
    assert copied.missing(Checkout()) == RULES.missing(Checkout())


def test_parameters_are_a_mapping_like_any_other():
    """
    They are equal to what was given, whoever changes that afterwards.
    """
    given = dict(GIVEN)
    for made in (Problem("x", params=given), Event(name="x", params=given)):
        given["minimum"] = 3
        assert GIVEN == made.params
        assert list(GIVEN.items()) == list(made.params.items())
        assert repr(GIVEN) == repr(made.params)
        given["minimum"] = GIVEN["minimum"]


def test_what_is_shown_of_a_decision_is_short_and_names_nobody():
    """
    What happened and what is wrong is named, and which sections are filled.
    """
    shop = LittleShop()
    decision = shop.decide(Checkout(), SetCustomer(ADA))

    assert "<Decision accepted: customer_set>" == repr(decision)
    refused = repr(shop.decide(Checkout(), SetPaymentMethod("cod")))
    assert "<Decision refused: payment_address_required at /payment_address>" == refused
    assert "<Decision accepted: nothing happened>" == repr(
        Decision(checkout=Checkout())
    )
    assert "<Checkout customer, told_shop, told_group>" == repr(decision.checkout)
    assert "<Checkout empty>" == repr(Checkout())


def test_what_was_not_read_is_not_read_to_be_shown():
    """
    Showing a stored checkout decodes nothing.
    """
    shown = repr(Checkout.under(RULES, source=None).evolve(comment="private"))

    assert f"<Checkout comment, {len(SECTIONS) - 1} unread>" == shown


def test_rules_are_shown_by_their_numbers():
    """
    Signatures that have the rules as a default stay readable.
    """
    counts = f"{len(FIELD_RULES)} fields, {len(CONFIRM_RULES)} confirm"

    assert f"<Rules {counts}>" == repr(RULES)
