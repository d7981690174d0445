"""
Stores with one planted fault each, which the suite of promises must find.

They show what each promise is for, and prove to whoever changes the suite that it still
sees what it should. Here stand those whose extra powers have a fault.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ocstate.exceptions import DecodeError
from ocstate.protocols import AsyncStore, Delivery, Record, Retired
from ocstate.stores.verbs import Stored
from ocstate.testing.faultless import FaultlessStore
from ocstate.testing.faulty_claims import FAULTY_CLAIMS
from ocstate.testing.faulty_verbs import FAULTY_VERBS


class _PurgesTheLiving(FaultlessStore):
    async def purge(self, now: float, limit: int) -> int:
        return await super().purge(now + 1, limit)


class _PurgesWithoutLimit(FaultlessStore):
    async def purge(self, now: float, limit: int) -> int:
        return await super().purge(now, limit * 100)


class _PurgesAtTheFirstEnd(FaultlessStore):
    def __init__(self) -> None:
        super().__init__()
        self.ends: dict[str, float] = {}

    def on_create(self, stored: Stored, record: Record) -> Record:
        self.ends[record.key] = record.expires_at
        return super().on_create(stored, record)

    async def purge(self, now: float, limit: int) -> int:
        over = [key for key, end in self.ends.items() if end < now][:limit]
        for key in over:
            del self.ends[key], self.entries[key]
        return len(over)


class _PurgesNoRetirements(FaultlessStore):
    async def purge(self, now: float, limit: int) -> int:
        kept = self.entries
        self.entries = {record.key: record for record in self.records()}
        deleted = await super().purge(now, limit)
        notes = {key: each for key, each in kept.items() if isinstance(each, Retired)}
        self.entries |= notes
        return deleted


class _ScansInNoOrder(FaultlessStore):
    async def scan(self, after: str | None, limit: int) -> Sequence[Record]:
        return [each for each in self.records() if after is None or each.key > after][
            :limit
        ]


class _ScansTheLastAgain(FaultlessStore):
    async def scan(self, after: str | None, limit: int) -> Sequence[Record]:
        records = sorted(self.records(), key=lambda record: record.key)
        return [each for each in records if after is None or each.key >= after][:limit]


class _FindsSubjectsByTheirBeginning(FaultlessStore):
    async def by_subject(self, subject: str) -> Sequence[Record]:
        return [
            record
            for record in self.records()
            if any(each.startswith(subject) for each in record.subjects)
        ]


class _FindsOneSession(FaultlessStore):
    async def by_subject(self, subject: str) -> Sequence[Record]:
        return list(await super().by_subject(subject))[:1]


class _ListsThenLooks(FaultlessStore):
    async def by_subject(self, subject: str) -> Sequence[Record]:
        listed = [record.key for record in await super().by_subject(subject)]
        found = []
        for key in listed:
            await asyncio.sleep(0)
            stored = self.entries[key]
            if isinstance(stored, Record):
                found.append(stored)
        return found


class _KeepsEventsOfRefusals(FaultlessStore):
    async def create(self, record: Record, /, *, events: Sequence[bytes] = ()) -> int:
        self.keep(events)
        return await super().create(record)


class _ForgetsEventsOfEnds(FaultlessStore):
    async def retire(self, key: str, /, **given: Any) -> None:
        given.pop("events", None)
        await super().retire(key, **given)


class _SettlesEverything(FaultlessStore):
    async def settle(self, ids: Sequence[str]) -> None:
        self.events.clear()


class _DeliversTheNewestFirst(FaultlessStore):
    async def pending(self, limit: int) -> Sequence[Delivery]:
        return self.events[::-1][:limit]


class _HasLostAPower:
    def __init__(self) -> None:
        store = FaultlessStore()
        self.load, self.create, self.replace = store.load, store.create, store.replace
        self.touch, self.retire = store.touch, store.retire
        self.purge, self.scan = store.purge, store.scan
        self.pending, self.settle = store.pending, store.settle
        self.claim = store.claim


class _StumblesOverDamage(FaultlessStore):
    def records(self) -> list[Record]:
        for each in self.entries.values():
            if isinstance(each, DecodeError):
                raise each
        return super().records()


class _PurgesUpToDamage(FaultlessStore):
    async def purge(self, now: float, limit: int) -> int:
        damaged = [
            key for key, each in self.entries.items() if isinstance(each, DecodeError)
        ]
        return 0 if damaged else await super().purge(now, limit)


class _CutsPagesShort(FaultlessStore):
    async def scan(self, after: str | None, limit: int) -> Sequence[Record]:
        keys = sorted(key for key in self.entries if after is None or key > after)
        page = [self.entries[key] for key in keys[:limit]]
        return [each for each in page if isinstance(each, Record)]


FAULTY_STORES: Mapping[str, Callable[[], AsyncStore]] = MappingProxyType(
    {
        **FAULTY_VERBS,
        **FAULTY_CLAIMS,
        "purges the living": _PurgesTheLiving,
        "purges without limit": _PurgesWithoutLimit,
        "purges at the first end": _PurgesAtTheFirstEnd,
        "purges no retirements": _PurgesNoRetirements,
        "scans in no order": _ScansInNoOrder,
        "scans the last again": _ScansTheLastAgain,
        "finds subjects by their beginning": _FindsSubjectsByTheirBeginning,
        "finds one session": _FindsOneSession,
        "lists then looks": _ListsThenLooks,
        "keeps events of refusals": _KeepsEventsOfRefusals,
        "forgets events of ends": _ForgetsEventsOfEnds,
        "settles everything": _SettlesEverything,
        "delivers the newest first": _DeliversTheNewestFirst,
        "has lost a power": _HasLostAPower,
        "stumbles over damage": _StumblesOverDamage,
        "purges up to damage": _PurgesUpToDamage,
        "cuts pages short at damage": _CutsPagesShort,
    }
)
