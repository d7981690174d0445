"""
What the SQLite store promises beside the suite: its statements, connections and errors.
"""

from __future__ import annotations

import gc
import itertools
import random
import signal
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve

from ocstate.exceptions import ConfigurationError, StoreError, StoreUnavailableError
from ocstate.stores.sqlite import SqliteStore
from ocstate.stores.sqlite import store as module
from ocstate.stores.sqlite.connections import translated
from ocstate.stores.sqlite.schema import SCHEMA_VERSION
from ocstate.testing.promises import KEY, NOTE, NOW, RECORD, clock, key_of


@pytest.fixture
def path(tmp_path):
    """
    Where the store's file is.
    """
    return tmp_path / "sessions.db"


@pytest.fixture
def store(path):
    """
    An empty store that does not wait long.
    """
    with closing(SqliteStore(path, timeout=0.05)) as store:
        yield store


@pytest.fixture
def raw(path, store):
    """
    Another application's connection to the same file.
    """
    store.load(KEY)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        yield raw


GUEST = evolve(RECORD, subjects=())


def statements(store, work):
    """
    Return the statements that this thread's connection runs while *work* is done.
    """
    seen = []
    store._connections.read(lambda raw: raw.set_trace_callback(seen.append))
    work()
    store._connections.read(lambda raw: raw.set_trace_callback(None))
    return [" ".join(each.split())[:30] for each in seen]


def test_a_change_is_one_statement(store):
    """
    Loading, creating, touching and claiming look at nothing before they act.
    """
    store.create(GUEST)
    work = [
        ("SELECT", lambda: store.load(KEY)),
        ("INSERT", lambda: store.create(evolve(GUEST, key=key_of("b")))),
        ("UPDATE", lambda: store.touch(KEY, seen_at=NOW + 9, expires_at=NOW)),
        ("INSERT", lambda: store.claim("nonce", NOW, b"value")),
    ]

    for verb, each in work:
        (statement,) = statements(store, each)
        assert statement.startswith(verb)


def test_a_replace_is_one_transaction(store):
    """
    What takes several statements begins by locking, so that it cannot fail in between.
    """
    version = store.create(GUEST)

    plain = statements(store, lambda: store.replace(GUEST, expected=version, now=clock))
    verbs = [each.split()[0] for each in plain]
    assert verbs == ["BEGIN", "UPDATE", "COMMIT"]
    version += 1

    changed = statements(
        store, lambda: store.replace(RECORD, expected=version, now=clock)
    )
    eventful = statements(
        store,
        lambda: store.replace(RECORD, expected=version + 1, now=clock, events=[b"1"]),
    )

    for seen in (plain, changed, eventful):
        assert (seen[0], seen[-1]) == ("BEGIN IMMEDIATE", "COMMIT")


@pytest.mark.parametrize(
    ("query", "values", "index"),
    [
        (module._DUE, (0, 1), "USING INDEX ocstate_session_due (due<?)"),
        (module._PURGE_CLAIMS, (0, 1), "INDEX ocstate_claim_until (until<?)"),
        (module._RETIRE, (0, "", 0, 0, None, ""), "(key=?)"),
    ],
)
def test_purging_and_ending_are_searches(raw, query, values, index):
    """
    Purging finds what is due by an index, in order, and scans no table.
    """
    plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {query}", values)]

    assert any(index in step for step in plan), plan
    assert not any("SCAN" in step or "TEMP B-TREE" in step for step in plan), plan


def test_scanning_and_finding_by_subject_are_searches(store, raw):
    """
    Pages follow the index of the keys, and subjects have one of their own.
    """
    for work, index in (
        (lambda: store.scan(None, 5), "ocstate_session_1"),
        (lambda: store.scan("a", 5), "ocstate_session_1 (key>?)"),
        (lambda: store.by_subject("a"), "PRIMARY KEY (subject=?)"),
    ):
        seen = []
        store._connections.read(lambda own, s=seen: own.set_trace_callback(s.append))
        work()
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {seen[0]}")]
        assert any(index in step for step in plan), plan
        assert not any("TEMP B-TREE" in step for step in plan), plan


def test_a_save_leaves_the_index_of_ends_alone(store, raw):
    """
    An end that moves on is not noted before its old one has come; purging does that.
    """
    version = store.create(GUEST)
    later = evolve(GUEST, expires_at=NOW + 9000)
    store.replace(later, expected=version, now=clock)
    due = "SELECT due FROM ocstate_session"
    assert raw.execute(due).fetchone() == (GUEST.expires_at,)

    assert store.purge(NOW + 5000, 10) == 0
    assert raw.execute(due).fetchone() == (NOW + 9000,)


def test_a_long_purge_lets_writers_in(store, raw):
    """
    No transaction of a purge deletes more than two hundred sessions.
    """
    for number in range(450):
        store.create(evolve(GUEST, key=key_of(f"{number}")))
    for number in range(50):
        store.claim(f"{number}", NOW, b"value")

    seen = statements(store, lambda: store.purge(NOW + 5000, 480))

    assert seen.count("COMMIT") == 3
    assert raw.execute("SELECT count(*) FROM ocstate_session").fetchone() == (0,)
    assert store.purge(NOW + 5000, 480) == 20


def test_a_busy_file_is_waited_for_and_then_not_available(store, raw):
    """
    While another process writes, nothing is applied; afterwards everything works.
    """
    version = store.create(RECORD)
    raw.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailableError) as caught:
        store.replace(GUEST, expected=version, now=clock)
    assert caught.value.outcome == "not applied"
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
    assert store.load(KEY) == evolve(RECORD, version=version)

    raw.execute("COMMIT")
    assert store.replace(GUEST, expected=version, now=clock)


def test_threads_that_wait_for_a_thread_give_up_too(path):
    """
    Writers of one process queue, and no longer than they would wait for another.
    """
    store = SqliteStore(path, timeout=0.05)
    inside, done = threading.Event(), threading.Event()

    def linger(raw):
        inside.set()
        done.wait(30)

    thread = threading.Thread(target=store._connections.write, args=(linger,))
    thread.start()
    inside.wait(30)
    with pytest.raises(StoreUnavailableError) as caught:
        store.create(RECORD)
    done.set()
    thread.join()

    assert caught.value.outcome == "not applied"
    assert store.create(RECORD)
    store.close()


class Interrupted(BaseException):
    """
    What a handler of signals raises, such as a soft time limit's.
    """


@pytest.fixture
def interrupt():
    """
    Run something over and over, until a signal's handler has stopped it in its tracks.
    """
    armed = False

    def stop(*_):
        nonlocal armed
        if armed:
            armed = False
            raise Interrupted

    def run(work, wait):
        nonlocal armed
        try:
            armed = True
            signal.setitimer(signal.ITIMER_REAL, wait)
            # Where Python swallows what a handler raises, as in a finaliser, the loop
            # still ends.
            while armed:
                work()
        except Interrupted:
            pass

    timer = signal.getitimer(signal.ITIMER_REAL)
    before = signal.signal(signal.SIGALRM, stop)
    yield run
    signal.signal(signal.SIGALRM, before)
    signal.setitimer(signal.ITIMER_REAL, *timer)


# A handler may be called in a finaliser, where Python only tells what it raises.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers here")
def test_an_interrupt_leaves_nothing_locked_or_half_done(store, raw, interrupt):
    """
    Wherever a signal's handler raises, what is acknowledged afterwards is written, and
    neither this process nor another one is locked out.
    """
    count = itertools.count()
    acknowledged = []

    def work():
        key = key_of(f"{next(count)}")
        store.create(evolve(RECORD, key=key), events=[b"1"])
        acknowledged.append(key)

    def write_alone():
        key = key_of(f"{next(count)}")
        store.create(evolve(GUEST, key=key))
        acknowledged.append(key)

    seeds = random.Random(7)
    for _ in range(500):
        interrupt(work, seeds.uniform(2e-5, 6e-4))
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("COMMIT")
        write_alone()
        found = raw.execute(
            "SELECT 1 FROM ocstate_session WHERE key = ?", (acknowledged[-1],)
        )
        assert found.fetchone()

    found = {key for (key,) in raw.execute("SELECT key FROM ocstate_session")}
    assert set(acknowledged) <= found


def test_a_transaction_that_was_left_open_is_rolled_back(store, raw):
    """
    Nothing is written inside of what somebody never came to end.
    """
    left = store._connections._link()
    store.load(KEY)
    left.raw.execute("BEGIN IMMEDIATE")
    left.raw.execute("INSERT INTO ocstate_event (event) VALUES (x'00')")

    version = store.create(GUEST)

    assert raw.execute("SELECT version FROM ocstate_session").fetchone() == (version,)
    assert raw.execute("SELECT count(*) FROM ocstate_event").fetchone() == (0,)


def test_a_handler_cannot_enter_the_store_that_it_interrupts(store):
    """
    A use inside a use, which would wait for itself, is refused; the outer one goes on.
    """

    def again(_):
        for use in (store._connections.read, store._connections.write):
            with pytest.raises(StoreUnavailableError, match="interrupted"):
                use(lambda _: None)
        return "done"

    assert store._connections.write(again) == "done"
    assert store.create(RECORD)


def test_a_full_disk_applies_nothing(store):
    """
    A change for which there is no room leaves the session as it was.
    """
    version = store.create(RECORD)
    store._connections.read(lambda raw: raw.execute("PRAGMA max_page_count = 1"))

    with pytest.raises(StoreUnavailableError, match="full") as caught:
        store.replace(
            evolve(RECORD, payload=b"x" * 999_999), expected=version, now=clock
        )

    assert caught.value.outcome == "not applied"
    assert store.load(KEY) == evolve(RECORD, version=version)


DRIVER_ERRORS = [
    each
    for each in vars(sqlite3).values()
    if isinstance(each, type) and issubclass(each, Exception)
]


@pytest.mark.parametrize("error", [*DRIVER_ERRORS, OverflowError, UnicodeError])
def test_every_error_of_the_driver_is_ours(store, error):
    """
    Whatever class the driver raises, our own comes out, with the driver's as its cause.
    """

    def fail(raw):
        raise error("planted")

    assert len(DRIVER_ERRORS) >= 10
    for run in (store._connections.read, store._connections.write):
        with pytest.raises(StoreError) as caught:
            run(fail)
        assert type(caught.value.__cause__) is error


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "not applied"),
        (sqlite3.SQLITE_LOCKED_SHAREDCACHE, "not applied"),
        (sqlite3.SQLITE_FULL, "not applied"),
        (sqlite3.SQLITE_CANTOPEN, "not applied"),
        (sqlite3.SQLITE_IOERR_FSYNC, "unknown"),
        (sqlite3.SQLITE_CORRUPT, "not applied"),
        (sqlite3.SQLITE_READONLY, "not applied"),
        (sqlite3.SQLITE_NOTADB, "not applied"),
        (sqlite3.SQLITE_CONSTRAINT, None),
        (sqlite3.SQLITE_TOOBIG, None),
    ],
)
def test_the_code_tells_whether_to_try_again(code, outcome):
    """
    Extended codes count as their primary ones; what repeating cannot mend says so.
    """
    error = sqlite3.OperationalError("planted")
    error.sqlite_errorcode = code

    found = translated(error, Path("shop.db"))

    assert outcome == getattr(found, "outcome", None)
    assert isinstance(found, StoreUnavailableError) is bool(outcome)


def test_values_that_sqlite_cannot_take_are_errors_of_ours(store):
    """
    Too large a number and a lone surrogate fail, and leave no transaction open.
    """
    with pytest.raises(StoreError):
        store.replace(RECORD, expected=2**70, now=clock)
    with pytest.raises(StoreError):
        store.create(evolve(RECORD, subjects=("\ud800",)))

    assert store.load(KEY) is None
    assert store.create(RECORD)


def test_a_file_that_is_no_database_is_an_error(path):
    """
    A foreign file is refused and left as it is.
    """
    path.write_bytes(b"something else " * 100)
    with closing(SqliteStore(path)) as store, pytest.raises(StoreError, match="not a"):
        store.load(KEY)

    assert path.read_bytes() == b"something else " * 100


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        (["PRAGMA user_version = 7"], "another application"),
        (
            ["CREATE TABLE ocstate_session (a)", "PRAGMA user_version = 2"],
            "version 2; this ocstate knows 1",
        ),
    ],
)
def test_a_file_of_another_version_is_refused(path, statements, reason):
    """
    Neither a newer ocstate's file nor another application's is written to.
    """
    with closing(sqlite3.connect(path)) as raw:
        for statement in statements:
            raw.execute(statement)
        before = raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with (
            closing(SqliteStore(path)) as store,
            pytest.raises(StoreError, match=reason),
        ):
            store.create(RECORD)
        assert before == raw.execute("SELECT count(*) FROM sqlite_master").fetchone()


def test_the_file_may_be_the_shop_s_own(path):
    """
    Other tables in the file stay, and it keeps our version from then on.
    """
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE product (name)")
        with closing(SqliteStore(path)) as store:
            store.create(RECORD)
        assert raw.execute("SELECT count(*) FROM product").fetchone() == (0,)
        assert raw.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def open_connections(store):
    """
    Count the connections that are open.
    """
    gc.collect()
    return sum(link.raw is not None for link in store._connections._links)


def test_each_thread_has_a_connection_until_it_ends(store):
    """
    Threads do not share connections, and a dead thread leaves none open.
    """
    store.create(RECORD)
    barrier = threading.Barrier(4)
    counts = []

    def work():
        store.load(KEY)
        barrier.wait(30)
        counts.append(open_connections(store))
        barrier.wait(30)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counts == [5] * 4
    assert open_connections(store) == 1


def test_a_closed_store_opens_again(store, path):
    """
    After ``close`` no connection is left, and SQLite has cleaned up behind itself.
    """
    store.create(RECORD)
    assert path.with_name("sessions.db-wal").exists()

    store.close()

    assert open_connections(store) == 0
    assert not path.with_name("sessions.db-wal").exists()
    assert store.load(KEY).payload == RECORD.payload


def test_the_options_reach_sqlite(path):
    """
    The file is in WAL mode, and ``synchronous`` is as it was asked for.
    """
    with closing(SqliteStore(path, synchronous="FULL")) as store:
        found = store._connections.read(
            lambda raw: [
                raw.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous")
            ]
        )
    assert found == ["wal", 2]


@pytest.mark.parametrize(
    ("path", "options", "reason"),
    [
        (":memory:", {}, "MemoryStore"),
        ("", {}, "MemoryStore"),
        ("missing/sessions.db", {}, "no folder"),
        ("s.db", {"synchronous": "normal; DROP TABLE x"}, "synchronous must be"),
        ("s.db", {"timeout": -1}, "timeout"),
        ("s.db", {"timeout": float("nan")}, "timeout"),
        ("s.db", {"timeout": float("inf")}, "timeout"),
    ],
)
def test_a_wrong_store_is_refused_when_it_is_built(
    tmp_path, monkeypatch, path, options, reason
):
    """
    What cannot work is told on creation, never while a request is served.
    """
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigurationError, match=reason):
        SqliteStore(path, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_relative_path_stays_where_it_was(tmp_path, monkeypatch):
    """
    A store does not move with the working directory.
    """
    monkeypatch.chdir(tmp_path)
    store = SqliteStore("sessions.db")
    monkeypatch.chdir("/")

    with closing(store):
        store.create(RECORD)

    assert (tmp_path / "sessions.db").exists()


def test_a_retirement_keeps_nothing_of_the_session(store, raw):
    """
    Payload and subjects leave the file's tables when a session ends.
    """
    store.create(RECORD)
    store.retire(KEY, expected=None, retired=NOTE, now=clock)

    row = raw.execute("SELECT payload, subjects FROM ocstate_session").fetchone()
    assert row == (b"", "[]")
    assert raw.execute("SELECT count(*) FROM ocstate_subject").fetchone() == (0,)


def nothing(_):
    """
    Leave everything as it is.
    """


def forget(path):
    """
    Delete the database, as a job that cleans up does.
    """
    path.unlink()


def replace(path):
    """
    Put another database in its place, as a restored backup is put there.
    """
    other = path.with_name("backup.db")
    with closing(SqliteStore(other)) as store:
        store.create(evolve(RECORD, key=key_of("other")))
    other.replace(path)
    forget_the_log(path)
    forget_the_index(path)


def move_the_folder(path):
    """
    Take everything away at once, as an unmounted disk does.
    """
    path.parent.rename(path.parent.with_name("elsewhere"))


def forget_the_log(path):
    """
    Delete the file with the last changes.
    """
    path.with_name(f"{path.name}-wal").unlink()


def forget_the_index(path):
    """
    Delete the file whose locks keep others out.
    """
    path.with_name(f"{path.name}-shm").unlink()


WRITES = {
    "create": lambda store, _: store.create(evolve(GUEST, key=key_of("b"))),
    "create with events": lambda store, _: store.create(
        evolve(RECORD, key=key_of("b")), events=[b"1"]
    ),
    "replace": lambda store, version: store.replace(
        evolve(RECORD, payload=b"new"), expected=version, now=clock
    ),
    "touch": lambda store, _: store.touch(KEY, seen_at=NOW + 9, expires_at=NOW + 99),
    "retire": lambda store, _: store.retire(
        KEY, expected=None, retired=NOTE, now=clock
    ),
    "claim": lambda store, _: store.claim("nonce", NOW, b"value"),
    "settle": lambda store, _: store.settle(["1"]),
    "purge": lambda store, _: store.purge(NOW + 1e9, 1),
}


@pytest.fixture
def during(path):
    """
    Do something to the file while a write's last statement runs, and return its error.
    """

    def run(happens, work):
        folder = path.parent / "data"
        folder.mkdir()
        inner = folder / path.name
        with closing(SqliteStore(inner, timeout=0.5)) as store:
            version = store.create(RECORD, events=[b"1"])
            todo = [happens]

            def traced(statement):
                # Where it is one statement, that is the change; else the last.
                is_change = statement.lstrip().startswith(("INSERT", "UPDATE"))
                is_alone = is_change and not link.raw.in_transaction
                if todo and (is_alone or statement == "COMMIT"):
                    todo.pop()(inner)

            link = store._connections._link()
            store._connections.read(lambda raw: raw.set_trace_callback(traced))
            try:
                work(store, version)
            except StoreError as error:
                return store, inner, error
            finally:
                assert not todo
            return store, inner, None

    return run


@pytest.mark.parametrize("work", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize(
    "happens",
    [forget, replace, move_the_folder, forget_the_log, forget_the_index],
    ids=lambda each: each.__name__,
)
def test_nothing_is_acknowledged_in_a_file_that_nobody_else_opens(
    during, happens, work
):
    """
    What went while a change was written may have taken it along: nobody knows.
    """
    _, _, error = during(happens, work)

    assert isinstance(error, StoreUnavailableError)
    assert "unknown" == error.outcome


@pytest.mark.parametrize("work", WRITES.values(), ids=WRITES)
def test_a_file_that_stays_is_acknowledged(during, work):
    """
    Nothing is refused while the files are the same.
    """
    assert during(nothing, work)[2] is None


@pytest.mark.parametrize("happens", [forget_the_log, forget_the_index])
def test_a_change_whose_log_went_is_told_as_it_is(during, happens):
    """
    Whoever looks after such a write sees what every other process sees.
    """
    store, inner, _ = during(happens, WRITES["replace"])

    with closing(SqliteStore(inner)) as other:
        assert store.load(KEY) == other.load(KEY)
    store.close()


def test_a_store_goes_on_in_the_file_that_took_the_place(during):
    """
    The next use is in what stands there now.
    """
    store, _, _ = during(replace, WRITES["replace"])

    assert store.load(KEY) is None
    assert store.load(key_of("other")) is not None
    assert store.create(RECORD)
    store.close()
