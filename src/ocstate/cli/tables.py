"""
A demo for people: tables on a terminal.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ocstate.cli.report import Race, Step
from ocstate.demo.orders import PlacedOrder

_WIDTH_OF_A_FILE = 120
_CENT = Decimal("0.01")


class Tables:
    """
    Shows each chapter of a demo as a table, when the chapter is over.
    """

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        if not self._console.is_terminal:
            self._console.width = _WIDTH_OF_A_FILE
        self._table: Table | None = None

    def chapter(self, title: str) -> None:
        self._flush()
        self._console.print(f"\n[bold]{escape(title)}[/bold]")

    def step(self, step: Step) -> None:
        if self._table is None:
            self._table = Table(box=SIMPLE_HEAD, pad_edge=False)
            self._table.add_column("call", no_wrap=True)
            for name in ("answer", "the session holds", "still missing"):
                self._table.add_column(name, ratio=1)
        color = "yellow" if step.call.is_refused else "green"
        self._table.add_row(
            f"{escape(step.call.route)}\n  [dim]{escape(step.call.gist)}[/dim]",
            f"[{color}]{escape(step.answer)}[/{color}]",
            escape(", ".join(step.holds)),
            escape(", ".join(code.removesuffix("_required") for code in step.missing)),
        )

    def race(self, race: Race) -> None:
        self._flush()
        self._console.print(
            f"  {race.before} pieces before, {race.after} after: of {race.sent} sent, "
            f"{race.acknowledged} were acknowledged and "
            f"[bold green]{race.after - race.before} of {race.sent}[/bold green] "
            f"are in the cart ({race.seconds:.1f} s)"
        )

    def order(self, placed: PlacedOrder) -> None:
        self._flush()
        prices = placed.order.prices
        lines = ", ".join(f"{line.quantity} x {line.name}" for line in prices.lines)
        self._console.print(
            f"  [bold green]Order {placed.order_id}[/bold green]: {escape(lines)}; "
            f"{prices.total.quantize(_CENT, ROUND_HALF_UP)} to pay"
        )

    def _flush(self) -> None:
        if self._table is not None:
            self._console.print(self._table)
            self._table = None
