"""
What a demo tells, and to whom: values, and the displays that show them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Protocol

from attrs import frozen

from ocstate.checkout import Checkout
from ocstate.cli.walk import Call
from ocstate.demo.orders import PlacedOrder


@frozen(kw_only=True)
class Step:
    """
    One call, and how the session stands after it.

    Attributes:
        answer: What the client reads: a text, or what is wrong.
        holds: What the session holds, in a few words.
        missing: Codes of what still blocks the order.
    """

    call: Call
    answer: str
    holds: tuple[str, ...]
    missing: tuple[str, ...]


@frozen(kw_only=True)
class Race:
    """
    What came of many calls at once.

    Attributes:
        sent: How many additions of one piece were sent.
        acknowledged: How many were answered with success.
        before: Pieces in the cart before, *after* the same afterwards.
        seconds: How long it took.
    """

    sent: int
    acknowledged: int
    before: int
    after: int
    seconds: float

    @property
    def is_won(self) -> bool:
        """
        Tell whether nothing was lost and nothing was applied twice.
        """
        return self.sent == self.acknowledged == self.after - self.before


class Display(Protocol):
    """
    Shows a demo as it goes on.
    """

    def chapter(self, title: str) -> None:
        """
        Begin with something new.
        """
        ...

    def step(self, step: Step) -> None:
        """
        Show a call.
        """
        ...

    def race(self, race: Race) -> None:
        """
        Show what came of many calls at once.
        """
        ...

    def order(self, placed: PlacedOrder) -> None:
        """
        Show an order as the shop has it.
        """
        ...


class Lines:
    """
    Writes a demo for programs: each part as a JSON object a line, with its ``event``.
    """

    def chapter(self, title: str) -> None:
        self._write("chapter", title=title)

    def step(self, step: Step) -> None:
        self._write(
            "step",
            route=step.call.route,
            answer=step.answer,
            holds=step.holds,
            missing=step.missing,
        )

    def race(self, race: Race) -> None:
        self._write(
            "race",
            sent=race.sent,
            acknowledged=race.acknowledged,
            before=race.before,
            after=race.after,
            seconds=round(race.seconds, 3),
        )

    def order(self, placed: PlacedOrder) -> None:
        prices = placed.order.prices
        self._write(
            "order",
            order_id=placed.order_id,
            lines=[[line.product_id, line.quantity] for line in prices.lines],
            total=str(prices.total),
        )

    def _write(self, event: str, **facts: object) -> None:
        print(json.dumps({"event": event, **facts}), flush=True)


def spoken(answer: Mapping[str, object]) -> str:
    """
    Put what a client reads into a line.
    """
    if "order_id" in answer:
        return f"{answer['success']}: number {answer['order_id']}"
    for key in ("success", "error"):
        if key in answer:
            return _texts(answer[key])
    return "; ".join(_listed(answer))


def _texts(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(dict.fromkeys(_texts(each) for each in value.values()))
    return str(value)


def _listed(answer: Mapping[str, object]) -> Iterator[str]:
    for name, value in answer.items():
        match name, value:
            case "totals", list(rows):
                yield ", ".join(f"{row['title']} {row['text']}" for row in rows)
            case "payment_methods" | "shipping_methods", Mapping() as methods:
                yield ", ".join(str(each["title"]) for each in methods.values())
            case _:
                pass


def holdings(checkout: Checkout) -> tuple[str, ...]:
    """
    Say in a few words what a session holds.
    """
    pieces = checkout.cart.quantity
    held = {
        f"{pieces} piece{'s' * (pieces != 1)}": pieces,
        getattr(checkout.currency, "code", ""): checkout.currency,
        "customer": checkout.customer,
        "bill to": checkout.payment_address,
        "ship to": checkout.shipping_address,
        getattr(checkout.payment_method, "code", ""): checkout.payment_method,
        getattr(checkout.shipping_method, "code", ""): checkout.shipping_method,
        "order": checkout.confirmation,
    }
    return tuple(name for name, value in held.items() if value)


def missing(checkout: Checkout) -> tuple[str, ...]:
    """
    Return the codes of what still blocks the order; nothing once it was placed.
    """
    if checkout.confirmation is not None and checkout.cart.is_empty:
        return ()
    return tuple(
        problem.code for problem in checkout.missing() if problem.severity == "error"
    )
