"""
A client whose answers may be lost, while its token is renewed by its age.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from ocstate import GoneError, Policy, Session, Sessions
from ocstate.stores import open_store
from ocstate.testing import FakeClock

POLICY = Policy(idle=2000, lifetime=1e6, rotation=300, grace=30)

# Being seen is noted at most once in a tenth of the idle time.
SURE = POLICY.idle - POLICY.touch_interval

tabs = st.sampled_from([0, 1])


class LostAnswers(RuleBasedStateMachine):
    """
    Two tabs share a jar; what an answer says gets there only if it arrives.

    Attributes:
        told: Every token that there ever was, in order; the last one is the newest.
        renewed_at: When each but the last was renewed.
        heard: Those that the client came with while they were the newest.
    """

    place: Callable[[Path], str] = staticmethod(lambda folder: "memory://")

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.clock = FakeClock(1000.0)
        store = open_store(self.place(Path(self.folder.name)))
        self.sessions = Sessions(store, policy=POLICY, clock=self.clock)
        with self.sessions.open() as session:
            session["0"] = session["1"] = 0
        assert session.token is not None
        self.jar = session.token
        self.told = [self.jar]
        self.renewed_at: dict[str, float] = {}
        self.heard: set[str] = set()
        self.blocks: list[tuple[Session, str] | None] = [None, None]
        self.counted = [0, 0]
        self.seen_at = self.clock()

    def teardown(self) -> None:
        self.folder.cleanup()

    def is_dead(self, token: str) -> bool:
        """
        Tell whether a token must not open anything any more.
        """
        later = self.told[self.told.index(token) + 1 :]
        if not self.heard.intersection(later):
            return False
        return self.clock() - self.renewed_at[token] >= POLICY.grace

    @property
    def is_surely_alive(self) -> bool:
        return self.clock() - self.seen_at < SURE

    @precondition(lambda self: self.is_surely_alive)
    @rule(tab=tabs)
    def send(self, tab: int) -> None:
        if self.blocks[tab] is None:
            session = self.sessions.open(self.jar).load()
            assert session.refused is None, "nobody is locked out"
            self.blocks[tab] = session, self.jar

    @rule(tab=tabs, changes=st.booleans(), arrives=st.booleans())
    def answer(self, tab: int, changes: bool, arrives: bool) -> None:
        block, self.blocks[tab] = self.blocks[tab], None
        if block is None:
            return
        session, came = block
        if changes:
            session[str(tab)] += 1
        try:
            session.close()
        except GoneError:
            assert changes
            assert self.is_dead(came) or not self.is_surely_alive
            return
        self.counted[tab] += changes
        self.seen_at = self.clock()
        if came == self.told[-1]:
            self.heard.add(came)
        if session.cookie_due == "set":
            assert session.token not in self.told, "a token is never given twice"
            assert session.token is not None
            self.renewed_at[self.told[-1]] = self.clock()
            self.told.append(session.token)
            if arrives:
                self.jar = session.token
        else:
            assert came == session.token, "nobody is told what another one was told"

    @rule(seconds=st.sampled_from([1, 29, 30, 31, 299, 300, 301]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @invariant()
    def the_client_has_its_session(self) -> None:
        """
        With everything that was acknowledged, however many answers were lost.
        """
        if self.is_surely_alive:
            session = self.sessions.open(self.jar)
            assert self.counted == [session["0"], session["1"]]
            session.discard()

    @invariant()
    def a_stolen_token_is_worth_nothing(self) -> None:
        """
        Once the grace of its renewal is over, and the client has come with a later one.
        """
        for token in filter(self.is_dead, self.told):
            assert "rotated" == self.sessions.open(token).load().refused
