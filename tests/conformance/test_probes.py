"""
Eight questions that session libraries were asked, and races of rotations, on any store.

In 2026 six of six that were asked lost one of two updates, five brought a session back
that a slow request wrote after its logout, and three adopted an id that was made up.
"""

from __future__ import annotations

from contextvars import Context

import pytest

from ocstate import GoneError, Policy, Sessions, wsgi
from ocstate.stores import open_store
from ocstate.testing import FakeClock
from tests.adapters.clients import call_wsgi

POLICY = Policy(idle=1800, lifetime=7200, rotation=300)
INVENTED = "attacker".ljust(32, "0")


class Browser:
    """
    What a browser does with cookies, in front of a middleware.
    """

    def __init__(self, sessions: Sessions, token: str | None = None) -> None:
        self.sessions = sessions
        self.token = token

    def visit(self, view, *, meanwhile=lambda: None, **environ):
        """
        Let *view* have the session of a request, then others go first, then answer.
        """

        def app(environ, start_response):
            session = wsgi.session_of(environ)
            body = str(view(session)).encode()
            Context().run(meanwhile)
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [body]

        headers = {} if self.token is None else {"Cookie": f"OCSESSID={self.token}"}
        middleware = wsgi.SessionMiddleware(app, self.sessions)
        answer = call_wsgi(middleware, headers=headers, **environ)
        for cookie in answer.all("set-cookie"):
            self.token = cookie.partition(";")[0].partition("=")[2] or None
        return answer

    def tab(self):
        """
        Return a second one with the same cookie.
        """
        return Browser(self.sessions, self.token)


def put(key, value=1):
    def view(session):
        session[key] = value
        return "put"

    return view


def everything(session):
    return dict(session.data)


@pytest.fixture
def clock():
    """
    A clock that a test moves.
    """
    return FakeClock()


@pytest.fixture(params=["memory", "file", "sqlite"])
def sessions(request, tmp_path, clock):
    """
    Sessions on a store of each kind.
    """
    places = {
        "memory": "memory://",
        "file": f"file://{tmp_path}/sessions",
        "sqlite": f"sqlite:///{tmp_path}/shop.db",
    }
    store = open_store(places[request.param])
    return Sessions(store, policy=POLICY, clock=clock)


@pytest.fixture
def browser(sessions):
    """
    A browser whose session has one key.
    """
    browser = Browser(sessions)
    browser.visit(put("a"))
    assert browser.token is not None
    return browser


def stored(browser):
    return dict(browser.sessions.open(browser.token).data)


def test_an_invented_id_is_not_adopted(sessions):
    """
    Who made it up cannot name the session that came of it.
    """
    browser = Browser(sessions, INVENTED)
    browser.visit(put("a"))

    assert {"a": 1} == stored(browser)
    assert INVENTED != browser.token
    assert "unknown" == sessions.open(INVENTED).load().refused


def test_two_requests_at_once_both_count(browser):
    """
    Each has read the session before the other one committed.
    """
    other = browser.tab()
    answer = browser.visit(put("b"), meanwhile=lambda: other.visit(put("c")))

    assert 200 == answer.status
    assert {"a": 1, "b": 1, "c": 1} == stored(browser)


@pytest.mark.parametrize("end", ["revoke", "identify", "rotate"])
def test_a_slow_request_brings_no_session_back(browser, end):
    """
    It ends with 409, whatever ended the session's token meanwhile, and sets no cookie.
    """
    slow = browser.tab()
    subject = ("customer:7",) if end == "identify" else ()

    def ends():
        browser.visit(lambda session: getattr(session, end)(*subject))

    answer = slow.visit(put("b"), meanwhile=ends)

    assert (409, []) == (answer.status, answer.all("set-cookie"))
    assert {} == stored(slow)
    assert stored(browser) == ({} if end == "revoke" else {"a": 1})


@pytest.mark.parametrize("end", ["revoke", "identify", "rotate"])
def test_a_late_request_brings_no_session_back(browser, end):
    """
    The same where it begins when all is over.
    """
    late = browser.tab()
    subject = ("customer:7",) if end == "identify" else ()
    browser.visit(lambda session: getattr(session, end)(*subject))
    answer = late.visit(put("b"))

    assert (409, []) == (answer.status, answer.all("set-cookie"))
    assert stored(browser) == ({} if end == "revoke" else {"a": 1})


def test_a_look_sets_no_cookie(browser):
    """
    Nor does a request that does not look, and a visitor who only looks gets none.
    """
    for each in (browser, Browser(browser.sessions)):
        for view in (everything, lambda session: "nothing"):
            assert [] == each.visit(view).all("set-cookie")


def test_an_answer_varies_where_it_depends_on_the_session(browser):
    """
    Asking whether a key is there is a look as well.
    """
    looks = (everything, lambda session: "a" in session, list)
    for view in looks:
        assert ["Cookie"] == browser.visit(view).all("vary")
    assert [] == browser.visit(lambda session: "nothing").all("vary")


def test_a_nested_change_is_noticed(browser):
    """
    An item that a second request appends to a list is kept.
    """
    browser.visit(put("list", [1]))
    browser.visit(lambda session: session["list"].append(2))

    assert [1, 2] == stored(browser)["list"]


def test_an_old_id_opens_nothing(browser):
    """
    After a new token was asked for, the session is found by that alone.
    """
    old = browser.tab()
    browser.visit(lambda session: session.rotate())

    assert b"{}" == old.visit(everything).body
    assert b"{'a': 1}" == browser.visit(everything).body


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_a_cookie_is_kept_from_scripts_and_other_sites(sessions, scheme, secure):
    """
    Without any setting.
    """
    answer = Browser(sessions).visit(put("a"), **{"wsgi.url_scheme": scheme})
    (cookie,) = answer.all("set-cookie")
    attributes = cookie.split("; ")[1:]
    expected = {"Path=/", "HttpOnly", "SameSite=Lax", *(["Secure"] if secure else [])}

    assert expected == {*attributes}


def test_two_logins_at_once_leave_one_session(browser):
    """
    Whoever is second is told so, and nobody else has what the first one has.
    """
    second = browser.tab()

    def logs_in(session):
        session.identify("customer:7")

    answer = second.visit(logs_in, meanwhile=lambda: browser.visit(logs_in))

    assert (409, []) == (answer.status, answer.all("set-cookie"))
    assert {"a": 1} == stored(browser)
    with pytest.raises(GoneError), browser.sessions.open(second.token) as session:
        session["b"] = 1


def test_two_renewals_at_once_lose_nothing(browser, clock):
    """
    One answer tells the new token, both changes are there, and either cookie goes on.
    """
    second = browser.tab()
    clock.advance(300)
    answer = second.visit(put("b"), meanwhile=lambda: browser.visit(put("c")))

    assert (200, []) == (answer.status, answer.all("set-cookie"))
    assert second.token != browser.token
    assert {"a": 1, "b": 1, "c": 1} == stored(browser) == stored(second)
