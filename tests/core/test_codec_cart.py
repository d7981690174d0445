"""
The cart's section: rows that stay are copied, in whatever way a cart is changed.
"""

from __future__ import annotations

import struct
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.values.cart import Cart, Line, Lines, Row
from ocstate.checkout.values.options import Options
from ocstate.core.record import columns
from ocstate.core.record.codec import Codec
from ocstate.core.record.columns import StoredRows
from ocstate.exceptions import EncodeError
from tests.core import states

CODEC = Codec()


def stored(cart: Cart) -> Cart:
    """
    Return a cart as it comes out of its bytes.
    """
    return CODEC.decode(CODEC.encode(Checkout(cart=cart))).checkout.cart


def body(cart: Cart) -> bytes:
    """
    Return the bytes of a cart's section.
    """
    ((_, found),) = states.take_apart(CODEC.encode(Checkout(cart=cart)))[1]
    return found


ROWS = states.values_of(Row)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), ROWS),
        st.tuples(st.just("remove"), st.integers(0, 20)),
        st.tuples(st.just("quantity"), st.integers(0, 20)),
        st.tuples(st.just("row"), st.integers(0, 20), ROWS),
        st.tuples(st.just("store")),
    ),
    max_size=12,
)


@given(st.lists(ROWS, min_size=3, max_size=8), CHANGES)
def test_a_cart_is_the_same_however_it_is_stored(rows, changes):
    """
    A cart that is stored between changes holds the lines of one that never was, and
    the bytes of one that is written anew.
    """
    lines = [
        Line(line_id=at + 1, product_id=at, quantity=1, row=row)
        for at, row in enumerate(rows)
    ]
    cart = stored(Cart(lines=Lines.of(lines), next_line_id=len(rows) + 1))
    for change in changes:
        match change:
            case ("add", row):
                number = cart.next_line_id
                added = Line(line_id=number, product_id=9, quantity=2, row=row)
                lines.append(added)
                cart = Cart(lines=cart.lines.added(added), next_line_id=number + 1)
            case ("remove", at) if lines:
                del lines[at % len(lines)]
                cart = cart.holding(cart.lines.without(at % len(cart.lines)))
            case ("quantity", at) if lines:
                at %= len(lines)
                more = lines[at].quantity + 1
                lines[at] = _with(lines[at], more, lines[at].row)
                cart = cart.holding(cart.lines.with_quantity(at, more))
            case ("row", at, row) if lines:
                at %= len(lines)
                lines[at] = _with(lines[at], lines[at].quantity, row)
                cart = cart.holding(cart.lines.with_row(at, row))
            case ("store",):
                cart = stored(cart)

    anew = Cart(lines=Lines.of(lines), next_line_id=cart.next_line_id)
    assert states.everything(anew.lines) == states.everything(cart.lines)
    assert body(anew) == body(cart)
    assert states.everything(anew.lines) == states.everything(stored(cart).lines)


@pytest.mark.parametrize("size", range(1, 7))
def test_any_number_of_stored_rows_can_be_taken_away(size):
    """
    What is left of a stored cart is written as a cart that never had more.
    """
    lines = [
        Line(line_id=at + 1, product_id=at, quantity=1, row=Row(points=at))
        for at in range(size)
    ]
    cart = stored(Cart(lines=Lines.of(lines), next_line_id=size + 1))
    while lines:
        del lines[0]
        cart = cart.holding(cart.lines.without(0))
        assert body(Cart(lines=Lines.of(lines), next_line_id=size + 1)) == body(cart)


@pytest.mark.parametrize("gone", [(), (0,), (2,), (3, 3), (0, 1, 1)])
@pytest.mark.parametrize("changed", range(3))
def test_rows_between_changed_ones_are_copied(gone, changed):
    """
    A row takes the place of a stored one wherever it stands in a run of others.
    """
    rows = [Row(points=at * 1000) for at in range(6)]
    cart = stored(
        Cart(
            lines=Lines.of(
                Line(line_id=at + 1, product_id=at, quantity=1, row=row)
                for at, row in enumerate(rows)
            ),
            next_line_id=7,
        )
    )
    for at in gone:
        del rows[at]
        cart = cart.holding(cart.lines.without(at))
    for at in {0: (), 1: (0, len(rows) - 1), 2: range(len(rows))}[changed]:
        rows[at] = Row(minimum=at)
        cart = cart.holding(cart.lines.with_row(at, rows[at]))

    assert rows == [line.row for line in stored(cart).lines]


def _with(line: Line, quantity: int, row: Row) -> Line:
    return Line(
        line_id=line.line_id, product_id=line.product_id, quantity=quantity, row=row
    )


def test_columns_are_little_endian():
    """
    Numbers of columns are stored with their least byte first, on any computer.
    """
    lines = Lines.of([Line(line_id=1, product_id=2**40 + 7, quantity=258)])
    raw = CODEC.converter.unstructure(Cart(lines=lines, next_line_id=2))
    row = bytes.fromhex("99 90 00 c0 c0 c0 c0 c0 c0 90")

    assert (
        struct.pack("<I", 1),
        struct.pack("<Q", 2**40 + 7),
        struct.pack("<I", 258),
        struct.pack("<I", len(row)),
        row,
        2,
    ) == raw


@given(states.carts())
def test_a_computer_with_the_other_byte_order_swaps(cart):
    """
    Where numbers lie the other way round in memory, they are turned both ways.
    """
    here = CODEC.converter.unstructure(cart)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_SWAPPED", not columns._SWAPPED)
        there = CODEC.converter.unstructure(cart)
        for one, other, size in zip(here[:3], there[:3], (4, 8, 4), strict=True):
            turned = array("IQ"[size == 8], one)
            turned.byteswap()
            assert turned.tobytes() == other
        again = CODEC.converter.structure(there, Cart)
        assert cart.lines.quantities == again.lines.quantities
        swapped_ends = array("I", here[3])
        swapped_ends.byteswap()
        if cart.lines:
            rows = StoredRows(here[4], swapped_ends.tobytes(), lambda body: body)
            assert here[4] == b"".join(rows[at] for at in range(len(rows)))


def test_rows_of_somebody_else_are_written_in_full():
    """
    Lines may stand over any rows; the ones that are not ours are read and encoded.
    """
    rows = (Row(options=Options({1: "a"})), Row(minimum=2), Row(points=3))
    lines = Lines(
        line_ids=array("I", (1, 3, 4)),
        product_ids=array("Q", (7, 8, 9)),
        quantities=array("I", (1, 1, 1)),
        stored=rows,
        kept=(0, 2),
        fresh=(Row(shipping=True),),
    ).with_row(0, Row(minimum=5))
    found = stored(Cart(lines=lines, next_line_id=5))

    assert [Row(minimum=5), Row(points=3), Row(shipping=True)] == [
        line.row for line in found.lines
    ]


def test_a_row_is_decoded_once():
    """
    A second look at a row is the same object.
    """
    cart = stored(
        Cart(
            lines=Lines.of([Line(line_id=1, product_id=7, quantity=1)]), next_line_id=2
        )
    )

    assert cart.lines.row(0) is cart.lines.row(0)


@pytest.mark.parametrize("column", ["product_ids", "quantities", "fresh"])
@pytest.mark.parametrize("size", [1, 3])
def test_columns_of_different_lengths_are_not_written(column, size):
    """
    Lines that cannot be read again are refused when they are written.
    """
    parts = {
        "line_ids": array("I", (1, 2)),
        "product_ids": array("Q", (7, 8)),
        "quantities": array("I", (1, 1)),
        "fresh": (Row(), Row()),
    }
    parts[column] = (parts[column] * 2)[:size]
    with pytest.raises(EncodeError) as caught:
        CODEC.encode(Checkout(cart=Cart(lines=Lines(**parts), next_line_id=3)))

    assert "/cart" == caught.value.path


@given(states.carts(), states.LATER_FIELDS)
def test_fields_behind_the_columns_survive(cart, later):
    """
    What a later version put behind a cart's columns is carried along.
    """
    held = stored(Cart(lines=cart.lines, next_line_id=2**31, unknown=(later,)))
    more = held.holding(held.lines.added(Line(line_id=9, product_id=1, quantity=1)))

    assert states.exactly((later,)) == states.exactly(stored(more).unknown)
