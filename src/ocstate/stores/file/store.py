"""
A store in a folder, one file a session, for machines where a database is unwanted.
"""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from threading import TIMEOUT_MAX

from filelock import lock_descriptor

from ocstate.exceptions import (
    ConfigurationError,
    ConflictError,
    DecodeError,
    Outcome,
    StoreError,
    StoreUnavailableError,
    UsageError,
)
from ocstate.protocols import Record, Retired
from ocstate.stores.exclusion import require_locks
from ocstate.stores.file.errors import translated
from ocstate.stores.file.format import encode_claim, encode_entry
from ocstate.stores.file.layout import (
    LONGEST_KEY,
    FileLayout,
    Place,
    end_of_slot,
    names_in,
    slot_of,
)
from ocstate.stores.file.locks import StripedLocks, StripeTurn
from ocstate.stores.file.reading import find, find_header, load, load_claim
from ocstate.stores.ownership import warn_of_strangers
from ocstate.stores.verbs import (
    Entry,
    Stored,
    check_retirement,
    created,
    end_of,
    replaced,
    touched,
)

_log = logging.getLogger(__name__)

# How long a purge waits for whoever changes what it wants to delete, in seconds.
_PURGE_PATIENCE = 0.01


class FileStore:
    """
    Keep records in a folder of a local disk that several processes may share.

    Readers take no lock: a file is replaced by a whole new one. A change that was
    answered with success survives the death of the process at any instant, and with
    *fsync* a loss of power too.

    Args:
        folder: Created when it is missing, readable by its owner alone.
        fsync: Whether to wait until the disk has what was written.
        timeout: How long to wait for others who change the same session, in seconds.

    Raises:
        ConfigurationError: If *folder* is no folder, has another layout, or is on a
            disk whose locks keep nobody out, or if *timeout* is no time.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        fsync: bool = False,
        timeout: float = 5.0,
    ) -> None:
        if not 0 <= timeout <= TIMEOUT_MAX:
            raise ConfigurationError(f"timeout must be some seconds, not {timeout}")
        # A later change of the working directory must not move the store.
        self.folder = Path(folder).absolute()
        self.timeout = timeout
        self._layout = FileLayout(self.folder, fsync=fsync)
        self._locks = StripedLocks(self.folder / "locks", timeout)
        try:
            self._layout.make_folders()
            require_locks(
                self.folder / "locks", partial(lock_descriptor, blocking=False)
            )
            # Whoever holds a lock for long keeps nobody from opening the store.
            if self._layout.is_new:
                with self._locks.hold(0) as turn, turn:
                    self._layout.identify()
            self._layout.check()
            warn_of_strangers(self.folder)
        except OSError as error:
            raise ConfigurationError(
                f"no store can be at {self.folder}: {error}"
            ) from error

    def close(self) -> None:
        """
        Do nothing, for no file stays open from one call to the next.
        """

    def load(self, key: str, /) -> Record | Retired | None:
        with self._translated("not applied"):
            entry = load(self._layout.session(key))
            if entry is None:
                self._layout.require()
            return entry

    def create(self, record: Record, /, *, events: Sequence[bytes] = ()) -> int:
        """
        Store a record under a key that is free, and return its version.

        Raises:
            ConflictError: If the key is taken, by a record or by a retirement.
            StoreError: If the backend failed, or if the key has more than 127 bytes.
        """
        _refuse(events)
        entry = created(record)
        place = self._layout.session(entry.key)
        if place.name.startswith("x"):
            raise StoreError(f"a key must not have more than {LONGEST_KEY} bytes")
        with self._holding(place) as turn, turn:
            if place.path.exists():
                raise ConflictError("the key is taken")
            self._put(place, None, entry)
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
        _refuse(events)
        place = self._layout.session(record.key)
        with self._holding(place) as turn, turn:
            stored = find_header(place)
            entry = replaced(stored, record, expected, now())
            self._put(place, stored, entry)
        return entry.version

    def touch(self, key: str, /, *, seen_at: float, expires_at: float) -> None:
        place = self._layout.session(key)
        with self._holding(place) as turn, turn:
            entry = touched(find(place), seen_at, expires_at)
            if entry is not None:
                self._write(place, encode_entry(entry))

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
        _refuse(events)
        place = self._layout.session(key)
        with self._holding(place) as turn, turn:
            stored = find_header(place)
            if check_retirement(stored, retired, expected, now()):
                self._put(place, stored, retired)

    def purge(self, now: float, limit: int) -> int:
        deleted, busy = 0, set[int]()
        with self._translated("unknown"):
            self._layout.require()
            for stripe, path in self._layout.temporary():
                # A writer of such a file holds its lock for as long as it lives.
                self._unless_busy(stripe, busy, partial(_remove, path))
            for slot in self._layout.due_slots(now):
                for name in names_in(self._layout.ends(slot)):
                    if deleted >= limit:
                        return deleted
                    place = self._layout.place(name)
                    purge_one = partial(self._purge_one, slot, place, now)
                    deleted += self._unless_busy(place.stripe, busy, purge_one)
                if end_of_slot(slot) <= now:
                    self._layout.remove_slot(slot)
        return deleted

    def scan(self, after: str | None, limit: int) -> Sequence[Record]:
        with self._translated("not applied"):
            self._layout.require()
            names = self._layout.session_names(after)
            return list(islice(self._records(names), limit))

    def by_subject(self, subject: str) -> Sequence[Record]:
        found, seen = [], set[str]()
        # One for all of them, however many there are to wait for.
        deadline = self._locks.deadline()
        with self._translated("not applied"):
            self._layout.require()
            # Listed again, because a session may have gone on under a new key.
            while names := set(names_in(self._layout.subject(subject))) - seen:
                seen |= names
                for name in names:
                    record = self._member(subject, self._layout.place(name), deadline)
                    if record is not None:
                        found.append(record)
        return found

    def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        place, data = self._layout.claim(name), encode_claim(name, until, value)
        with self._holding(place) as turn, turn:
            taken = load_claim(place)
            if taken is None:
                self._layout.mark(self._layout.ends(slot_of(until)) / place.name)
                self._write(place, data)
        return taken

    def _translated(self, outcome: Outcome) -> AbstractContextManager[None]:
        return translated(self.folder, outcome)

    @contextmanager
    def _holding(self, place: Place) -> Iterator[StripeTurn]:
        with self._translated("not applied"), self._locks.hold(place.stripe) as turn:
            yield turn

    def _put(self, place: Place, stored: Stored, entry: Entry) -> None:
        old, new = _subjects(stored), _subjects(entry)
        for subject in new - old:
            self._layout.mark(self._layout.subject(subject) / place.name)
        # An end that moves on keeps its mark; purging moves that.
        noted = end_of(stored) if isinstance(stored, Record | Retired) else math.inf
        if end_of(entry) < noted:
            self._layout.mark(self._layout.ends(slot_of(end_of(entry))) / place.name)
        self._write(place, encode_entry(entry))
        with self._translated("unknown"):
            self._unmark(old - new, place.name)

    def _write(self, place: Place, data: bytes) -> None:
        self._layout.write(place, data)
        with self._translated("unknown"):
            self._layout.sync(place.path.parent)

    def _unmark(self, subjects: AbstractSet[str], name: str) -> None:
        for subject in subjects:
            folder = self._layout.subject(subject)
            (folder / name).unlink(missing_ok=True)
            # Other sessions of the subject keep the folder.
            with suppress(OSError):
                folder.rmdir()

    def _records(self, names: Iterable[str]) -> Iterator[Record]:
        for name in names:
            record = _living(find(self._layout.place(name)))
            if record is not None:
                yield record

    def _member(self, subject: str, place: Place, deadline: float) -> Record | None:
        entry = find(place)
        if _belongs(entry, subject):
            return _living(entry)
        # A mark is set before what it tells of is written: wait for the writer. If
        # there is none, it died in between.
        with self._locks.hold(place.stripe, deadline) as turn, turn:
            entry = find(place)
            if _belongs(entry, subject):
                return _living(entry)
            self._unmark({subject}, place.name)
        return None

    def _unless_busy(self, stripe: int, busy: set[int], work: Callable[[], int]) -> int:
        # The next purge gets what this one leaves. It waits once for a stripe, and not
        # for long: whoever holds it may have been stopped.
        if stripe not in busy:
            try:
                until = time.monotonic() + _PURGE_PATIENCE
                with self._locks.hold(stripe, until) as turn, turn:
                    return work()
            except StoreUnavailableError:
                busy.add(stripe)
        return 0

    def _purge_one(self, slot: int, place: Place, now: float) -> int:
        mark = self._layout.ends(slot) / place.name
        entry = find_header(place)
        if isinstance(entry, DecodeError):
            # A later ocstate may live with it; what cannot be a file of ours is
            # somebody's. All else goes at the end that was noted for it last.
            if entry.reason == "newer_format" or place.path.is_dir():
                return 0
            end = end_of_slot(slot)
            entry = Retired(key="", reason="unreadable", at=end, until=end)
        is_over = entry is not None and end_of(entry) < now
        if entry is not None and is_over:
            place.path.unlink()
            self._unmark(_subjects(entry), place.name)
        elif entry is not None:
            if slot_of(end_of(entry)) == slot:
                return 0
            self._layout.mark(self._layout.ends(slot_of(end_of(entry))) / place.name)
        mark.unlink(missing_ok=True)
        return int(is_over)


def _belongs(stored: Stored, subject: str) -> bool:
    """
    Tell whether a mark of *subject* is right, or may be: the file may be mended.
    """
    if isinstance(stored, Record):
        return subject in stored.subjects
    return isinstance(stored, DecodeError)


def _living(stored: Stored) -> Record | None:
    if isinstance(stored, DecodeError):
        # Nobody can use it, so it must not hide the others.
        _log.warning("left out a session: %s", stored)
    return stored if isinstance(stored, Record) else None


def _remove(path: Path) -> int:
    path.unlink(missing_ok=True)
    return 1


def _subjects(entry: Stored) -> AbstractSet[str]:
    return set(entry.subjects) if isinstance(entry, Record) else set()


def _refuse(events: Sequence[bytes]) -> None:
    if events:
        raise UsageError("a file store keeps no events")
