"""
Two clients with one session behave as the model says, and planted faults are found.
"""

from __future__ import annotations

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machines.faults import FAULTS, planted
from tests.machines.two_clients import TwoClients

# Where a search begins that does not take long; it ends well from anywhere.
SOON = {"revived session": 8, "touch past the end": 1}


def test_two_clients_are_as_the_model_says() -> None:
    """
    Over expiry, rotation, logout, lost answers and conflicts nothing differs.
    """
    run_state_machine_as_test(TwoClients, settings=settings(stateful_step_count=30))


@pytest.mark.parametrize("fault", FAULTS)
def test_the_machine_finds_a_planted_fault(fault: str) -> None:
    """
    A library with this fault does not pass.
    """

    class Clients(TwoClients):
        pass

    search = settings(
        max_examples=2000,
        stateful_step_count=30,
        database=None,
        phases=[Phase.generate],
        print_blob=False,
    )
    seed(SOON.get(fault, 4))(Clients)
    with planted(fault), pytest.raises(Exception):  # noqa: B017, PT011 - of any kind
        run_state_machine_as_test(Clients, settings=search)
