"""
A small store without a fault, for event loops, to plant faults in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ocstate.exceptions import ConflictError, DecodeError
from ocstate.protocols import Delivery, Record, Retired
from ocstate.stores.verbs import (
    Entry,
    Stored,
    check_retirement,
    created,
    end_of,
    replaced,
    touched,
)


class FaultlessStore:
    """
    Keep everything in plain attributes, and decide each verb in a method of its own.

    It needs no lock, because it never waits between looking and writing.
    """

    def __init__(self) -> None:
        self.entries: dict[str, Entry | DecodeError] = {}
        self.events: list[Delivery] = []
        self.claims: dict[str, tuple[float, bytes | DecodeError]] = {}
        self.count = 0

    async def load(self, key: str, /) -> Record | Retired | None:
        stored = self.entries.get(key)
        if isinstance(stored, DecodeError):
            raise stored
        return stored

    async def create(self, record: Record, /, *, events: Sequence[bytes] = ()) -> int:
        entry = self.on_create(self.entries.get(record.key), record)
        self.entries[record.key] = entry
        self.keep(events)
        return entry.version

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
        self.entries[record.key] = entry
        self.keep(events)
        return entry.version

    async def touch(self, key: str, /, *, seen_at: float, expires_at: float) -> None:
        entry = self.on_touch(self.entries.get(key), seen_at, expires_at)
        if entry is not None:
            self.entries[key] = entry

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
        if self.on_retire(self.entries.get(key), retired, expected, now()):
            self.entries[key] = retired
            self.keep(events)

    async def purge(self, now: float, limit: int) -> int:
        ends = self.known_ends()
        over = [key for key, end in ends.items() if end < now]
        for key in over[:limit]:
            del self.entries[key]
        left = limit - len(over[:limit])
        past = [name for name, (until, _) in self.claims.items() if until < now]
        for name in past[:left]:
            del self.claims[name]
        return len(over[:limit]) + len(past[:left])

    async def scan(self, after: str | None, limit: int) -> Sequence[Record]:
        records = sorted(self.records(), key=lambda record: record.key)
        return [each for each in records if after is None or each.key > after][:limit]

    async def by_subject(self, subject: str) -> Sequence[Record]:
        return [record for record in self.records() if subject in record.subjects]

    async def pending(self, limit: int) -> Sequence[Delivery]:
        return self.events[:limit]

    async def settle(self, ids: Sequence[str]) -> None:
        self.events = [each for each in self.events if each.id not in ids]

    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        if name not in self.claims:
            self.claims[name] = until, bytes(value)
            return None
        _, taken = self.claims[name]
        if isinstance(taken, DecodeError):
            raise taken
        return taken

    def on_create(self, stored: Stored, record: Record) -> Record:
        """
        Return what a ``create`` stores.
        """
        if stored is not None:
            raise ConflictError("the key is taken")
        return created(record)

    def on_replace(
        self, stored: Stored, record: Record, expected: int, now: float
    ) -> Record:
        """
        Return what a ``replace`` stores.
        """
        return replaced(stored, record, expected, now)

    def on_touch(
        self, stored: Stored, seen_at: float, expires_at: float
    ) -> Record | None:
        """
        Return what a ``touch`` stores, or None.
        """
        return touched(stored, seen_at, expires_at)

    def on_retire(
        self, stored: Stored, retired: Retired, expected: int | None, now: float
    ) -> bool:
        """
        Tell whether a ``retire`` stores its note.
        """
        return check_retirement(stored, retired, expected, now)

    def keep(self, events: Sequence[bytes]) -> None:
        """
        Keep *events* until they are settled.
        """
        for event in events:
            self.count += 1
            self.events.append(Delivery(id=f"{self.count}", event=event))

    def spoil(self, key: str) -> None:
        """
        Let what stands under *key* be damaged.
        """
        self.entries[key] = DecodeError("spoiled", reason="damaged")

    def spoil_claim(self, name: str) -> None:
        """
        Let the value of the claim of *name* be damaged.
        """
        until, _ = self.claims[name]
        self.claims[name] = until, DecodeError("spoiled", reason="damaged")

    def known_ends(self) -> dict[str, float]:
        """
        Return when each entry that can be read may be forgotten.
        """
        return {
            key: end_of(entry)
            for key, entry in self.entries.items()
            if not isinstance(entry, DecodeError)
        }

    def records(self) -> list[Record]:
        """
        Return all records.
        """
        return [each for each in self.entries.values() if isinstance(each, Record)]
