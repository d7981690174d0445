"""
What a static shop remembers, and the one step in which orders change it.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from attrs import evolve

from ocstate.checkout.confirming.order import Order, Placed
from ocstate.demo.host_file.document import Document
from ocstate.demo.ledger import NOTHING_TAKEN, Ledger, Shop
from ocstate.demo.orders import PlacedOrder, take


class Books:
    """
    The document, and the ledger that orders replace while they hold the lock.
    """

    def __init__(self, document: Document, clock: Callable[[], float]) -> None:
        self.document = document
        self.clock = clock
        self.lock = Lock()
        self.ledger: Ledger = NOTHING_TAKEN

    def shop(self) -> Shop:
        """
        Return the shop as it is now.
        """
        return Shop(document=self.document, ledger=self.ledger, now=self.clock())


class StaticOrders:
    """
    Takes orders: one at a time, each key once.
    """

    def __init__(self, books: Books) -> None:
        self._books = books
        self._by_key: dict[str, PlacedOrder] = {}

    @property
    def placed(self) -> tuple[PlacedOrder, ...]:
        """
        Return every order so far, the first one first.
        """
        with self._books.lock:
            return tuple(self._by_key.values())

    def find(self, key: str, /) -> Placed | None:
        """
        Return the order that was placed under *key*; None for none.
        """
        with self._books.lock:
            known = self._by_key.get(key)
        return None if known is None else known.placed

    def place(self, order: Order, /) -> Placed:
        """
        Place *order*; the same key again is the same order.

        Only orders are remembered: what was refused is judged anew, as the shop may
        have got what was short.

        Raises:
            CommandRefused: If `take` refuses it; nothing has changed then.
        """
        with self._books.lock:
            known = self._by_key.get(order.key)
            if known is None:
                status, self._books.ledger = take(self._books.shop(), order)
                known = PlacedOrder(
                    order_id=len(self._by_key) + 1,
                    # What pays for it is not kept.
                    order=evolve(order, payment=None),
                    order_status_id=status,
                )
                self._by_key[order.key] = known
            return known.placed
