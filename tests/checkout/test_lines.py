"""
Lines over columns, held against a plain list, with a count of what was decoded.
"""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout import Cart, Line, Lines, Options, Row


class Counting:
    """
    Rows that remember which of them were looked at.
    """

    def __init__(self, rows):
        self.rows = rows
        self.decoded = []

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, number):
        self.decoded.append(number)
        return self.rows[number]


def stored(lines):
    """
    Make lines whose rows are all kept elsewhere, and the counter of those.
    """
    rows = Counting([line.row for line in lines])
    return (
        Lines(
            line_ids=array("I", [line.line_id for line in lines]),
            product_ids=array("Q", [line.product_id for line in lines]),
            quantities=array("I", [line.quantity for line in lines]),
            stored=rows,
            kept=range(len(lines)),
        ),
        rows,
    )


def line(number, product_id, quantity=1, **row):
    """
    Make a line.
    """
    return Line(
        line_id=number, product_id=product_id, quantity=quantity, row=Row(**row)
    )


PRODUCTS = st.sampled_from([1, 2, 3, 2**16, 2**56, 2**64 - 1])
ROWS = st.builds(Row, subscription_plan_id=st.integers(0, 3))
LINES = st.builds(
    Line,
    line_id=st.integers(1, 2**32 - 1),
    product_id=PRODUCTS,
    quantity=st.integers(1, 2**32 - 1),
    row=ROWS,
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("added"), LINES),
        st.tuples(st.just("with_quantity"), st.integers(0, 99), st.integers(1, 99)),
        st.tuples(st.just("with_row"), st.integers(0, 99), ROWS),
        st.tuples(
            st.just("with_rows"), st.dictionaries(st.integers(0, 99), ROWS, max_size=3)
        ),
        st.tuples(st.just("without"), st.integers(0, 99)),
    ),
    max_size=12,
)


def on_list(model, step):
    """
    Apply a step to a plain list, with positions taken round its end.
    """
    changed = list(model)
    match step:
        case ("added", new):
            changed.append(new)
        case (_, *_) if not model:
            pass
        case ("with_quantity", at, quantity):
            old = changed[at % len(model)]
            changed[at % len(model)] = Line(
                line_id=old.line_id,
                product_id=old.product_id,
                quantity=quantity,
                row=old.row,
            )
        case ("with_row", at, row):
            return on_list(model, ("with_rows", {at: row}))
        case ("with_rows", rows):
            for at, row in rows.items():
                old = changed[at % len(model)]
                changed[at % len(model)] = Line(
                    line_id=old.line_id,
                    product_id=old.product_id,
                    quantity=old.quantity,
                    row=row,
                )
        case ("without", at):
            del changed[at % len(model)]
    return changed


def on_lines(lines, step):
    """
    Apply the same step to lines.
    """
    match step:
        case ("added", new):
            return lines.added(new)
        case (_, *_) if not lines:
            return lines
        case ("with_rows", rows):
            return lines.with_rows({at % len(lines): row for at, row in rows.items()})
        case (name, at, *rest):
            return getattr(lines, name)(at % len(lines), *rest)


@given(st.lists(LINES, max_size=6), STEPS)
def test_lines_do_what_a_list_does(first, steps):
    """
    Through any steps, lines equal a plain list, and those before a step are untouched.
    """
    model, (lines, _) = list(first), stored(first)
    for step in steps:
        before, before_model = lines, model
        lines, model = on_lines(lines, step), on_list(model, step)
        assert before_model == list(before)
        assert model == list(lines)
    assert Lines.of(model) == lines
    assert hash(Lines.of(model)) == hash(lines)
    assert sum(one.quantity for one in model) == sum(lines.pieces().values())
    for product_id in {one.product_id for one in model} | {5}:
        assert lines.of_product(product_id) == tuple(
            at for at, one in enumerate(model) if one.product_id == product_id
        )
    for at, one in enumerate(model):
        first_of_number = [each.line_id for each in model].index(one.line_id)
        assert first_of_number == lines.position(one.line_id)
        assert one == lines[at] == lines[at - len(model)]


def test_positions_are_those_of_a_sequence():
    """
    Slices are tuples, negative positions count from the end, others raise.
    """
    lines = Lines.of([line(1, 10), line(2, 20), line(3, 30)])

    assert (lines[0], lines[1]) == lines[:2]
    assert lines[2] == lines[-1]
    for outside in (3, 4, 2**40, -4, -5):
        with pytest.raises(IndexError):
            lines[outside]
    assert lines != [lines[0]]
    assert lines == lines


def test_numbers_that_fit_no_column_are_nowhere():
    """
    A line or product of an impossible number is not found, and makes no error.
    """
    lines = Lines.of([line(1, 10)])

    for number in (-1, 0, 2**32, 2**64, 2**99):
        assert lines.position(number) is None
        assert () == lines.of_product(number)


def test_a_number_inside_two_others_is_not_found():
    """
    Bytes that spell a number across two places of a column are no match.
    """
    lines = Lines.of([line(1, 0x0100_0000_0000_0000), line(2, 1)])

    assert () == lines.of_product(0x0001_0100_0000_0000)
    assert (0,) == lines.of_product(0x0100_0000_0000_0000)
    assert (1,) == lines.of_product(1)
    same = 0x0101_0101_0101_0101
    lines = Lines.of([line(1, 0x0100_0000_0000_0000), line(2, same)])
    assert (1,) == lines.of_product(same)


def test_adding_decodes_rows_of_the_same_product_only():
    """
    In a cart of 1000 lines, adding looks at the two rows of the added product.
    """
    many = [line(number, number // 2) for number in range(1, 1001)]
    lines, rows = stored(many)
    cart = Cart(lines=lines, next_line_id=1001)

    added = cart.add(product_id=250, quantity=1, row=Row(options=Options({1: 2})))
    assert [499, 500] == rows.decoded
    rows.decoded.clear()
    cart.add(product_id=7_000, quantity=1, row=Row())
    assert [] == rows.decoded
    assert 1001 == len(added.lines)
    assert added.quantity == 1001
    assert [] == rows.decoded


def test_counting_setting_and_removing_decode_nothing():
    """
    Quantities and line numbers stand in columns; no row is looked at for them.
    """
    lines, rows = stored([line(number, number) for number in range(1, 101)])

    changed = lines.with_quantity(5, 9).without(7).with_row(3, Row())
    assert 98 + 9 == sum(changed.quantities)
    assert "<99 lines, quantity 107>" == repr(changed)
    assert [] == rows.decoded


def test_a_quantity_that_is_there_already_changes_nothing():
    """
    Lines are the very same object when nothing is different.
    """
    lines = Lines.of([line(1, 10, 3)])

    assert lines is lines.with_quantity(0, 3)
    assert lines is lines.with_news(0, Row())


def test_the_newest_word_of_a_host_takes_the_place_of_the_last():
    """
    A row is told what is new; fields of a later version stay with it.
    """
    known = Row(
        options=Options({1: 2}), shipping=True, checked_at=1.0, unknown=("later",)
    )
    same = Row(options=Options({1: 2}), shipping=True, checked_at=2.0)
    news = Row(options=Options({1: 2}), shipping=False, checked_at=2.0)

    assert known is known.told(same)
    assert known is known.told(Row(options=Options({1: 2})))
    told = known.told(news)
    assert (False, 2.0, ("later",)) == (told.shipping, told.checked_at, told.unknown)


@pytest.mark.parametrize(
    "field", ["shipping", "minimum", "points", "stock", "choice_stock"]
)
def test_each_word_of_a_host_is_news(field):
    """
    Whatever a host says differently is kept.
    """
    known, news = Row(checked_at=1.0), Row(checked_at=2.0, **{field: 1})

    assert 1 == getattr(known.told(news), field)


def test_what_is_asked_of_a_cart_is_known_or_not():
    """
    One line that is sent is enough; without one, an unasked line leaves it open.
    """
    sent, kept, unasked = (
        line(number, number, shipping=shipping)
        for number, shipping in ((1, True), (2, False), (3, None))
    )

    assert Cart(lines=Lines.of([kept, unasked, sent])).needs_shipping is True
    assert Cart(lines=Lines.of([kept, unasked])).needs_shipping is None
    assert Cart(lines=Lines.of([kept])).needs_shipping is False
    assert Cart().needs_shipping is False


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(0, 2)), max_size=12
    ),
    st.randoms(),
)
def test_adding_is_commutative(adds, random):
    """
    In whatever order lines are added, the same lines with the same quantities result.
    """

    def total(items):
        cart = Cart()
        for product_id, quantity, choice in items:
            row = Row(options=Options({1: choice}))
            cart = cart.add(product_id=product_id, quantity=quantity, row=row)
        assert cart.next_line_id == len(cart.lines) + 1
        return {
            (one.product_id, one.options, one.subscription_plan_id): one.quantity
            for one in cart.lines
        }

    assert total(adds) == total(random.sample(adds, len(adds)))


@pytest.mark.parametrize(
    "other",
    [
        line(8, 5, 2, subscription_plan_id=1),
        line(7, 6, 2, subscription_plan_id=1),
        line(7, 4, 2, subscription_plan_id=1),
        line(7, 5, 3, subscription_plan_id=1),
        line(7, 5, 1, subscription_plan_id=1),
        line(7, 5, 2, subscription_plan_id=2),
    ],
)
def test_lines_that_differ_in_one_thing_are_not_equal(other):
    """
    Numbers, products, quantities and rows count, each for itself.
    """
    one = line(7, 5, 2, subscription_plan_id=1)

    assert stored([one])[0] == stored([one])[0]
    assert stored([one])[0] != stored([other])[0]
