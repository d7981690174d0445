"""
What is told of a command: problems and events are plain values.
"""

from __future__ import annotations

import copy
import pickle

import pytest

from ocstate.checkout import Event
from ocstate.problem import Problem

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
