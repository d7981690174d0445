"""
``ocstate demo``: a shopper's walk over WSGI and over ASGI, and a cart under load.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import field, frozen

from ocstate.aio import AsyncSessions
from ocstate.api.app import Api
from ocstate.asgi import ApiApp as AsgiApp
from ocstate.checkout import Checkout
from ocstate.cli.clients import Answer, AsgiClient, WsgiClient
from ocstate.cli.report import Display, Race, Step, holdings, missing, spoken
from ocstate.cli.walk import ADDITION, BASKET, CHECKOUT, ORDER, Call, login
from ocstate.demo import StaticHost
from ocstate.exceptions import OcstateError
from ocstate.host import InlineHost
from ocstate.stores.sqlite import SqliteStore
from ocstate.stores.threaded import Threaded
from ocstate.sync import Sessions
from ocstate.wsgi import ApiApp as WsgiApp

PARALLEL = 50
"""How many additions to one cart are sent at once."""


def demo(display: Display) -> int:
    """
    Show how a session lives, on a new SQLite file that is gone afterwards.

    One shopper goes from the login to the order over WSGI. The other one goes over
    ASGI, and halfway many calls, over both protocols, add to their cart at once.

    Returns:
        0 when all of it went as it has to.

    Raises:
        OcstateError: If something did not; it says what.
    """
    with TemporaryDirectory(prefix="ocstate-") as folder:
        store = SqliteStore(str(Path(folder) / "sessions.db"))
        try:
            asyncio.run(_Demo.on(store, display).run())
        finally:
            store.close()
    return 0


@frozen
class _Demo:
    display: Display
    host: StaticHost
    sessions: Sessions
    wsgi: WsgiApp
    asgi: AsgiApp
    login: Call = field(repr=False)

    @classmethod
    def on(cls, store: SqliteStore, display: Display) -> _Demo:
        """
        Wire the demo shop, and both applications on the same sessions.
        """
        host = StaticHost.demo()
        sessions = Sessions(store, host)
        threaded = AsyncSessions(Threaded(store), InlineHost(host))
        credential = next(iter(host.document.api_credentials.values()))
        return cls(
            display=display,
            host=host,
            sessions=sessions,
            wsgi=WsgiApp(Api(sessions)),
            asgi=AsgiApp(Api(threaded)),
            login=login(credential.username, credential.key),
        )

    async def run(self) -> None:
        self.display.chapter(
            "A shopper over WSGI, with a cookie; sessions are kept in an SQLite file"
        )
        by_cookie = WsgiClient(self.wsgi)

        async def ask(call: Call) -> Answer:
            return by_cookie.call(call)

        for call in (self.login, *BASKET, *CHECKOUT, ORDER):
            await self._show(call, ask, by_cookie)
        self._show_order()

        self.display.chapter("A shopper over ASGI, with a token, kept in the same file")
        by_token = AsgiClient(self.asgi)
        for call in (self.login, *BASKET):
            await self._show(call, by_token.call, by_token)

        self.display.chapter(f"{PARALLEL} additions to this cart at once, over both")
        self.display.race(await self._race(by_token.token))

        self.display.chapter("The order of it")
        for call in (*CHECKOUT, ORDER):
            await self._show(call, by_token.call, by_token)
        self._show_order()

    async def _show(
        self,
        call: Call,
        ask: Callable[[Call], Awaitable[Answer]],
        client: WsgiClient | AsgiClient,
    ) -> None:
        answer = await ask(call)
        if call.is_refused is not ("error" in answer):
            raise OcstateError(f"{call.route} was answered with {spoken(answer)}")
        checkout = self._checkout(client.token)
        self.display.step(
            Step(
                call=call,
                answer=spoken(answer),
                holds=holdings(checkout),
                missing=missing(checkout),
            )
        )

    async def _race(self, token: str | None) -> Race:
        before = self._checkout(token).cart.quantity
        started_at = time.perf_counter()
        threads = (
            asyncio.to_thread(WsgiClient(self.wsgi, token).call, ADDITION)
            for _ in range(PARALLEL // 2)
        )
        tasks = (
            AsgiClient(self.asgi, token).call(ADDITION)
            for _ in range(PARALLEL - PARALLEL // 2)
        )
        answers = await asyncio.gather(*threads, *tasks)
        race = Race(
            sent=PARALLEL,
            acknowledged=sum("success" in answer for answer in answers),
            before=before,
            after=self._checkout(token).cart.quantity,
            seconds=time.perf_counter() - started_at,
        )
        if not race.is_won:
            raise OcstateError(
                f"of {race.sent} additions {race.acknowledged} were acknowledged and "
                f"{race.after - race.before} are in the cart"
            )
        return race

    def _show_order(self) -> None:
        self.display.order(self.host.orders.placed[-1])

    def _checkout(self, token: str | None) -> Checkout:
        return self.sessions.open(token).checkout
