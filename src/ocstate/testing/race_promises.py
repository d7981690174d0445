"""
What every store promises to many callers at once.
"""

from __future__ import annotations

import asyncio

from attrs import evolve

from ocstate.exceptions import ConflictError, GoneError
from ocstate.protocols import AsyncBySubject, AsyncStore, Record
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

_TASKS = 8
_TURNS = 10


class RacePromises(Promises):
    """
    Whoever loses a race is told so, and nothing acknowledged is lost.
    """

    @promise
    async def test_one_of_many_creates(self, store: AsyncStore) -> None:
        """
        However many want one key at once, one gets it and the others a conflict.
        """
        answers = await asyncio.gather(
            *(store.create(RECORD) for _ in range(_TASKS)), return_exceptions=True
        )

        conflicts = [each for each in answers if isinstance(each, ConflictError)]
        versions = [each for each in answers if isinstance(each, int)]
        assert (len(versions), len(conflicts)) == (1, _TASKS - 1)
        assert evolve(RECORD, version=versions[0]) == await store.load(KEY)

    @promise
    async def test_one_of_many_replaces(self, store: AsyncStore) -> None:
        """
        Of those who saw the same version one commits, and what it wrote is stored.
        """
        record = await started(store)
        changes = [evolve(record, payload=b"%d" % each) for each in range(_TASKS)]
        answers = await asyncio.gather(
            *(
                store.replace(each, expected=record.version, now=clock)
                for each in changes
            ),
            return_exceptions=True,
        )

        stored = [
            evolve(change, version=answer)
            for change, answer in zip(changes, answers, strict=True)
            if isinstance(answer, int)
        ]
        conflicts = [each for each in answers if isinstance(each, ConflictError)]
        assert (len(stored), len(conflicts)) == (1, _TASKS - 1)
        assert stored[0] == await store.load(KEY)

    @promise
    async def test_no_update_is_lost(self, store: AsyncStore) -> None:
        """
        Many who count on in one record, each trying again after a conflict, count all.
        """
        await started(store, evolve(RECORD, payload=b"0"))

        async def count_on() -> None:
            for _ in range(_TURNS):
                while not await _count(store):
                    pass

        await asyncio.gather(*(count_on() for _ in range(_TASKS)))

        stored = await store.load(KEY)
        assert isinstance(stored, Record)
        assert int(stored.payload) == _TASKS * _TURNS

    @promise
    async def test_no_writer_survives_a_retirement(self, store: AsyncStore) -> None:
        """
        Whoever writes while a session is revoked comes before that or not at all.
        """
        await started(store, evolve(RECORD, payload=b"0"))

        async def count_on() -> None:
            for _ in range(_TURNS):
                await _count(store)

        async def revoke() -> None:
            await _count(store)
            await store.retire(KEY, expected=None, retired=NOTE, now=clock)

        answers = await asyncio.gather(
            revoke(), *(count_on() for _ in range(_TASKS)), return_exceptions=True
        )

        assert not answers[0]
        assert {type(each) for each in answers[1:]} <= {type(None), GoneError}
        assert await store.load(KEY) == NOTE

    @promise
    async def test_touches_and_changes_do_not_disturb_each_other(
        self, store: AsyncStore
    ) -> None:
        """
        Nobody's change is lost to a touch at the same moment, and no touch to a change.
        """
        await started(store, evolve(RECORD, payload=b"0"))

        async def touch_on() -> None:
            for turn in range(_TURNS):
                at = NOW + 100.0 + turn
                await store.touch(KEY, seen_at=at, expires_at=at + 1800)

        async def count_on() -> None:
            for _ in range(_TURNS):
                await _count(store)

        await asyncio.gather(touch_on(), count_on())

        stored = await store.load(KEY)
        assert isinstance(stored, Record)
        assert int(stored.payload) == _TURNS
        assert stored.seen_at == NOW + 99.0 + _TURNS
        assert stored.expires_at == NOW + 1899.0 + _TURNS

    @promise
    async def test_a_session_that_goes_on_is_always_found(
        self, store: AsyncStore
    ) -> None:
        """
        While a session changes its key again and again, its subject has at least one.
        """
        if not isinstance(store, AsyncBySubject):
            return
        finder: AsyncBySubject = store
        record = await started(store)

        async def rotate_on() -> None:
            key, version = record.key, record.version
            for turn in range(_TURNS * 2):
                new = evolve(record, key=key_of(f"{turn}"))
                new_version = await store.create(new)
                # Others get a turn even where the store never waits.
                await asyncio.sleep(0)
                await store.retire(key, expected=version, retired=NOTE, now=clock)
                key, version = new.key, new_version

        async def look_on() -> None:
            while not rotating.done():
                assert await finder.by_subject("api:7")
                await asyncio.sleep(0)

        rotating = asyncio.create_task(rotate_on())
        await asyncio.gather(rotating, look_on())
        assert len(await finder.by_subject("api:7")) == 1


async def _count(store: AsyncStore) -> bool:
    record = await store.load(KEY)
    if not isinstance(record, Record):
        raise GoneError("there is nothing to count in")
    counted = evolve(record, payload=b"%d" % (int(record.payload) + 1))
    try:
        await store.replace(counted, expected=record.version, now=clock)
    except ConflictError:
        return False
    return True
