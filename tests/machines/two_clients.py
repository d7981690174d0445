"""
Two clients on one session against a model of a few lines, with a clock of its own.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from ocstate import (
    ConflictError,
    GoneError,
    Policy,
    Session,
    Sessions,
    StoreUnavailableError,
)
from ocstate.checkout import AddLine
from ocstate.testing import FakeClock
from tests.machines.faults import FlakyStore

STORE: type[FlakyStore] = FlakyStore

POLICY = Policy(idle=100, lifetime=250)


class Model:
    """
    What a session is, said in a few lines.
    """

    def __init__(self, now: float) -> None:
        self.cart: Counter[int] = Counter()
        self.data: dict[str, int] = {}
        self.changes: dict[str, int] = {}
        self.seen_at = now
        self.expires_at = now + POLICY.idle
        self.ends_at = now + POLICY.lifetime
        self.refused: str | None = None
        self.ended_at = float("inf")
        self.is_known = False

    def refusal(self, now: float) -> str | None:
        if self.refused is not None:
            return self.refused
        if now >= self.ends_at:
            return "lifetime"
        return "idle" if now >= self.expires_at else None

    def rotated(self, now: float) -> Model:
        heir = Model(now)
        heir.cart, heir.data = self.cart.copy(), dict(self.data)
        heir.changes = dict(self.changes)
        if self.is_known:
            heir.ends_at = self.ends_at
        self.end("rotated", now)
        return heir

    def end(self, reason: str, now: float) -> None:
        self.refused, self.ended_at = reason, now

    def see(self, now: float) -> None:
        self.seen_at = now
        self.expires_at = min(now + POLICY.idle, self.ends_at)


class Block:
    """
    One client's open block, and what the model knew when it began.
    """

    def __init__(self, session: Session, model: Model) -> None:
        self.session = session
        self.model = model
        self.added: Counter[int] = Counter()
        self.set: dict[str, int] = {}
        self.changes_seen = dict(model.changes)
        self.rotates = False
        self.ends = False

    @property
    def is_changed(self) -> bool:
        return bool(self.added or self.set or self.rotates)

    def signs_in_late(self, now: float) -> bool:
        """
        Tell whether it may begin a session where another one was ended long ago.
        """
        return self.rotates and now - self.model.ended_at >= POLICY.grace


clients = st.sampled_from([0, 1])


class TwoClients(RuleBasedStateMachine):
    """
    Both hold the same token at first; each may log in, log out, dawdle and conflict.
    """

    @initialize()
    def begin(self) -> None:
        self.clock = FakeClock(1000.0)
        self.store = STORE()
        self.sessions = Sessions(self.store, policy=POLICY, clock=self.clock)
        with self.sessions.open() as session:
            session["a"] = 0
        assert session.token is not None
        self.models = {session.token: Model(self.clock())}
        self.models[session.token].data["a"] = 0
        self.tokens = [session.token, session.token]
        self.blocks: list[Block | None] = [None, None]
        self.counted = 0

    def block(self, client: int) -> Block:
        """
        Return the client's block; one that is not open begins, and is looked at.
        """
        block = self.blocks[client]
        if block is not None:
            return block
        token = self.tokens[client]
        model, now = self.models[token], self.clock()
        session = self.sessions.open(token)
        assert model.refusal(now) == session.load().refused
        block = Block(session, model)
        if session.refused is None:
            assert model.cart == quantities(session)
            assert model.data == dict(session.data)
        self.blocks[client] = block
        return block

    @rule(client=clients, product=st.sampled_from([1, 2]))
    def add(self, client: int, product: int) -> None:
        block = self.block(client)
        block.session.do(AddLine(product_id=product))
        block.added[product] += 1

    @rule(client=clients, key=st.sampled_from("ab"))
    def set_key(self, client: int, key: str) -> None:
        block = self.block(client)
        self.counted += 1
        block.session[key] = block.set[key] = self.counted

    @rule(client=clients)
    def log_in(self, client: int) -> None:
        block = self.block(client)
        block.session.identify("customer:1")
        block.rotates = True

    @rule(client=clients)
    def log_out(self, client: int) -> None:
        block = self.block(client)
        block.session.revoke("logout")
        block.ends = True

    @rule(client=clients)
    def look(self, client: int) -> None:
        self.block(client)

    @rule(client=clients)
    def abandon(self, client: int) -> None:
        block = self.block(client)
        block.session.discard()
        self.blocks[client] = None

    @rule(seconds=st.sampled_from([1, 9, 11, 60, 99, 101]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @precondition(lambda self: self.store.losing is None)
    @rule(losing=st.sampled_from(["answer", "question"]))
    def lose(self, losing: str) -> None:
        self.store.losing = losing

    @rule(client=clients)
    def close(self, client: int) -> None:
        block = self.block(client)
        self.blocks[client] = None
        session, model, now = block.session, block.model, self.clock()
        is_new = session.is_new
        try:
            session.close()
        except GoneError as error:
            reason = error.reason
            assert not is_new or reason == model.refused
            if block.ends:
                assert "rotated" == model.refused, "it goes on under another token"
            else:
                assert block.is_changed
                assert not (is_new and block.signs_in_late(now))
            assert model.refusal(now) is not None
        except StoreUnavailableError:
            # It cannot be told from a change that came before the end.
            assert block.is_changed
            assert model.refused is not None
        except ConflictError:
            mine = {key for key in block.set if self.changed_by_others(block, key)}
            assert mine
            assert model.refusal(now) is None
        else:
            self.committed(client, block, now, is_new=is_new)

    def changed_by_others(self, block: Block, key: str) -> bool:
        return block.changes_seen.get(key, 0) != block.model.changes.get(key, 0)

    def committed(self, client: int, block: Block, now: float, *, is_new: bool) -> None:
        """
        Check a commit that was acknowledged, and do the same to the model.
        """
        session, model = block.session, block.model
        if is_new and block.is_changed and not block.ends:
            assert model.refused is None or block.signs_in_late(now)
        if block.ends:
            assert session.token is None
            if not is_new and model.refused is None and now <= model.expires_at:
                model.end("logout", now)
            return
        if not block.is_changed:
            alive = not is_new and model.refused is None and now <= model.expires_at
            if alive and now - model.seen_at >= POLICY.touch_interval:
                model.see(now)
            return
        if is_new:
            # Nobody else knows of this one: a model of its own.
            model = Model(now)
        else:
            assert model.refused is None, "a dead session stays dead"
            assert now <= model.expires_at, "an expired session stays dead"
            assert not [key for key in block.set if self.changed_by_others(block, key)]
        if block.rotates and not is_new:
            model = model.rotated(now)
        model.is_known |= block.rotates
        model.see(now)
        model.cart += block.added
        model.data.update(block.set)
        for key in block.set:
            model.changes[key] = model.changes.get(key, 0) + 1
        assert session.token is not None
        if block.rotates or is_new:
            assert session.token not in self.models, "a token is never given twice"
        self.tokens[client] = session.token
        self.models[session.token] = model

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        """
        Every token that was ever given is as alive as its model, and holds the same.
        """
        for token, model in self.models.items():
            session = self.sessions.open(token)
            assert model.refusal(self.clock()) == session.load().refused
            if session.refused is None:
                assert model.cart == quantities(session)
                assert model.data == dict(session.data)
            session.discard()


def quantities(session: Session) -> Counter[int]:
    """
    Return how many pieces of each product are in the cart.
    """
    found: Counter[int] = Counter()
    for line in session.checkout.cart.lines:
        found[line.product_id] += line.quantity
    return found
