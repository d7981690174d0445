"""
What stores promise of their extra powers, kept by those that have them.
"""

from __future__ import annotations

from typing import ClassVar

import pytest
from attrs import evolve

from ocstate.exceptions import ConflictError
from ocstate.protocols import (
    AsyncBySubject,
    AsyncOnce,
    AsyncOutbox,
    AsyncPurge,
    AsyncScan,
    AsyncStore,
)
from ocstate.testing.promises import (
    KEY,
    NOTE,
    NOW,
    RECORD,
    Promises,
    clock,
    key_of,
    promise,
    started,
)

ALL_POWERS: tuple[type, ...] = (
    AsyncBySubject,
    AsyncOnce,
    AsyncOutbox,
    AsyncPurge,
    AsyncScan,
)


class PowerPromises(Promises):
    """
    Scanning, finding by subject, keeping events.

    A promise of a power that the store does not have holds in the empty way. So that
    none is lost unnoticed, a suite states the powers that it expects.

    Attributes:
        powers: The powers of this store, such as ``(AsyncPurge, AsyncScan)``.
    """

    powers: ClassVar[tuple[type, ...]] = ()

    @promise
    async def test_the_powers_are_those_stated(self, store: AsyncStore) -> None:
        """
        The store has the powers that its suite states, and no others.
        """
        assert set(self.powers) == {
            each for each in ALL_POWERS if isinstance(store, each)
        }

    @promise
    async def test_scan_walks_through_all_records_in_order(
        self, store: AsyncStore
    ) -> None:
        """
        Page by page every living record comes once, whole and in the order of the keys.
        """
        if not isinstance(store, AsyncScan):
            return
        keys = sorted(key_of(f"{number}") for number in range(9))
        kept = [await started(store, evolve(RECORD, key=key)) for key in keys]
        await started(store)
        await store.retire(KEY, expected=None, retired=NOTE, now=clock)

        found, after = list(await store.scan(None, 4)), None
        assert kept[:4] == found
        while found and after != found[-1].key:
            after = found[-1].key
            found += await store.scan(after, 4)

        assert kept == found
        assert list(await store.scan(keys[-1], 4)) == []

    @promise
    async def test_scan_orders_keys_of_every_length(self, store: AsyncStore) -> None:
        """
        Keys are in the order of their characters, whatever characters they have.
        """
        if not isinstance(store, AsyncScan):
            return
        keys = ["", "!", "0", "00", "0000000", "01", "A", "a", "a/b", "aa", "é", "🔑"]
        for key in reversed(keys):
            await started(store, evolve(RECORD, key=key))

        assert keys == [record.key for record in await store.scan(None, 99)]
        assert keys[3:] == [record.key for record in await store.scan("0", 99)]

    @promise
    async def test_the_sessions_of_a_subject_are_found(self, store: AsyncStore) -> None:
        """
        Every living session of a subject is found, whole; a stranger has none.
        """
        if not isinstance(store, AsyncBySubject):
            return
        mine = [
            await started(store, evolve(RECORD, key=key_of(name), subjects=subjects))
            for name, subjects in (
                ("a", ("customer:1",)),
                ("b", ("api:7", "customer:1")),
            )
        ]
        await started(store, evolve(RECORD, subjects=("customer:11",)))

        found = await store.by_subject("customer:1")

        assert sorted(mine, key=_key) == sorted(found, key=_key)
        assert list(await store.by_subject("customer:2")) == []

    @promise
    async def test_subjects_follow_every_change(self, store: AsyncStore) -> None:
        """
        A session is found by the subjects that it has now, and by none after its end.
        """
        if not isinstance(store, AsyncBySubject):
            return
        record = await started(store, evolve(RECORD, subjects=()))
        for subjects in (("a",), ("a", "b"), ("b", "c"), (), ("c",)):
            record = evolve(record, subjects=subjects)
            version = await store.replace(record, expected=record.version, now=clock)
            record = evolve(record, version=version)
            for subject in "abc":
                expected = [record] if subject in subjects else []
                assert expected == list(await store.by_subject(subject))

        await store.touch(KEY, seen_at=NOW + 200, expires_at=NOW + 2000)
        (found,) = await store.by_subject("c")
        assert found == await store.load(KEY)

        await store.retire(KEY, expected=None, retired=NOTE, now=clock)
        assert list(await store.by_subject("c")) == []

    @promise
    async def test_events_wait_until_they_are_settled(self, store: AsyncStore) -> None:
        """
        Events come with every change, oldest first, and stay until they are delivered.
        """
        if not isinstance(store, AsyncOutbox):
            return
        version = await store.create(RECORD, events=[b"1", b"\x00\xff"])
        version = await store.replace(
            RECORD, expected=version, now=clock, events=[b"3"]
        )
        await store.retire(
            KEY, expected=version, retired=NOTE, now=clock, events=[b"4", b"5"]
        )

        pending = await store.pending(99)
        assert [each.event for each in pending] == [b"1", b"\x00\xff", b"3", b"4", b"5"]
        assert list(pending[:2]) == list(await store.pending(2))

        await store.settle([pending[0].id, pending[2].id, "nobody's", "-1", ""])
        left = [pending[1], *pending[3:]]
        assert left == list(await store.pending(99))

        await store.settle([each.id for each in left])
        assert list(await store.pending(99)) == []

    @promise
    async def test_a_refused_change_keeps_no_event(self, store: AsyncStore) -> None:
        """
        An event tells of what happened: none is kept without its change.
        """
        if not isinstance(store, AsyncOutbox):
            return
        wrong = 1 + await store.create(RECORD)
        with pytest.raises(ConflictError):
            await store.create(RECORD, events=[b"1"])
        with pytest.raises(ConflictError):
            await store.replace(RECORD, expected=wrong, now=clock, events=[b"2"])
        with pytest.raises(ConflictError):
            await store.retire(
                KEY, expected=wrong, retired=NOTE, now=clock, events=[b"3"]
            )
        absent = key_of("b")
        await store.retire(
            absent, expected=None, retired=NOTE, now=clock, events=[b"4"]
        )

        assert list(await store.pending(99)) == []


def _key(record: object) -> str:
    return str(getattr(record, "key", ""))
