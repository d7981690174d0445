"""
A demo for programs: a JSON object a line.
"""

from __future__ import annotations

import json

from ocstate.cli.report import Race, Step
from ocstate.demo.orders import PlacedOrder


class Lines:
    """
    Writes each part of a demo as a line; ``event`` says which kind it is.
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
