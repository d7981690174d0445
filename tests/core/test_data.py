"""
The host's own data, key by key.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from unittest.mock import ANY

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.core.changes import HostData
from ocstate.exceptions import ConflictError


def packed(value: object, path: str) -> bytes:
    encoded: bytes = msgpack.packb(value)
    return encoded


def data(stored: Mapping[str, object]) -> HostData:
    return HostData(stored, pack=packed)


def test_a_nested_change_is_noticed() -> None:
    """
    A list that was handed out and appended to counts as changed.
    """
    stored = {"wishlist": [40], "seen": 1}
    mine = data(stored)
    wishlist = mine["wishlist"]
    assert isinstance(wishlist, list)
    wishlist.append(41)
    assert {"wishlist": [40, 41], "seen": 1} == mine.merged()
    assert {"wishlist": [40], "seen": 1} == stored


def test_reading_is_no_change() -> None:
    """
    Values that were only looked at leave the very same mapping to be stored.
    """
    stored = {"wishlist": [40], "seen": 1}
    mine = data(stored)
    assert [40] == mine["wishlist"]
    assert mine["wishlist"] is mine["wishlist"]
    assert mine.merged() is stored


def test_setting_what_is_there_already_is_no_change() -> None:
    """
    A value that is set to what it was needs no write.
    """
    mine = data({"seen": 1})
    mine["seen"] = 1
    assert {} == mine.changes()


def test_a_deleted_key_is_gone() -> None:
    """
    A deleted key is neither found nor listed nor stored, and can be set again.
    """
    mine = data({"seen": 1, "other": 2})
    del mine["seen"]
    assert "seen" not in mine
    assert ["other"] == list(mine)
    assert 1 == len(mine)
    with pytest.raises(KeyError):
        del mine["seen"]
    assert {"other": 2} == mine.merged()
    mine["seen"] = 3
    assert {"other": 2, "seen": 3} == mine.merged()


def test_a_key_that_was_set_and_deleted_leaves_no_trace() -> None:
    """
    Setting a new key and deleting it again is no change.
    """
    mine = data({})
    mine["new"] = [1]
    assert ["new"] == list(mine)
    del mine["new"]
    assert {} == mine.changes()


def test_a_value_that_equals_everything_is_there() -> None:
    """
    What was set is never taken for what was deleted, whatever it says it equals.
    """
    mine = data({"old": 1})
    mine["old"] = mine["new"] = ANY
    assert ["old", "new"] == list(mine)
    assert ANY is mine["new"]


def test_keys_are_texts() -> None:
    """
    A key of another type is refused where it is set, not when it is stored.
    """
    with pytest.raises(TypeError):
        data({})[1] = "x"  # type: ignore[index]


def test_a_representation_shows_keys_only() -> None:
    """
    Values may be personal, so they stay out of logs.
    """
    assert "Ada" not in repr(data({"name": "Ada"}))


def test_changes_of_different_keys_are_merged() -> None:
    """
    What I changed and what somebody else changed are both there afterwards.
    """
    mine = data({"a": 1, "b": 1})
    mine["a"] = 2
    rebased = mine.rebased({"a": 1, "b": 5, "c": 7})
    assert {"a": 2, "b": 5, "c": 7} == rebased.merged()


@pytest.mark.parametrize("newest", [{"a": 2}, {"a": 3}, {}])
def test_a_key_that_both_changed_is_a_conflict(newest: dict[str, object]) -> None:
    """
    It is one even when both made the same of it, since each may have counted one.
    """
    mine = data({"a": 1})
    mine["a"] = 2
    with pytest.raises(ConflictError):
        mine.rebased(newest)


@pytest.mark.parametrize("theirs", [1, 2, [40], None])
def test_a_key_that_both_created_is_a_conflict(theirs: object) -> None:
    """
    Nobody's value is lost because neither of both was there before.
    """
    mine = data({"other": 1})
    mine["new"] = 1
    with pytest.raises(ConflictError, match="'new'"):
        mine.rebased({"other": 1, "new": theirs})


@pytest.mark.parametrize("newest", [{}, {"a": [2]}])
def test_a_key_that_both_touched_is_a_conflict_for_who_deleted_it(
    newest: dict[str, object],
) -> None:
    """
    Deleting what somebody else changed, or deleted, is decided by nobody silently.
    """
    mine = data({"a": [1]})
    del mine["a"]
    with pytest.raises(ConflictError, match="'a'"):
        mine.rebased(newest)


def test_what_was_rebased_can_be_rebased_again() -> None:
    """
    A second conflict is judged by what was stored at the first.
    """
    mine = data({"a": 1})
    mine["a"] = 2
    once = mine.rebased({"a": 1, "b": 1})
    assert {"a": 2, "b": 2} == once.rebased({"a": 1, "b": 2}).merged()
    with pytest.raises(ConflictError, match="'a'"):
        once.rebased({"a": 2, "b": 1})


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=6,
)
mappings = st.dictionaries(st.sampled_from("abcd"), plain, max_size=4)
edits = st.lists(
    st.tuples(st.sampled_from("abcd"), st.none() | st.tuples(plain)), max_size=6
)


@given(mappings, edits)
def test_host_data_is_a_dict(stored: dict[str, object], changes: list) -> None:  # type: ignore[type-arg]
    """
    Whatever is set and deleted, the result is a plain dict's, and the stored one stays.
    """
    model, mine = copy.deepcopy(stored), data(copy.deepcopy(stored))
    for key, new in changes:
        if new is None:
            model.pop(key, None)
            mine.pop(key, None)
        else:
            model[key] = mine[key] = new[0]
    assert model == dict(mine) == mine.merged()
