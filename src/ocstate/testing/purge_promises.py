"""
What stores promise of purging, kept by those that can.
"""

from __future__ import annotations

import pytest
from attrs import evolve

from ocstate.exceptions import ConflictError
from ocstate.protocols import AsyncBySubject, AsyncPurge, AsyncStore
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


class PurgePromises(Promises):
    """
    What is over is forgotten, and nothing else.
    """

    @promise
    async def test_purge_deletes_what_ended(self, store: AsyncStore) -> None:
        """
        Records and retirements that ended before now go, the others stay.
        """
        if not isinstance(store, AsyncPurge):
            return
        record = await started(store)
        other = await started(store, evolve(RECORD, key=key_of("b")))
        await store.retire(
            KEY, expected=None, retired=evolve(NOTE, until=NOW + 5000), now=clock
        )

        assert await store.purge(record.expires_at, 10) == 0
        assert other == await store.load(other.key)
        assert await store.purge(record.expires_at + 0.5, 10) == 1
        assert await store.load(other.key) is None

        assert await store.purge(NOW + 5000, 10) == 0
        assert await store.load(KEY) is not None
        assert await store.purge(NOW + 5000.5, 10) == 1
        assert await store.load(KEY) is None
        assert await store.purge(NOW + 99_999, 10) == 0

    @promise
    async def test_purge_deletes_up_to_the_limit(self, store: AsyncStore) -> None:
        """
        Each call deletes as many as it may, until a smaller number says it is done.
        """
        if not isinstance(store, AsyncPurge):
            return
        for name in "abcde":
            await started(store, evolve(RECORD, key=key_of(name)))

        deleted = [await store.purge(NOW + 5000, 2) for _ in range(4)]

        assert deleted == [2, 2, 1, 0]

    @promise
    async def test_purge_knows_where_the_end_went(self, store: AsyncStore) -> None:
        """
        A record goes once the end is over that it has now, be it later or earlier.
        """
        if not isinstance(store, AsyncPurge):
            return
        record = await started(store)
        await store.touch(KEY, seen_at=NOW + 1800, expires_at=NOW + 3600)
        assert await store.purge(NOW + 3600, 10) == 0

        record = evolve(record, expires_at=NOW + 30_000)
        version = await store.replace(record, expected=record.version, now=clock)
        assert await store.purge(NOW + 30_000, 10) == 0
        assert await store.load(KEY) == evolve(
            record, version=version, seen_at=NOW + 1800
        )

        await store.replace(
            evolve(record, ends_at=NOW + 4000), expected=version, now=clock
        )
        assert await store.purge(NOW + 4000, 10) == 0
        assert await store.purge(NOW + 4000.5, 10) == 1
        assert await store.load(KEY) is None

    @promise
    async def test_a_retirement_has_an_end_of_its_own(self, store: AsyncStore) -> None:
        """
        A note is kept until its own end, be that before or after the record's.
        """
        if not isinstance(store, AsyncPurge):
            return
        record = await started(store)
        await store.retire(
            KEY, expected=None, retired=evolve(NOTE, until=NOW + 99), now=clock
        )
        assert await store.purge(NOW + 99, 10) == 0
        assert await store.purge(NOW + 99.5, 10) == 1

        await started(store)
        note = evolve(NOTE, until=record.expires_at + 7200)
        await store.retire(KEY, expected=None, retired=note, now=clock)
        assert await store.purge(NOW + 9000, 10) == 0
        assert note == await store.load(KEY)
        assert await store.purge(NOW + 99_999, 10) == 1
        assert await store.purge(NOW + 99_999, 10) == 0

    @promise
    async def test_a_purged_key_comes_back_with_other_versions(
        self, store: AsyncStore
    ) -> None:
        """
        A holder of a purged record cannot write over one that took its key.
        """
        if not isinstance(store, AsyncPurge):
            return
        old = [await store.create(RECORD)]
        old.append(await store.replace(RECORD, expected=old[0], now=clock))
        await store.purge(NOW + 99_999, 10)

        record = await started(store, evolve(RECORD, payload=b"other"))

        for version in old:
            with pytest.raises(ConflictError):
                await store.replace(RECORD, expected=version, now=clock)
        assert record == await store.load(KEY)

    @promise
    async def test_purged_sessions_have_no_subjects(self, store: AsyncStore) -> None:
        """
        A purged session is not found, nor is what takes its key taken for it.
        """
        if not (isinstance(store, AsyncBySubject) and isinstance(store, AsyncPurge)):
            return
        await started(store, evolve(RECORD, subjects=("a",)))
        await store.purge(NOW + 99_999, 10)
        assert list(await store.by_subject("a")) == []

        record = await started(store, evolve(RECORD, subjects=("b",)))
        assert list(await store.by_subject("a")) == []
        assert [record] == list(await store.by_subject("b"))
