"""
Lost answers lock nobody out, keep no stolen token alive, and planted faults are found.
"""

from __future__ import annotations

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from ocstate.core import beginning, lifecycle
from tests.machines.lost_answers import LostAnswers

PLACES = {
    "memory": lambda folder: "memory://",
    "file": lambda folder: f"file://{folder}/sessions",
    "sqlite": lambda folder: f"sqlite:///{folder}/shop.db",
}


@pytest.mark.parametrize("kind", PLACES)
def test_lost_answers_are_as_the_model_says(kind: str) -> None:
    """
    Whichever requests overlap, on every store.
    """

    class Answers(LostAnswers):
        place = staticmethod(PLACES[kind])

    run_state_machine_as_test(Answers, settings=settings(stateful_step_count=30))


FAULTS = {
    "a first use is not noted": (lifecycle, "_touch", lambda *_: None),
    "no answer counts as lost": (beginning, "is_unheard", lambda _: False),
    "a renewal by the old token counts as heard": (lifecycle, "UNHEARD", "renewed"),
    "no renewal counts as heard": (lifecycle, "RENEWED", "unheard"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_machine_finds_a_planted_fault(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A library with this fault does not pass.
    """

    class Answers(LostAnswers):
        pass

    search = settings(
        max_examples=3000,
        stateful_step_count=40,
        database=None,
        phases=[Phase.generate],
        print_blob=False,
    )
    seed(1)(Answers)
    monkeypatch.setattr(*FAULTS[fault])
    with pytest.raises(Exception):  # noqa: B017, PT011 - of any kind
        run_state_machine_as_test(Answers, settings=search)
