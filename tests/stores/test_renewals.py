"""
Tokens that are renewed by their age, and blocks beside others, on every store.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ocstate import (
    CommandRefused,
    ConflictError,
    GoneError,
    Policy,
    Sessions,
)
from ocstate.checkout import AddLine, Customer, LogIn, RemoveLine, SetQuantity
from ocstate.exceptions import UsageError
from ocstate.protocols import Retired
from ocstate.stores import open_store
from ocstate.testing import FakeClock

POLICY = Policy(idle=1800, lifetime=7200, rotation=300)
MUG = AddLine(product_id=42)
IDA = LogIn(Customer(customer_id=7))


@pytest.fixture(params=["memory", "file", "sqlite"])
def store(request, tmp_path):
    """
    A store of each kind.
    """
    places = {
        "memory": "memory://",
        "file": f"file://{tmp_path}/sessions",
        "sqlite": f"sqlite:///{tmp_path}/shop.db",
    }
    return open_store(places[request.param])


class Shop(Sessions):
    """
    Sessions with a clock that a test moves.
    """

    def __init__(self, store, policy=POLICY):
        self.clock = FakeClock()
        super().__init__(store, policy=policy, clock=self.clock)

    def begun(self):
        with self.open() as session:
            session.do(MUG)
        return session.token

    def added(self, token, **how):
        with self.open(token, **how) as session:
            session.do(MUG)
        return session.token

    def looked(self, token, **how):
        with self.open(token, **how) as session:
            _ = session.checkout
        return session.token

    def quantity(self, token):
        return self.open(token).checkout.cart.quantity


@pytest.fixture
def shop(store):
    return Shop(store)


def note(shop, token):
    found = shop.store.load(shop.setup.key_of(token))
    assert isinstance(found, Retired)
    return found


def test_a_renewal_says_where_the_session_goes_on(shop):
    """
    A login says it in a name that opens nothing and leads nowhere.
    """
    old = shop.begun()
    shop.clock.advance(300)
    new = shop.added(old)
    assert shop.setup.key_of(new) == note(shop, old).successor

    with shop.open(new) as session:
        session.do(IDA)
    assert session.handle == note(shop, new).successor


@pytest.mark.parametrize("use", [Shop.looked, Shop.added])
def test_the_first_use_is_noted_at_once(shop, use):
    """
    No time has to pass for it, and it is noted in a moment of the store's clock.
    """
    old = shop.begun()
    shop.clock.advance(300)
    new = shop.looked(old)
    key = shop.setup.key_of(new)
    unused = shop.store.load(key)
    assert unused.seen_at < unused.created_at == shop.clock()

    assert new == use(shop, new)
    assert shop.clock() == shop.store.load(key).seen_at
    shop.clock.advance(30)
    assert "rotated" == shop.open(old).load().refused


def test_a_late_use_is_no_first_use(shop):
    """
    It moves the idle end, and says nothing of the new token.
    """
    old = shop.begun()
    shop.clock.advance(300)
    new = shop.looked(old)
    shop.clock.advance(29)
    assert old == shop.added(old) == shop.looked(old)
    stored = shop.store.load(shop.setup.key_of(new))
    assert stored.seen_at < stored.created_at
    assert shop.clock() + 1800 == stored.expires_at

    shop.clock.advance(1)
    assert old != shop.looked(old)


def test_late_looks_keep_a_session_alive(store):
    """
    Also where it may not go unused for as long as the grace lasts.
    """
    shop = Shop(store, Policy(idle=10, lifetime=7200, rotation=5, grace=60))
    old = shop.begun()
    shop.clock.advance(5)
    new = shop.looked(old)
    for _ in range(6):
        shop.clock.advance(9)
        assert old == shop.looked(old)
    assert shop.open(new).load().refused is None


@pytest.mark.parametrize("grace", [0, 0.0])
def test_without_a_grace_a_lost_answer_is_told_again_all_the_same(store, grace):
    """
    And a token dies at the first use of the next one.
    """
    shop = Shop(store, Policy(idle=1800, lifetime=7200, rotation=300, grace=grace))
    old = shop.begun()
    shop.clock.advance(300)
    lost = shop.looked(old)
    new = shop.looked(old)
    assert 3 == len({old, lost, new})
    shop.looked(new)
    assert ["rotated"] * 2 == [shop.open(each).load().refused for each in (old, lost)]


def test_a_way_that_was_used_is_closed_for_good(shop):
    """
    A later renewal whose answer is lost opens none for the tokens before.
    """
    first = shop.begun()
    shop.clock.advance(300)
    second = shop.looked(first)
    shop.looked(second)
    shop.clock.advance(300)
    third = shop.looked(second)
    shop.clock.advance(30)

    with pytest.raises(GoneError, match="rotated"):
        shop.added(first)
    assert third != shop.looked(second) != second


def test_a_first_use_may_renew_the_token_itself(shop):
    """
    Whoever comes back late enough has heard the token that they bring.
    """
    first = shop.begun()
    shop.clock.advance(300)
    second = shop.looked(first)
    shop.clock.advance(300)
    third = shop.looked(second)
    assert third != second
    shop.clock.advance(30)
    assert "rotated" == shop.open(first).load().refused
    assert third != shop.looked(second)


def test_an_idle_session_begins_anew_for_every_token_of_it(shop):
    """
    Where nobody ever heard the new one; a session that is over gives no login away.
    """
    old = shop.begun()
    shop.clock.advance(300)
    shop.looked(old)
    shop.clock.advance(1800)
    session = shop.open(old).load()
    assert "idle" == session.refused
    session.do(MUG)
    session.close()
    assert 1 == shop.quantity(session.token)


def test_a_note_of_version_0_1_leads_nowhere(shop):
    """
    It names a handle, whatever it was written for.
    """
    old, new = shop.begun(), shop.begun()
    handle = shop.open(new).load().handle
    record = shop.store.load(shop.setup.key_of(old))
    retired = Retired(
        key=record.key,
        reason="rotated",
        at=shop.clock(),
        until=record.ends_at,
        successor=handle,
    )
    shop.store.retire(record.key, expected=None, retired=retired, now=shop.clock)
    assert "rotated" == shop.open(old).load().refused
    with pytest.raises(GoneError, match="rotated"):
        shop.added(old)


def test_many_requests_at_once_renew_a_token_and_lose_nothing(store):
    """
    Each of them finds the session, and one of them is told where it goes on.
    """
    shop = Shop(store)
    old = shop.begun()
    shop.clock.advance(300)
    with ThreadPoolExecutor(8) as threads:
        tokens = set(threads.map(shop.added, [old] * 16))
    (new,) = tokens - {old}
    assert 17 == shop.quantity(new) == shop.quantity(old)


def test_two_logins_at_one_instant_leave_one_session(shop):
    """
    Whoever is second learns that it was somebody else's token that took over.
    """
    token = shop.begun()
    first, second = shop.open(token), shop.open(token)
    for session in (first, second):
        session.do(IDA)
    first.close()
    with pytest.raises(GoneError):
        second.close()
    assert 1 == shop.quantity(first.token)


def test_a_strict_block_notices_a_renewal(shop):
    """
    Somebody else has committed, if only a new token.
    """
    old = shop.begun()
    shop.clock.advance(300)
    strict = shop.open(old, strict=True)
    strict.do(MUG)
    shop.looked(old)
    with pytest.raises(ConflictError):
        strict.close()


def test_an_update_goes_on_where_the_session_went(shop):
    """
    A renewal meanwhile is a conflict like any other: the change is called again.
    """
    old = shop.begun()
    shop.clock.advance(300)
    calls = []

    def change(session):
        calls.append(session.get("n", 0))
        session["n"] = session.get("n", 0) + 1
        if len(calls) == 1:
            with shop.open(old) as other:
                other["n"] = 10

    updated = shop.update(old, change)
    assert ([0, 10], old) == (calls, updated.token)
    assert 11 == shop.open(old)["n"]


def test_a_job_renews_nothing_and_begins_nothing(shop):
    """
    Nobody could tell the client; a job without a token is told the token itself.
    """
    token = shop.begun()
    shop.clock.advance(300)
    assert token == shop.added(token, rotate=False) == shop.looked(token, rotate=False)
    for dead in ("0" * 32, "no token"):
        with pytest.raises(GoneError, match="unknown"):
            shop.added(dead, rotate=False)
        assert shop.looked(dead, rotate=False) is None
    assert 1 == shop.quantity(shop.added(None, rotate=False))

    shop.clock.advance(1800)
    with pytest.raises(GoneError) as gone:
        shop.added(token, rotate=False)
    assert "idle" == gone.value.reason
    # A client may begin anew all the same.
    assert shop.added(token) not in (None, token)


def test_a_job_finds_a_session_whose_token_was_renewed(shop):
    """
    While the client has not heard the new token, however long the job was queued.
    """
    old = shop.begun()
    shop.clock.advance(300)
    new = shop.looked(old)
    shop.clock.advance(1000)
    assert old == shop.added(old, rotate=False)
    shop.looked(new)
    with pytest.raises(GoneError, match="rotated"):
        shop.added(old, rotate=False)


def test_revoking_a_renewed_token_ends_the_session(shop):
    """
    It names that session for as long as it finds it.
    """
    old = shop.begun()
    shop.clock.advance(300)
    new = shop.looked(old)
    shop.revoke(old)
    assert ["revoked"] * 2 == [shop.open(each).load().refused for each in (old, new)]


def test_revoking_what_is_over_does_nothing(shop):
    """
    As before: whoever cleans up need not know what is left.
    """
    old = shop.begun()
    with shop.open(old) as session:
        session.do(IDA)
    shop.revoke(old)
    shop.revoke("0" * 32)
    assert 1 == shop.quantity(session.token)


def bump(session):
    session["n"] = session.get("n", 0) + 1


def test_an_update_of_the_own_session_commits_by_itself(shop):
    """
    Whatever becomes of the block, which goes on from it.
    """
    token = shop.begun()
    with shop.open(token) as session:
        session.do(MUG)
        assert session.update(bump) is None
        assert (1, 2) == (session["n"], session.checkout.cart.quantity)
        session.discard()
    after = shop.open(token)
    assert (1, 1) == (after["n"], after.checkout.cart.quantity)


def test_updates_in_updates_and_for_a_new_visitor(shop):
    """
    The token of the session that one began is known everywhere.
    """

    def outer(session):
        bump(session)
        session.update(lambda inner: inner.do(MUG))

    with shop.open() as session:
        session["mine"] = True
        session.update(outer)
        assert session.token is not None
        session.update(bump)
    after = shop.open(session.token)
    assert {"n": 2, "mine": True} == dict(after.data)
    assert 1 == after.checkout.cart.quantity


def test_what_no_longer_goes_after_an_update_is_told_twice(shop):
    """
    At once, and at the block's end: an accepted command is never dropped silently.
    """
    token = shop.begun()
    session = shop.open(token)
    session.do(SetQuantity(line_id=1, quantity=5))
    session["mine"] = 1
    with pytest.raises(CommandRefused):
        session.update(lambda inner: inner.do(RemoveLine(line_id=1)))
    with pytest.raises(CommandRefused):
        session.close()
    after = shop.open(token)
    assert (0, None) == (after.checkout.cart.quantity, after.get("mine"))


def test_a_visitor_whose_command_no_longer_goes_begins_one_session(shop):
    """
    The update has begun it; the block's end does not begin another one.
    """
    session = shop.open()
    session["n"] = 5
    with pytest.raises(ConflictError, match="'n'"):
        session.update(bump)
    with pytest.raises(ConflictError, match="'n'"):
        session.close()
    assert 1 == shop.open(session.token)["n"]


def test_what_was_handed_out_stays_in_hand_over_an_update(shop):
    """
    Unless the update has changed it too, which is told.
    """
    with shop.open(shop.begun()) as session:
        session["wishes"], session["seen"] = [1], [1]
    with shop.open(session.token) as session:
        data, wishes = session.data, session["wishes"]
        session.update(bump)
        wishes.append(2)
        data["late"] = True
    after = shop.open(session.token)
    assert {"wishes": [1, 2], "seen": [1], "late": True, "n": 1} == dict(after.data)

    session = shop.open(session.token)
    seen = session["seen"]
    session.update(lambda inner: inner["seen"].append(2))
    assert [1, 2] == session["seen"]
    seen.append(3)
    with pytest.raises(ConflictError, match="'seen'"):
        session.close()
    assert [1, 2] == shop.open(session.token)["seen"]


def test_a_strict_block_may_update_itself(shop):
    """
    What it did itself is no conflict; what others do before or after is.
    """
    token = shop.begun()
    with shop.open(token, strict=True) as session:
        session.do(MUG)
        session.update(bump)
    session = shop.open(token, strict=True)
    session.do(MUG)
    session.update(bump)
    shop.added(token)
    with pytest.raises(ConflictError):
        session.close()
    assert (3, 2) == (shop.quantity(token), shop.open(token)["n"])


def test_an_update_without_a_commit_changes_nothing(shop):
    """
    What *change* raises goes through, and a block that it discards is discarded.
    """
    token = shop.begun()

    def fails(session):
        bump(session)
        raise KeyError("n")

    def gives_up(session):
        bump(session)
        session.discard()

    with shop.open(token) as session:
        session.do(MUG)
        with pytest.raises(KeyError):
            session.update(fails)
        session.update(gives_up)
        session.update(lambda inner: None)
    assert (2, None) == (shop.quantity(token), shop.open(token).get("n"))


def test_an_update_of_a_block_that_is_over_is_a_wrong_use(shop):
    """
    So is one without a function.
    """
    with shop.open() as session, pytest.raises(UsageError, match="function"):
        session.update({"n": 1})
    with pytest.raises(UsageError, match="over"):
        session.update(bump)
