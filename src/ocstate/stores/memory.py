"""
A store in the memory of one process, for tests, demos and single workers.
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice, repeat
from typing import Any

from ocstate.exceptions import ConfigurationError, ConflictError, StoreUnavailableError
from ocstate.protocols import Delivery, Record, Retired
from ocstate.stores.locks import Turn, Turns
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

    Each change is one step of the interpreter, so that an exception from outside, such
    as a signal handler's, comes before it or after it.

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
        self._turns = Turns()
        self._entries: dict[str, Entry] = {}
        self._claims: dict[str, tuple[float, bytes]] = {}
        self._subjects: defaultdict[str, set[str]] = defaultdict(set)
        self._events: dict[int, bytes] = {}
        self._last_event = 0
        # An end that moves on is not noted again before the noted one has come.
        self._entry_ends: list[tuple[float, str]] = []
        self._claim_ends: list[tuple[float, str]] = []

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
        with self._turns.take() as turn:
            if entry.key in self._entries:
                raise ConflictError("the key is taken")
            if self._is_full() and not self._purge_entries(entry.seen_at, 1):
                raise StoreUnavailableError(
                    f"the store holds its maximum of {self.maximum} sessions",
                    outcome="not applied",
                )
            self._put(turn, entry.key, entry, events)
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
        with self._turns.take() as turn:
            entry = replaced(self._entries.get(record.key), record, expected, now())
            self._put(turn, record.key, entry, events)
        return entry.version

    def touch(self, key: str, /, *, seen_at: float, expires_at: float) -> None:
        with self._turns.take() as turn:
            entry = touched(self._entries.get(key), seen_at, expires_at)
            if entry is not None:
                turn.check()
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
        with self._turns.take() as turn:
            stored = self._entries.get(key)
            if check_retirement(stored, retired, expected, now()):
                self._put(turn, key, retired, events)

    def purge(self, now: float, limit: int) -> int:
        with self._turns.take():
            deleted = self._purge_entries(now, limit)
            while deleted < limit and self._claim_ends and self._claim_ends[0][0] < now:
                claim = self._claims.get(self._claim_ends[0][1])
                # A claim that was interrupted took nothing, but left its end.
                if claim is not None and claim[0] < now:
                    del self._claims[self._claim_ends[0][1]]
                    deleted += 1
                heapq.heappop(self._claim_ends)
        return deleted

    def scan(self, after: str | None, limit: int) -> Sequence[Record]:
        with self._turns.take():
            records = [
                entry
                for key, entry in self._entries.items()
                if isinstance(entry, Record) and (after is None or key > after)
            ]
        return heapq.nsmallest(limit, records, key=lambda record: record.key)

    def by_subject(self, subject: str) -> Sequence[Record]:
        found = []
        with self._turns.take():
            for key in tuple(self._subjects.get(subject, ())):
                entry = self._entries.get(key)
                if isinstance(entry, Record) and subject in entry.subjects:
                    found.append(entry)
                else:
                    self._unmark({subject}, key)
        return found

    def pending(self, limit: int) -> Sequence[Delivery]:
        with self._turns.take():
            oldest = list(islice(self._events.items(), limit))
        return [Delivery(id=str(number), event=event) for number, event in oldest]

    def settle(self, ids: Sequence[str]) -> None:
        settled = [int(each) for each in ids if each.isdecimal()]
        with self._turns.take():
            _in_one_step(map(self._events.pop, settled, repeat(None)))

    def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        claim = until, bytes(value)
        with self._turns.take() as turn:
            if name in self._claims:
                return self._claims[name][1]
            heapq.heappush(self._claim_ends, (until, name))
            turn.check()
            self._claims[name] = claim
            return None

    def _is_full(self) -> bool:
        return self.maximum is not None and len(self._entries) >= self.maximum

    def _put(self, turn: Turn, key: str, entry: Entry, events: Sequence[bytes]) -> None:
        # What points to an entry is there before it, and goes after it.
        old = self._entries.get(key)
        if old is None or end_of(entry) < end_of(old):
            heapq.heappush(self._entry_ends, (end_of(entry), key))
        new_subjects = _subjects(entry)
        for subject in new_subjects:
            self._subjects[subject].add(key)
        numbered = dict(enumerate(map(bytes, events), self._last_event + 1))
        self._last_event += len(numbered)
        update: Any = dict.update
        changes = ({key: entry}, numbered)
        turn.check()
        _in_one_step(map(update, (self._entries, self._events), changes))
        self._unmark(_subjects(old) - new_subjects, key)

    def _unmark(self, subjects: Iterable[str], key: str) -> None:
        for subject in subjects:
            self._subjects[subject].discard(key)
            if not self._subjects[subject]:
                del self._subjects[subject]

    def _purge_entries(self, now: float, limit: int) -> int:
        deleted = 0
        while deleted < limit and self._entry_ends and self._entry_ends[0][0] < now:
            key = self._entry_ends[0][1]
            entry = self._entries.get(key)
            if entry is not None and end_of(entry) >= now:
                heapq.heapreplace(self._entry_ends, (end_of(entry), key))
                continue
            if entry is not None:
                del self._entries[key]
                self._unmark(_subjects(entry), key)
                deleted += 1
            heapq.heappop(self._entry_ends)
        return deleted


def _subjects(entry: Entry | None) -> AbstractSet[str]:
    return set(entry.subjects) if isinstance(entry, Record) else set()


def _in_one_step(calls: Iterator[object]) -> None:
    """
    Make all *calls*, of functions in C, with nothing of Python between them.
    """
    deque(calls, maxlen=0)
