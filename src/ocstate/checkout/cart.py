"""
What is being bought.
"""

from __future__ import annotations

from attrs import evolve, field, frozen

from ocstate.checkout.lines import Line, Lines, Row, Rows
from ocstate.checkout.options import Options
from ocstate.checkout.part import Part

__all__ = ["Cart", "Line", "Lines", "Row", "Rows"]


@frozen(kw_only=True)
class Cart(Part):
    """
    The lines, and the number that the next one gets.

    Attributes:
        next_line_id: Grows only, so that a removed line's number never comes back.
    """

    lines: Lines = field(factory=Lines.of)
    next_line_id: int = 1

    @property
    def quantity(self) -> int:
        """
        Return how many pieces there are in all.
        """
        return sum(self.lines.quantities)

    @property
    def is_empty(self) -> bool:
        """
        Tell whether there is no line.
        """
        return not self.lines.line_ids

    def find(
        self, product_id: int, options: Options, subscription_plan_id: int
    ) -> int | None:
        """
        Return where the line of this identity stands, or None.

        Looks at the rows of this product only.
        """
        for position in self.lines.of_product(product_id):
            row = self.lines.row(position)
            if (
                row.options == options
                and row.subscription_plan_id == subscription_plan_id
            ):
                return position
        return None

    def add(self, *, product_id: int, quantity: int, row: Row) -> Cart:
        """
        Raise the quantity of the line of this identity, or add it.

        The row that is given counts from then on: it holds the host's newest word.
        Adding is commutative but for the numbers that lines get.
        """
        position = self.find(product_id, row.options, row.subscription_plan_id)
        if position is None:
            line = Line(
                line_id=self.next_line_id,
                product_id=product_id,
                quantity=quantity,
                row=row,
            )
            return evolve(
                self,
                lines=self.lines.added(line),
                next_line_id=self.next_line_id + 1,
            )
        held = self.lines.quantities[position]
        lines = self.lines.with_quantity(position, held + quantity)
        stored = lines.row(position)
        if row.checked_at is not None and (
            (row.shipping, row.minimum, row.points)
            != (stored.shipping, stored.minimum, stored.points)
        ):
            lines = lines.with_row(position, row)
        return evolve(self, lines=lines)
