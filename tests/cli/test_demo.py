"""
``ocstate demo``: it ends with an order and fifty of fifty, or says why it did not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from ocstate.cli import demo as demo_module
from ocstate.cli import main
from ocstate.cli.demo import PARALLEL
from ocstate.demo import StaticHost
from ocstate.demo.host import StaticHost as HostClass
from ocstate.stores.sqlite import SqliteStore


def run(*options: str) -> subprocess.CompletedProcess[str]:
    """
    Run the demo as people do, with every warning an error.
    """
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "ocstate.cli", "demo", *options],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_people_see_each_step_and_the_order():
    """
    Tables show calls, answers, holdings and what is missing; then the count, the order.
    """
    done = run()

    assert (0, "") == (done.returncode, done.stderr)
    for shown in ("call", "answer", "the session holds", "still missing"):
        assert 3 == sum(
            shown in line for line in done.stdout.splitlines() if "answer" in line
        )
    assert "50 of 50 are in the cart" in done.stdout
    assert "Order 1: 1 x Enamel mug" in done.stdout
    assert "Order 2: 51 x Enamel mug" in done.stdout


def test_programs_read_each_step_and_the_order():
    """
    Every line is an object with its kind, and the session grows until nothing is
    missing.
    """
    done = run("--json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = [event.pop("event") for event in events]
    race = events[kinds.index("race")]
    orders = [
        event for kind, event in zip(kinds, events, strict=True) if kind == "order"
    ]

    assert (0, "") == (done.returncode, done.stderr)
    assert {"chapter", "step", "race", "order"} == set(kinds)
    assert PARALLEL == race["sent"] == race["acknowledged"]
    assert PARALLEL == race["after"] - race["before"]
    assert [[42, 1], [30, 1]] == orders[0]["lines"]
    assert [[42, 51], [30, 1]] == orders[1]["lines"]
    for kind, before, order in zip(kinds, events, events[1:], strict=False):
        if kind == "step" and "order_id" in order:
            assert [] == before["missing"]
            assert "order" in before["holds"]


def test_a_demo_without_its_product_fails_with_a_reason(monkeypatch, capsys):
    """
    A call that is not answered as it has to be ends it, with another status than 0.
    """
    text = Path(demo_module.__file__).parents[1] / "demo" / "demo.json"
    document = json.loads(text.read_text("utf-8"))
    del document["products"]["42"]
    monkeypatch.setattr(
        HostClass, "demo", classmethod(lambda cls: StaticHost(document))
    )

    assert 1 == main(["demo", "--json"])
    assert capsys.readouterr().err.startswith(
        "ocstate: api/cart/addProduct was answered with "
    )


class Forgetful(SqliteStore):
    """
    A store that acknowledges one change in the middle of the race, and loses it.
    """

    changes = 0

    def replace(self, record, /, *, expected, now, events=()):
        Forgetful.changes += 1
        if Forgetful.changes == 40:
            return expected + 1
        return super().replace(record, expected=expected, now=now, events=events)


def test_a_lost_addition_fails_the_demo(monkeypatch, capsys):
    """
    One of fifty is missed, and the reason counts it.
    """
    Forgetful.changes = 0
    monkeypatch.setattr(demo_module, "SqliteStore", Forgetful)

    assert 1 == main(["demo", "--json"])
    assert (
        "ocstate: of 50 additions 50 were acknowledged and 49 are in the cart\n"
        == capsys.readouterr().err
    )
