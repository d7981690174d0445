"""
What is being bought.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.values.line import Line, Row
from ocstate.checkout.values.lines import Lines
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.part import Part


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

    @property
    def needs_shipping(self) -> bool | None:
        """
        Tell whether anything has to be sent; None where no host said so.
        """
        lines = self.lines
        known = {lines.row(position).shipping for position in range(len(lines))}
        return True if True in known else None if None in known else False

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
            return self.appended(product_id=product_id, quantity=quantity, row=row)
        return self.raised(position, quantity=quantity, row=row)

    def appended(self, *, product_id: int, quantity: int, row: Row) -> Cart:
        """
        Return this cart with a new line at the end.
        """
        line = Line(
            line_id=self.next_line_id,
            product_id=product_id,
            quantity=quantity,
            row=row,
        )
        return Cart(
            lines=self.lines.added(line),
            next_line_id=self.next_line_id + 1,
            unknown=self.unknown,
        )

    def raised(self, position: int, *, quantity: int, row: Row) -> Cart:
        """
        Return this cart with so much more of the line at *position*.
        """
        held = self.lines.quantities[position]
        lines = self.lines.with_quantity(position, held + quantity)
        return self.holding(lines.with_news(position, row))

    def holding(self, lines: Lines) -> Cart:
        """
        Return this cart with other lines; itself if they are the same object.
        """
        if lines is self.lines:
            return self
        return Cart(lines=lines, next_line_id=self.next_line_id, unknown=self.unknown)
