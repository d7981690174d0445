"""
The cart's section: columns of numbers, and rows that stay bytes until looked at.

Adding a line appends to the columns and puts one row behind the others; changing a
quantity changes one number. Neither decodes or encodes the row of another line, and
rows that stay are copied in runs.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from attrs import frozen

from ocstate.checkout.values.cart import Cart
from ocstate.checkout.values.line import Row
from ocstate.checkout.values.lines import Lines
from ocstate.core.record.classes import draft_of
from ocstate.core.record.limits import Limits
from ocstate.core.record.shapes import (
    Misfit,
    Path,
    Shape,
    TooLarge,
    misfit,
    require_shallow,
)
from ocstate.exceptions import DecodeError

_PLACES: Final = 6
"""Line ids, product ids, quantities, ends of rows, rows, and the next line's id."""

_END: Final = struct.Struct("<I")
_end, _last = _END.pack, _END.unpack_from

_new: Final[Callable[[type], Any]] = object.__new__
_CartDraft: Final = cast("type", draft_of(Cart))

_NONE_CHANGED: Final[Mapping[int, Row]] = {}
_LARGEST: Final = 0xFFFF_FFFF
_SWAPPED: Final = array("H", (1,)).tobytes() != b"\x01\x00"
"""Whether this computer keeps numbers the other way round than a record."""


class StoredRows:
    """
    The rows of a stored cart, each decoded when it is first looked at.

    Args:
        data: All rows, one behind the other.
        ends: Where each row ends in *data*, in bytes; a column as it is stored.
        build: Decodes one row.

    Attributes:
        on_damage: Told of a row that cannot be read.
    """

    __slots__ = ("_build", "_ends", "_read", "data", "ends", "on_damage")

    def __init__(self, data: bytes, ends: bytes, build: Callable[[bytes], Row]) -> None:
        self.data = data
        self.ends = ends
        self.on_damage: Callable[[DecodeError], None] | None = None
        self._build = build
        self._ends: array[int] | None = None
        self._read: dict[int, Row] | None = None

    def __len__(self) -> int:
        return len(self.ends) // 4

    def __getitem__(self, number: int, /) -> Row:
        if self._read is None:
            self._read = {}
        row = self._read.get(number)
        if row is None:
            ends = self._column()
            start = ends[number - 1] if number else 0
            try:
                row = self._build(self.data[start : ends[number]])
            except DecodeError as error:
                if self.on_damage is not None:
                    self.on_damage(error)
                raise
            self._read[number] = row
        return row

    def _column(self) -> array[int]:
        if self._ends is None:
            column = array("I", self.ends)
            self._ends = _swapped(column)[0] if _SWAPPED else column
        return self._ends

    def cut(
        self,
        kept: Sequence[int],
        changed: Mapping[int, Row],
        pack_row: Callable[[Row], bytes],
    ) -> tuple[list[bytes], list[int]]:
        """
        Return the bytes of the kept rows, and where each ends; copied in runs.

        Raises:
            DecodeError: If the stored ends are out of order.
        """
        stored = self._column()
        if stored.tolist() != sorted(stored):
            raise DecodeError("rows out of order", reason="bad_section")
        parts: list[bytes] = []
        ends: list[int] = []
        size = 0
        for first, behind in _runs(kept, changed):
            if first in changed:
                parts.append(pack_row(changed[first]))
                size += len(parts[-1])
                ends.append(size)
            else:
                start = stored[first - 1] if first else 0
                shift = size - start
                parts.append(self.data[start : stored[behind - 1]])
                size += len(parts[-1])
                ends.extend([end + shift for end in stored[first:behind]])
        return parts, ends


def _runs(kept: Sequence[int], changed: Mapping[int, Row]) -> Iterator[tuple[int, int]]:
    """
    Yield first and behind-last of rows that stay together; changed ones stand alone.
    """
    at = 0
    while at < len(kept):
        first, shift = kept[at], kept[at] - at
        at = bisect_right(range(len(kept)), shift, at, key=lambda one: kept[one] - one)
        behind = kept[at - 1] + 1
        for number in sorted(one for one in changed if first <= one < behind):
            if first < number:
                yield first, number
            yield number, number + 1
            first = number + 1
        if first < behind:
            yield first, behind


@frozen(kw_only=True)
class CartShape:
    """
    The functions of the cart's section.

    Attributes:
        row: The shape of a row.
        pack_row: Encodes a row.
        build_row: Decodes a row.
    """

    limits: Limits
    row: Shape
    pack_row: Callable[[Row], bytes]
    build_row: Callable[[bytes], Row]

    def shape(self) -> Shape:
        """
        Return them as a shape.
        """
        return Shape(self.pack, self.build, inside=self.inside)

    def pack(self, cart: object) -> object:
        """
        Pack a cart, taking over stored rows as they are.

        Raises:
            Misfit: If its columns do not belong together.
            DecodeError: If the stored rows are out of order.
        """
        if type(cart) is not Cart:
            raise misfit(Cart, cart)
        lines, next_line_id = cart.lines, cart.next_line_id
        count, fresh = len(lines.line_ids), lines.fresh
        if count > self.limits.lines:
            raise TooLarge(f"{count} lines")
        if not (
            len(lines.product_ids) == len(lines.quantities) == count
            and len(lines.kept) + len(fresh) == count
            and type(next_line_id) is int
            and 0 < next_line_id <= _LARGEST
        ):
            raise Misfit("columns that do not belong together")
        if cart.unknown:
            require_shallow(self.limits.depth, cart.unknown)
        data, ends = self._kept(lines)
        if fresh:
            data, ends = self._longer(data, ends, fresh)
        columns = lines.line_ids, lines.product_ids, lines.quantities
        line_ids, product_ids, quantities = _swapped(*columns) if _SWAPPED else columns
        return (
            line_ids.tobytes(),
            product_ids.tobytes(),
            quantities.tobytes(),
            ends,
            data,
            next_line_id,
            *cart.unknown,
        )

    def _longer(
        self, data: bytes, ends: bytes, fresh: Sequence[Row]
    ) -> tuple[bytes, bytes]:
        if len(fresh) == 1:
            data += self.pack_row(fresh[0])
            return data, ends + _end(len(data))
        rows, behind, size = [data], [ends], len(data)
        for row in fresh:
            body = self.pack_row(row)
            rows.append(body)
            size += len(body)
            behind.append(_end(size))
        return b"".join(rows), b"".join(behind)

    def _kept(self, lines: Lines) -> tuple[bytes, bytes]:
        stored: object = lines.stored
        if type(stored) is not StoredRows:
            # Somebody else's rows: read them all, and write them anew.
            rows = tuple(lines.row(at) for at in range(len(lines.kept)))
            return self._longer(b"", b"", rows)
        if len(lines.kept) * 4 == len(stored.ends) and not lines.changed:
            return stored.data, stored.ends
        parts, ends = stored.cut(lines.kept, lines.changed, self.pack_row)
        return b"".join(parts), b"".join(map(_end, ends))

    def build(self, raw: object) -> object:
        """
        Build a cart whose rows are not decoded yet.

        Raises:
            Misfit: If the columns do not belong together, or are too long.
        """
        if type(raw) is not tuple or len(raw) < _PLACES:
            raise Misfit("the array of a cart expected")
        line_ids, product_ids, quantities, ends, data, next_line_id = raw[:_PLACES]
        if not (
            type(line_ids) is type(product_ids) is type(quantities) is bytes
            and type(ends) is type(data) is bytes
            and type(next_line_id) is int
        ):
            raise Misfit("columns expected")
        size = len(line_ids)
        if size > self.limits.lines * 4:
            raise TooLarge(f"{size // 4} lines")
        if not (
            len(ends) == len(quantities) == size == size // 4 * 4
            and len(product_ids) == 2 * size
            and (_last(ends, size - 4)[0] if size else 0) == len(data)
            and 0 < next_line_id <= _LARGEST
        ):
            raise Misfit("columns that do not belong together")
        unknown = raw[_PLACES:]
        if unknown:
            require_shallow(self.limits.depth, unknown)
        columns = array("I", line_ids), array("Q", product_ids), array("I", quantities)
        lines = _new(Lines)
        lines.line_ids, lines.product_ids, lines.quantities = (
            _swapped(*columns) if _SWAPPED else columns
        )
        lines.stored = StoredRows(data, ends, self.build_row)
        lines.kept = range(size // 4)
        lines.fresh = ()
        lines.changed = _NONE_CHANGED
        cart = _new(_CartDraft)
        cart.lines = lines
        cart.next_line_id = next_line_id
        cart.unknown = unknown
        cart.__class__ = Cart
        return cart

    def inside(self, cart: object) -> Iterator[tuple[Path, object, Shape]]:
        """
        Yield the rows that have to be written.
        """
        if not isinstance(cart, Cart):
            return
        lines = cart.lines
        for at, number in enumerate(lines.kept):
            if number in lines.changed:
                yield ("lines", at), lines.changed[number], self.row
        for at, row in enumerate(lines.fresh, len(lines.kept)):
            yield ("lines", at), row, self.row


def _swapped(*columns: array[int]) -> tuple[array[int], ...]:
    """
    Return columns with the bytes of each number the other way round.
    """
    swapped = tuple(column[:] for column in columns)
    for column in swapped:
        column.byteswap()
    return swapped
