"""
What type checkers must accept and refuse of stores and records; never run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_type

from ocstate.protocols import AsyncStore, Purge, Record, Retired, Store


class OwnStore:
    """
    A store by a user, with parameter names of its own.
    """

    def load(self, name: str) -> Record | Retired | None:
        return None

    def create(self, new: Record, *, events: Sequence[bytes] = ()) -> int:
        return 1

    def replace(
        self,
        new: Record,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        return expected + 1

    def touch(self, name: str, *, seen_at: float, expires_at: float) -> None:
        return None

    def retire(
        self,
        name: str,
        *,
        expected: int | None,
        retired: Retired,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> None:
        return None


class UpsertStore(OwnStore):
    """
    A store that would overwrite what it has not read.
    """

    def replace(  # type: ignore[override]
        self, new: Record, *, now: Callable[[], float], events: Sequence[bytes] = ()
    ) -> int:
        return 1


def own_stores_fit(store: OwnStore) -> Store:
    """
    Accept: five methods make a store; nothing is inherited.
    """
    return store


def other_things_do_not(upsert: UpsertStore, asynchronous: AsyncStore) -> None:
    """
    Refuse: a store without compare-and-set, and the other world's stores.
    """
    store: Store = upsert  # type: ignore[assignment]
    store = asynchronous  # type: ignore[assignment]
    power: Purge = store  # type: ignore[assignment]
    del power


def absence_is_a_value(store: Store) -> bytes | str:
    """
    Accept: what is loaded must be told apart before its fields can be used.
    """
    found = store.load("key")
    assert_type(found, Record | Retired | None)
    size = len(found.payload)  # type: ignore[union-attr]
    if isinstance(found, Record):
        return found.payload[:size]
    return found.reason if found else "never stored"


def records_are_values(record: Record, store: Store) -> None:
    """
    Refuse: changed records, fields by position, parameters by name.
    """
    record.version = 2  # type: ignore[misc]
    Record("key", "handle")  # type: ignore[call-arg]
    store.load(key="key")  # type: ignore[call-arg]
    store.replace(record)  # type: ignore[call-arg]
