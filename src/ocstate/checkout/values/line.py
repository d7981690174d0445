"""
One line of a cart: what was chosen, and what a host said of it.
"""

from __future__ import annotations

from attrs import evolve, field, frozen

from ocstate.checkout.values.options import NO_OPTIONS, Options
from ocstate.checkout.values.part import Part


@frozen(kw_only=True)
class ChoiceStock(Part):
    """
    How many pieces there are with a value that was chosen.
    """

    product_option_id: int
    value_id: int
    stock: int


@frozen(kw_only=True)
class Row(Part):
    """
    The part of a line that stands in no column.

    Attributes:
        options: Part of the line's identity, with product and plan.
        subscription_plan_id: 0 for none.
        shipping: Whether it has to be sent; None until a host said so.
        minimum: The least quantity that may be ordered; None until a host said so.
        points: What one piece costs in reward points, 0 when points cannot pay for
            it; None until a host said so.
        stock: Pieces of the product that there are; None where they are not counted.
        choice_stock: The same of the scarcest value that was chosen.
        checked_at: When a host said these; None if none was asked.
        choice_stocks: The stock of each chosen value that is counted.
    """

    options: Options = NO_OPTIONS
    subscription_plan_id: int = 0
    shipping: bool | None = None
    minimum: int | None = None
    points: int | None = None
    stock: int | None = None
    choice_stock: int | None = None
    checked_at: float | None = field(default=None, eq=False)
    choice_stocks: tuple[ChoiceStock, ...] = ()

    def told(self, news: Row) -> Row:
        """
        Return this row with what a host said in *news*; itself if that is not new.
        """
        if news.checked_at is None:
            return self
        if self.checked_at is not None and self._facts == news._facts:
            return self
        return evolve(news, options=self.options, unknown=self.unknown)

    @property
    def _facts(self) -> tuple[object, ...]:
        return (
            self.shipping,
            self.minimum,
            self.points,
            self.stock,
            self.choice_stock,
            self.choice_stocks,
        )


@frozen(kw_only=True)
class Line:
    """
    One line of a cart.

    Attributes:
        line_id: The line's number in its cart, never given twice; a client's handle.
        quantity: At least 1.
    """

    line_id: int
    product_id: int
    quantity: int
    row: Row = Row()

    @property
    def options(self) -> Options:
        """
        Return what was chosen for this line.
        """
        return self.row.options

    @property
    def subscription_plan_id(self) -> int:
        """
        Return the plan's number, 0 for none.
        """
        return self.row.subscription_plan_id
