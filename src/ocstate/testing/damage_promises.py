"""
What every store promises of a record that somebody or something has spoiled.
"""

from __future__ import annotations

import pytest
from attrs import evolve

from ocstate.exceptions import ConflictError, DecodeError, GoneError
from ocstate.protocols import AsyncBySubject, AsyncPurge, AsyncScan, AsyncStore
from ocstate.testing.faultless import FaultlessStore
from ocstate.testing.promises import (
    KEY,
    NOTE,
    NOW,
    RECORD,
    Promises,
    clock,
    promise,
    started,
)

_FIRST = "0" * len(KEY)
"""Comes before any other, so that a page begins with what is damaged."""


class DamagePromises(Promises):
    """
    What cannot be read is told, stays, hides no other, and can be ended.

    A promise holds in the empty way where nothing can be spoiled, as in memory. The
    suite of a store that keeps bytes overrides `damage`.
    """

    async def damage(self, store: AsyncStore, key: str) -> bool:
        """
        Spoil what *store* keeps under *key*, behind its back; False if that cannot be.
        """
        if isinstance(store, FaultlessStore):
            store.spoil(key)
        return isinstance(store, FaultlessStore)

    @promise
    async def test_a_damaged_record_is_told(self, store: AsyncStore) -> None:
        """
        ``load`` raises `DecodeError`: nothing is made up, and nobody is unknown.
        """
        await started(store)
        if await self.damage(store, KEY):
            with pytest.raises(DecodeError):
                await store.load(KEY)

    @promise
    async def test_a_damaged_record_is_not_written_over(
        self, store: AsyncStore
    ) -> None:
        """
        Its key stays taken, nothing living stands there, and a touch leaves it alone.
        """
        record = await started(store)
        if not await self.damage(store, KEY):
            return

        with pytest.raises(ConflictError):
            await store.create(RECORD)
        with pytest.raises(GoneError):
            await store.replace(record, expected=record.version, now=clock)
        with pytest.raises(GoneError):
            await store.retire(KEY, expected=record.version, retired=NOTE, now=clock)
        await store.touch(KEY, seen_at=NOW + 200, expires_at=NOW + 2000)

        with pytest.raises(DecodeError):
            await store.load(KEY)

    @promise
    async def test_a_damaged_record_can_be_ended(self, store: AsyncStore) -> None:
        """
        Without an expected version it gives way to the note, for good.
        """
        await started(store)
        if await self.damage(store, KEY):
            await store.retire(KEY, expected=None, retired=NOTE, now=clock)

            assert await store.load(KEY) == NOTE

    @promise
    async def test_a_damaged_record_hides_no_other(self, store: AsyncStore) -> None:
        """
        Scanning, finding by subject and purging go on past it.
        """
        await started(store, evolve(RECORD, key=_FIRST))
        other = await started(store)
        if not await self.damage(store, _FIRST):
            return

        if isinstance(store, AsyncScan):
            assert list(await store.scan(None, 1)) == [other]
        if isinstance(store, AsyncBySubject):
            assert list(await store.by_subject("customer:123")) == [other]
        if isinstance(store, AsyncPurge):
            await store.purge(NOW + 999_999, 99)
            assert await store.load(KEY) is None
