"""
Where things are in the folder of a file store, and how files get there whole.

::

    layout                      tells what this folder is, and the layout's number
    sessions/<shard>/<name>     records and retirements, one file a key
    claims/<shard>/<name>       names that somebody took, with their values
    subjects/<xx>/<hash>/<name> empty marks: sessions of a subject
    ends/<day>/<slot>/<name>    empty marks: what may end in ten minutes of a day
    locks/<stripe>.lock         one lock file a stripe
    temporary/<stripe>.<random> files on their way to their place

A mark is set before the file that it tells of is written and removed after that file is
gone, so that a process which dies leaves a mark too many, never one too few.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from attrs import field, frozen

from ocstate.exceptions import (
    ConfigurationError,
    StoreError,
    StoreUnavailableError,
)
from ocstate.stores.descriptors import opened
from ocstate.stores.file.locks import STRIPES
from ocstate.stores.forks import births

# Bytes; a file's name has at most 255, two for each of these and one more.
LONGEST_KEY = 127

_LAYOUT = "ocstate file store 1\n"
_FOLDERS = ("sessions", "claims", "subjects", "ends", "locks", "temporary")
_TEMPORARY = re.compile(r"([0-9]{1,2})\.[0-9a-f]{16}")
_DAY = 86400
_SLOT = 600


def names_in(folder: Path) -> Iterator[str]:
    """
    Yield the names in a folder, unsorted; none where there is no folder.
    """
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        yield from (entry.name for entry in entries)


def end_of_slot(slot: int) -> float:
    """
    Return the first instant that no longer lies in *slot*.
    """
    return (slot + 1.0) * _SLOT


def slot_of(end: float) -> int:
    """
    Return the number of the ten minutes that *end* lies in.
    """
    return int(min(max(end, 0.0), 1e12) // _SLOT)


def name_of(key: str) -> str:
    """
    Return the name of a session's file.

    It spells the key's bytes, so that it sorts as the key does and cannot leave the
    folder. A key that is too long gets a name at which nothing ever is.
    """
    spelled = key.encode("utf-8", "surrogatepass")
    if len(spelled) > LONGEST_KEY:
        return f"x{sha256(spelled).hexdigest()}"
    return f"k{spelled.hex()}"


def claim_name_of(name: str) -> str:
    """
    Return the name of a claim's file, whatever text it claims.
    """
    return f"c{_hash(name)}"


@frozen(kw_only=True)
class Place:
    """
    Where the file of one key or claim is, and the stripe whose lock guards it.

    It is for one change in one process: a child that was forked by a signal's handler
    in the midst of the change has not the lock, and must not go on with it.
    """

    name: str
    path: Path
    stripe: int
    _births: int = field(factory=births, init=False, eq=False, repr=False)

    @property
    def is_ours(self) -> bool:
        """
        Whether this is the process that the place was made in.
        """
        return self._births == births()

    def check(self) -> None:
        """
        Make sure that it is.

        Raises:
            StoreUnavailableError: If it is a child of that.
        """
        if not self.is_ours:
            raise StoreUnavailableError(
                "the process forked in the midst of a change", outcome="not applied"
            )

    @property
    def is_session(self) -> bool:
        """
        Tell whether a session's file is there, not a claim's.
        """
        return not self.name.startswith("c")


class FileLayout:
    """
    Name files, and put them where they belong.

    Args:
        folder: The store's own folder.
        fsync: Whether to wait until the disk has what was written.
    """

    def __init__(self, folder: Path, *, fsync: bool) -> None:
        self.folder = folder
        self.fsync = fsync

    def make_folders(self) -> None:
        """
        Create what is missing, readable by its owner alone.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in _FOLDERS:
            (self.folder / name).mkdir(exist_ok=True)

    @property
    def is_new(self) -> bool:
        """
        Whether nobody has written down yet what the folder is.
        """
        return not (self.folder / "layout").exists()

    def identify(self) -> None:
        """
        Write down what the folder is, if nobody has.

        Only the holder of stripe 0 may do so.
        """
        if self.is_new:
            place = Place(name="", path=self.folder / "layout", stripe=0)
            self.write(place, _LAYOUT.encode())

    def check(self) -> None:
        """
        Make sure that the folder is what was written down.

        Raises:
            ConfigurationError: If it has another layout.
        """
        found = (self.folder / "layout").read_text("utf-8", "replace")
        if found != _LAYOUT:
            raise ConfigurationError(
                f"{self.folder} has another layout: {found[:40]!r}"
            )

    def require(self) -> None:
        """
        Make sure that the folder is there still, and is a store.

        A disk that is not mounted leaves an empty folder in its place, in which every
        session would seem unknown.

        Raises:
            OSError: If it is not.
        """
        (self.folder / "layout").stat()

    def session(self, key: str) -> Place:
        """
        Return the place of a session.
        """
        return self.place(name_of(key))

    def claim(self, name: str) -> Place:
        """
        Return the place of a claim.
        """
        return self.place(claim_name_of(name))

    def place(self, name: str) -> Place:
        """
        Return the place of the file *name*, as a mark has it.
        """
        kind = "claims" if name.startswith("c") else "sessions"
        return Place(
            name=name,
            path=self.folder / kind / name[:5] / name,
            stripe=crc32(name.encode()) % STRIPES,
        )

    def session_names(self, after: str | None) -> Iterator[str]:
        """
        Yield the names of sessions in the order of their keys, from *after* on.
        """
        start = "" if after is None else name_of(after)
        sessions = self.folder / "sessions"
        for shard in sorted(names_in(sessions)):
            if shard >= start[:5]:
                names = names_in(sessions / shard)
                yield from sorted(name for name in names if name > start)

    def subject(self, subject: str) -> Path:
        """
        Return the folder with the marks of a subject's sessions.
        """
        hashed = _hash(subject)
        return self.folder / "subjects" / hashed[:2] / hashed

    def ends(self, slot: int) -> Path:
        """
        Return the folder with the marks of what may end in *slot*.
        """
        return self.folder / "ends" / str(slot * _SLOT // _DAY) / str(slot)

    def due_slots(self, now: float) -> Iterator[int]:
        """
        Yield the slots that have begun, earliest first, reading past days only.
        """
        ends, last = self.folder / "ends", slot_of(now)
        for day in sorted(_numbers_in(ends)):
            if day <= last * _SLOT // _DAY:
                slots = sorted(_numbers_in(ends / str(day)))
                yield from (slot for slot in slots if slot <= last)

    def remove_slot(self, slot: int) -> None:
        """
        Remove the folders of a slot and of its day where they are empty.
        """
        folder = self.ends(slot)
        with suppress(OSError):
            folder.rmdir()
            folder.parent.rmdir()

    def temporary(self) -> Iterator[tuple[int, Path]]:
        """
        Yield unfinished files, each with the stripe whose holder is writing it.
        """
        folder = self.folder / "temporary"
        for name in names_in(folder):
            found = _TEMPORARY.fullmatch(name)
            if found and int(found[1]) < STRIPES:
                yield int(found[1]), folder / name

    def write(self, place: Place, data: bytes) -> None:
        """
        Put a whole file in its place, or nothing.

        Raises:
            StoreUnavailableError: If the process forked since it had the *place*.
        """
        path = self.folder / "temporary" / f"{place.stripe}.{secrets.token_hex(8)}"
        try:
            with opened(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as private:
                place.check()
                with open(private, "wb", closefd=False) as file:
                    file.write(data)
                if self.fsync:
                    os.fsync(private)
            place.check()
            try:
                path.replace(place.path)
            except FileNotFoundError:
                self._make(place.path.parent)
                path.replace(place.path)
        except BaseException:
            if place.is_ours:
                path.unlink(missing_ok=True)
            raise

    def mark(self, path: Path) -> None:
        """
        Set a mark, however often its folder is removed for being empty meanwhile.

        Raises:
            StoreError: If the folder cannot be kept.
        """
        for _ in range(10):
            try:
                with opened(path, os.O_WRONLY | os.O_CREAT):
                    pass
            except FileNotFoundError:
                self._make(path.parent)
            else:
                self.sync(path.parent)
                return
        raise StoreError(f"the folder {path.parent} does not stay")

    def sync(self, folder: Path) -> None:
        """
        Wait until the disk knows the names in *folder*, if it was asked for.
        """
        if self.fsync:
            with opened(folder, os.O_RDONLY) as descriptor:
                os.fsync(descriptor)

    def _make(self, folder: Path) -> None:
        # A store that vanished is not begun anew in an empty folder.
        self.require()
        if not folder.is_dir():
            self._make(folder.parent)
            folder.mkdir(exist_ok=True)
            self.sync(folder.parent)


def _numbers_in(folder: Path) -> Iterator[int]:
    """
    Yield the numbers in a folder, and leave out what somebody else put there.
    """
    for name in names_in(folder):
        if name.isascii() and name.isdecimal():
            yield int(name)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
