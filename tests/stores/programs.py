"""
Programs that tests run in processes of their own, and how they are run.

Each is called with its name, a store's URL and arguments, and prints what it did.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

from attrs import evolve

import ocstate
from ocstate.exceptions import ConflictError
from ocstate.protocols import Once, Record, Retired, Store
from ocstate.stores import open_store
from ocstate.stores.file import FileStore
from ocstate.stores.sqlite import SqliteStore
from ocstate.testing.promises import NOW, RECORD, clock, key_of

COUNTER = evolve(RECORD, key=key_of("counter"), payload=b"0")


def environment() -> dict[str, str]:
    """
    Return the variables with which another process imports the same ocstate.
    """
    return {**os.environ, "PYTHONPATH": str(Path(ocstate.__file__).parents[1])}


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    """
    Start *program* in a process of its own, with the same ocstate.
    """
    return subprocess.Popen(
        [sys.executable, "-W", "error", __file__, program, *map(str, arguments)],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    """
    Wait for a program, and return what it printed.
    """
    printed, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return printed


def count_on(store: Store, turns: int) -> None:
    """
    Add one to the counter *turns* times, with no more patience than it takes.
    """
    for _ in range(turns):
        while True:
            record = store.load(COUNTER.key)
            assert isinstance(record, Record)
            payload = b"%d" % (int(record.payload) + 1)
            try:
                store.replace(
                    evolve(record, payload=payload), expected=record.version, now=clock
                )
                break
            except ConflictError:
                continue


def count(url: str, threads: str, turns: str) -> None:
    """
    Count on in many threads; a failed one is told by the status.
    """
    store = open_store(url)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            count_on(store, int(turns))
        except BaseException as error:
            failed.append(error)
            raise

    workers = [threading.Thread(target=run) for _ in range(int(threads))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sys.exit(len(failed))


def acknowledge(verb: str, number: int) -> None:
    """
    Print that something is done, in one piece even if the process is killed.
    """
    os.write(1, f"{verb} {number}\n".encode())


def write(url: str, first: str) -> None:
    """
    Create, change and retire sessions for ever, and print what was acknowledged.

    Session *n* belongs to the subject ``n``; every second one is retired again.
    """
    store = open_store(url)
    number = int(first)
    while True:
        key = key_of(f"{number}")
        record = evolve(RECORD, key=key, payload=b"0" * 5000, subjects=(f"{number}",))
        version = store.create(record)
        acknowledge("created", number)
        payload = b"%d" % number * 5000
        store.replace(evolve(record, payload=payload), expected=version, now=clock)
        acknowledge("replaced", number)
        if number % 2:
            note = Retired(key=key, reason="logout", at=NOW, until=record.ends_at)
            store.retire(key, expected=None, retired=note, now=clock)
            acknowledge("retired", number)
        number += 1


def claim(url: str, caller: str, names: str) -> None:
    """
    Claim names in four threads, all at once, and print who each is answered with.

    It waits for a line before each name, so that several processes claim it together.
    """
    store = open_store(url)
    assert isinstance(store, Once)
    barrier = threading.Barrier(5)

    def run(thread: int) -> None:
        mine = f"{caller}.{thread}"
        for number in range(int(names)):
            barrier.wait(30)
            found = store.claim(f"name {number}", NOW + 60, claimed_by(mine))
            answer = mine if found is None else found.split()[0].decode()
            verb = "took" if found is None else "found"
            os.write(1, f"{number} {mine} {verb} {answer}\n".encode())
            assert found in (None, claimed_by(answer))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(int(names)):
        sys.stdin.readline()
        barrier.wait(30)
    for thread in threads:
        thread.join()


def claimed_by(caller: str) -> bytes:
    """
    Return the value that *caller* claims with, large enough to be torn.
    """
    return f"{caller} ".encode() * 5000


def claim_on(url: str, first: str) -> None:
    """
    Claim one name after another for ever, and print what was acknowledged.
    """
    store = open_store(url)
    assert isinstance(store, Once)
    number = int(first)
    while True:
        assert store.claim(f"{number}", NOW + 60, claimed_by(f"{number}")) is None
        acknowledge("claimed", number)
        number += 1


def fork(url: str, children: str, turns: str) -> None:
    """
    Fork again and again while other threads are at work; everybody counts on.
    """
    store = open_store(url)
    store.load(COUNTER.key)
    # Called after the stores' own, so that a child tells what it is left with.
    os.register_at_fork(
        after_in_child=lambda: os.write(1, f"{' '.join(open_files(url))}\n".encode())
    )
    busy = [threading.Thread(target=count_on, args=(store, int(turns))) for _ in "ab"]
    for thread in busy:
        thread.start()
    pids = []
    for _ in range(int(children)):
        count_on(store, 1)
        pid = os.fork()
        if not pid:
            count_on(store, int(turns))
            os._exit(0)
        pids.append(pid)
    for thread in busy:
        thread.join()
    statuses = [os.waitpid(pid, 0)[1] for pid in pids]
    count_on(store, 1)
    sys.exit(any(statuses))


def copy(url: str, children: str) -> None:
    """
    Fork while other threads are at work in a store that no child shares.
    """
    store = open_store(url)
    store.create(COUNTER)
    busy = [threading.Thread(target=count_on, args=(store, 2000)) for _ in "ab"]
    for thread in busy:
        thread.start()
    for _ in range(int(children)):
        pid = os.fork()
        if not pid:
            count_on(store, 1)
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
    for thread in busy:
        thread.join()
    record = store.load(COUNTER.key)
    assert isinstance(record, Record)
    print(record.payload.decode())


def stop(url: str) -> None:
    """
    Stop in the midst of a change of the counter, with its lock.
    """
    store = open_store(url)
    if isinstance(store, SqliteStore):
        store._connections.write(_stop)
    elif isinstance(store, FileStore):
        place = store._layout.session(COUNTER.key)
        with store._holding(place) as turn, turn:
            _stop(None)


def _stop(raw: sqlite3.Connection | None) -> None:
    if raw is not None:
        raw.execute("BEGIN IMMEDIATE")
    os.write(1, b"holding\n")
    os.kill(os.getpid(), signal.SIGSTOP)


def open_files(url: str) -> list[str]:
    """
    Name the databases and locks of the store that are open, where the system tells.

    A record that another thread was reading is no harm.
    """
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        return []
    # The folder is open itself while it is listed, and gone when it is looked at.
    links = [str(each.readlink()) for each in folder.iterdir() if each.is_symlink()]
    path = "/" + url.partition("://")[2].lstrip("/")
    ours = [link for link in links if link.startswith(path)]
    return [link for link in ours if "/sessions/" not in link]


if __name__ == "__main__":
    programs = {
        "count": count,
        "write": write,
        "fork": fork,
        "copy": copy,
        "claim": claim,
        "claim on": claim_on,
        "stop": stop,
    }
    programs[sys.argv[1]](*sys.argv[2:])
