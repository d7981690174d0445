"""
The codec's benchmark: every way does the work that is timed.
"""

from __future__ import annotations

import json

from benchmarks import bench_codec
from benchmarks.rounds import measure
from ocstate.checkout.values.state import SECTIONS
from ocstate.core.record.codec import Codec


def test_our_works_do_what_they_say():
    """
    What is timed for ocstate changes what it should, and nothing else.
    """
    works = bench_codec.ours(5)
    before = Codec().decode(works["touch"]()).checkout
    added = Codec().decode(works["add a line"]()).checkout
    raised = Codec().decode(works["change a quantity"]()).checkout
    moved = Codec().decode(works["set a postcode"]()).checkout

    assert (5, 6) == (len(before.cart.lines), len(added.cart.lines))
    assert before.cart.quantity + 1 == raised.cart.quantity
    assert "SW1Y 4JX" == moved.shipping_address.postcode
    assert before.cart == moved.cart
    assert before.evolve(cart=added.cart) == added
    assert before.shipping_address.city == works["read a field"]()
    assert before.cart.quantity + 10 == works["view the cart"]()
    assert len(SECTIONS) + 5 == works["read everything"]()


def test_all_ways_do_the_same_work():
    """
    Each codec has a case for each work, and the plain ones change what ours changes.
    """
    ours = bench_codec.ours(5)
    others = bench_codec.others(5)
    assert {"json dict", "msgpack dict", "pickle dict"} <= others.keys()
    for works in others.values():
        assert ours.keys() == works.keys()
        assert ours["read a field"]() == works["read a field"]()
        assert ours["view the cart"]() == works["view the cart"]()
        assert len(works["touch"]()) < len(works["add a line"]())
    added = json.loads(others["json dict"]["add a line"]())
    assert (6, 7) == (len(added["lines"]), added["next_line_id"])


def test_ratios_are_to_the_reference():
    """
    The reference's own ratio is one, and every case is timed.
    """
    results = measure({"a": int, "b": lambda: sum(range(200))}, "a", rounds=3)

    assert 1.0 == results["a"].ratio
    assert results["b"].ratio > 1
    assert results["b"].quartiles[0] <= results["b"].quartiles[1]
