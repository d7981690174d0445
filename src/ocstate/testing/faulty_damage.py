"""
Stores with one planted fault each in what they make of a damaged record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import evolve

from ocstate.exceptions import DecodeError, StoreError
from ocstate.protocols import AsyncStore, Record, Retired
from ocstate.stores.verbs import Stored, created
from ocstate.testing.faultless import FaultlessStore


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


class _OverwritesDamage(FaultlessStore):
    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        if isinstance(stored, DecodeError):
            return evolve(created(record), version=expected + 1)
        return super().on_replace(stored, record, expected, now)


class _EndsNoDamage(FaultlessStore):
    def on_retire(
        self, stored: Stored, retired: Retired, expected: int | None, now: float
    ) -> bool:
        is_damaged = isinstance(stored, DecodeError)
        return super().on_retire(stored, retired, expected, now) and not is_damaged


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


FAULTY_DAMAGE: Mapping[str, Callable[[], AsyncStore]] = {
    "hides damage": _HidesDamage,
    "calls damage an outage": _CallsDamageAnOutage,
    "overwrites damage": _OverwritesDamage,
    "ends no damage": _EndsNoDamage,
    "stumbles over damage": _StumblesOverDamage,
    "purges up to damage": _PurgesUpToDamage,
    "cuts pages short at damage": _CutsPagesShort,
}
