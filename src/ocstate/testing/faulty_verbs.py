"""
Stores with one planted fault each in their verbs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from attrs import evolve

from ocstate.exceptions import ConflictError
from ocstate.protocols import AsyncStore, Record, Retired
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.stores.verbs import Stored, check_retirement, created, replaced, touched
from ocstate.testing.faultless import FaultlessStore


class _OverwritesOnCreate(FaultlessStore):
    def on_create(self, stored: Stored, record: Record) -> Record:
        return created(record) if stored else super().on_create(stored, record)


class _CreatesOverRetirements(FaultlessStore):
    def on_create(self, stored: Stored, record: Record) -> Record:
        return super().on_create(stored if isinstance(stored, Record) else None, record)


class _AdoptsTheGivenVersion(FaultlessStore):
    def on_create(self, stored: Stored, record: Record) -> Record:
        assigned = super().on_create(stored, record)
        return evolve(assigned, version=record.version or assigned.version)


class _StartsVersionsAtOne(FaultlessStore):
    def on_create(self, stored: Stored, record: Record) -> Record:
        return evolve(super().on_create(stored, record), version=1)


class _SharesBuffers(FaultlessStore):
    def on_create(self, stored: Stored, record: Record) -> Record:
        return evolve(super().on_create(stored, record), payload=record.payload)


class _OverwritesBlindly(FaultlessStore):
    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        version = stored.version if isinstance(stored, Record) else expected
        return replaced(stored, record, version, now)


class _ReadsThenWrites(FaultlessStore):
    async def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        entry = self.on_replace(self.entries.get(record.key), record, expected, now())
        await asyncio.sleep(0)
        self.entries[record.key] = entry
        self.keep(events)
        return entry.version


class _AdoptsDeleted(FaultlessStore):
    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        return replaced(stored, record, expected, now) if stored else created(record)


class _RevivesRetired(FaultlessStore):
    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        if isinstance(stored, Retired):
            return created(record)
        return replaced(stored, record, expected, now)


class _RevivesExpired(FaultlessStore):
    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        return replaced(_alive(stored, max(now, record.seen_at)), record, expected, now)


class _JudgesWhatItWasGiven(FaultlessStore):
    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        return replaced(stored, record, expected, record.seen_at)


class _RetiresByTheNote(FaultlessStore):
    def on_retire(
        self, stored: Stored, retired: Retired, expected: int | None, now: float
    ) -> bool:
        return check_retirement(stored, retired, expected, retired.at)


class _LooksAtTheClockFirst(Threaded):
    async def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        at = await asyncio.to_thread(now)
        return await super().replace(
            record, expected=expected, now=lambda: at, events=events
        )


class _RetiresByAnOldClock(Threaded):
    async def retire(
        self,
        key: str,
        /,
        *,
        expected: int | None,
        retired: Retired,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> None:
        at = await asyncio.to_thread(now)
        await super().retire(
            key, expected=expected, retired=retired, now=lambda: at, events=events
        )


class _ConflictsBeforeGone(FaultlessStore):
    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        if isinstance(stored, Record) and stored.version != expected:
            raise ConflictError("another version is stored", expected=expected)
        return replaced(stored, record, expected, now)


class _MovesInstantsBack(FaultlessStore):
    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        entry = replaced(stored, record, expected, now)
        return evolve(entry, seen_at=record.seen_at, expires_at=record.expires_at)


class _OutlivesTheAbsoluteEnd(FaultlessStore):
    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        entry = replaced(stored, record, expected, now)
        return evolve(entry, expires_at=max(entry.expires_at, record.expires_at))


class _ForgetsTheBeginning(FaultlessStore):
    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        entry = replaced(stored, record, expected, now)
        return evolve(entry, created_at=record.created_at, handle=record.handle)


class _RepeatsVersions(FaultlessStore):
    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        return evolve(replaced(stored, record, expected, now), version=expected)


class _ForgetsNewSubjects(FaultlessStore):
    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        entry = replaced(stored, record, expected, now)
        old = stored.subjects if isinstance(stored, Record) else ()
        return evolve(entry, subjects=old)


class _TouchesBackward(FaultlessStore):
    def on_touch(
        self, stored: Stored, seen_at: float, expires_at: float
    ) -> Record | None:
        if isinstance(stored, Record) and seen_at <= stored.seen_at:
            return evolve(stored, seen_at=seen_at)
        return touched(stored, seen_at, expires_at)


class _TouchShortens(FaultlessStore):
    def on_touch(
        self, stored: Stored, seen_at: float, expires_at: float
    ) -> Record | None:
        entry = touched(stored, seen_at, expires_at)
        return entry and evolve(entry, expires_at=min(expires_at, entry.ends_at))


class _TouchesPastTheEnd(FaultlessStore):
    def on_touch(
        self, stored: Stored, seen_at: float, expires_at: float
    ) -> Record | None:
        entry = touched(stored, seen_at, expires_at)
        return entry and evolve(entry, expires_at=max(expires_at, entry.expires_at))


class _TouchRevives(FaultlessStore):
    def on_touch(
        self, stored: Stored, seen_at: float, expires_at: float
    ) -> Record | None:
        return touched(_alive(stored, seen_at), seen_at, expires_at)


class _TouchMakesAVersion(FaultlessStore):
    def on_touch(
        self, stored: Stored, seen_at: float, expires_at: float
    ) -> Record | None:
        entry = touched(stored, seen_at, expires_at)
        return entry and evolve(entry, version=entry.version + 1)


class _RetiresAnyVersion(FaultlessStore):
    def on_retire(
        self, stored: Stored, retired: Retired, expected: int | None, now: float
    ) -> bool:
        return check_retirement(stored, retired, None, now)


class _RetiresTwice(FaultlessStore):
    def on_retire(
        self, stored: Stored, retired: Retired, expected: int | None, now: float
    ) -> bool:
        return check_retirement(stored, retired, expected, now) or stored is not None


class _RetiresNothing(FaultlessStore):
    def on_retire(
        self, stored: Stored, retired: Retired, expected: int | None, now: float
    ) -> bool:
        return check_retirement(stored, retired, expected, now) or stored is None


class _RetiresThePast(FaultlessStore):
    def on_retire(
        self, stored: Stored, retired: Retired, expected: int | None, now: float
    ) -> bool:
        return check_retirement(
            _alive(stored, max(now, retired.at)), retired, expected, now
        )


class _DeletesOnRetire(FaultlessStore):
    async def retire(
        self,
        key: str,
        /,
        *,
        expected: int | None,
        retired: Retired,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> None:
        await super().retire(
            key, expected=expected, retired=retired, now=now, events=events
        )
        self.entries.pop(key, None)


class _LoadsFromACache(FaultlessStore):
    def __init__(self) -> None:
        super().__init__()
        self.cache: dict[str, Record] = {}

    async def load(self, key: str, /) -> Record | Retired | None:
        stored = await super().load(key)
        if isinstance(stored, Record):
            self.cache[key] = stored
        return self.cache.get(key) or stored


class _FoldsKeys(FaultlessStore):
    async def load(self, key: str, /) -> Record | Retired | None:
        return await super().load(key.lower())

    def on_create(self, stored: Stored, record: Record) -> Record:
        folded = record.key.lower()
        entry = super().on_create(self.entries.get(folded), record)
        self.entries[folded] = entry
        return entry


def _alive(stored: Stored, at: float) -> Stored:
    if isinstance(stored, Record):
        return evolve(stored, expires_at=max(stored.expires_at, at))
    return stored


FAULTY_VERBS: Mapping[str, Callable[[], AsyncStore]] = {
    "overwrites on create": _OverwritesOnCreate,
    "creates over retirements": _CreatesOverRetirements,
    "adopts the given version": _AdoptsTheGivenVersion,
    "starts versions at one": _StartsVersionsAtOne,
    "shares buffers": _SharesBuffers,
    "overwrites blindly": _OverwritesBlindly,
    "reads then writes": _ReadsThenWrites,
    "adopts deleted": _AdoptsDeleted,
    "revives retired": _RevivesRetired,
    "revives expired": _RevivesExpired,
    "judges what it was given": _JudgesWhatItWasGiven,
    "looks at the clock, then waits": lambda: _LooksAtTheClockFirst(MemoryStore()),
    "conflicts before gone": _ConflictsBeforeGone,
    "moves instants back": _MovesInstantsBack,
    "outlives the absolute end": _OutlivesTheAbsoluteEnd,
    "forgets the beginning": _ForgetsTheBeginning,
    "repeats versions": _RepeatsVersions,
    "forgets new subjects": _ForgetsNewSubjects,
    "touches backward": _TouchesBackward,
    "touch shortens": _TouchShortens,
    "touches past the end": _TouchesPastTheEnd,
    "touch revives": _TouchRevives,
    "touch makes a version": _TouchMakesAVersion,
    "retires any version": _RetiresAnyVersion,
    "retires twice": _RetiresTwice,
    "retires nothing": _RetiresNothing,
    "retires the past": _RetiresThePast,
    "retires by the note": _RetiresByTheNote,
    "retires by an old clock": lambda: _RetiresByAnOldClock(MemoryStore()),
    "deletes on retire": _DeletesOnRetire,
    "loads from a cache": _LoadsFromACache,
    "folds keys": _FoldsKeys,
}
