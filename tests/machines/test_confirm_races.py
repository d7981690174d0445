"""
Whatever comes between the requests of a confirm, there is one order and nothing lost.

Schedules are counted, so that a change that lets them go through fewer shows.
"""

from __future__ import annotations

import pytest

from tests.effort import THOROUGH
from tests.machines.broken_confirms import BROKEN, broken
from tests.machines.confirm_clients import (
    CANCELS,
    LOGS_IN,
    REVOKES,
    confirms,
    edits,
)
from tests.machines.confirm_races import ENDINGS, Race, check
from tests.machines.interleaving import Tally, explore

ONE, TWO, THREE = confirms("one"), confirms("two"), confirms("three")
WITH_LINE = confirms("one", adds=4)
EDIT = edits(adds=5)

RACES = {
    "confirm, confirm": Race(clients=[ONE, TWO]),
    "confirm, edit": Race(clients=[ONE, EDIT]),
    "confirm, comment": Race(clients=[ONE, edits(comment="soon, please")]),
    "confirm, cancel": Race(clients=[ONE, CANCELS]),
    "confirm, login": Race(clients=[ONE, LOGS_IN]),
    "confirm, revoke": Race(clients=[ONE, REVOKES]),
    "confirm, expiry": Race(clients=[ONE], happens=["expiry"]),
    "confirm, edit, expiry": Race(clients=[ONE, EDIT], happens=["expiry"]),
    "two confirms, expiry": Race(clients=[ONE, TWO], happens=["expiry"]),
    "two confirms, expiry within the lease": Race(
        clients=[ONE, TWO], happens=["expiry"], lapses=0
    ),
    "confirm with a line, edit": Race(clients=[WITH_LINE, EDIT]),
    "confirm with a line, confirm": Race(clients=[WITH_LINE, TWO]),
    "confirm with a line, cancel": Race(clients=[WITH_LINE, CANCELS]),
    "confirm, same line": Race(clients=[WITH_LINE, edits(adds=4)]),
    "confirm, more of a line": Race(
        clients=[confirms("one", adds=1), edits(adds=1)], lapses=2
    ),
    "confirm with a login, edit": Race(clients=[confirms("one", logs_in=True), EDIT]),
    "confirm with a login, confirm": Race(clients=[confirms("one", logs_in=True), TWO]),
    "same key": Race(
        clients=[confirms(name, adds=4, key="k") for name in ("one", "two")]
    ),
    "other keys": Race(clients=[confirms("one", key="k"), confirms("two", key="l")]),
    "no repetitions": Race(clients=[ONE, TWO], repeat=0.0),
    "out of patience": Race(clients=[ONE, TWO], impatience=1),
    "store fails": Race(clients=[ONE, EDIT], crashes=0, failures=1),
    "declined": Race(clients=[ONE, TWO], shop={"script": ["declines"]}),
    "declined for good": Race(
        clients=[ONE, TWO], shop={"script": ["declines"], "remembers_declines": True}
    ),
    "declined with a line": Race(
        clients=[WITH_LINE, EDIT], shop={"script": ["declines"]}
    ),
    "declined late": Race(clients=[ONE, TWO], shop={"script": ["declines"]}, lapses=2),
    "buyer needed": Race(
        clients=[WITH_LINE, EDIT], shop={"script": ["buyer"]}, happens=["decision"]
    ),
    "buyer needed by two": Race(
        clients=[ONE, TWO], shop={"script": ["buyer"]}, happens=["decision"]
    ),
    "undecided": Race(
        clients=[WITH_LINE, EDIT], shop={"script": ["undecided"]}, happens=["decision"]
    ),
    "failing": Race(clients=[ONE, TWO], shop={"script": ["raises"]}),
    "failing late": Race(clients=[WITH_LINE, EDIT], shop={"script": ["raises late"]}),
    "scarce": Race(
        clients=[ONE, TWO], shop={"scarce": 1, "stock": 2}, happens=["rival"]
    ),
}
"""Two at once, with every crash; all schedules of each are gone through in time."""

CROWDS = {
    "confirm, confirm, edit": Race(clients=[ONE, TWO, EDIT], lapses=2),
    "three confirms": Race(clients=[ONE, TWO, THREE], crashes=2, lapses=2),
    "confirm, edit, cancel": Race(clients=[ONE, EDIT, CANCELS]),
    "confirm with a line, edit, confirm": Race(clients=[WITH_LINE, EDIT, TWO]),
    "confirm, login, edit": Race(clients=[ONE, LOGS_IN, EDIT]),
    "confirm, revoke, confirm": Race(clients=[ONE, REVOKES, TWO]),
}
"""Three at once: some of their schedules."""

SOME = 150 if THOROUGH else 25
"""How many schedules of a race are gone through, unless it has fewer."""

COMPLETE = {
    "confirm, confirm": 330,
    "confirm, edit": 200,
    "confirm, comment": 200,
    "confirm, cancel": 130,
    "confirm, login": 270,
    "confirm, revoke": 70,
    "confirm, expiry": 80,
    "confirm, edit, expiry": 640,
    "two confirms, expiry within the lease": 240,
    "confirm with a line, edit": 200,
    "confirm with a line, cancel": 130,
    "confirm, same line": 200,
    "declined with a line": 140,
    "failing late": 200,
}
"""How many there are in all, at least: a change that makes them fewer says why."""

FAR = 3000
"""After how many schedules a fault should have been found."""


def gone_through(race: Race, most: int | None) -> Tally:
    return explore(race.start, check, endings=ENDINGS, most=most)


@pytest.mark.parametrize(
    "name", [name for name in RACES | CROWDS if not (THOROUGH and name in COMPLETE)]
)
def test_there_is_one_order_and_nothing_is_lost(name: str) -> None:
    """
    After every schedule that was gone through, everything that has to be true is.
    """
    tally = gone_through((RACES | CROWDS)[name], SOME)
    assert tally.found is None, str(tally.found)
    assert tally.is_complete or tally.schedules >= SOME


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", COMPLETE if THOROUGH else ["confirm, revoke"])
def test_every_schedule_is_gone_through(name: str) -> None:
    """
    With a crash anywhere, and a place that outlives its lease.
    """
    tally = gone_through(RACES[name], None)
    assert tally.found is None, str(tally.found)
    assert tally.is_complete
    assert tally.schedules >= COMPLETE[name]


@pytest.mark.parametrize("name", ["confirm, confirm", "confirm, edit"])
def test_every_schedule_within_the_lease_is_gone_through(name: str) -> None:
    """
    Without a lapse there are few enough of them to see each whenever tests are run.
    """
    clients = RACES[name].clients
    tally = gone_through(Race(clients=clients, lapses=0), None)
    assert tally.found is None, str(tally.found)
    assert tally.schedules >= 50


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_flow_is_found(name: str) -> None:
    """
    Each of these faults is found, and the schedule that shows it is told.
    """
    with broken(name) as race:
        tally = gone_through(RACES[race], FAR)
    assert tally.found is not None, f"not found in {tally}"
    assert tally.found.path
    print(f"{name}: {tally.found}")
