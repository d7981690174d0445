"""
What races with a confirm, and what has to be true whatever came first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cache
from typing import Any

from attrs import evolve, frozen

from ocstate.checkout import AddLine, Cancel, Command, Customer, LogIn, SetComment
from ocstate.checkout.confirming.rules import RULES
from ocstate.checkout.values.ordering import Confirmation
from ocstate.core.block import commit, do, revoke
from ocstate.core.confirm.confirming import confirm
from ocstate.core.confirm.wish import Wish
from ocstate.core.policy import Policy
from ocstate.core.session import SessionState
from ocstate.core.setup import Setup, hashed_key
from ocstate.exceptions import (
    CommandRefused,
    ConflictError,
    GoneError,
    StoreUnavailableError,
)
from ocstate.protocols import Record
from ocstate.stores.memory import MemoryStore
from tests.machines.interleaving import Actor, Run
from tests.machines.slow_shop import IDLE, LEASE, Hand, SlowShop, ViolationError

KEPT_RULES = ("cart_empty", "checkout_canceled")
BASE = Counter({1: 2})
LATER = 9
TOKEN = "base".ljust(32, "0")
NOT_YET = {"confirm_in_progress", "buyer_needed"}
DECLINED = {"payment_declined", "product_unavailable"}


@frozen(kw_only=True)
class Client:
    """
    One of those who race: what they want.

    Attributes:
        adds: The product of which they put one piece into the cart; 0 for none.
        comment: What they write as a comment; empty for nothing.
        key: Their idempotency key, where they confirm.
    """

    name: str
    does: str
    adds: int = 0
    comment: str = ""
    key: str | None = None
    logs_in: bool = False

    def commands(self) -> list[Command]:
        commands: list[Command] = []
        if self.adds:
            commands.append(AddLine(product_id=self.adds))
        if self.comment:
            commands.append(SetComment(self.comment))
        if self.does == "cancel":
            commands.append(Cancel())
        if self.logs_in:
            customer = Customer(
                customer_id=5, firstname="A", lastname="B", email="a@example.com"
            )
            commands.append(LogIn(customer=customer))
        return commands

    def flow(self, state: SessionState) -> Generator[Any, Any, Any]:
        if self.does == "revoke":
            return (yield from revoke(state, "revoked"))
        done = None
        for command in self.commands():
            yield from do(state, command)
        if self.does == "confirm":
            done = yield from confirm(state, Wish(idempotency_key=self.key))
        yield from commit(state)
        return done


def confirms(name: str, **wants: Any) -> Client:
    return Client(name=name, does="confirm", **wants)


def edits(name: str = "edit", **wants: Any) -> Client:
    return Client(name=name, does="edit", **wants)


CANCELS = Client(name="cancel", does="cancel")
LOGS_IN = edits("login", logs_in=True)
REVOKES = Client(name="revoke", does="revoke")


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
        store.create(_base_record())
        run = _Race(
            race=self,
            actors=[],
            crashes=self.crashes,
            lapses=self.lapses,
            failures=self.failures,
            impatience=self.impatience,
            claim_of=_has_claim,
            events={name: _event(name, shop) for name in self.happens},
        )
        run.actors += [
            self.actor(client, Hand(client.name, shop, store), TOKEN)
            for client in self.clients
        ]
        return run

    def actor(self, client: Client, hand: Hand, token: str) -> Actor:
        state = SessionState(evolve(_setup(self.repeat), world=hand), token)
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
    names = {bought.order_id for bought in orders}
    for actor in [*raced, *retried]:
        _judge_answer(actor, clients[actor.name], names)
    ordered: Counter[int] = Counter()
    for bought in orders:
        ordered += bought.pieces
    bounds = _bounds(clients.values(), [*raced, *retried])
    if not living:
        for product, number in ordered.items():
            if number > bounds[product][1]:
                raise ViolationError(f"product {product} was ordered twice")
        return
    setup = evolve(_setup(900.0), world=run.actors[0].hand)
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
        if client.does == "edit" and _is_acknowledged(actor) and not is_kept:
            raise ViolationError("a comment was lost")
    for key in shop.orders:
        if shop.scarce and key not in shop.taken:
            raise ViolationError("what was held for an order was never taken")
    if any(shop.now < end for _, end in shop.holds.values()):
        raise ViolationError("something is held for nothing")
    changed = [one for one in raced if clients[one.name].does == "edit"]
    changed += [one for one in raced if clients[one.name].adds]
    last = retried[-1]
    if isinstance(last.result, Confirmation):
        return
    allowed = set[str]()
    if orders and (changed or not race.repeat):
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
    if not _codes(last.result) <= allowed:
        raise ViolationError(f"trying again ends in {_spelt(last.result)}")


def _judge_answer(actor: Actor, client: Client, names: set[str]) -> None:
    result = actor.result
    if actor.has_crashed:
        return
    if isinstance(result, Confirmation):
        if result.order_id not in names:
            raise ViolationError(f"{actor.name} was told of an order that is none")
    elif isinstance(result, CommandRefused):
        allowed = {"checkout_canceled", *NOT_YET}
        if client.does == "confirm":
            allowed |= DECLINED | {"cart_empty"}
        if not _codes(result) <= allowed:
            raise ViolationError(f"{actor.name} ends in {_spelt(result)}")
    elif isinstance(result, Exception):
        expected = (GoneError, StoreUnavailableError, ConflictError, OSError)
        if not isinstance(result, expected):
            raise result


def _bounds(clients: Any, actors: list[Actor]) -> dict[int, tuple[int, int]]:
    """
    Return how many pieces of each product there have to be, at least and at most.
    """
    by_name = {client.name: client for client in clients}
    bounds = {product: (number, number) for product, number in BASE.items()}
    wishes: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for actor in actors:
        client = by_name[actor.name]
        if not client.adds:
            continue
        # Who confirms the same with the same key wants it once.
        wish = client.adds, client.key or actor.name
        wishes.setdefault(wish, []).append(_pieces_of(actor, client))
    for (product, _), each in wishes.items():
        low, high = bounds.get(product, (0, 0))
        bounds[product] = (
            low + max(least for least, _ in each),
            high + max(most for _, most in each),
        )
    return bounds


def _pieces_of(actor: Actor, client: Client) -> tuple[int, int]:
    if actor.session.was_read and actor.session.refused is not None:
        return 0, 0
    if actor.has_crashed:
        return 0, 1
    if isinstance(actor.result, CommandRefused):
        return 0, int(bool(_codes(actor.result) & NOT_YET) and client.does == "confirm")
    if isinstance(actor.result, StoreUnavailableError):
        return 0, 1
    return (0, 0) if isinstance(actor.result, Exception) else (1, 1)


def _is_acknowledged(actor: Actor) -> bool:
    """
    Tell whether somebody heard that it was done, and in this session.

    Who comes with a token that has ended gets a session of their own.
    """
    is_done = not actor.has_crashed and not isinstance(actor.result, Exception)
    return is_done and actor.session.refused is None


def _living_token(run: Run) -> str | None:
    store, now = run.actors[0].hand.store, run.actors[0].hand.shop.now
    told = [actor.session.token for actor in run.actors if _is_acknowledged(actor)]
    for token in (TOKEN, *told):
        if token is not None and _lives(store.load(hashed_key(token)), now):
            return token
    return None


def _lives(entry: object, now: float) -> bool:
    return isinstance(entry, Record) and now < entry.expires_at


def _has_claim(record: Record) -> bool:
    return _attempt_in(record.payload)


@cache
def _attempt_in(payload: bytes) -> bool:
    setup = _setup(900.0)
    attempt = setup.codec.decode(payload, setup.rules).checkout.attempt
    return attempt is not None and attempt.is_open


def _codes(result: object) -> set[str]:
    if not isinstance(result, CommandRefused):
        return {type(result).__name__}
    return {one.code for one in result.problems if one.severity == "error"}


def _spelt(result: object) -> str:
    return f"{type(result).__name__} {sorted(_codes(result))}"


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


@cache
def _setup(repeat: float) -> Setup:
    others = (rule.name for rule in RULES.confirm if rule.name not in KEPT_RULES)
    return Setup.of(
        Hand("base", SlowShop(), MemoryStore()),
        policy=Policy(idle=IDLE, repeat=repeat),
        rules=RULES.without_confirm_rules(*others),
        lease=LEASE,
    )


@cache
def _base_record() -> Record:
    hand = Hand("base", SlowShop(), MemoryStore())
    state = SessionState(evolve(_setup(900.0), world=hand))

    def fill() -> Generator[Any, Any, None]:
        yield from do(state, AddLine(product_id=1, quantity=2))
        yield from commit(state)

    Run(actors=[], claim_of=_has_claim).finish(Actor("base", hand, fill(), state))
    stored = state.record
    assert stored is not None
    return evolve(stored, key=hashed_key(TOKEN), version=0)
