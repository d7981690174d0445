"""
What a field may be that somebody else may have written.
"""

from __future__ import annotations

import sys

import pytest
from attrs import asdict

from ocstate.exceptions import DecodeError
from ocstate.stores.soundness import record_of, retired_of
from ocstate.testing.promises import NOTE, RECORD

LARGEST = sys.float_info.max
NO_INSTANTS = [
    float("inf"),
    -float("inf"),
    float("nan"),
    10**400,
    -(10**400),
    True,
    False,
    None,
    "1",
    b"1",
    [1],
    1j,
]
NO_COUNTS = [*NO_INSTANTS, -1, 2**63, 1.0]


def fields(entry):
    """
    Return what a store would have read.
    """
    return asdict(entry, recurse=False)


@pytest.mark.parametrize("name", ["created_at", "seen_at", "expires_at", "ends_at"])
@pytest.mark.parametrize("value", NO_INSTANTS, ids=repr)
def test_an_instant_is_a_number_with_an_end(name, value):
    """
    Neither eternity nor a number to which no time can be added.
    """
    with pytest.raises(DecodeError):
        record_of({**fields(RECORD), name: value})


@pytest.mark.parametrize("name", ["at", "until"])
@pytest.mark.parametrize("value", NO_INSTANTS, ids=repr)
def test_so_is_an_instant_of_a_retirement(name, value):
    """
    A token is dead at an instant, and up to one.
    """
    with pytest.raises(DecodeError):
        retired_of({**fields(NOTE), name: value})


@pytest.mark.parametrize("name", ["version", "schema"])
@pytest.mark.parametrize("value", NO_COUNTS, ids=repr)
def test_a_version_is_counted(name, value):
    """
    From nought, as far as every store can count.
    """
    with pytest.raises(DecodeError):
        record_of({**fields(RECORD), name: value})


@pytest.mark.parametrize("value", [0, 0.0, -1, 2**64, int(LARGEST), LARGEST])
def test_any_other_number_is_an_instant(value):
    """
    A clock may be wrong; time can be added to each of these.
    """
    assert value == record_of({**fields(RECORD), "ends_at": value}).ends_at
    assert value + 1.0 >= value
    assert 2**63 - 1 == record_of({**fields(RECORD), "version": 2**63 - 1}).version
