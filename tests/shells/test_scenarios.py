"""
One list of scenarios, through every way in: the same is told, and costs the same.
"""

from __future__ import annotations

import pytest

from ocstate.testing import FakeClock
from tests.adapters import runners as over_http
from tests.shells import runners
from tests.shells.runners import CountingStore
from tests.shells.scenarios import SCENARIOS

WAYS = {
    "Sessions": runners.through_sessions,
    "AsyncSessions": runners.through_async_sessions,
    "WSGI": over_http.through_wsgi,
    "waitress": over_http.through_waitress,
    "ASGI": over_http.through_asgi,
    "uvicorn": over_http.through_uvicorn,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_goes_the_same_every_way(name, way):
    """
    Clients are told what the list says, and the store is asked what it says, no more.
    """
    store, clock = CountingStore(), FakeClock()
    tokens: dict[str, str | None] = {"own": None, "first": None}
    with WAYS[way](store, clock) as visit:
        for number, step in enumerate(SCENARIOS[name]):
            clock.advance(step.wait)
            outcome, token = visit(step, tokens.get(step.token, step.token))

            assert (number, step.outcome) == (number, outcome)
            assert (number, step.cost) == (number, store.told())
            if step.outcome.cookie is not None:
                tokens["own"] = token
                tokens["first"] = tokens["first"] or token
