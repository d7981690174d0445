"""
A store in the memory of one process, for tests, demos and single workers.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import islice
from threading import Lock

from ocstate.exceptions import ConfigurationError, ConflictError, StoreUnavailableError
from ocstate.protocols import Delivery, Record, Retired
from ocstate.stores.forks import watch_forks
from ocstate.stores.verbs import (
    Entry,
    check_retirement,
    created,
    end_of,
    replaced,
    touched,
)

__all__ = ["MemoryStore"]


class MemoryStore:
    """
    Keep records in a dict, behind a lock.

    Everything is lost with the process, and a forked child goes on with a copy.

    A living session is never thrown away to make room, because nothing acknowledged
    may be lost. At the *maximum* a new session first takes the place of those that had
    ended when it was last seen; where there are none it is refused with
    `StoreUnavailableError`. Sessions that are there can always be changed and ended,
    but not go on under a new token: a login, a logout and every other rotation creates
    a record, and so is refused like a new session, with nothing written. The maximum
    therefore needs room for more than the sessions that are expected.

    Args:
        maximum: How many records and retirements are kept at once; None for any number.

    Raises:
        ConfigurationError: If *maximum* leaves no room for a session.
    """

    def __init__(self, maximum: int | None = None) -> None:
        if maximum is not None and maximum < 1:
            raise ConfigurationError(f"maximum must be at least 1, not {maximum}")
        self.maximum = maximum
        self._lock = Lock()
        self._entries: dict[str, Entry] = {}
        self._claims: dict[str, float] = {}
        self._subjects: defaultdict[str, set[str]] = defaultdict(set)
        self._events: dict[int, bytes] = {}
        self._last_event = 0
        # An end that moves on is not noted again before the noted one has come.
        self._entry_ends: list[tuple[float, str]] = []
        self._claim_ends: list[tuple[float, str]] = []
        watch_forks(self)

    def load(self, key: str, /) -> Record | Retired | None:
        return self._entries.get(key)

    def create(self, record: Record, /, *, events: Sequence[bytes] = ()) -> int:
        """
        Store a record under a key that is free, and return its version.

        Raises:
            ConflictError: If the key is taken, by a record or by a retirement.
            StoreUnavailableError: If there is no room; nothing was stored.
        """
        entry = created(record)
        with self._lock:
            if entry.key in self._entries:
                raise ConflictError("the key is taken")
            if self._is_full() and not self._purge_entries(entry.seen_at, 1):
                raise StoreUnavailableError(
                    f"the store holds its maximum of {self.maximum} sessions",
                    outcome="not applied",
                )
            self._put(entry.key, entry, events)
        return entry.version

    def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        with self._lock:
            entry = replaced(self._entries.get(record.key), record, expected, now())
            self._put(record.key, entry, events)
        return entry.version

    def touch(self, key: str, /, *, seen_at: float, expires_at: float) -> None:
        with self._lock:
            entry = touched(self._entries.get(key), seen_at, expires_at)
            if entry is not None:
                self._entries[key] = entry

    def retire(
        self,
        key: str,
        /,
        *,
        expected: int | None,
        retired: Retired,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> None:
        with self._lock:
            stored = self._entries.get(key)
            if check_retirement(stored, retired, expected, now()):
                self._put(key, retired, events)

    def purge(self, now: float, limit: int) -> int:
        with self._lock:
            deleted = self._purge_entries(now, limit)
            while deleted < limit and self._claim_ends and self._claim_ends[0][0] < now:
                _, name = heapq.heappop(self._claim_ends)
                del self._claims[name]
                deleted += 1
        return deleted

    def scan(self, after: str | None, limit: int) -> Sequence[Record]:
        with self._lock:
            records = [
                entry
                for key, entry in self._entries.items()
                if isinstance(entry, Record) and (after is None or key > after)
            ]
        return heapq.nsmallest(limit, records, key=lambda record: record.key)

    def by_subject(self, subject: str) -> Sequence[Record]:
        with self._lock:
            entries = [self._entries[key] for key in self._subjects.get(subject, ())]
        return [entry for entry in entries if isinstance(entry, Record)]

    def pending(self, limit: int) -> Sequence[Delivery]:
        with self._lock:
            oldest = list(islice(self._events.items(), limit))
        return [Delivery(id=str(number), event=event) for number, event in oldest]

    def settle(self, ids: Sequence[str]) -> None:
        settled = {int(each) for each in ids if each.isdecimal()}
        with self._lock:
            for number in settled & self._events.keys():
                del self._events[number]

    def claim(self, name: str, until: float) -> bool:
        with self._lock:
            if name in self._claims:
                return False
            self._claims[name] = until
            heapq.heappush(self._claim_ends, (until, name))
            return True

    def before_fork(self) -> None:
        self._lock.acquire()

    def after_fork_in_parent(self) -> None:
        self._lock.release()

    def after_fork_in_child(self) -> None:
        self._lock.release()

    def _is_full(self) -> bool:
        return self.maximum is not None and len(self._entries) >= self.maximum

    def _put(self, key: str, entry: Entry, events: Sequence[bytes]) -> None:
        old = self._entries.get(key)
        if old is None or end_of(entry) < end_of(old):
            heapq.heappush(self._entry_ends, (end_of(entry), key))
        self._index(key, old, entry)
        self._entries[key] = entry
        for event in events:
            self._last_event += 1
            self._events[self._last_event] = bytes(event)

    def _index(self, key: str, old: Entry | None, new: Entry | None) -> None:
        for subject in old.subjects if isinstance(old, Record) else ():
            self._subjects[subject].discard(key)
            if not self._subjects[subject]:
                del self._subjects[subject]
        for subject in new.subjects if isinstance(new, Record) else ():
            self._subjects[subject].add(key)

    def _purge_entries(self, now: float, limit: int) -> int:
        deleted = 0
        while deleted < limit and self._entry_ends and self._entry_ends[0][0] < now:
            _, key = heapq.heappop(self._entry_ends)
            entry = self._entries.get(key)
            if entry is None:
                continue
            if end_of(entry) < now:
                self._index(key, entry, None)
                del self._entries[key]
                deleted += 1
            else:
                heapq.heappush(self._entry_ends, (end_of(entry), key))
        return deleted
