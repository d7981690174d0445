"""
What the file store promises beside the suite: names, whole files, marks, locks, errors.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve
from filelock import lock_descriptor

from ocstate.exceptions import (
    ConfigurationError,
    ConflictError,
    DecodeError,
    GoneError,
    StoreError,
    StoreUnavailableError,
    UsageError,
)
from ocstate.stores.file import FileStore
from ocstate.stores.file.layout import slot_of
from ocstate.testing.promises import KEY, NOTE, NOW, RECORD, clock, key_of
from tests.stores.programs import open_files


@pytest.fixture
def folder(tmp_path):
    """
    Where the store is.
    """
    return tmp_path / "store"


@pytest.fixture
def store(folder):
    """
    An empty store that does not wait long.
    """
    with closing(FileStore(folder, timeout=0.05)) as store:
        yield store


def path_of(store, key=KEY):
    """
    Return the file of a session.
    """
    return store._layout.session(key).path


def files(folder):
    """
    Return all files below a folder but the lock files, relative to it.
    """
    found = (each.relative_to(folder) for each in folder.rglob("*") if each.is_file())
    return sorted(each for each in found if each.parts[0] != "locks")


# An audit hook stays for good, so there is one, and it tells whoever asks.
listener = None


def _listen(event, arguments):
    is_asked = listener is not None and event in {"open", "os.scandir", "os.listdir"}
    # A file that is open already has a number in the place of a name.
    if is_asked and not isinstance(arguments[0], int):
        listener(Path(arguments[0]))


sys.addaudithook(_listen)


@pytest.fixture
def listen(monkeypatch):
    """
    Tell a function of every file and folder that is opened from then on.
    """
    return lambda function: monkeypatch.setitem(globals(), "listener", function)


def test_no_key_leaves_the_folder(store, folder, tmp_path):
    """
    Keys that look like paths become names inside the folder, each its own.
    """
    keys = [
        "../../escaped",
        "/etc/passwd",
        "..",
        "",
        "a\x00b",
        "\ud800",
        "C:\\x",
        "é" * 63,
    ]
    for key in keys:
        store.create(evolve(RECORD, key=key, subjects=("../../subject", "/")))
        assert store.claim(f"../../{key}", NOW, key.encode("utf-8", "replace")) is None

    assert [store.load(key).key for key in keys] == keys
    assert list(tmp_path.iterdir()) == [folder]
    assert len(files(folder / "sessions")) == len(keys)


def test_a_key_that_is_too_long_is_never_there(store):
    """
    It cannot be created, and whoever asks for it is answered as for any unknown key.
    """
    record = evolve(RECORD, key="k" * 128)

    with pytest.raises(StoreError, match="127 bytes"):
        store.create(record)
    assert store.load(record.key) is None
    with pytest.raises(GoneError):
        store.replace(record, expected=1, now=clock)
    store.touch(record.key, seen_at=NOW + 9, expires_at=NOW + 99)
    store.retire(record.key, expected=None, retired=NOTE, now=clock)
    assert store.load(record.key) is None
    assert store.create(evolve(RECORD, key="k" * 127))


def test_files_are_the_owner_s_alone(store, folder):
    """
    Nobody else on the machine can read sessions.
    """
    store.create(RECORD)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(path_of(store).stat().st_mode) == 0o600


def test_an_emptied_store_is_empty(store, folder):
    """
    After the last purge no file but the layout is left, and no folder of a day.
    """
    store.create(RECORD)
    store.create(evolve(RECORD, key=key_of("b")))
    store.retire(KEY, expected=None, retired=NOTE, now=clock)
    store.claim("nonce", NOW, b"value")

    assert store.purge(NOW + 99_999, 10) == 3
    assert files(folder) == [Path("layout")]
    assert list((folder / "ends").iterdir()) == []


def test_purge_reads_what_is_due_alone(store, folder, listen):
    """
    However many sessions live, a purge lists past days and opens what may have ended.
    """
    for number in range(60):
        end = NOW + 86400.0 * (number + 2)
        living = evolve(RECORD, key=key_of(f"{number}"), expires_at=end, ends_at=end)
        store.create(living)
    for name in "abc":
        store.create(evolve(RECORD, key=key_of(name)))
    seen = []
    listen(seen.append)

    assert store.purge(NOW + 5000, 10) == 3

    seen = [path.relative_to(folder) for path in seen if folder in path.parents]
    assert len([path for path in seen if path.parts[0] == "sessions"]) == 3
    listed = {path for path in seen if path.parts[0] == "ends"}
    assert len(listed) == 3


def test_purge_stops_at_its_limit(store, folder, listen):
    """
    Nothing more is opened once enough is deleted.
    """
    for number in range(30):
        store.create(evolve(RECORD, key=key_of(f"{number}")))
    seen = []
    listen(seen.append)

    assert store.purge(NOW + 5000, 5) == 5

    assert len([path for path in seen if folder / "sessions" in path.parents]) == 5


def test_a_save_leaves_the_marks_alone(store, folder, listen):
    """
    A replaced session whose subjects stay costs its own file and its lock, no more.
    """
    version = store.create(RECORD)
    seen = []
    listen(seen.append)

    store.replace(evolve(RECORD, expires_at=NOW + 30_000), expected=version, now=clock)

    seen = [path.relative_to(folder).parts[0] for path in seen]
    assert seen == ["locks", "sessions", "temporary"]


def test_files_of_killed_writers_are_removed(store, folder):
    """
    What a dead process left unfinished goes with the next purge, what is being written
    does not.
    """
    stripe = store._layout.session(KEY).stripe
    left = folder / "temporary" / f"{stripe}.0123456789abcdef"
    left.write_bytes(b"half of a reco")
    with (folder / "locks" / f"{stripe}.lock").open("wb") as lock:
        lock_descriptor(lock.fileno())
        assert store.purge(NOW, 10) == 0
        assert left.exists()

    assert store.purge(NOW, 10) == 0
    assert not left.exists()


def test_files_of_somebody_else_are_left_alone(store, folder):
    """
    What a file browser or a backup drops into the folders keeps nobody from working.
    """
    store.create(RECORD)
    day = next((folder / "ends").iterdir())
    foreign = [
        *(folder / each / ".DS_Store" for each in ("ends", "temporary", "sessions")),
        *(folder / "temporary" / name for name in ("99.0123456789abcdef", "notes.txt")),
        folder / "ends" / "0",
        day / "²",
    ]
    for path in foreign:
        path.write_bytes(b"not ours")

    assert [RECORD.key] == [record.key for record in store.scan(None, 9)]
    assert store.purge(NOW + 1_000_000, 10) == 1
    assert all(path.read_bytes() == b"not ours" for path in foreign)


def test_a_failed_write_leaves_nothing_behind(store, folder):
    """
    Where a file cannot be put in its place, the error is told and the rest cleaned up.
    """
    path = path_of(store)
    path.parent.write_text("in the way")

    with pytest.raises(StoreError):
        store.create(RECORD)

    assert files(folder / "temporary") == []
    path.parent.unlink()
    assert store.create(RECORD)


def test_a_damaged_file_is_told(store, caplog):
    """
    A torn record is told; it hides no other from lists, and goes after its noted end.
    """
    other = evolve(RECORD, key=key_of("b"), expires_at=NOW + 40_000)
    other = evolve(other, version=store.create(other))
    version = store.create(RECORD)
    path_of(store).write_bytes(path_of(store).read_bytes()[:30])

    with pytest.raises(DecodeError):
        store.load(KEY)
    with pytest.raises(GoneError) as gone:
        store.replace(RECORD, expected=version, now=clock)
    assert "unreadable" == gone.value.reason
    with pytest.raises(ConflictError):
        store.create(RECORD)
    with caplog.at_level(logging.WARNING):
        assert store.scan(None, 10) == [other]
        assert store.by_subject("customer:123") == [other]
    assert KEY not in caplog.text
    assert "cannot be read" in caplog.text

    assert store.purge(RECORD.expires_at, 10) == 0
    assert store.purge(RECORD.expires_at + 1200, 10) == 1
    assert store.create(RECORD)


def test_a_newer_file_is_kept(store):
    """
    What a later ocstate wrote is no damage: it is told, left out, and never purged.
    """
    store.create(RECORD)
    data = bytearray(path_of(store).read_bytes())
    data[4] = 2
    path_of(store).write_bytes(data)

    with pytest.raises(DecodeError, match="format 2"):
        store.load(KEY)
    assert [] == store.scan(None, 10) == store.by_subject("api:7")
    assert 0 == store.purge(NOW + 99_999, 10)
    assert data == path_of(store).read_bytes()


def test_a_mark_too_many_is_no_harm(store, folder):
    """
    Marks of a process that died before it wrote its record are ignored and cleared.
    """
    name = store._layout.session(KEY).name
    store._layout.mark(store._layout.subject("customer:123") / name)
    store._layout.mark(store._layout.ends(slot_of(NOW)) / name)

    assert store.by_subject("customer:123") == []
    assert files(folder / "subjects") == []
    assert store.purge(NOW + 99_999, 10) == 0
    assert list((folder / "ends").iterdir()) == []


def test_a_session_that_goes_on_under_a_new_key_is_found(store, listen):
    """
    A rotation between the listing of a subject's marks and the look at them hides none.
    """
    version = store.create(RECORD)
    new = evolve(RECORD, key=key_of("b"))
    old = path_of(store)
    looks = []

    def rotate(path):
        if path == old and not looks:
            looks.append(path)
            store.create(new)
            store.retire(KEY, expected=version, retired=NOTE, now=clock)

    listen(rotate)
    found = store.by_subject("customer:123")

    assert looks == [old]
    assert [record.key for record in found] == [new.key]


def test_a_session_that_is_being_written_is_waited_for(folder, listen):
    """
    Whoever finds a mark whose record is on its way looks again when it is there.
    """
    marked, looked = threading.Event(), threading.Event()
    with closing(FileStore(folder)) as store:
        place = store._layout.session(KEY)

        def write():
            with store._holding(place) as turn, turn:
                store._layout.mark(store._layout.subject("customer:123") / place.name)
                marked.set()
                assert looked.wait(30)
                store._put(place, None, RECORD)

        writer = threading.Thread(target=write)
        writer.start()
        assert marked.wait(30)
        listen(lambda path: looked.set() if path == place.path else None)
        found = store.by_subject("customer:123")
        writer.join()

    assert found == [RECORD]


def test_a_held_lock_is_waited_for_and_then_not_available(store, folder):
    """
    While another process changes the session, nothing is applied, but all is readable.
    """
    version = store.create(RECORD)
    stripe = store._layout.session(KEY).stripe
    with (folder / "locks" / f"{stripe}.lock").open("wb") as lock:
        lock_descriptor(lock.fileno())
        with pytest.raises(StoreUnavailableError) as caught:
            store.replace(RECORD, expected=version, now=clock)
        assert caught.value.outcome == "not applied"
        assert store.load(KEY) == evolve(RECORD, version=version)

    assert store.replace(RECORD, expected=version, now=clock)


def test_threads_that_wait_for_a_thread_give_up_too(store):
    """
    Threads of one process queue for a session no longer than for another process.
    """
    inside, done = threading.Event(), threading.Event()

    def linger():
        with store._holding(store._layout.session(KEY)) as turn, turn:
            inside.set()
            done.wait(30)

    thread = threading.Thread(target=linger)
    thread.start()
    assert inside.wait(30)
    with pytest.raises(StoreUnavailableError) as caught:
        store.create(RECORD)
    done.set()
    thread.join()

    assert caught.value.outcome == "not applied"
    assert store.create(RECORD)


def test_a_removed_lock_file_is_made_anew(store, folder):
    """
    Whoever tidies up the lock files does not make two processes lock different ones.
    """
    version = store.create(RECORD)
    stripe = store._layout.session(KEY).stripe
    path = folder / "locks" / f"{stripe}.lock"
    path.unlink()

    version = store.replace(RECORD, expected=version, now=clock)

    with path.open("rb") as lock:
        lock_descriptor(lock.fileno())
        with pytest.raises(StoreUnavailableError):
            store.replace(RECORD, expected=version, now=clock)


def test_nothing_stays_open_between_calls(store, folder):
    """
    A store needs no ``close``, and works after it: each call opens what it needs.
    """
    version = store.create(RECORD)

    assert open_files(f"file://{folder}") == []
    store.close()

    assert store.replace(RECORD, expected=version, now=clock)


def test_a_folder_that_is_removed_meanwhile_is_made_again(store, folder, listen):
    """
    Another process may remove an empty folder of marks while one is about to be set.
    """
    slot = store._layout.ends(slot_of(RECORD.expires_at))
    removed = []

    def remove(path):
        if path.parent == slot and slot.is_dir() and len(removed) < limit:
            removed.append(path)
            slot.rmdir()

    listen(remove)
    limit = 3
    store.create(RECORD)
    assert len(removed) == 3
    assert store.purge(NOW + 99_999, 10) == 1

    removed.clear()
    limit = 99
    with pytest.raises(StoreError, match="does not stay") as caught:
        store.create(RECORD)
    assert KEY.encode().hex() not in str(caught.value)
    assert store.load(KEY) is None


@pytest.mark.parametrize("fsync", [True, False])
def test_fsync_waits_for_files_and_folders(folder, monkeypatch, fsync):
    """
    With ``fsync`` the disk has a session, its name and its marks before it is answered.
    """
    synced = []
    real = os.fsync

    def noting(descriptor):
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        real(descriptor)

    with closing(FileStore(folder, fsync=fsync)) as store:
        monkeypatch.setattr(os, "fsync", noting)
        version = store.create(RECORD)
        created = {path.relative_to(folder).parts[0] for path in synced}
        synced.clear()
        store.replace(RECORD, expected=version, now=clock)

        replaced = [path.relative_to(folder).parts[0] for path in synced]
        if fsync:
            assert created == {"sessions", "subjects", "ends", "temporary"}
            assert replaced == ["temporary", "sessions"]
        else:
            assert created == set(replaced) == set()


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StoreUnavailableError),
        (errno.EDQUOT, StoreUnavailableError),
        (errno.EMFILE, StoreUnavailableError),
        (errno.EIO, StoreUnavailableError),
        (errno.EACCES, StoreUnavailableError),
        (errno.EROFS, StoreUnavailableError),
        (errno.ENOTDIR, StoreUnavailableError),
        (errno.ENAMETOOLONG, StoreError),
    ],
)
@pytest.mark.parametrize(
    ("call", "outcome"), [("open", "not applied"), ("fsync", "unknown")]
)
def test_failed_system_calls_are_errors_of_ours(
    folder, monkeypatch, number, kind, call, outcome
):
    """
    No room, no patience: perhaps later. No right: never. Before the file is in its
    place nothing is applied; afterwards it is not known.
    """
    with closing(FileStore(folder, fsync=True)) as store:
        version = store.create(RECORD)
        real = getattr(os, call)

        def fail(target, *arguments):
            # The first fsync is the file's own, before it is in its place.
            is_folder = call == "fsync" and stat.S_ISDIR(os.fstat(target).st_mode)
            if is_folder or (call == "open" and "temporary" in str(target)):
                raise OSError(number, os.strerror(number))
            return real(target, *arguments)

        monkeypatch.setattr(os, call, fail)
        with pytest.raises(StoreError) as caught:
            store.replace(evolve(RECORD, payload=b"new"), expected=version, now=clock)
        monkeypatch.undo()

        assert type(caught.value) is kind
        assert KEY.encode().hex() not in str(caught.value)
        assert isinstance(caught.value.__cause__, OSError)
        if kind is StoreUnavailableError:
            assert outcome == caught.value.outcome
        stored = store.load(KEY).payload
        assert stored == (RECORD.payload if call == "open" else b"new")


def test_a_folder_that_is_none_is_refused(tmp_path):
    """
    A file in the folder's place, or another layout in it, is told on creation.
    """
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="no store can be at"):
        FileStore(tmp_path / "file")

    FileStore(tmp_path / "store").close()
    (tmp_path / "store" / "layout").write_text("ocstate file store 2\n")
    with pytest.raises(ConfigurationError, match="another layout"):
        FileStore(tmp_path / "store")


def test_a_file_store_keeps_no_events(store):
    """
    Events that nobody would deliver are refused, not dropped.
    """
    for work in (
        lambda: store.create(RECORD, events=[b"1"]),
        lambda: store.replace(RECORD, expected=1, now=clock, events=[b"1"]),
        lambda: store.retire(KEY, expected=1, retired=NOTE, now=clock, events=[b"1"]),
    ):
        with pytest.raises(UsageError, match="no events"):
            work()
    assert store.load(KEY) is None


def test_a_relative_folder_stays_where_it_was(tmp_path, monkeypatch):
    """
    A store does not move with the working directory.
    """
    monkeypatch.chdir(tmp_path)
    store = FileStore("store")
    monkeypatch.chdir("/")

    with closing(store):
        store.create(RECORD)

    assert len(files(tmp_path / "store" / "sessions")) == 1
