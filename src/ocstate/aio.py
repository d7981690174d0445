"""
`AsyncSessions`: sessions for asyncio. Carries what flows want, and decides nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from ocstate.checkout import Command, Decision
from ocstate.checkout.confirming.rules import RULES, Rules
from ocstate.checkout.confirming.total import Price
from ocstate.checkout.values.money import Money
from ocstate.checkout.values.ordering import Confirmation
from ocstate.core.block import commit, do, leave, read, revoke
from ocstate.core.changes import Then
from ocstate.core.confirm.confirming import confirm, confirm_alone
from ocstate.core.confirm.pricing import price
from ocstate.core.confirm.wish import Wish
from ocstate.core.flow import Flow
from ocstate.core.policy import Policies, Policy
from ocstate.core.record.limits import Limits
from ocstate.core.record.named import HostSection
from ocstate.core.session import SessionState
from ocstate.core.setup import (
    DEFAULT_LEASE,
    DEFAULT_LIMITS,
    DEFAULT_PATIENCE,
    OWN_TOKENS,
    Setup,
    hashed_key,
)
from ocstate.core.updating import update, update_own
from ocstate.core.view import SessionView, refusing
from ocstate.current import own_session
from ocstate.edges import AsyncEdge, drive_async, shielded
from ocstate.host.asking import (
    require_host,
)
from ocstate.protocols import AsyncPurge, AsyncStore
from ocstate.surroundings import (
    DEFAULT_MARGIN,
    require_asyncio,
    require_limit,
    require_power,
)

T = TypeVar("T")


class AsyncSession(SessionView):
    """
    One block's session, read from the store when its block begins.

    An asynchronous context manager: leaving the block commits, an exception discards,
    cancellation too. A commit that has begun finishes before a cancellation goes on.
    It belongs to one task. Without a block, `load` it before looking at it.
    """

    __slots__ = ("_finish", "_run", "_sessions")

    def __init__(self, sessions: AsyncSessions, state: SessionState) -> None:
        super().__init__(state)
        self._sessions = sessions
        self._run = sessions.run
        self._finish = sessions.finish

    async def __aenter__(self) -> Self:
        return await self.load()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._finish(leave(self._state, error))

    if not TYPE_CHECKING:
        __enter__ = __exit__ = refusing("async with")

    async def load(self) -> Self:
        """
        Read the session, unless that was done before.

        Raises:
            StoreError: If the backend failed.
        """
        await self._run(read(self._state))
        return self

    async def do(self, command: Command, *, then: Then | None = None) -> Decision:
        """
        Decide *command* at once; like `ocstate.sync.Session.do`.
        """
        return await self._run(do(self._state, command, then))

    async def update(self, change: Callable[[AsyncSession], object]) -> None:
        """
        Call *change* until it commits; like `ocstate.sync.Session.update`.
        """
        show = partial(AsyncSession, self._sessions)
        await self._run(update_own(self._state, show, change, AsyncSession.close))

    async def price(self) -> Price:
        """
        Ask what the checkout costs; like `ocstate.sync.Session.price`.
        """
        return await self._run(price(self._state))

    async def confirm(
        self,
        *,
        expected_total: Money | None = None,
        consent: str | None = None,
        idempotency_key: str | None = None,
        payment: object = None,
    ) -> Confirmation:
        """
        Place the order; like `ocstate.sync.Session.confirm`.

        Once it has begun it finishes before a cancellation goes on.
        """
        wish = Wish(
            expected_total=expected_total,
            consent=consent,
            idempotency_key=idempotency_key,
            payment=payment,
        )
        return await self._finish(confirm(self._state, wish))

    async def close(self) -> None:
        """
        Commit, and end the block; like `ocstate.sync.Session.close`.
        """
        await self._finish(commit(self._state))


class AsyncSessions:
    """
    The sessions of one application, on one asynchronous store.

    The arguments and methods are those of `ocstate.sync.Sessions`. A store or a host
    that blocks is wrapped: `ocstate.stores.threaded.Threaded` and the hosts of
    `ocstate.host.bridges`.

    Raises:
        ConfigurationError: If a part of it cannot be right.
    """

    def __init__(
        self,
        store: AsyncStore,
        host: object = None,
        *,
        policy: Policy | Policies | None = None,
        sections: Mapping[str, type | HostSection] | None = None,
        rules: Rules = RULES,
        key_of: Callable[[str], str] = hashed_key,
        token_form: re.Pattern[str] = OWN_TOKENS,
        limits: Limits = DEFAULT_LIMITS,
        patience: float = DEFAULT_PATIENCE,
        lease: float = DEFAULT_LEASE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        require_asyncio(store)
        require_host(host, awaited=True)
        self.store = store
        self.host = host
        self._edge = AsyncEdge(store, host, clock)
        self.setup = Setup.of(
            self._edge,
            policy=policy,
            sections=sections,
            rules=rules,
            key_of=key_of,
            token_form=token_form,
            limits=limits,
            patience=patience,
            lease=lease,
        )

    def open(
        self, token: str | None = None, *, strict: bool = False, rotate: bool = True
    ) -> AsyncSession:
        """
        Open a block; like `ocstate.sync.Sessions.open`.
        """
        state = SessionState(
            self.setup,
            token,
            strict=strict,
            begins_anew=True,
            aside=not rotate,
            own=own_session(self.setup, token),
        )
        return AsyncSession(self, state)

    async def update(
        self, token: str | None, change: Callable[[AsyncSession], object]
    ) -> AsyncSession:
        """
        Call *change*, and await it if it wants, until it commits.

        Like `ocstate.sync.Sessions.update`.
        """
        show = partial(AsyncSession, self)
        own = own_session(self.setup, token)
        return await self.run(
            update(self.setup, token, show, change, AsyncSession.close, own=own)
        )

    async def confirm(
        self,
        token: str,
        *,
        expected_total: Money | None = None,
        consent: str | None = None,
        idempotency_key: str | None = None,
        payment: object = None,
    ) -> Confirmation:
        """
        Place the order of the session that *token* names; like `Session.confirm`.
        """
        wish = Wish(
            expected_total=expected_total,
            consent=consent,
            idempotency_key=idempotency_key,
            payment=payment,
        )
        state = SessionState(self.setup, token, rotate=False)
        return await self.finish(confirm_alone(state, wish))

    async def revoke(self, token: str, *, reason: str = "revoked") -> None:
        """
        End the session that *token* names; like `ocstate.sync.Sessions.revoke`.
        """
        own = own_session(self.setup, token)
        await self.finish(revoke(SessionState(self.setup, token, own=own), reason))

    async def purge(self, limit: int = 1000, *, margin: float = DEFAULT_MARGIN) -> int:
        """
        Delete what is over; like `ocstate.sync.Sessions.purge`.
        """
        require_limit(limit)
        power = require_power(self.store, AsyncPurge)  # type: ignore[type-abstract]
        return await power.purge(self._edge.over_before(margin), limit)

    async def run(self, flow: Flow[T]) -> T:
        """
        Drive any flow against this store and host; a cancellation goes into it.

        Raises:
            Exception: Whatever the flow raises.
        """
        return await drive_async(flow, self._edge)

    async def finish(self, flow: Flow[T]) -> T:
        """
        Drive *flow* to its end, whatever happens; a cancellation goes on afterwards.

        Raises:
            Exception: Whatever the flow raises.
        """
        return await shielded(drive_async(flow, self._edge))
