"""
No interrupt, wherever it arrives, leaves a store locked, half written or full of holes.
"""

from __future__ import annotations

import os
import random
import signal
import threading
from contextlib import suppress

import pytest
from attrs import evolve

from ocstate.protocols import Retired
from ocstate.stores import open_store
from ocstate.testing.promises import NOW, RECORD, clock, key_of
from tests.effort import rounds
from tests.stores.interrupts import (
    Interrupted,
    Steps,
    broken,
    descriptors,
    state,
    stop,
    verbs,
)

EXAMPLES = int(os.environ.get("OCSTATE_EXAMPLES", "50"))

# A file that was just opened may be closed by its finaliser.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)


@pytest.fixture(params=["memory", "file", "sqlite"])
def store(request, tmp_path):
    """
    Each store, which does not wait long.
    """
    urls = {
        "memory": "memory://",
        "file": f"file://{tmp_path}/store?timeout=0.5",
        "sqlite": f"sqlite:///{tmp_path}/s.db?timeout=0.5",
    }
    store = open_store(urls[request.param])
    yield store
    getattr(store, "close", int)()


def steps_of(work):
    """
    Count the steps that *work* takes.
    """
    with Steps(10**9, stop) as steps:
        work()
    return 10**9 - steps.left


def in_a_thread(work):
    """
    Return what *work* says in a thread of its own.
    """
    said = []
    thread = threading.Thread(target=lambda: said.append(work()))
    thread.start()
    thread.join(60)
    assert said
    return said[0]


NAMES = [*verbs(open_store("memory://"), 0)]


@pytest.mark.parametrize("name", NAMES)
def test_an_interrupted_call_happened_or_did_not(store, name):
    """
    Before whichever step it arrives: the store is as before the call or as after it,
    nothing stays locked for this thread or another one, and no file stays open.
    """
    chance = random.Random(name)
    numbers = iter(range(10**6))

    def prepared():
        number = next(numbers)
        store.create(evolve(RECORD, key=key_of(f"{number}")))
        work = verbs(store, number)
        return key_of(f"{number}"), work.get(name)

    def cleared():
        store.purge(NOW + 99_999, 999)
        if hasattr(store, "settle"):
            store.settle([each.id for each in store.pending(999)])

    key, work = prepared()
    if work is None:
        assert name in {"pending", "settle"}
        assert not hasattr(store, "pending")
        return
    work()
    cleared()
    key, work = prepared()
    total = steps_of(work)
    assert total > 3
    files = descriptors()

    most = rounds(EXAMPLES * 2)
    wanted = range(total) if total < most else None
    for number in wanted or chance.sample(range(total), most):
        cleared()
        key, work = prepared()
        before = state(store), type(store.load(key))
        interrupted = True
        try:
            with Steps(number, stop):
                work()
            interrupted = False
        except Interrupted:
            pass
        found = state(store), type(store.load(key))
        if interrupted and found != before:
            check_done(name, before, found, store, key)
        keys = [key, f"{key}2"]
        assert [] == broken(store, keys), number
        assert [] == in_a_thread(lambda keys=keys: broken(store, keys)), number
    assert descriptors() <= files + 1


def check_done(name, before, found, store, key):
    """
    Look whether what differs from before is the whole of what was to be done.
    """
    keys, _, events = found[0]
    added = events[len(before[0][2]) :]
    changes = {"create", "replace", "change of subjects", "retire"}
    if name in changes:
        assert added == ([b"1", b"2"] if hasattr(store, "pending") else [])
    if name == "create":
        assert f"{key}2" in keys
    elif name == "replace":
        assert store.load(key).payload == b"new"
    elif name == "change of subjects":
        assert store.load(key).subjects == ("api:8",)
    elif name == "retire":
        assert found[1] is Retired
    elif name == "touch":
        assert store.load(key).seen_at == NOW + 9
    elif name == "settle":
        assert events == []
    else:
        assert name == "purge"
        assert keys == []


def test_an_interrupted_claim_took_the_name_or_did_not(store):
    """
    Before whichever step it arrives: the name has the value and the end of that claim,
    or those of the next one.
    """
    total = steps_of(lambda: store.claim("", NOW, b""))
    most = rounds(EXAMPLES * 2)
    taken = 0
    for number in random.Random(3).sample(range(total), min(total, most)):
        name = f"{number}"
        with suppress(Interrupted), Steps(number, stop):
            store.claim(name, NOW + 60, b"first")

        found = store.claim(name, NOW + 9000, b"second")
        assert found in (None, b"first")
        store.purge(NOW + 5000, 99)
        again = store.claim(name, NOW + 9000, b"third")
        assert again == (b"second" if found is None else None)
        taken += found is not None
    assert 0 < taken < most


@pytest.mark.parametrize("name", ["create", "replace", "retire", "claim", "load"])
def test_a_fork_in_the_midst_of_a_call_hangs_nobody(store, name):
    """
    Where a signal's handler forks, the child can use the store, and the parent goes on.
    """
    chance = random.Random(name)
    children, statuses = [], []

    def fork():
        pid = os.fork()
        if not pid:
            status = 1
            try:
                mine = evolve(RECORD, key=f"{key}child", subjects=("child",))
                version = store.create(mine)
                store.replace(mine, expected=version, now=clock)
                assert len(store.by_subject("child")) == 1
                status = 0
            finally:
                os._exit(status)
        children.append(pid)

    def work_on(number):
        nonlocal key
        key = key_of(f"{number}")
        store.create(evolve(RECORD, key=key))
        return verbs(store, number)[name]

    key = ""
    total = steps_of(work_on(0))
    for number in range(1, 13):
        store.purge(NOW + 99_999, 999)
        work = work_on(number)
        with Steps(chance.randrange(total), fork):
            work()
        # Not waited for in the handler, for the child may wait for its lock.
        statuses += [os.waitpid(pid, 0)[1] for pid in children]
        children.clear()
        assert [] == broken(store, [key, f"{key}2"])
        assert [] == in_a_thread(lambda: broken(store, [key]))
    assert statuses
    assert set(statuses) == {0}


def test_a_thousand_signals_leave_a_store_whole(store):
    """
    A real timer's handler raises wherever it happens to: nothing acknowledged is lost,
    and neither locks nor files are left behind.
    """
    armed, acknowledged = False, []

    def handler(*_):
        nonlocal armed
        if armed:
            armed = False
            raise Interrupted

    def work():
        number = len(acknowledged) - 1
        for name, each in verbs(store, number).items():
            if name in {"replace", "touch", "by_subject", "claim"}:
                each()

    before = signal.signal(signal.SIGALRM, handler)
    timer = signal.getitimer(signal.ITIMER_REAL)
    chance = random.Random(11)
    store.load(key_of("0"))
    files = descriptors()
    try:
        for number in range(EXAMPLES * 20):
            key = key_of(f"{number % 100}")
            if number < 100:
                acknowledged.append(key)
                store.create(evolve(RECORD, key=key))
            try:
                armed = True
                signal.setitimer(signal.ITIMER_REAL, chance.uniform(2e-5, 4e-4))
                while armed:
                    work()
                    store.touch(key, seen_at=NOW + 1, expires_at=NOW + 9)
                    stored = store.load(key)
                    store.replace(stored, expected=stored.version, now=clock)
            except Interrupted:
                pass
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *timer)

    assert in_a_thread(lambda: broken(store, acknowledged)) == []
    assert {each.key for each in store.scan(None, 999)} == set(acknowledged)
    assert descriptors() <= files + 2
