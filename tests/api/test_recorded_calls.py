"""
Calls that were recorded from a real OpenCart 3.0 shop, answered here.

Each scenario is a session of calls. Answers that show a defect of OpenCart are not
compared (see the list of deviations), but their calls are made.
"""

from __future__ import annotations

import json

import pytest

from tests.api.calls import DATA, Shop
from tests.api.recorded import Bindings

RECORDED = json.loads((DATA / "recorded-calls.json").read_text("utf-8"))
SCENARIOS = RECORDED["scenarios"]


# A repeated order finds an empty cart in OpenCart; here it is told its number again.
DEVIATIONS = {("invalidation_order_add", 11)}


@pytest.mark.parametrize("name", SCENARIOS)
def test_recorded_calls_are_answered_as_they_were(name):
    """
    Status, keys, ids, quantities and amounts are the recorded ones; texts are our own.
    """
    scenario = SCENARIOS[name]
    shop, bindings = Shop(scenario["shop"]), Bindings()
    for at, step in enumerate(scenario["steps"]):
        spec = step["request"]
        if str(spec.get("form")).startswith("@"):
            spec = {**spec, "form": RECORDED["forms"][spec["form"][1:]]}
        answer = shop.send(bindings.request(bindings.fill(spec)))
        assert answer.status < 500
        expected = step.get("expect")
        if expected is not None:
            assert (at, expected.get("status", 200)) == (at, answer.status)
            if (name, at) in DEVIATIONS:
                assert expected["body"] != answer.json
                continue
            want = expected.get("body")
            assert [] == [f"step {at}", *bindings.differences(want, answer.json)][1:]
