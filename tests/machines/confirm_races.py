"""
What races with a confirm, and what has to be true whatever came first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from ocstate.checkout.values.ordering import Confirmation
from ocstate.core.session import SessionState
from ocstate.core.setup import hashed_key
from ocstate.protocols import Record
from ocstate.stores.memory import MemoryStore
from tests.machines.confirm_clients import (
    TOKEN,
    Client,
    base_record,
    edits,
    has_claim,
    setup_of,
)
from tests.machines.confirm_ledger import (
    DECLINED,
    NOT_YET,
    bounds_of,
    codes_of,
    heard,
    judge_answer,
    spelt,
)
from tests.machines.interleaving import Actor, Run
from tests.machines.slow_shop import IDLE, LEASE, Hand, SlowShop, ViolationError

LATER = 9


@frozen(kw_only=True)
class Race:
    """
    A few clients on one session, and what a shop is like.

    Attributes:
        happens: What else may happen, once: ``expiry``, ``decision``, ``rival``.
        repeat: For how long a confirm is a repetition.
    """

    clients: Sequence[Client]
    shop: Mapping[str, Any] = {}
    happens: Sequence[str] = ()
    crashes: int = 1
    lapses: int = 1
    failures: int = 0
    impatience: int = 0
    repeat: float = 900.0

    def start(self) -> Run:
        """
        Put all clients at the beginning.
        """
        shop, store = SlowShop(**_copied(self.shop)), MemoryStore()
        store.create(base_record())
        run = _Race(
            race=self,
            actors=[],
            crashes=self.crashes,
            lapses=self.lapses,
            failures=self.failures,
            impatience=self.impatience,
            claim_of=has_claim,
            events={name: _event(name, shop) for name in self.happens},
        )
        run.actors += [
            self.actor(client, Hand(client.name, shop, store), TOKEN)
            for client in self.clients
        ]
        return run

    def actor(self, client: Client, hand: Hand, token: str) -> Actor:
        state = SessionState(evolve(setup_of(self.repeat), world=hand), token)
        return Actor(client.name, hand, client.flow(state), state)


class _Race(Run):
    def __init__(self, race: Race, **run: Any) -> None:
        super().__init__(**run)
        self.race = race
        self.endings: list[Callable[[Run], None]] = []


def check(run: Run, ending: int) -> None:
    """
    Let everything settle in one of several ways, and look at what came of it.
    """
    assert isinstance(run, _Race)
    race, shop = run.race, run.actors[0].hand.shop
    clients = {client.name: client for client in race.clients}
    raced = list(run.actors)
    shop.decide()
    shop.now += 12 * LEASE if shop.script or race.shop.get("script") else LEASE + 1
    retried: list[Actor] = []

    def late() -> None:
        run.path.append("then: late calls")
        run.insert_late()
        shop.decide()

    def then(client: Client) -> None:
        run.path.append(f"then: {client.name}")
        clients[client.name] = client
        hand = Hand(client.name, shop, run.actors[0].hand.store)
        token = _living_token(run)
        retried.append(run.finish(race.actor(client, hand, token or TOKEN)))

    again = next(one for one in race.clients if one.does == "confirm")
    again = evolve(again, adds=again.adds if again.key else 0, logs_in=False)
    match ending:
        case 0:
            late()
            then(evolve(again, name="again"))
        case 1:
            then(edits("later", adds=LATER))
            late()
            then(evolve(again, name="again", adds=0, key=None))
        case _:
            then(evolve(again, name="again"))
            late()
            shop.now += LEASE + 1
            then(evolve(again, name="oncemore"))
    _judge(run, clients, raced, retried)


ENDINGS = 3


def _judge(
    run: Run, clients: Mapping[str, Client], raced: list[Actor], retried: list[Actor]
) -> None:
    assert isinstance(run, _Race)
    race = run.race
    shop, store = run.actors[0].hand.shop, run.actors[0].hand.store
    token = _living_token(run)
    living = [] if token is None else [store.load(hashed_key(token))]
    orders = list(shop.orders.values())
    for actor in [*raced, *retried]:
        judge_answer(actor, clients[actor.name], orders)
    ordered: Counter[int] = Counter()
    for bought in orders:
        ordered += bought.pieces
    bounds = bounds_of(clients.values(), [*raced, *retried])
    if not living:
        for product, number in ordered.items():
            if number > bounds[product][1]:
                raise ViolationError(f"product {product} was ordered twice")
        return
    setup = evolve(setup_of(900.0), world=run.actors[0].hand)
    checkout = setup.codec.decode(living[0].payload, setup.rules).checkout
    is_open = checkout.attempt is not None and checkout.attempt.is_open
    if is_open and not shop.undecided:
        raise ViolationError("the session is stuck")
    total = ordered + checkout.cart.lines.pieces()
    for product, (least, most) in bounds.items():
        if not least <= total[product] <= most:
            raise ViolationError(
                f"of product {product} {least} to {most} pieces were put in, "
                f"{ordered[product]} are ordered and "
                f"{total[product] - ordered[product]} in the cart"
            )
    comments = {checkout.comment, *(bought.comment for bought in orders)}
    for actor in raced:
        client = clients[actor.name]
        is_kept = not client.comment or client.comment in comments
        if client.does == "edit" and heard(actor) and not is_kept:
            raise ViolationError("a comment was lost")
    for key in shop.orders:
        if shop.scarce and key not in shop.taken:
            raise ViolationError("what was held for an order was never taken")
    if any(shop.now < end for _, end in shop.holds.values()):
        raise ViolationError("something is held for nothing")
    changed = [one for one in raced if clients[one.name].does == "edit"]
    changed += [one for one in raced if clients[one.name].adds]
    last = retried[-1]
    gave_up = any(clients[one.name].does == "cancel" for one in raced if heard(one))
    was_late = any(bought.was_late for bought in orders)
    if gave_up and checkout.cancellation is None and not was_late:
        raise ViolationError("a checkout was canceled, and ordered after that")
    if isinstance(last.result, Confirmation):
        return
    allowed = set[str]()
    is_another = len({client.key for client in race.clients}) > 1
    if orders and (changed or is_another or not race.repeat):
        allowed.add("cart_empty")
    if not orders and shop.undecided:
        allowed |= NOT_YET
    fails = {"declines", "raises"} & set(race.shop.get("script", ()))
    if fails and (not orders or "later" in clients):
        allowed |= DECLINED | {"OSError"}
    if not orders and shop.scarce:
        allowed |= DECLINED
    if checkout.cancellation is not None:
        # Of an order that came first, somebody gave up what was left.
        allowed.add("checkout_canceled")
        if orders:
            allowed.add("cart_empty")
    if not codes_of(last.result) <= allowed:
        raise ViolationError(f"trying again ends in {spelt(last.result)}")


def _living_token(run: Run) -> str | None:
    store, now = run.actors[0].hand.store, run.actors[0].hand.shop.now
    told = [actor.session.token for actor in run.actors if heard(actor)]
    for token in (TOKEN, *told):
        if token is not None and _lives(store.load(hashed_key(token)), now):
            return token
    return None


def _lives(entry: object, now: float) -> bool:
    return isinstance(entry, Record) and now < entry.expires_at


def _event(name: str, shop: SlowShop) -> Callable[[], None]:
    def expire() -> None:
        shop.now += IDLE + 1

    events = {
        "expiry": expire,
        "decision": shop.decide,
        "rival": shop.sell_to_somebody_else,
    }
    return events[name]


def _copied(shop: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, list) else value
        for name, value in shop.items()
    }
