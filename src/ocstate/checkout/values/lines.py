"""
Lines over columns, each decoded only when it is looked at.

A cart is changed far more often than it is read in full. So the numbers that every
change needs (line, product, quantity) stand in columns, and the rest of a line is a
row that somebody else keeps: `Rows` is a function from a position to a row, and this
module knows no bytes. A line that nobody looks at is carried along by its number.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, overload

from ocstate.checkout.values.line import Line, Row


class Rows(Protocol):
    """
    Rows kept elsewhere, decoded one by one when they are asked for.
    """

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> Row: ...


class Lines(Sequence[Line]):
    """
    An immutable sequence of lines over three columns.

    Attributes:
        line_ids: One unsigned 32-bit number a line.
        product_ids: One unsigned 64-bit number a line.
        quantities: One unsigned 32-bit number a line.
        stored: Rows that were there before, still undecoded.
        kept: For the first lines, the number of each one's row in *stored*, in order.
        fresh: The rows of all lines after those.
        changed: Rows that took the place of stored ones, by their number in *stored*.
    """

    __slots__ = (
        "changed",
        "fresh",
        "kept",
        "line_ids",
        "product_ids",
        "quantities",
        "stored",
    )

    line_ids: array[int]
    product_ids: array[int]
    quantities: array[int]
    stored: Rows
    kept: Sequence[int]
    fresh: tuple[Row, ...]
    changed: Mapping[int, Row]

    def __init__(
        self,
        *,
        line_ids: array[int],
        product_ids: array[int],
        quantities: array[int],
        stored: Rows = (),
        kept: Sequence[int] = (),
        fresh: tuple[Row, ...] = (),
        changed: Mapping[int, Row] | None = None,
    ) -> None:
        self.line_ids = line_ids
        self.product_ids = product_ids
        self.quantities = quantities
        self.stored = stored
        self.kept = kept
        self.fresh = fresh
        self.changed = changed or {}

    @classmethod
    def of(cls, lines: Iterable[Line] = ()) -> Lines:
        """
        Build columns from finished lines, such as a test's or a host's own.
        """
        known = tuple(lines)
        return cls(
            line_ids=array("I", [line.line_id for line in known]),
            product_ids=array("Q", [line.product_id for line in known]),
            quantities=array("I", [line.quantity for line in known]),
            fresh=tuple(line.row for line in known),
        )

    def __len__(self) -> int:
        return len(self.line_ids)

    @overload
    def __getitem__(self, position: int, /) -> Line: ...
    @overload
    def __getitem__(self, position: slice, /) -> tuple[Line, ...]: ...
    def __getitem__(self, position: int | slice, /) -> Line | tuple[Line, ...]:
        if isinstance(position, slice):
            return tuple(self[one] for one in range(*position.indices(len(self))))
        if not -len(self) <= position < len(self):
            raise IndexError(f"no line at {position} of {len(self)}")
        position %= len(self)
        return Line(
            line_id=self.line_ids[position],
            product_id=self.product_ids[position],
            quantity=self.quantities[position],
            row=self.row(position),
        )

    def __iter__(self) -> Iterator[Line]:
        columns = zip(self.line_ids, self.product_ids, self.quantities, strict=True)
        for at, (line_id, product_id, quantity) in enumerate(columns):
            yield Line(
                line_id=line_id,
                product_id=product_id,
                quantity=quantity,
                row=self.row(at),
            )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Lines):
            return NotImplemented
        if self is other:
            return True
        return (
            self.line_ids == other.line_ids
            and self.product_ids == other.product_ids
            and self.quantities == other.quantities
            and all(self.row(at) == other.row(at) for at in range(len(self)))
        )

    def __hash__(self) -> int:
        return hash((tuple(self.line_ids), tuple(self.quantities)))

    def __repr__(self) -> str:
        return f"<{len(self)} lines, quantity {sum(self.quantities)}>"

    def row(self, position: int) -> Row:
        """
        Return the row of the line at *position*, from 0, decoding that one alone.
        """
        if position >= len(self.kept):
            return self.fresh[position - len(self.kept)]
        number = self.kept[position]
        changed = self.changed.get(number)
        return self.stored[number] if changed is None else changed

    def of_product(self, product_id: int) -> tuple[int, ...]:
        """
        Return the positions of a product's lines, without decoding any.
        """
        return tuple(_positions(self.product_ids, product_id))

    def pieces(self) -> Counter[int]:
        """
        Count the pieces of each product in all lines, without decoding any.
        """
        pieces: Counter[int] = Counter()
        for product_id, quantity in zip(self.product_ids, self.quantities, strict=True):
            pieces[product_id] += quantity
        return pieces

    def position(self, line_id: int) -> int | None:
        """
        Return where the line with this number stands, or None.
        """
        return next(_positions(self.line_ids, line_id), None)

    def added(self, line: Line) -> Lines:
        """
        Return these lines and *line* behind them.
        """
        lines = self._copy()
        lines.line_ids, lines.product_ids = self.line_ids[:], self.product_ids[:]
        lines.quantities = self.quantities[:]
        lines.line_ids.append(line.line_id)
        lines.product_ids.append(line.product_id)
        lines.quantities.append(line.quantity)
        lines.fresh = (*self.fresh, line.row)
        return lines

    def with_quantity(self, position: int, quantity: int) -> Lines:
        """
        Return these lines with another quantity at *position*; no row is decoded.
        """
        if self.quantities[position] == quantity:
            return self
        lines = self._copy()
        lines.quantities = self.quantities[:]
        lines.quantities[position] = quantity
        return lines

    def with_row(self, position: int, row: Row) -> Lines:
        """
        Return these lines with another row at *position*.
        """
        return self.with_rows({position: row})

    def with_news(self, position: int, news: Row) -> Lines:
        """
        Return these lines with what a host said of one; themselves if it is not new.
        """
        if news.checked_at is None:
            return self
        row = self.row(position)
        told = row.told(news)
        return self if told is row else self.with_row(position, told)

    def with_rows(self, rows: Mapping[int, Row]) -> Lines:
        """
        Return these lines with other rows at some positions.
        """
        changed, fresh = dict(self.changed), list(self.fresh)
        for position, row in rows.items():
            if position < len(self.kept):
                changed[self.kept[position]] = row
            else:
                fresh[position - len(self.kept)] = row
        lines = self._copy()
        lines.fresh, lines.changed = tuple(fresh), changed
        return lines

    def without(self, position: int) -> Lines:
        """
        Return these lines but the one at *position*; the others keep their numbers.
        """
        line_ids, product_ids = self.line_ids[:], self.product_ids[:]
        quantities = self.quantities[:]
        del line_ids[position], product_ids[position], quantities[position]
        kept, fresh, at = self.kept, self.fresh, position - len(self.kept)
        if at < 0:
            kept = (*kept[:position], *kept[position + 1 :])
        else:
            fresh = (*fresh[:at], *fresh[at + 1 :])
        lines = self._copy()
        lines.line_ids, lines.product_ids = line_ids, product_ids
        lines.quantities, lines.kept, lines.fresh = quantities, kept, fresh
        return lines

    def _copy(self) -> Lines:
        # For this class alone, which changes the copy before anybody sees it.
        copy = object.__new__(Lines)
        copy.line_ids = self.line_ids
        copy.product_ids = self.product_ids
        copy.quantities = self.quantities
        copy.stored = self.stored
        copy.kept = self.kept
        copy.fresh = self.fresh
        copy.changed = self.changed
        return copy


def _positions(column: array[int], wanted: int) -> Iterator[int]:
    # A search through the column's bytes makes no int of each number on its way, and is
    # twenty times as fast. What begins inside a number is no match.
    size, typecode = column.itemsize, column.typecode
    if not 0 <= wanted < 1 << 8 * size:
        return
    needle, haystack = array(typecode, (wanted,)).tobytes(), column.tobytes()
    at = haystack.find(needle)
    while at >= 0:
        if at % size == 0:
            yield at // size
        at = haystack.find(needle, at + 1)
