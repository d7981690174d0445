"""
What every store promises of records: how they are created, loaded and replaced.
"""

from __future__ import annotations

from typing import cast

import pytest
from attrs import evolve

from ocstate.exceptions import ConflictError, GoneError
from ocstate.protocols import AsyncStore
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

# Keys are hashes by default, but a host may choose its own.
_ODD_KEYS = ("../../escape", "a/b\\c", "A" * 64, "a" * 64, "con", "ключ 🔑", " ", ".")


class RecordPromises(Promises):
    """
    What is stored comes back, and nobody writes over what they have not seen.
    """

    @promise
    async def test_an_unknown_key_is_nothing(self, store: AsyncStore) -> None:
        """
        Loading a key that nobody created answers None.
        """
        assert await store.load(KEY) is None

    @promise
    async def test_a_record_comes_back_as_it_was_created(
        self, store: AsyncStore
    ) -> None:
        """
        Every field is kept exactly; the version is the one that was returned.
        """
        version = await store.create(RECORD)

        assert evolve(RECORD, version=version) == await store.load(KEY)

    @promise
    async def test_create_assigns_the_version(self, store: AsyncStore) -> None:
        """
        The version that stands in a record handed to ``create`` is ignored.
        """
        version = await store.create(evolve(RECORD, version=77_777))

        assert version != 77_777
        assert evolve(RECORD, version=version) == await store.load(KEY)

    @promise
    async def test_a_taken_key_is_a_conflict(self, store: AsyncStore) -> None:
        """
        A record is never overwritten by ``create``.
        """
        record = await started(store)

        with pytest.raises(ConflictError):
            await store.create(evolve(RECORD, payload=b"other"))
        assert record == await store.load(KEY)

    @promise
    async def test_a_retired_key_is_a_conflict(self, store: AsyncStore) -> None:
        """
        A key that was retired cannot be created again.
        """
        await started(store)
        await store.retire(KEY, expected=None, retired=NOTE, now=clock)

        with pytest.raises(ConflictError):
            await store.create(RECORD)
        assert await store.load(KEY) == NOTE

    @promise
    async def test_records_do_not_meet(self, store: AsyncStore) -> None:
        """
        What happens to one key leaves all others alone.
        """
        others = [evolve(RECORD, key=key_of(name), payload=b"") for name in "bcd"]
        kept = [await started(store, other) for other in others]
        record = await started(store)
        await store.replace(
            evolve(record, payload=b"new"), expected=record.version, now=clock
        )
        await store.retire(KEY, expected=None, retired=NOTE, now=clock)

        assert kept == [await store.load(other.key) for other in others]

    @promise
    async def test_keys_are_any_text(self, store: AsyncStore) -> None:
        """
        Keys that look like paths, differ in case or are not ASCII are just keys.
        """
        kept = [await started(store, evolve(RECORD, key=key)) for key in _ODD_KEYS]

        assert kept == [await store.load(key) for key in _ODD_KEYS]

    @promise
    async def test_payloads_are_any_bytes(self, store: AsyncStore) -> None:
        """
        Empty, binary and large payloads come back as they were, created or replaced.
        """
        for payload in (b"", bytes(range(256)), b"x" * 300_000):
            record = evolve(RECORD, key=key_of(f"{len(payload)}"), payload=payload)
            record = await started(store, record)
            assert record == await store.load(record.key)

            record = evolve(record, payload=payload + b"\x00")
            version = await store.replace(record, expected=record.version, now=clock)
            assert evolve(record, version=version) == await store.load(record.key)

    @promise
    async def test_a_buffer_may_be_used_again(self, store: AsyncStore) -> None:
        """
        What becomes of the caller's buffer afterwards changes nothing that is stored.
        """
        buffer = bytearray(b"first")
        record = evolve(RECORD, payload=cast("bytes", buffer))
        version = await store.create(record)
        buffer[:] = b"later"
        assert await _payload(store) == b"first"

        await store.replace(record, expected=version, now=clock)
        buffer[:] = b"again"
        assert await _payload(store) == b"later"

    @promise
    async def test_replace_stores_what_it_is_given(self, store: AsyncStore) -> None:
        """
        Payload, subjects, schema and ends are the new ones, under a new version.
        """
        record = await started(store)
        changed = evolve(
            record,
            payload=b"changed",
            subjects=("customer:124",),
            schema=4,
            seen_at=NOW + 60.5,
            expires_at=NOW + 1860.5,
            ends_at=NOW + 50_000.25,
        )

        version = await store.replace(changed, expected=record.version, now=clock)

        assert version != record.version
        assert evolve(changed, version=version) == await store.load(KEY)

    @promise
    async def test_replace_keeps_how_the_record_began(self, store: AsyncStore) -> None:
        """
        ``created_at`` and ``handle`` stay as they were stored.
        """
        record = await started(store)
        other = evolve(record, created_at=NOW, handle="another-handle", version=0)

        version = await store.replace(other, expected=record.version, now=clock)

        assert evolve(record, version=version) == await store.load(KEY)

    @promise
    async def test_no_version_comes_twice(self, store: AsyncStore) -> None:
        """
        Equal versions mean that nothing changed, so each change has its own.
        """
        versions = [await store.create(RECORD)]
        for _ in range(5):
            versions.append(
                await store.replace(RECORD, expected=versions[-1], now=clock)
            )

        assert sorted(set(versions)) == sorted(versions)

    @promise
    async def test_another_version_is_a_conflict(self, store: AsyncStore) -> None:
        """
        Whoever has not seen the newest version changes nothing, and is told so.
        """
        first = await store.create(RECORD)
        changed = evolve(RECORD, payload=b"changed")
        second = await store.replace(changed, expected=first, now=clock)

        for expected in (first, second + 1):
            with pytest.raises(ConflictError) as caught:
                await store.replace(RECORD, expected=expected, now=clock)
            assert caught.value.expected == expected
        assert evolve(changed, version=second) == await store.load(KEY)

    @promise
    async def test_replace_creates_nothing(self, store: AsyncStore) -> None:
        """
        A key that nobody created is gone, and stays so.
        """
        with pytest.raises(GoneError):
            await store.replace(RECORD, expected=1, now=clock)
        assert await store.load(KEY) is None

    @promise
    async def test_replace_revives_nothing(self, store: AsyncStore) -> None:
        """
        What was retired is gone, whatever version a slow writer holds.
        """
        record = await started(store)
        await store.retire(KEY, expected=None, retired=NOTE, now=clock)

        for expected in (record.version, record.version + 1):
            with pytest.raises(GoneError):
                await store.replace(record, expected=expected, now=clock)
        assert await store.load(KEY) == NOTE

    @promise
    async def test_replace_comes_too_late_after_the_end(
        self, store: AsyncStore
    ) -> None:
        """
        A record that had ended when it was seen is gone; at its very end it lives.
        """
        record = await started(store)
        late = evolve(record, seen_at=record.expires_at + 1, expires_at=record.ends_at)
        with pytest.raises(GoneError):
            await store.replace(late, expected=record.version, now=clock)
        assert record == await store.load(KEY)

        last = evolve(record, seen_at=record.expires_at, expires_at=record.ends_at)
        version = await store.replace(last, expected=record.version, now=clock)
        assert evolve(last, version=version) == await store.load(KEY)

    @promise
    async def test_being_gone_counts_before_a_conflict(self, store: AsyncStore) -> None:
        """
        A writer is told that the session ended, not that they should try again.
        """
        record = await started(store)
        late = evolve(record, seen_at=record.expires_at + 1)

        with pytest.raises(GoneError):
            await store.replace(late, expected=record.version + 1, now=clock)

    @promise
    async def test_replace_moves_no_instant_back(self, store: AsyncStore) -> None:
        """
        The later of the stored and the given ``seen_at`` and ``expires_at`` stays.
        """
        record = await started(store)
        earlier = evolve(record, seen_at=NOW, expires_at=NOW + 5)

        version = await store.replace(earlier, expected=record.version, now=clock)

        assert evolve(record, version=version) == await store.load(KEY)

    @promise
    async def test_replace_never_passes_the_absolute_end(
        self, store: AsyncStore
    ) -> None:
        """
        ``expires_at`` is at most the given ``ends_at``, even where that is nearer.
        """
        record = await started(store)
        for nearer in (NOW + 40_000.0, NOW + 600.0):
            record = evolve(record, ends_at=nearer, expires_at=NOW + 90_000)
            version = await store.replace(record, expected=record.version, now=clock)
            record = evolve(record, expires_at=nearer, version=version)
            assert record == await store.load(KEY)


async def _payload(store: AsyncStore) -> object:
    return getattr(await store.load(KEY), "payload", None)
