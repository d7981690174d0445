"""
A shop whose ``place`` takes as long as an explorer likes, on a clock that it moves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from attrs import define, field, frozen

from ocstate.checkout.confirming.order import (
    BuyerNeeded,
    Declined,
    InProgress,
    Order,
    Placed,
    Placement,
)
from ocstate.checkout.facts import Facts, Question
from ocstate.core.edge import Purpose
from ocstate.exceptions import CommandRefused
from ocstate.problem import Problem
from ocstate.stores.memory import MemoryStore

LEASE = 30.0
IDLE = 1000.0
NO_STOCK = Problem("product_unavailable", "/cart")


class ViolationError(AssertionError):
    """
    Something that must never be.
    """


@frozen
class Bought:
    """
    An order as it stands in the shop's database.
    """

    order_id: str
    pieces: Counter[int]
    comment: str
    attempt: str
    at: float
    was_late: bool


@define
class SlowShop:
    """
    Orders under a unique key, and reservations of one scarce product.

    Attributes:
        script: What comes of orders that are new, one after another; then ``placed``.
        forgets_tries: Whether its orders do not say which call they are of.
        remembers_declines: Whether what was declined stays declined for its key.
        scarce: The product of which there is too little; 0 for none.
    """

    script: list[str] = field(factory=list)
    forgets_tries: bool = False
    remembers_declines: bool = False
    scarce: int = 0
    stock: int = 1
    now: float = 1000.0
    orders: dict[str, Bought] = field(factory=dict)
    undecided: dict[str, tuple[Placement, Order]] = field(factory=dict)
    declined: set[str] = field(factory=set)
    holds: dict[str, tuple[int, float]] = field(factory=dict)
    taken: dict[str, int] = field(factory=dict)
    promised: set[str] = field(factory=set)
    changes: int = 0

    def place(self, order: Order) -> Placement:
        """
        Judge *order* and insert it, in one step.
        """
        known = self.find(order.key)
        if known is not None:
            return known
        outcome = self.script.pop(0) if self.script else "placed"
        self.changes += 1
        match outcome:
            case "raises":
                raise OSError("the database was away")
            case "declines":
                self.declined.update({order.key} if self.remembers_declines else ())
                return Declined([Problem("payment_declined")])
            case "buyer":
                needed = BuyerNeeded(url="https://bank/", until=self.now + 10 * LEASE)
                self.undecided[order.key] = needed, order
                return needed
            case "undecided":
                self.undecided[order.key] = InProgress(), order
                return InProgress()
        if not self._has_stock(order):
            if order.attempt in self.promised and self.now < order.until:
                raise ViolationError("what was held for an order was given to others")
            return Declined([NO_STOCK])
        self._insert(order)
        if outcome == "raises late":
            raise OSError("the answer was lost")
        return self._placed(order.key)

    def find(self, key: str) -> Placement | None:
        """
        Answer what is known of an order.
        """
        if key in self.orders:
            return self._placed(key)
        if key in self.declined:
            return Declined([Problem("payment_declined")])
        return self.undecided[key][0] if key in self.undecided else None

    def decide(self) -> None:
        """
        Let what was undecided, or waited for the buyer, become an order.
        """
        for _, order in self.undecided.values():
            self._insert(order)
        self.undecided.clear()

    def hold(self, order: Order) -> None:
        """
        Hold what there is too little of.
        """
        wanted = pieces_of(order)[self.scarce] if self.scarce else 0
        if order.key in self.taken or not wanted:
            return
        if wanted > self.stock - self._held(but=order.key):
            raise CommandRefused([NO_STOCK])
        self.holds[order.key] = wanted, order.until
        self.promised.add(order.attempt)
        self.changes += 1

    def take(self, key: str) -> None:
        """
        Make what was held the order's.
        """
        if key not in self.orders:
            raise ViolationError("something was taken for no order")
        if key not in self.taken:
            self.taken[key] = self.holds.pop(key, (0, 0.0))[0]
            self.changes += 1

    def release(self, key: str) -> None:
        """
        Give back what was held.
        """
        if key not in self.taken and self.holds.pop(key, None):
            self.changes += 1

    def sell_to_somebody_else(self) -> None:
        """
        Let another session buy the last piece, where it is free.
        """
        if self._held() < self.stock:
            self.stock -= 1
            self.changes += 1

    def state(self) -> tuple[object, ...]:
        """
        Return all that what follows can depend on.
        """
        return (
            self.now,
            tuple(self.script),
            self.stock,
            tuple(sorted((k, b.attempt, b.order_id) for k, b in self.orders.items())),
            tuple(sorted((k, o.attempt) for k, (_, o) in self.undecided.items())),
            tuple(sorted(self.declined)),
            tuple(sorted(self.holds.items())),
            tuple(sorted(self.taken.items())),
        )

    def _placed(self, key: str) -> Placed:
        bought = self.orders[key]
        attempt = "" if self.forgets_tries else bought.attempt
        return Placed(order_id=bought.order_id, attempt=attempt)

    def _insert(self, order: Order) -> None:
        self.changes += 1
        self.orders[order.key] = Bought(
            order_id=f"order {len(self.orders) + 1}",
            pieces=pieces_of(order),
            comment=order.comment,
            attempt=order.attempt,
            at=self.now,
            was_late=self.now >= order.until,
        )

    def _has_stock(self, order: Order) -> bool:
        wanted = pieces_of(order)[self.scarce] if self.scarce else 0
        if self.holds.get(order.key, (0, 0.0))[0] >= wanted:
            return True
        return wanted <= self.stock - self._held(but=order.key)

    def _held(self, but: str = "") -> int:
        running = (
            number
            for key, (number, end) in self.holds.items()
            if key != but and self.now < end
        )
        sold = sum(one.pieces[self.scarce] for one in self.orders.values())
        return sum(running) + (sold if self.scarce else 0)


def pieces_of(order: Order) -> Counter[int]:
    """
    Count what an order is of.
    """
    return order.checkout.cart.lines.pieces()


@define
class Hand:
    """
    What one client's flows know at once and meet: clock, dice, store and shop.

    What it mints depends on its name alone, so that schedules that come to the same
    are the same.
    """

    name: str
    shop: SlowShop
    store: MemoryStore
    waited: float = 0.0
    minted: int = 0

    def now(self) -> float:
        return self.shop.now

    def monotonic(self) -> float:
        return self.waited

    def draw(self) -> float:
        return 0.5

    def mint(self, purpose: Purpose, /) -> str:
        self.minted += 1
        return f"{self.name}{purpose}{self.minted}".ljust(32, "0")

    def ask(self, questions: Sequence[Question[object]], /) -> Facts:
        return Facts(self.shop.now)

    def require_orders(self) -> None:
        """
        There is a shop.
        """

    def tell(self, port: str, method: str, about: Order | str, /) -> object:
        return getattr(self.shop, method)(about)

    def pause(self, seconds: float, /) -> None:
        """
        Whoever explores says when it is over.
        """

    def queue(self, key: str, seconds: float, /, *, behind: bool) -> Hand | None:
        return None if behind else self

    def leave(self) -> None:
        """
        Nobody stands behind in the queue.
        """
