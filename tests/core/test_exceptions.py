"""
Errors keep what they know, wherever they go.
"""

from __future__ import annotations

import copy
import pickle

import pytest

from ocstate.checkout import Checkout
from ocstate.exceptions import (
    CommandRefused,
    ConfigurationError,
    ConflictError,
    DecodeError,
    EncodeError,
    GoneError,
    OcstateError,
    StoreError,
    StoreUnavailableError,
    UsageError,
)
from ocstate.problem import Problem

ERRORS = [
    OcstateError("any"),
    ConfigurationError("built wrongly"),
    UsageError("too late"),
    CommandRefused([Problem("too_short", "/customer", params={"minimum": 1})]),
    EncodeError("no encoding", path="/data/x"),
    DecodeError("unreadable", reason="truncated", schema=3),
    ConflictError("others were first", expected=7),
    GoneError("ended", reason="logout"),
    StoreError("broken"),
    StoreUnavailableError("away", outcome="unknown"),
]


def test_every_error_is_here() -> None:
    """
    The list above has one of each kind.
    """
    kinds = {OcstateError}
    for kind in (*OcstateError.__subclasses__(), *StoreError.__subclasses__()):
        if kind.__module__ == OcstateError.__module__:
            kinds.add(kind)
    assert kinds == {type(error) for error in ERRORS}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_cross_processes(error: OcstateError) -> None:
    """
    A pickled or copied error says the same and knows the same.
    """
    for other in (
        pickle.loads(pickle.dumps(error)),
        copy.copy(error),
        copy.deepcopy(error),
    ):
        assert type(error) is type(other)
        assert str(error) == str(other)
        assert vars(error) == vars(other)


def test_the_newest_state_stays_where_it_was_read() -> None:
    """
    A conflict crosses processes without the state that it shows.
    """
    conflict = ConflictError("others were first", expected=7, current=Checkout())
    other = pickle.loads(pickle.dumps(conflict))
    assert (7, None) == (other.expected, other.current)
