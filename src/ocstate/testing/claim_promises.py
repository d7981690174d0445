"""
What stores promise of names that are claimed, kept by those that let them be.
"""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from attrs import evolve

from ocstate.exceptions import DecodeError
from ocstate.protocols import AsyncOnce, AsyncPurge, AsyncStore
from ocstate.testing.faultless import FaultlessStore
from ocstate.testing.promises import (
    KEY,
    NOW,
    RECORD,
    Promises,
    key_of,
    promise,
    started,
)

_END = NOW + 60

# Names that somebody might take for one another, for a path, or cut.
_ODD_NAMES = (
    *("", "nonce:1", "NONCE:1", "nonce:1 ", "nonce:01", "../nonce:1", "/nonce:1"),
    *("é", "e\u0301", "🔑" * 255, "k" * 254, "k" * 255),
)


class ClaimPromises(Promises):
    """
    A name is taken once, with a value that everybody else is answered.
    """

    async def damage_claim(self, store: AsyncStore, name: str) -> bool:
        """
        Spoil the value of a claim, behind the store's back; False if that cannot be.
        """
        if isinstance(store, FaultlessStore):
            store.spoil_claim(name)
        return isinstance(store, FaultlessStore)

    @promise
    async def test_a_name_is_claimed_once(self, store: AsyncStore) -> None:
        """
        However many want a name at once, one gets it, and the others that one's value.
        """
        if not isinstance(store, AsyncOnce):
            return
        values = [b"value %d" % number for number in range(8)]
        claims = [store.claim("nonce:1", _END, value) for value in values]

        answers = await asyncio.gather(*claims)

        taken = [
            value
            for value, answer in zip(values, answers, strict=True)
            if answer is None
        ]
        assert len(taken) == 1
        (first,) = taken
        assert answers.count(first) == 7
        for value in (b"later", first, b""):
            assert await store.claim("nonce:1", _END + 60, value) == first
        assert await store.claim("nonce:2", _END, b"another") is None

    @promise
    async def test_a_claim_keeps_its_first_value(self, store: AsyncStore) -> None:
        """
        Whoever comes later is answered what the first one said, whatever they say.
        """
        if not isinstance(store, AsyncOnce):
            return
        assert await store.claim("a", _END, b"first") is None
        assert await store.claim("b", _END, b"other") is None

        for value in (b"second", b"third", b"first", b""):
            assert await store.claim("a", _END, value) == b"first"
        assert await store.claim("b", _END, b"second") == b"other"

    @promise
    async def test_values_of_claims_are_any_bytes(self, store: AsyncStore) -> None:
        """
        Empty, binary and large values come back as they were, up to a mebibyte.
        """
        if not isinstance(store, AsyncOnce):
            return
        every = bytes(range(256))
        for value in (b"", b"\x00", every, every * 400, every * 4096):
            name = f"{len(value)}"
            assert await store.claim(name, _END, value) is None
            found = await store.claim(name, _END, b"later")
            assert type(found) is bytes
            assert found == value

    @promise
    async def test_a_claim_s_buffer_may_be_used_again(self, store: AsyncStore) -> None:
        """
        What becomes of the caller's buffer afterwards changes nothing that is stored.
        """
        if not isinstance(store, AsyncOnce):
            return
        buffer = bytearray(b"first")
        assert await store.claim("a", _END, cast("bytes", buffer)) is None
        buffer[:] = b"later"

        assert await store.claim("a", _END, cast("bytes", buffer)) == b"first"

    @promise
    async def test_names_are_any_text(self, store: AsyncStore) -> None:
        """
        Names are compared exactly, whatever they look like and up to 255 characters.
        """
        if not isinstance(store, AsyncOnce):
            return
        for number, name in enumerate(_ODD_NAMES):
            assert await store.claim(name, _END, b"%d" % number) is None
        for number, name in enumerate(_ODD_NAMES):
            assert await store.claim(name, _END, b"later") == b"%d" % number

    @promise
    async def test_claims_and_records_do_not_meet(self, store: AsyncStore) -> None:
        """
        A claim of a record's key is a claim, and the record is a record.
        """
        if not isinstance(store, AsyncOnce):
            return
        record = await started(store)
        assert await store.claim(KEY, _END, b"claim") is None
        assert record == await store.load(KEY)

        other = key_of("b")
        assert await store.claim(other, _END, b"other") is None
        assert await store.load(other) is None
        assert await store.create(evolve(RECORD, key=other))
        assert await store.claim(KEY, _END, b"") == b"claim"
        assert await store.claim(other, _END, b"") == b"other"

    @promise
    async def test_a_damaged_claim_stays_taken(self, store: AsyncStore) -> None:
        """
        Nobody gets a name because what its first one said cannot be read any more.
        """
        if not isinstance(store, AsyncOnce):
            return
        await store.claim("a", _END, b"first")
        await store.claim("b", _END, b"other")
        if not await self.damage_claim(store, "a"):
            return

        for _ in range(2):
            with pytest.raises(DecodeError):
                await store.claim("a", _END, b"second")
        assert await store.claim("b", _END, b"second") == b"other"
        if isinstance(store, AsyncPurge):
            await store.purge(NOW + 999_999, 10)
            assert await store.claim("a", _END, b"third") is None

    @promise
    async def test_a_claim_ends_with_a_purge(self, store: AsyncStore) -> None:
        """
        A claim stays until its end and is then forgotten like a record.
        """
        if not (isinstance(store, AsyncOnce) and isinstance(store, AsyncPurge)):
            return
        for name in "abc":
            await store.claim(name, _END, b"first")

        assert await store.purge(_END, 10) == 0
        assert await store.claim("a", _END, b"second") == b"first"
        assert [await store.purge(_END + 0.5, 2) for _ in range(2)] == [2, 1]
        assert await store.claim("a", _END, b"second") is None
        assert await store.claim("a", _END, b"third") == b"second"

    @promise
    async def test_a_claim_keeps_its_first_end(self, store: AsyncStore) -> None:
        """
        Whoever comes later moves the end of nothing, and frees nothing past its end.
        """
        if not (isinstance(store, AsyncOnce) and isinstance(store, AsyncPurge)):
            return
        await store.claim("a", _END, b"first")
        for until in (_END + 999, _END - 999, NOW - 999):
            assert await store.claim("a", until, b"later") == b"first"

        assert await store.purge(_END, 10) == 0
        assert await store.claim("a", _END, b"later") == b"first"
        assert await store.purge(_END + 0.5, 10) == 1
        assert await store.claim("a", _END, b"later") is None

    @promise
    async def test_a_purge_leaves_other_claims_whole(self, store: AsyncStore) -> None:
        """
        What is not over keeps its value while records and other claims are purged.
        """
        if not (isinstance(store, AsyncOnce) and isinstance(store, AsyncPurge)):
            return
        await started(store)
        await store.claim("a", _END, b"first")
        await store.claim("b", _END + 9000, b"other")

        assert await store.purge(RECORD.expires_at + 1, 10) == 2
        assert await store.claim("b", _END, b"later") == b"other"
        assert await store.claim("a", _END + 9000, b"") is None
        assert await store.claim("a", _END, b"later") == b""
