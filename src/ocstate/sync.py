"""
`Sessions`: sessions for threads. Carries what flows want, and decides nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from functools import partial
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
from ocstate.edges import ThreadEdge, drive
from ocstate.host.asking import (
    require_host,
)
from ocstate.protocols import Purge, Store
from ocstate.surroundings import (
    DEFAULT_MARGIN,
    require_limit,
    require_power,
    require_thread,
    require_threads,
)

T = TypeVar("T")


class Session(SessionView):
    """
    One block's session, read from the store when it is first looked at.

    Leaving the block commits, an exception discards. It belongs to one thread.
    """

    __slots__ = ("_run", "_sessions", "_thread")

    def __init__(self, sessions: Sessions, state: SessionState) -> None:
        super().__init__(state)
        self._sessions = sessions
        self._run = sessions.run
        self._thread: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._run(leave(self._state, error))

    if not TYPE_CHECKING:
        __aenter__ = __aexit__ = refusing("with")

    def load(self) -> Self:
        """
        Read the session, as looking at it does.

        Raises:
            StoreError: If the backend failed.
        """
        self._look()
        return self

    def do(self, command: Command, *, then: Then | None = None) -> Decision:
        """
        Decide *command*, now and again whenever somebody else commits first.

        Args:
            then: What follows from the command in the host's own ways; pure.

        Raises:
            CommandRefused: If the domain says no; the session is as it was.
            UsageError: If the block is over, or another thread has done commands in it.
            StoreError: If the backend failed.
        """
        return self._alone(do(self._state, command, then))

    def update(self, change: Callable[[Session], object]) -> None:
        """
        Call *change* on the newest state until it commits, and go on from there.

        It commits at once, in a block of its own, whatever becomes of this one, whose
        own changes are decided again on top. A visitor without a session gets one.

        Raises:
            CommandRefused: If a command of this block is refused on what *change* made.
            ConflictError: If others were first for longer than the patience, or this
                block and *change* have changed the same key of host data.
            UsageError: If the block is over, or another thread has done commands in it.
            Exception: Whatever *change* or its commit raises else; nothing was written.
        """
        show = partial(Session, self._sessions)
        self._alone(update_own(self._state, show, change, Session.close))

    def price(self) -> Price:
        """
        Ask what the checkout costs, and remember that the buyer is shown it.

        Raises:
            UsageError: If the block is over.
            StoreError: If the backend failed.
        """
        return self._alone(price(self._state))

    def confirm(
        self,
        *,
        expected_total: Money | None = None,
        consent: str | None = None,
        idempotency_key: str | None = None,
        payment: object = None,
    ) -> Confirmation:
        """
        Place the order, or answer with the one that was placed.

        What the block changed before enters the checkout together with the order.

        Args:
            expected_total: What the buyer saw to be paid, so that nothing dearer is
                ordered. By default what was last shown (`price`).
            consent: What they agreed to (`Price.consent`), so that nothing else is.
            idempotency_key: The caller's name for this wish: the same again is answered
                with the same order.
            payment: For the host's ``orders.place`` alone: stored nowhere, in no log.

        Raises:
            CommandRefused: With everything that speaks against the order, or why there
                is none yet. What the block changed before is dropped.
            OcstateError: As `close` does, where no order was placed.
            UsageError: If the block is over, an argument cannot be right, or there is
                no host that takes orders.
        """
        wish = Wish(
            expected_total=expected_total,
            consent=consent,
            idempotency_key=idempotency_key,
            payment=payment,
        )
        return self._alone(confirm(self._state, wish))

    def close(self) -> None:
        """
        Commit, and end the block, as leaving it does.

        Raises:
            CommandRefused: If somebody else was first, and a command is refused on
                what is there now. Nothing was written.
            ConflictError: If somebody else was first, and the block is strict, changed
                the same key of host data, or lost for longer than the patience.
            EncodeError: If something has no encoding. Nothing was written.
            GoneError: If the session has ended, meanwhile or before the block began.
                Nothing was written.
            StoreError: If the backend failed. `StoreUnavailableError` with the outcome
                ``"unknown"`` says that the change may have been written.
            UsageError: If the block is over.
        """
        self._run(commit(self._state))

    def _look(self) -> None:
        self._run(read(self._state))

    def _alone(self, flow: Flow[T]) -> T:
        self._thread = require_thread(self._thread)
        return self._run(flow)


class Sessions:
    """
    The sessions of one application, on one store.

    Safe to share between threads, and to use after a fork.

    Args:
        store: Where they are kept.
        host: The shop that answers questions: any object with some of the ports of
            `ocstate.host.ports.Host`. Without one nothing is asked, and what would
            need an answer is not checked.
        policy: How long sessions live; one `Policy` for all kinds, or `Policies`.
        sections: The host's own typed sections: attrs classes by name.
        rules: The tables that decide what is right.
        key_of: Makes the store's key of a token.
        token_form: What a token looks like at all; anything else is unknown without a
            look into the store.
        limits: What is refused as too large to be stored.
        patience: Seconds that a commit keeps deciding again while others are first.
        lease: Seconds that a confirm, with `Orders.place`, has the checkout to itself;
            then anybody may finish it.
        clock: Returns the seconds since the epoch. Durations are told by its method
            ``monotonic`` if it has one, else by `time.monotonic`.

    Raises:
        ConfigurationError: If a part of it cannot be right.
    """

    def __init__(
        self,
        store: Store,
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
        require_threads(store)
        require_host(host, awaited=False)
        self.store = store
        self.host = host
        self._edge = ThreadEdge(store, host, clock)
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
    ) -> Session:
        """
        Open a block on the session that *token* names, or on a new one.

        Nothing is read before the session is looked at. A token that is unknown or
        expired opens a new session. One whose session was ended opens an empty one that
        cannot be changed; `Session.refused` says why.

        Args:
            token: What the client sent, from a cookie or a header; None for nothing.
            strict: Whether any commit of somebody else is a conflict.
            rotate: Whether its age may renew the token. A job, which cannot tell the
                client, says False: nor does a new session begin where *token* finds
                none. Within a request a block on its token is one of that request.
        """
        state = SessionState(
            self.setup,
            token,
            strict=strict,
            begins_anew=True,
            aside=not rotate,
            own=own_session(self.setup, token),
        )
        return Session(self, state)

    def update(self, token: str | None, change: Callable[[Session], object]) -> Session:
        """
        Call *change* on the newest state, again and again, until it commits.

        Returns:
            The block that was committed.

        Raises:
            ConflictError: If others were first for longer than the setup's patience.
            Exception: Whatever *change* or the commit raises else; nothing was written.
        """
        show = partial(Session, self)
        own = own_session(self.setup, token)
        return self.run(update(self.setup, token, show, change, Session.close, own=own))

    def confirm(
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
        return self.run(confirm_alone(state, wish))

    def revoke(self, token: str, *, reason: str = "revoked") -> None:
        """
        End the session that *token* names, for good.

        Raises:
            StoreError: If the backend failed.
        """
        own = own_session(self.setup, token)
        self.run(revoke(SessionState(self.setup, token, own=own), reason))

    def purge(self, limit: int = 1000, *, margin: float = DEFAULT_MARGIN) -> int:
        """
        Delete up to *limit* sessions that are over, and return how many there were.

        Args:
            margin: For how many seconds more than it lived a session stays, so that a
                process whose clock is ahead deletes none that lives by the others'.

        Raises:
            StoreError: If the backend failed.
            UsageError: If the store cannot purge, *limit* is no number above zero, or
                *margin* is no time.
        """
        require_limit(limit)
        power = require_power(self.store, Purge)  # type: ignore[type-abstract]
        return power.purge(self._edge.over_before(margin), limit)

    def run(self, flow: Flow[T]) -> T:
        """
        Drive any flow against this store and host, and return what it ends with.

        Raises:
            Exception: Whatever the flow raises.
        """
        return drive(flow, self._edge)
