"""
Two cookies of one name, where something goes wrong while the right one is found.
"""

from __future__ import annotations

import asyncio

import pytest

from ocstate import AsyncSessions, Sessions, StoreUnavailableError, asgi, wsgi
from ocstate.api.app import Api
from ocstate.checkout import AddLine, SetComment
from ocstate.core.cookies import CookiePolicy
from ocstate.demo import StaticHost
from ocstate.stores.inline import Inline
from ocstate.stores.memory import MemoryStore
from tests.adapters.clients import call_asgi, call_wsgi
from tests.adapters.test_two_cookies import NOBODY, WIDE, begun
from tests.shells.test_late_damage import spoil

MUG = AddLine(product_id=42)


class Unsteady(MemoryStore):
    """
    A store that once cannot be reached, when so many lookups have gone well.
    """

    def __init__(self) -> None:
        super().__init__()
        self.good: int | None = None

    def load(self, key, /):
        if self.good == 0:
            self.good = None
            raise StoreUnavailableError("out of order", outcome="not applied")
        if self.good is not None:
            self.good -= 1
        return super().load(key)


@pytest.fixture(params=["wsgi", "asgi"])
def shop(request):
    """
    Return a function that adds a mug for a client with some tokens, whatever hinders
    the first look, and the store.

    Meanwhile, before the answer, another request may do something.
    """
    store = Unsteady()

    def call(*tokens, cookie=CookiePolicy(), meanwhile=None):  # noqa: B008 - a value
        headers = {"Cookie": "; ".join(f"OCSESSID={each}" for each in tokens)}
        typed = [("Content-Type", "text/plain")]

        def wsgi_app(environ, start_response):
            session = wsgi.session_of(environ)
            try:
                _ = session.checkout
            except StoreUnavailableError:
                assert not session.was_read
            session.do(MUG)
            if meanwhile:
                meanwhile()
            start_response("200 OK", typed)
            return [str(session.checkout.cart.quantity).encode()]

        async def asgi_app(scope, receive, send):
            session = asgi.session_of(scope)
            try:
                await session.load()
            except StoreUnavailableError:
                assert not session.was_read
            await session.do(MUG)
            if meanwhile:
                meanwhile()
            body = str(session.checkout.cart.quantity).encode()
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body", "body": body})

        if request.param == "wsgi":
            app = wsgi.SessionMiddleware(wsgi_app, Sessions(store), cookie=cookie)
            return call_wsgi(app, "POST", headers=headers)
        sessions = AsyncSessions(Inline(store))
        app = asgi.SessionMiddleware(asgi_app, sessions, cookie=cookie)
        return asyncio.run(call_asgi(app, "POST", headers=headers))

    return call, store


@pytest.mark.parametrize("good", [0, 1, 2])
def test_a_store_that_is_out_of_order_ends_no_session(shop, good):
    """
    Whichever lookup fails, a view that goes on all the same finds the cart again.
    """
    call, store = shop
    living = begun(store)
    store.good = good
    answer = call(NOBODY, "e" * 32, living)

    assert (b"2", []) == (answer.body, answer.all("set-cookie"))


def test_a_load_that_is_given_up_ends_no_session():
    """
    The same where a view has no time left for the second lookup.
    """
    store = MemoryStore()
    living = begun(store)

    class Stuck(Inline):
        """
        A store that answers from its second lookup on only when it was given up once.
        """

        def __init__(self, inner) -> None:
            super().__init__(inner)
            self.turns = [False, True]

        async def load(self, key, /):
            if self.turns and self.turns.pop(0):
                asyncio.current_task().cancel()
                await asyncio.Event().wait()
            return await super().load(key)

    async def app(scope, receive, send):
        session = asgi.session_of(scope)
        with pytest.raises(asyncio.CancelledError):
            await session.load()
        asyncio.current_task().uncancel()
        await session.do(MUG)
        body = str(session.checkout.cart.quantity).encode()
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": body})

    cookies = {"Cookie": f"OCSESSID={NOBODY}; OCSESSID={living}"}
    wrapped = asgi.SessionMiddleware(app, AsyncSessions(Stuck(store)))
    answer = asyncio.run(call_asgi(wrapped, "POST", headers=cookies))

    assert (b"2", []) == (answer.body, answer.all("set-cookie"))


@pytest.mark.parametrize("where", [b"ring twice", b"wishlist", b"chair"])
def test_damage_inside_of_a_session_gives_way_to_one_that_lives(shop, where):
    """
    It would show after the choice, and then again at every request.
    """
    call, store = shop
    with Sessions(store).open() as session:
        session.do(SetComment(comment="ring twice"))
        session["wishlist"] = ["chair"]
    spoil(store, session.token, where)
    before = store.load(Sessions(store).setup.key_of(session.token))
    living = begun(store)

    assert [b"2", b"3"] == [call(session.token, living).body for _ in range(2)]
    assert before == store.load(before.key)


def test_a_damaged_row_gives_way_to_one_that_lives(shop):
    """
    A row of the cart has no default, but the other session has a cart of its own.
    """
    call, store = shop
    with Sessions(store).open() as session:
        session.do(AddLine(product_id=42, options={7: "engraved"}))
    spoil(store, session.token, b"engraved")

    assert b"2" == call(session.token, begun(store)).body


@pytest.mark.parametrize("how", ["rotate", "revoke"])
def test_a_token_that_has_ended_meanwhile_is_not_told_again(shop, how):
    """
    Its successor may be in the cookie of the domain already.
    """
    call, store = shop
    token = begun(store)

    def end():
        with Sessions(store).open(token) as session:
            getattr(session, how)()

    answer = call(token, NOBODY, cookie=WIDE, meanwhile=end)

    assert 409 == answer.status
    (gone,) = answer.all("set-cookie")
    assert gone.startswith("OCSESSID=; Path=/; Expires=")


@pytest.mark.parametrize("dead", [(), (NOBODY,)])
def test_a_login_ends_every_session_that_came(dead):
    """
    Of two that live the new cookie takes the place of one, and both have to end.
    """
    host = StaticHost.demo()
    store = MemoryStore()
    sessions = Sessions(store, host)
    app = wsgi.ApiApp(Api(sessions))
    user = next(iter(host.document.api_credentials.values()))
    form = f"username={user.username}&key={user.key}".encode()
    posted = {"Content-Type": "application/x-www-form-urlencoded"}

    def log_in(*tokens):
        cookies = {"Cookie": "; ".join(f"OCSESSID={each}" for each in tokens)}
        target = "/index.php?route=api/login"
        answer = call_wsgi(app, "POST", target, {**posted, **cookies}, form)
        (cookie,) = answer.all("set-cookie")
        return cookie.partition(";")[0].partition("=")[2]

    first, second, stranger = log_in(), log_in(), begun(store)
    third = log_in(*dead, first, second)

    reasons = [sessions.open(each).refused for each in (first, second, third, stranger)]
    assert ["logout", "logout", None, None] == reasons
