"""
The life of a session: what a record means now, and what must be written at last.
"""

from __future__ import annotations

import pytest
from attrs import evolve

from ocstate.checkout import Checkout, Customer, LogIn, LogOut, SetComment
from ocstate.core.beginning import begin, judge
from ocstate.core.block import do
from ocstate.core.effects import Create, Replace, Retire, Rotate, Touch
from ocstate.core.lifecycle import finish, settle
from ocstate.core.policy import Policies, Policy
from ocstate.core.session import SessionState
from ocstate.core.setup import Setup, hashed_key
from ocstate.protocols import Record, Retired
from tests.core.canned import Canned, FixedWorld

TOKEN = "a" * 32
NEW_TOKEN, NEW_HANDLE = "b" * 32, "handle-of-b"
NEW = {"token": NEW_TOKEN, "handle": NEW_HANDLE}.__getitem__
SETUP = Setup.of(
    FixedWorld(1001.0),
    policy=Policies(
        guest=Policy(idle=100, lifetime=1000),
        customer=Policy(idle=50, lifetime=500),
        api=Policy(idle=200, lifetime=2000),
    ),
)


def stored(**changes: object) -> Record:
    payload = SETUP.codec.encode(
        Checkout(comment="kept"), data={"seen": 1}, commits=("first",), base=None
    )
    record = Record(
        key=hashed_key(TOKEN),
        handle="handle-of-a",
        version=7,
        payload=payload,
        created_at=1000.0,
        seen_at=1000.0,
        expires_at=1100.0,
        ends_at=2000.0,
        schema=SETUP.codec.schema,
    )
    return evolve(record, **changes)


def opened(
    found: Record | Retired | None, now: float, setup: Setup = SETUP
) -> SessionState:
    return begin(SessionState(setup, TOKEN), found, now)


def done(session: SessionState, command: object) -> None:
    Canned().drive(do(session, command))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "now", "refused"),
    [
        (None, 1000, "unknown"),
        (Retired(key="k", reason="logout", at=1, until=2), 1000, "logout"),
        (Retired(key="k", reason="rotated", at=1, until=2), 1000, "rotated"),
        (stored(), 1100, "idle"),
        (stored(expires_at=2000.0), 2000, "lifetime"),
        (stored(payload=b"?"), 1000, "unreadable"),
    ],
)
def test_what_is_not_alive_begins_a_new_session(
    found: Record | Retired | None, now: float, refused: str
) -> None:
    """
    Nothing of what was found is adopted, and the host is told why.
    """
    session = opened(found, now)
    assert refused == session.refused
    assert session.record is None
    assert session.token is None
    assert Checkout() == session.checkout
    assert {} == dict(session.data)


@pytest.mark.parametrize("now", [1000, 1099.9])
def test_a_living_record_is_the_session(now: float) -> None:
    """
    Up to its end a record is the session that the block starts with.
    """
    session = opened(stored(subjects=("api:7",)), now)
    assert session.refused is None
    assert session.record is not None
    assert TOKEN == session.token
    assert "handle-of-a" == session.handle
    assert ("api:7",) == session.subjects
    assert "kept" == session.checkout.comment
    assert 1 == session.data["seen"]


def test_a_block_without_a_token_is_not_refused() -> None:
    """
    Who sends no token is new, and nothing was wrong with that.
    """
    session = begin(SessionState(SETUP, None), None, 1000)
    assert session.refused is None
    assert session.record is None


def test_the_end_is_judged_before_the_idle_end() -> None:
    """
    A session past both ends is told by the absolute one.
    """
    assert "lifetime" == judge(stored(), 2000.0)


def test_an_unread_session_writes_nothing() -> None:
    """
    A block that nobody looked at has no effect.
    """
    assert finish(SessionState(SETUP, TOKEN), 1000, NEW) is None


def test_a_new_session_that_changed_nothing_writes_nothing() -> None:
    """
    Nothing is stored for a visitor who only looked.
    """
    assert finish(opened(None, 1000), 1000, NEW) is None


def test_a_change_creates_a_new_session_under_a_token_of_its_own() -> None:
    """
    What a stranger sent is never adopted: the record stands under the minted token.
    """
    session = opened(None, 1000)
    session.data["seen"] = 2
    effect = finish(session, 1000, NEW)
    assert isinstance(effect, Create)
    record = effect.record
    assert hashed_key(NEW_TOKEN) == record.key
    assert (1000, 1000, 1100, 2000) == (
        record.created_at,
        record.seen_at,
        record.expires_at,
        record.ends_at,
    )
    settle(session, effect, 1)
    assert (NEW_TOKEN, "set") == (session.token, session.cookie_due)


def test_a_change_replaces_the_version_that_was_read() -> None:
    """
    The store is told which version the change was made on, and the idle end moves.
    """
    session = opened(stored(), 1010)
    done(session, SetComment("new"))
    effect = finish(session, 1010, NEW)
    assert isinstance(effect, Replace)
    assert 7 == effect.expected
    assert (1010, 1110, 2000) == (
        effect.record.seen_at,
        effect.record.expires_at,
        effect.record.ends_at,
    )
    settle(session, effect, 8)
    assert (TOKEN, None) == (session.token, session.cookie_due)


def test_the_idle_end_never_passes_the_absolute_one() -> None:
    """
    However busy a session is, its absolute end stays where it was.
    """
    session = opened(stored(seen_at=1950.0, expires_at=2000.0), 1990)
    session.data["seen"] = 2
    effect = finish(session, 1990, NEW)
    assert isinstance(effect, Replace)
    assert 2000 == effect.record.expires_at


@pytest.mark.parametrize(("now", "due"), [(1009.9, False), (1010, True), (1099, True)])
def test_a_read_writes_a_touch_when_it_is_due(now: float, due: bool) -> None:
    """
    A block that only read notes being seen once a tenth of the idle time has passed.
    """
    session = opened(stored(), now)
    effect = finish(session, now, NEW)
    assert (Touch(hashed_key(TOKEN), now, now + 100) if due else None) == effect


@pytest.mark.parametrize(("now", "cookie"), [(1015, None), (1061, "repeat")])
def test_a_cookie_is_repeated_seldom(now: float, cookie: str | None) -> None:
    """
    A client's cookie is due again only after the policy's time.
    """
    session = opened(stored(), now)
    effect = finish(session, now, NEW)
    settle(session, effect, None)
    assert cookie == session.cookie_due


def test_identifying_rotates_and_starts_the_clocks_again() -> None:
    """
    A login brings a new token and a new lifetime, and the old record is retired.
    """
    session = opened(stored(), 1010)
    session.identify("api:7")
    effect = finish(session, 1010, NEW)
    assert isinstance(effect, Rotate)
    assert ("api:7",) == effect.create.record.subjects
    assert (1010, 1210, 3010) == (
        effect.create.record.created_at,
        effect.create.record.expires_at,
        effect.create.record.ends_at,
    )
    retired = Retired(
        key=hashed_key(TOKEN),
        reason="rotated",
        at=1010,
        until=2000,
        successor=NEW_HANDLE,
    )
    assert Retire(hashed_key(TOKEN), 7, retired) == effect.retire
    settle(session, effect, 1)
    assert (NEW_TOKEN, NEW_HANDLE, "set") == (
        session.token,
        session.handle,
        session.cookie_due,
    )


def test_a_new_token_alone_keeps_the_absolute_end() -> None:
    """
    Rotating does not prolong a session beyond its lifetime, nor does it rename it.
    """
    session = opened(stored(seen_at=1950.0, expires_at=2000.0), 1990)
    session.rotates = True
    effect = finish(session, 1990, NEW)
    assert isinstance(effect, Rotate)
    assert (2000, 2000) == (
        effect.create.record.expires_at,
        effect.create.record.ends_at,
    )
    assert "handle-of-a" == effect.create.record.handle


@pytest.mark.parametrize(("now", "due"), [(1029, False), (1030, True)])
def test_a_token_is_renewed_when_the_policy_asks(now: float, due: bool) -> None:
    """
    A policy with a rotation time renews a token that is older, even for a read.
    """
    setup = Setup.of(
        FixedWorld(1001.0), policy=Policy(idle=100, lifetime=1000, rotation=30)
    )
    session = opened(stored(), now, setup)
    assert due == isinstance(finish(session, now, NEW), Rotate)


def test_logging_in_and_out_rotates_and_names_the_customer() -> None:
    """
    Both bring a new token; the account is the session's subject between them.
    """
    session = opened(stored(subjects=("api:7",)), 1010)
    done(session, LogIn(Customer(customer_id=123)))
    assert ("api:7", "customer:123") == session.subjects
    assert isinstance(finish(session, 1010, NEW), Rotate)
    done(session, LogOut())
    assert ("api:7",) == session.subjects


def test_revoking_retires_the_version_that_was_read() -> None:
    """
    Whoever was first is looked at before the session is ended, and the cookie cleared.
    """
    session = opened(stored(), 1010)
    session.data["seen"] = 2
    session.retirement = "logout"
    effect = finish(session, 1010, NEW)
    assert isinstance(effect, Retire)
    assert 7 == effect.expected
    assert ("logout", 2000) == (effect.retired.reason, effect.retired.until)
    settle(session, effect, None)
    assert (None, "clear") == (session.token, session.cookie_due)


def test_revoking_what_was_never_stored_writes_nothing() -> None:
    """
    A new session that ends leaves no trace.
    """
    session = opened(None, 1010)
    session.data["seen"] = 2
    session.retirement = "revoked"
    assert finish(session, 1010, NEW) is None


def test_a_record_remembers_its_last_commits_only() -> None:
    """
    The ids of eight commits are kept, the newest last.
    """
    record = stored()
    for number in range(10):
        session = opened(record, 1010)
        session.data["seen"] = number + 100
        session.commit_id = f"commit{number}"
        effect = finish(session, 1010, NEW)
        assert isinstance(effect, Replace)
        record = evolve(effect.record, version=record.version + 1)
    commits = SETUP.codec.decode(record.payload, SETUP.rules).commits
    assert tuple(f"commit{number}" for number in range(2, 10)) == commits


def test_a_representation_never_shows_a_token() -> None:
    """
    Logs show handles.
    """
    session = opened(stored(), 1000)
    assert TOKEN not in repr(session)
    assert "handle-of-a" in repr(session)
    assert "b" * 32 not in repr(NEW)
