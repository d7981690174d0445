"""
Requests that come late, and blocks beside a request's own, through both middlewares.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from inspect import isawaitable

import pytest

from ocstate import AsyncSessions, GoneError, Policy, Sessions, asgi, wsgi
from ocstate.checkout import AddLine, Customer, LogIn, LogOut
from ocstate.core.cookies import CookiePolicy
from ocstate.stores.inline import Inline
from ocstate.stores.memory import MemoryStore
from ocstate.testing import FakeClock
from tests.adapters.clients import Answer, call_asgi, call_wsgi

POLICY = Policy(idle=1800, lifetime=7200, rotation=300)
MUG = AddLine(product_id=42)
IDA = LogIn(Customer(customer_id=7))
NOBODY = "0" * 32
TEXT = ("Content-Type", "text/plain")


def drive(view):
    """
    Run a view for threads, and return its body.
    """
    try:
        done = next(view)
        while True:
            done = view.send(done)
    except StopIteration as end:
        return end.value


async def drive_async(view):
    """
    Run a view for asyncio, and return its body.
    """
    try:
        done = next(view)
        while True:
            try:
                done = (await done) if isawaitable(done) else done
            except Exception as error:  # noqa: BLE001 - it is the view's
                done = view.throw(error)
            else:
                done = view.send(done)
    except StopIteration as end:
        return end.value


class Shop:
    """
    An application whose views are generators: what they yield is awaited where it has
    to be, and what they return is the body.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.clock = FakeClock()
        self.store = MemoryStore()
        self.sessions = Sessions(self.store, policy=POLICY, clock=self.clock)

    def call(
        self,
        view: Callable,
        *tokens: str | None,
        method: str = "POST",
        cookie: CookiePolicy = CookiePolicy(),  # noqa: B008 - a value
        status: int = 200,
    ) -> Answer:
        came = "; ".join(f"OCSESSID={each}" for each in tokens if each)
        headers = {"Cookie": came} if came else {}
        if self.kind == "wsgi":

            def wsgi_app(environ, start_response):
                session = wsgi.session_of(environ)
                body = drive(view(session, self.sessions))
                start_response(f"{status} OK", [TEXT])
                return [str(body).encode() * (method != "HEAD")]

            app = wsgi.SessionMiddleware(wsgi_app, self.sessions, cookie=cookie)
            return call_wsgi(app, method, headers=headers)

        sessions = AsyncSessions(Inline(self.store), policy=POLICY, clock=self.clock)

        async def asgi_app(scope, receive, send):
            session = asgi.session_of(scope)
            body = await drive_async(view(session, sessions))
            await send({"type": "http.response.start", "status": status})
            await send({"type": "http.response.body", "body": str(body).encode()})

        app = asgi.SessionMiddleware(asgi_app, sessions, cookie=cookie)
        return asyncio.run(call_asgi(app, method, headers=headers))

    def quantity(self, token: str) -> int:
        return self.sessions.open(token).checkout.cart.quantity


def token_of(answer: Answer) -> str | None:
    """
    Return the token that an answer sets; None for none, empty where it is taken away.
    """
    cookies = [each.partition(";")[0] for each in answer.all("set-cookie")]
    return cookies[-1].partition("=")[2] if cookies else None


def add(session, sessions):
    yield session.do(MUG)
    return session.checkout.cart.quantity


def read(session, sessions):
    yield session.load()
    return session.checkout.cart.quantity, session.refused


def log_in(session, sessions):
    yield session.do(IDA)


def log_out(session, sessions):
    yield session.do(LogOut())


def identify(session, sessions):
    yield session.load()
    session.identify("customer:7")


def rotate(session, sessions):
    yield session.load()
    session.rotate()


def end(session, sessions):
    yield session.load()
    session.revoke("logout")


@pytest.fixture(params=["wsgi", "asgi"])
def shop(request):
    return Shop(request.param)


@pytest.mark.parametrize("seconds", [0, 29, 31, 1700])
@pytest.mark.parametrize("first", [log_in, log_out, identify, rotate, end])
def test_a_late_change_takes_no_login_away(shop, first, seconds):
    """
    It is told so, sets no cookie, clears none, and changes nothing.
    """
    old = token_of(shop.call(add))
    new = token_of(shop.call(first, old))
    shop.clock.advance(seconds)
    before = dict(shop.store._entries)
    late = shop.call(add, old)

    assert (409, b"gone") == (late.status, late.body[9:13])
    assert [] == late.all("set-cookie")
    assert before == shop.store._entries
    assert not new or 1 == shop.quantity(new)


@pytest.mark.parametrize("seconds", [0, 31])
def test_a_late_change_after_a_revocation_brings_nothing_back(shop, seconds):
    """
    Whoever ended the session, from outside of any request.
    """
    token = token_of(shop.call(add))
    shop.sessions.revoke(token)
    shop.clock.advance(seconds)
    late = shop.call(add, token)

    assert (409, []) == (late.status, late.all("set-cookie"))
    assert "revoked" == shop.sessions.open(token).load().refused


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("first", [log_in, log_out, end])
def test_a_late_look_sees_an_empty_session(shop, first, method):
    """
    And sets no cookie, so that the next request has that of the login.
    """
    old = token_of(shop.call(add))
    shop.call(first, old)
    late = shop.call(read, old, method=method)

    assert (200, []) == (late.status, late.all("set-cookie"))
    reason = "logout" if first is end else "rotated"
    assert method == "HEAD" or str((0, reason)).encode() == late.body
    assert ["Cookie"] == late.all("vary")


@pytest.mark.parametrize("others", [(NOBODY,), (NOBODY, "1" * 32)])
@pytest.mark.parametrize("first", [log_in, end])
@pytest.mark.parametrize("at", [0, 1])
def test_a_late_change_with_several_cookies_is_late(shop, first, others, at):
    """
    Wherever among them the token stands whose session was ended.
    """
    old = token_of(shop.call(add))
    shop.call(first, old)
    tokens = [*others[:at], old, *others[at:]]
    late = shop.call(add, *tokens)

    assert (409, []) == (late.status, late.all("set-cookie"))


def test_a_session_that_lives_counts_before_one_that_was_ended(shop):
    """
    A request that brings both is no late one.
    """
    old = token_of(shop.call(add))
    new = token_of(shop.call(log_in, old))
    answer = shop.call(add, old, new)

    assert (b"2", []) == (answer.body, answer.all("set-cookie"))


def test_a_token_counts_before_one_that_was_renewed(shop):
    """
    So that the new one of two is used, and the old one dies.
    """
    old = token_of(shop.call(add))
    shop.clock.advance(300)
    new = token_of(shop.call(add, old))
    both = shop.call(read, old, new)
    assert (b"(2, None)", []) == (both.body, both.all("set-cookie"))
    shop.clock.advance(31)

    assert 409 == shop.call(add, old).status


@pytest.mark.parametrize("reads", [True, False])
def test_who_signs_in_long_after_the_end_is_not_late(shop, reads):
    """
    A browser that still has the cookie of a session that was revoked must be able to.
    """
    old = token_of(shop.call(add))
    shop.sessions.revoke(old)
    assert 409 == shop.call(log_in, old).status
    shop.clock.advance(30)
    answer = shop.call(log_in, old)

    assert 200 == answer.status
    assert ("customer:7",) == shop.sessions.open(token_of(answer)).load().subjects


@pytest.mark.parametrize("max_age", [None, 600])
def test_a_renewed_token_finds_its_session_for_a_while(shop, max_age):
    """
    What comes late with it is not lost, and nobody is told a token.
    """
    cookie = CookiePolicy(max_age=max_age)
    old = token_of(shop.call(add))
    shop.clock.advance(300)
    new = token_of(shop.call(add, old, cookie=cookie))
    late = [shop.call(add, old, cookie=cookie) for _ in range(3)]
    shop.clock.advance(29)
    late += [shop.call(view, old, cookie=cookie) for view in (add, read)]

    assert [b"3", b"4", b"5", b"6", b"(6, None)"] == [each.body for each in late]
    assert [[]] * 5 == [each.all("set-cookie") for each in late]
    assert 6 == shop.quantity(new)


@pytest.mark.parametrize("view", [add, read])
def test_a_renewed_token_dies_once_the_new_one_was_used(shop, view):
    """
    A look is a use, at the very moment of the renewal too.
    """
    old = token_of(shop.call(add))
    shop.clock.advance(300)
    new = token_of(shop.call(add, old))
    assert [] == shop.call(view, new).all("set-cookie")
    shop.clock.advance(30)

    assert (409, []) == (shop.call(add, old).status, shop.call(add, old).all("x"))
    assert b"(0, 'rotated')" == shop.call(read, old).body
    assert 200 == shop.call(add, new).status


@pytest.mark.parametrize("view", [add, read])
def test_an_answer_that_was_lost_locks_nobody_out(shop, view):
    """
    However many of them: the old token is told the newest one again after the grace.
    """
    old = token_of(shop.call(add))
    shop.clock.advance(300)
    told = [token_of(shop.call(view, old))]
    for _ in range(20):
        shop.clock.advance(30)
        told.append(token_of(shop.call(view, old)))
    last = [each for each in told if each][-1]
    assert len(told) > len({*told}) > 10
    assert (200, []) == ((came := shop.call(add, last)).status, came.all("set-cookie"))
    shop.clock.advance(30)

    assert {409} == {
        shop.call(add, each).status for each in {old, *told} - {None, last}
    }


def test_a_late_login_takes_the_session_along(shop):
    """
    Within the grace it is the session's own, and every token before it dies.
    """
    old = token_of(shop.call(add))
    shop.clock.advance(300)
    new = token_of(shop.call(add, old))
    answer = shop.call(log_in, old)

    assert 2 == shop.quantity(token_of(answer))
    assert [409, 409] == [shop.call(add, each).status for each in (old, new)]


def test_a_late_logout_ends_the_session(shop):
    """
    Within the grace, whichever token the client has by then.
    """
    old = token_of(shop.call(add))
    shop.clock.advance(300)
    new = token_of(shop.call(add, old))

    assert "" == token_of(shop.call(end, old))
    for each in (old, new):
        assert "logout" == shop.sessions.open(each).load().refused
        assert 409 == shop.call(add, each).status


def test_two_requests_renew_a_token_once(shop):
    """
    The second one finds the first one's successor at its end, and loses nothing.
    """
    old = token_of(shop.call(add))
    shop.clock.advance(300)

    def other():
        with shop.sessions.open(old) as block:
            block.do(MUG)
        return block.token

    def slow(session, sessions):
        yield session.do(MUG)
        return Context().run(other)

    answer = shop.call(slow, old)
    new = answer.body.decode()

    assert (200, []) == (answer.status, answer.all("set-cookie"))
    assert new != old
    assert 3 == shop.quantity(new)


def beside(*commands, change=None):
    """
    Make a view that opens a block beside its own, and then goes on with its own.
    """

    def view(session, sessions):
        if "reads" in commands:
            yield session.load()
        block = sessions.open(session.token)
        yield block.load()
        for command in commands:
            if command == "reads":
                continue
            if command == "ends":
                block.revoke("logout")
            else:
                yield block.do(command)
        block["beside"] = True
        yield block.close()
        if "adds" in (change or ()):
            yield session.do(MUG)
        return session.token

    return view


@pytest.mark.parametrize("reads", [(), ("reads",)])
@pytest.mark.parametrize("change", [(), ("adds",)])
def test_a_login_in_a_block_beside_is_told(shop, reads, change):
    """
    What the request's own session wants follows it to the new token.
    """
    old = token_of(shop.call(add))
    answer = shop.call(beside(IDA, *reads, change=change), old)
    new = token_of(answer)

    assert (200, new) == (answer.status, answer.body.decode())
    assert new not in (None, old)
    session = shop.sessions.open(new).load()
    assert ("customer:7",) == session.subjects
    assert session["beside"]
    assert 1 + len(change) == session.checkout.cart.quantity


@pytest.mark.parametrize("reads", [(), ("reads",)])
def test_a_token_beside_is_told_though_the_answer_fails(shop, reads):
    """
    The block beside has committed, whatever becomes of the request.
    """
    old = token_of(shop.call(add))
    answer = shop.call(beside(IDA, *reads), old, status=500)

    assert ("customer:7",) == shop.sessions.open(token_of(answer)).load().subjects


def test_a_session_that_began_beside_is_told(shop):
    """
    For a client whose token names nothing any more.
    """
    new = token_of(shop.call(beside(MUG), NOBODY))
    assert 1 == shop.quantity(new)


@pytest.mark.parametrize("reads", [(), ("reads",)])
@pytest.mark.parametrize(("change", "status"), [((), 200), (("adds",), 409)])
def test_an_end_beside_takes_the_cookie_away(shop, reads, change, status):
    """
    And a change after it comes too late.
    """
    old = token_of(shop.call(add))
    answer = shop.call(beside("ends", *reads, change=change), old)

    assert (status, "") == (answer.status, token_of(answer))


@pytest.mark.parametrize("reads", [(), ("reads",)])
@pytest.mark.parametrize("change", [(), ("adds",)])
def test_a_block_beside_renews_no_token(shop, reads, change):
    """
    The request's own does, whose answer tells it.
    """
    old = token_of(shop.call(add))
    shop.clock.advance(300)
    answer = shop.call(beside(MUG, *reads, change=change), old)
    new = token_of(answer)

    if reads or change:
        assert new not in (None, old)
    else:
        assert new is None
    assert 2 + len(change) == shop.quantity(new or old)


def test_a_block_beside_is_no_first_use(shop):
    """
    It says nothing of whether the client has heard the token; the request does.
    """
    old = token_of(shop.call(add))
    shop.clock.advance(300)
    new = token_of(shop.call(add, old))
    shop.call(beside(MUG, "reads"), new)
    shop.clock.advance(30)

    assert 409 == shop.call(add, old).status


def count(session):
    session["visits"] = session.get("visits", 0) + 1


def counts(session, sessions):
    yield session.update(count)
    return session["visits"]


def test_an_update_of_the_own_session_begins_one(shop):
    """
    For a visitor, who gets its cookie; later ones count on.
    """
    first = shop.call(counts)
    token = token_of(first)
    later = [shop.call(counts, token) for _ in range(2)]

    assert [b"1", b"2", b"3"] == [each.body for each in (first, *later)]
    assert [[], []] == [each.all("set-cookie") for each in later]


def test_an_update_of_the_own_session_keeps_what_it_wants(shop):
    """
    Its commands are decided again on top, its data merges, and its token is renewed.
    """

    def view(session, sessions):
        yield session.do(MUG)
        session["mine"] = 1
        yield session.update(count)
        assert (1, 1) == (session["visits"], session["mine"])
        return session.checkout.cart.quantity

    old = token_of(shop.call(add))
    shop.clock.advance(300)
    answer = shop.call(view, old)
    session = shop.sessions.open(token_of(answer)).load()

    assert (b"2", 2) == (answer.body, session.checkout.cart.quantity)
    assert {"visits": 1, "mine": 1} == dict(session.data)


def test_an_update_on_the_own_token_is_told_of_too(shop):
    """
    ``sessions.update`` with a login in it, in a view.
    """

    def view(session, sessions):
        def change(block):
            block.identify("customer:7")
            count(block)

        yield sessions.update(session.token, change)
        return session.token

    old = token_of(shop.call(add))
    answer = shop.call(view, old)

    assert answer.body.decode() == token_of(answer) != old
    assert 1 == shop.sessions.open(token_of(answer))["visits"]


def test_an_update_on_a_late_token_changes_nothing(shop):
    """
    It ends as any change does, and the request's own session stays empty.
    """

    def view(session, sessions):
        with suppress(GoneError):
            yield session.update(count)
        yield session.load()
        return session.refused, session.get("visits")

    old = token_of(shop.call(add))
    shop.call(log_in, old)
    answer = shop.call(view, old)

    assert (b"('rotated', None)", []) == (answer.body, answer.all("set-cookie"))


def test_a_block_after_the_answer_is_a_jobs(shop):
    """
    It renews nothing and begins nothing, since no answer can tell of it.
    """
    told: list = []

    def later(sessions, token):
        block = sessions.open(token)
        yield block.load()
        block["later"] = True
        try:
            yield block.close()
        except GoneError as gone:
            told.append(gone.reason)
        else:
            told.append(block.token)

    def wsgi_app(environ, start_response):
        token = wsgi.session_of(environ).token
        start_response("200 OK", [TEXT])
        yield b"begun"
        drive(later(shop.sessions, token))

    async def asgi_app(scope, receive, send):
        session = asgi.session_of(scope)
        token = session.token
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"begun"})
        await drive_async(later(session._sessions, token))

    def call(token):
        headers = {"Cookie": f"OCSESSID={token}"}
        if shop.kind == "wsgi":
            app = wsgi.SessionMiddleware(wsgi_app, shop.sessions)
            return call_wsgi(app, headers=headers)
        inline = Inline(shop.store)
        sessions = AsyncSessions(inline, policy=POLICY, clock=shop.clock)
        app = asgi.SessionMiddleware(asgi_app, sessions)
        return asyncio.run(call_asgi(app, headers=headers))

    old = token_of(shop.call(add))
    shop.clock.advance(300)
    for token in (old, NOBODY):
        assert [] == call(token).all("set-cookie")

    assert [old, "unknown"] == told
    assert shop.sessions.open(old)["later"]


def test_a_cookie_of_the_host_alone_is_no_dead_end(shop):
    """
    Where the cookie has a domain now, one that names an ended session may be what was
    left from before: no answer can replace it while it comes alone.
    """
    wide = CookiePolicy(domain="shop.example")
    left = token_of(shop.call(add))
    shop.sessions.revoke(left, reason="logout")
    new = token_of(shop.call(add, left, cookie=wide))
    assert 1 == shop.quantity(new)

    old = token_of(shop.call(add))
    shop.call(log_in, old)
    late = shop.call(add, old, cookie=wide)
    assert (409, []) == (late.status, late.all("set-cookie"))
