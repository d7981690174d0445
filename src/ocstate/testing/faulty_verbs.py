"""
Stores with one planted fault each in their verbs, or in what they make of damage.

Most decide a verb wrongly, so that the fault is the decision alone. The others are
classes: they wait in the wrong place, or look where they should not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from attrs import evolve

from ocstate.exceptions import ConflictError, DecodeError, StoreError
from ocstate.protocols import AsyncStore, Record, Retired
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.stores.verbs import Stored, check_retirement, created, replaced, touched
from ocstate.testing.faultless import FaultlessStore

_first = FaultlessStore().on_create


def _alive(stored: Stored, at: float) -> Stored:
    if isinstance(stored, Record):
        return evolve(stored, expires_at=max(stored.expires_at, at))
    return stored


def _conflicts_before_gone(
    stored: Stored, record: Record, expected: int, now: float
) -> Record:
    if isinstance(stored, Record) and stored.version != expected:
        raise ConflictError("another version is stored", expected=expected)
    return replaced(stored, record, expected, now)


def _moves_instants_back(
    stored: Stored, record: Record, expected: int, now: float
) -> Record:
    entry = replaced(stored, record, expected, now)
    return evolve(entry, seen_at=record.seen_at, expires_at=record.expires_at)


def _outlives_the_absolute_end(
    stored: Stored, record: Record, expected: int, now: float
) -> Record:
    entry = replaced(stored, record, expected, now)
    return evolve(entry, expires_at=max(entry.expires_at, record.expires_at))


_CREATES: Mapping[str, Callable[[Stored, Record], Record]] = {
    "overwrites on create": lambda stored, record: created(record),
    "creates over retirements": lambda stored, record: _first(
        stored if isinstance(stored, Record) else None, record
    ),
    "adopts the given version": lambda stored, record: evolve(
        (first := _first(stored, record)), version=record.version or first.version
    ),
    "starts versions at one": lambda stored, record: evolve(
        _first(stored, record), version=1
    ),
    "shares buffers": lambda stored, record: evolve(
        _first(stored, record), payload=record.payload
    ),
}

_REPLACES: Mapping[str, Callable[[Stored, Record, int, float], Record]] = {
    "overwrites blindly": lambda stored, record, expected, now: replaced(
        stored, record, getattr(stored, "version", expected), now
    ),
    "adopts deleted": lambda stored, record, expected, now: (
        replaced(stored, record, expected, now) if stored else created(record)
    ),
    "revives retired": lambda stored, record, expected, now: (
        created(record)
        if isinstance(stored, Retired)
        else replaced(stored, record, expected, now)
    ),
    "revives expired": lambda stored, record, expected, now: replaced(
        _alive(stored, max(now, record.seen_at)), record, expected, now
    ),
    "judges what it was given": lambda stored, record, expected, now: replaced(
        stored, record, expected, record.seen_at
    ),
    "conflicts before gone": _conflicts_before_gone,
    "moves instants back": _moves_instants_back,
    "outlives the absolute end": _outlives_the_absolute_end,
    "forgets the beginning": lambda stored, record, expected, now: evolve(
        replaced(stored, record, expected, now),
        created_at=record.created_at,
        handle=record.handle,
    ),
    "repeats versions": lambda stored, record, expected, now: evolve(
        replaced(stored, record, expected, now), version=expected
    ),
    "forgets new subjects": lambda stored, record, expected, now: evolve(
        replaced(stored, record, expected, now),
        subjects=getattr(stored, "subjects", ()),
    ),
    "overwrites damage": lambda stored, record, expected, now: (
        evolve(created(record), version=expected + 1)
        if isinstance(stored, DecodeError)
        else replaced(stored, record, expected, now)
    ),
}

_TOUCHES: Mapping[str, Callable[[Stored, float, float], Record | None]] = {
    "touches backward": lambda stored, seen_at, expires_at: (
        evolve(stored, seen_at=seen_at)
        if isinstance(stored, Record) and seen_at <= stored.seen_at
        else touched(stored, seen_at, expires_at)
    ),
    "touch shortens": lambda stored, seen_at, expires_at: (
        (entry := touched(stored, seen_at, expires_at))
        and evolve(entry, expires_at=min(expires_at, entry.ends_at))
    ),
    "touches past the end": lambda stored, seen_at, expires_at: (
        (entry := touched(stored, seen_at, expires_at))
        and evolve(entry, expires_at=max(expires_at, entry.expires_at))
    ),
    "touch revives": lambda stored, seen_at, expires_at: touched(
        _alive(stored, seen_at), seen_at, expires_at
    ),
    "touch makes a version": lambda stored, seen_at, expires_at: (
        (entry := touched(stored, seen_at, expires_at))
        and evolve(entry, version=entry.version + 1)
    ),
}

_RETIRES: Mapping[str, Callable[[Stored, Retired, int | None, float], bool]] = {
    "retires any version": lambda stored, retired, expected, now: check_retirement(
        stored, retired, None, now
    ),
    "retires twice": lambda stored, retired, expected, now: (
        check_retirement(stored, retired, expected, now) or stored is not None
    ),
    "retires nothing": lambda stored, retired, expected, now: (
        check_retirement(stored, retired, expected, now) or stored is None
    ),
    "retires the past": lambda stored, retired, expected, now: check_retirement(
        _alive(stored, max(now, retired.at)), retired, expected, now
    ),
    "retires by the note": lambda stored, retired, expected, now: check_retirement(
        stored, retired, expected, retired.at
    ),
    "ends no damage": lambda stored, retired, expected, now: (
        check_retirement(stored, retired, expected, now)
        and not isinstance(stored, DecodeError)
    ),
}


class _ReadsThenWrites(FaultlessStore):
    async def replace(self, record: Record, /, **given: Any) -> int:
        stored, events = self.entries.get(record.key), given.pop("events", ())
        entry = self.on_replace(stored, record, given["expected"], given["now"]())
        await asyncio.sleep(0)
        self.entries[record.key] = entry
        self.keep(events)
        return entry.version


class _LooksAtTheClockFirst(Threaded):
    async def replace(self, record: Record, /, **given: Any) -> int:
        at = await asyncio.to_thread(given.pop("now"))
        return await super().replace(record, now=lambda: at, **given)


class _RetiresByAnOldClock(Threaded):
    async def retire(self, key: str, /, **given: Any) -> None:
        at = await asyncio.to_thread(given.pop("now"))
        await super().retire(key, now=lambda: at, **given)


class _DeletesOnRetire(FaultlessStore):
    async def retire(self, key: str, /, **given: Any) -> None:
        await super().retire(key, **given)
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


class _HidesDamage(FaultlessStore):
    async def load(self, key: str, /) -> Record | Retired | None:
        try:
            return await super().load(key)
        except DecodeError:
            return None


class _CallsDamageAnOutage(FaultlessStore):
    async def load(self, key: str, /) -> Record | Retired | None:
        try:
            return await super().load(key)
        except DecodeError as error:
            raise StoreError("the store failed") from error


def _deciding(verb: str, decide: Callable[..., object]) -> FaultlessStore:
    store = FaultlessStore()
    setattr(store, verb, decide)
    return store


FAULTY_VERBS: Mapping[str, Callable[[], AsyncStore]] = {
    **{
        name: partial(_deciding, verb, decide)
        for verb, decisions in (
            ("on_create", _CREATES),
            ("on_replace", _REPLACES),
            ("on_touch", _TOUCHES),
            ("on_retire", _RETIRES),
        )
        for name, decide in decisions.items()
    },
    "reads then writes": _ReadsThenWrites,
    "looks at the clock, then waits": lambda: _LooksAtTheClockFirst(MemoryStore()),
    "retires by an old clock": lambda: _RetiresByAnOldClock(MemoryStore()),
    "deletes on retire": _DeletesOnRetire,
    "loads from a cache": _LoadsFromACache,
    "folds keys": _FoldsKeys,
    "hides damage": _HidesDamage,
    "calls damage an outage": _CallsDamageAnOutage,
}
