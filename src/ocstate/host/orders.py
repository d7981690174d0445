"""
The ports that a shop is told of orders by, for threads and for asyncio.

Unlike the others they change something, so each method says what comes of a repetition.
"""

from __future__ import annotations

from typing import Protocol

from ocstate.checkout.confirming.order import Order, Placement


class Orders(Protocol):
    """
    Take orders, and find them again by their key.

    Both methods are needed: whoever never heard the answer of the one asks the other.
    """

    def place(self, order: Order, /) -> int | Placement:
        """
        Place *order*, and answer what became of it.

        The same key again is the same order and the same answer, also while the first
        call is still under way: a column ``key`` that is unique sees to it. So a call
        that took longer than `Order.until` and the one after it make one order.
        `Placed.attempt` is the `Order.attempt` of the call that made it; it tells whose
        lines the order has, if they are not the same. Keep it beside the key.

        One that places nothing after `Order.until` lets nobody cancel a checkout whose
        order then comes all the same.

        What is limited (stock, uses of a coupon, a balance) is checked in the same step
        that takes it. A refusal takes nothing, so the same key may be judged again.

        Returns:
            `Placed`, or the order's number alone, at least 1; `Declined`; `BuyerNeeded`
            where they have to do something first; `InProgress` where it is not decided
            yet. Until it is, `find` tells.

        Raises:
            CommandRefused: If the shop does not take the order, as `Declined` says;
                nothing has changed.
        """
        ...

    def find(self, key: str, /) -> int | Placement | None:
        """
        Answer what is known of the order under *key*, as `place` does; None if nothing.

        It is asked when an answer was lost, while the buyer is needed or an order is in
        progress, and before a refusal is told: the order may have taken the last piece
        that its own repetition now misses. What it finds stays found: after `Placed`
        there is no other answer for this key.
        """
        ...


class Reservations(Protocol):
    """
    Hold for an order what there is not enough of: stock, uses of a coupon, points.

    `hold` comes before an order is placed, `take` or `release` after it. All are told
    by the order's key, and each as often as it takes: after a crash the same call comes
    again, and changes nothing then.

    What is held is short for all other orders, in `hold` and in `Orders.place`. Answers
    to questions, such as `ProductFact.stock`, go on counting it: they do not say for
    whom, and an order that is tried again must not be refused for what it holds.
    """

    def hold(self, order: Order, /) -> None:
        """
        Hold what *order* needs, under its key, until `Order.until`.

        Again for the same key, it moves the end and holds what the newest order needs
        in the place of what was held before. After `take` it does nothing: that order
        stands. A shop that answers `BuyerNeeded` or `InProgress` holds on by itself.

        Raises:
            CommandRefused: If there is not enough of something. Nothing has changed:
                what was held before is still held.
        """
        ...

    def take(self, key: str, /) -> None:
        """
        Make what is held under *key* the order's for good, for the order stands.

        After its end, or after `release`, it takes what was held last all the same: the
        order stands, and what somebody else has got meanwhile is for the shop to mend,
        never to refuse. Nothing was held: nothing is taken.
        """
        ...

    def release(self, key: str, /) -> None:
        """
        Give back what is held under *key*, for there is no order.

        After `take` it does nothing: that order stands.
        """
        ...


class AsyncOrders(Protocol):
    """
    `Orders`, awaited; a cancelled call may have placed the order.
    """

    async def place(self, order: Order, /) -> int | Placement: ...

    async def find(self, key: str, /) -> int | Placement | None: ...


class AsyncReservations(Protocol):
    """
    `Reservations`, awaited.
    """

    async def hold(self, order: Order, /) -> None: ...

    async def take(self, key: str, /) -> None: ...

    async def release(self, key: str, /) -> None: ...
