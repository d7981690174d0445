"""
Stores that processes share: counted in together, forked, and killed at any instant.
"""

from __future__ import annotations

import random
from contextlib import closing

import pytest
from attrs import evolve

from ocstate.exceptions import StoreUnavailableError
from ocstate.protocols import Record, Retired
from ocstate.stores import open_store
from ocstate.testing.promises import NOW, RECORD, key_of
from tests.effort import rounds
from tests.stores.programs import COUNTER, claimed_by, finish, start


@pytest.fixture(params=["file", "sqlite"])
def url(request, tmp_path):
    """
    The URL of each store that processes can share.
    """
    paths = {"file": f"file://{tmp_path}/store", "sqlite": f"sqlite:///{tmp_path}/s.db"}
    return paths[request.param]


@pytest.fixture
def store(url):
    """
    The store as this process sees it.
    """
    with closing(open_store(url)) as store:
        yield store


def test_two_processes_of_eight_threads_count_together(url, store):
    """
    No increment is lost, and nobody who tries again after conflicts is kept out.
    """
    store.create(COUNTER)

    times = rounds(50)
    for process in [start("count", url, 8, times) for _ in range(2)]:
        finish(process)

    assert store.load(COUNTER.key).payload == b"%d" % (2 * 8 * times)


def test_a_fork_takes_nothing_of_the_store_along(url, store):
    """
    A child opens the store anew, in the midst of its parent's work; all of them count.
    """
    store.create(COUNTER)

    printed = finish(start("fork", url, 5, 20))

    assert printed == "\n" * 5
    assert store.load(COUNTER.key).payload == b"146"


def test_a_forked_child_goes_on_with_a_copy_of_a_store_in_memory():
    """
    No lock that another thread held stays locked in the child, or in the parent.
    """
    assert finish(start("copy", "memory://", 40)) == "4000\n"


def test_a_killed_process_loses_nothing_acknowledged(url, store):
    """
    Killed at random instants: what was acknowledged is there, whole, and purged in the
    end; what was under way happened or did not.
    """
    instants = random.Random(20)
    number, acknowledged = 0, {}
    for _ in range(rounds(20)):
        with start("write", url, number) as process:
            lines = [process.stdout.readline() for _ in range(instants.randint(1, 25))]
            process.kill()
            lines += process.stdout.readlines()
            assert process.stderr.read() == ""
        for line in lines:
            verb, name = line.split()
            acknowledged[int(name)] = verb
        number = max(acknowledged) + 2

    for each, verb in acknowledged.items():
        found = store.load(key_of(f"{each}"))
        if verb == "retired":
            assert isinstance(found, Retired)
        elif isinstance(found, Record):
            whole = {"created": [b"0" * 5000], "replaced": []}[verb]
            assert found.payload in [*whole, b"%d" % each * 5000]
            assert [found] == store.by_subject(f"{each}")
        else:
            assert verb == "replaced"
            assert each % 2

    living = store.scan(None, 10_000)
    assert {record.key for record in living} >= {
        key_of(f"{each}") for each in acknowledged if not each % 2
    }
    assert store.purge(RECORD.ends_at + 1, 10_000) >= len(acknowledged)
    assert store.scan(None, 10_000) == []
    for each in range(number):
        assert store.load(key_of(f"{each}")) is None
        assert store.by_subject(f"{each}") == []
        assert store.create(evolve(RECORD, key=key_of(f"{each}")))


def test_of_all_processes_one_thread_takes_a_name(url, store):
    """
    Of eight threads in two processes one takes each name, all others are answered with
    its value, and so is whoever opens the store afterwards.
    """
    names = rounds(200)
    processes = [start("claim", url, caller, names) for caller in "ab"]
    lines = []
    for _ in range(names):
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        lines += [process.stdout.readline() for process in processes * 4]
    assert [finish(process) for process in processes] == ["", ""]

    takers = {}
    for line in lines:
        number, mine, verb, answer = line.split()
        if verb == "took":
            assert takers.setdefault(number, mine) == mine
    assert len(takers) == names
    for line in lines:
        number, mine, verb, answer = line.split()
        assert (takers[number], verb == "took") == (answer, answer == mine)
    for number, taker in takers.items():
        name = f"name {number}"
        assert store.claim(name, NOW + 60, b"later") == claimed_by(taker)


def test_a_killed_process_leaves_whole_claims(url, store):
    """
    Killed at random instants: a name that was taken answers its value, and one that was
    being taken answers it whole or is free; all are purged in the end.
    """
    instants = random.Random(21)
    number = 0
    for _ in range(rounds(10)):
        with start("claim on", url, number) as process:
            lines = [process.stdout.readline() for _ in range(instants.randint(1, 25))]
            process.kill()
            lines += process.stdout.readlines()
            assert process.stderr.read() == ""
        torn = int(lines[-1].split()[1]) + 1
        value = claimed_by(f"{torn}")
        assert store.claim(f"{torn}", NOW + 60, value) in (None, value)
        number = torn + 1

    for each in range(number):
        found = store.claim(f"{each}", NOW + 60, b"later")
        assert found == claimed_by(f"{each}")
    assert store.purge(NOW + 61, 10_000) == number
    assert store.claim("0", NOW + 60, b"later") is None


def test_a_stopped_process_delays_others_by_the_time_out(url, store):
    """
    While somebody is stopped who holds a lock, all is readable, a change of the same
    gives up, and purging, opening and other sessions do not wait for it.
    """
    store.create(COUNTER)
    over = [evolve(RECORD, key=key_of(f"{number}")) for number in range(64)]
    for record in over:
        store.create(record)
    with start("stop", url) as process:
        try:
            assert process.stdout.readline() == "holding\n"
            with closing(open_store(f"{url}?timeout=0.2")) as hasty:
                with pytest.raises(StoreUnavailableError) as caught:
                    hasty.touch(
                        COUNTER.key,
                        seen_at=COUNTER.seen_at + 1,
                        expires_at=COUNTER.expires_at,
                    )
                assert caught.value.outcome == "not applied"
                assert isinstance(hasty.load(COUNTER.key), Record)
                assert len(hasty.by_subject("api:7")) == 65
            if url.startswith("file"):
                # It would wait for ten minutes where it waits at all.
                with closing(open_store(f"{url}?timeout=600")) as patient:
                    left = 65 - patient.purge(RECORD.ends_at + 1, 999)
                    assert 1 <= left < 10
        finally:
            process.kill()
    assert store.purge(RECORD.ends_at + 1, 999) >= 1
    assert store.scan(None, 999) == []
