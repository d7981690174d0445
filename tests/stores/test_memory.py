"""
What the memory store promises beside the suite: its maximum.
"""

from __future__ import annotations

import pytest
from attrs import evolve

from ocstate.exceptions import ConfigurationError, StoreUnavailableError
from ocstate.stores.memory import MemoryStore
from ocstate.sync import Sessions
from ocstate.testing.promises import KEY, NOTE, NOW, RECORD, clock, key_of

OTHER = evolve(RECORD, key=key_of("b"))
THIRD = evolve(RECORD, key=key_of("c"))


def test_a_full_store_refuses_new_sessions_and_keeps_the_old():
    """
    No living session is thrown away: the newcomer is told that there is no room.
    """
    store = MemoryStore(maximum=2)
    version = store.create(RECORD)
    store.create(OTHER)

    with pytest.raises(StoreUnavailableError, match="maximum of 2") as caught:
        store.create(THIRD, events=[b"1"])

    assert caught.value.outcome == "not applied"
    assert store.load(THIRD.key) is None
    assert list(store.pending(9)) == []
    assert store.load(KEY) == evolve(RECORD, version=version)
    assert store.load(OTHER.key)


def test_a_full_store_changes_and_ends_sessions():
    """
    Those who are there can go on, and end; a retirement takes its record's room.
    """
    store = MemoryStore(maximum=1)
    version = store.create(RECORD)

    version = store.replace(RECORD, expected=version, now=clock)
    store.touch(KEY, seen_at=NOW + 9, expires_at=NOW + 1900)
    store.retire(KEY, expected=version, retired=NOTE, now=clock)

    assert store.load(KEY) == NOTE
    with pytest.raises(StoreUnavailableError):
        store.create(OTHER)


def test_a_full_store_refuses_a_login_and_keeps_the_session():
    """
    A new token is a new record, so a login waits until there is room.
    """
    sessions = Sessions(MemoryStore(maximum=2), clock=lambda: NOW)
    with sessions.open() as guest:
        guest["page"] = "home"
    with sessions.open() as other:
        other["page"] = "cart"

    block = sessions.open(guest.token)
    block.identify("customer:1")
    with pytest.raises(StoreUnavailableError) as caught:
        block.close()

    assert caught.value.outcome == "not applied"
    with sessions.open(guest.token) as again:
        again["page"] = "cart"
    assert sessions.open(guest.token)["page"] == "cart"


def test_ended_sessions_make_room():
    """
    At the maximum a session that is over gives way, the one that ended first.
    """
    store = MemoryStore(maximum=2)
    store.create(RECORD)
    store.create(evolve(OTHER, expires_at=NOW + 600))

    store.create(evolve(THIRD, seen_at=NOW + 601, expires_at=NOW + 9000))

    assert store.load(OTHER.key) is None
    assert store.load(KEY)
    assert store.load(THIRD.key)


@pytest.mark.parametrize("maximum", [0, -1])
def test_a_maximum_leaves_room_for_one(maximum):
    """
    A store in which nothing could ever be kept is refused when it is built.
    """
    with pytest.raises(ConfigurationError, match="at least 1"):
        MemoryStore(maximum)


def test_purging_costs_what_is_due():
    """
    However many sessions live, a purge looks at those alone whose noted end has come.
    """
    store = MemoryStore()
    for number in range(100):
        store.create(evolve(RECORD, key=key_of(f"{number}"), expires_at=NOW + 40_000))
    store.create(RECORD)
    ends = list(store._entry_ends)

    assert store.purge(NOW + 5000, 10) == 1

    assert sorted(ends)[1:] == sorted(store._entry_ends)
