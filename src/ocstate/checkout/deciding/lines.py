"""
What commands on lines have in common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import NewLine
from ocstate.checkout.facts import (
    Facts,
    ProductFact,
    ProductQuestion,
    Question,
    ShopQuestion,
)
from ocstate.checkout.rules.inquiries import product_questions
from ocstate.checkout.rules.lines import (
    LARGEST_QUANTITY,
    Choice,
    chosen_pieces,
    identity_problems,
    product_problems,
    quantity_problems,
    row_of,
    supply_problems,
)
from ocstate.checkout.values.line import Row
from ocstate.checkout.values.lines import Lines
from ocstate.problem import Problem


def ask_products(
    checkout: Checkout, product_ids: Iterable[int]
) -> tuple[Question[object], ...]:
    """
    Ask after products, and how many of one the shop sells to one customer.
    """
    return (
        *product_questions(checkout, product_ids),
        ShopQuestion(checkout=checkout),
    )


def product_of(checkout: Checkout, product_id: int, facts: Facts) -> ProductFact | None:
    """
    Return what the host said of a product, or None if it was not asked.
    """
    if not facts.answers:
        return None
    return facts.answer(ProductQuestion(product_id=product_id, checkout=checkout))


def row_for(line: NewLine, product: ProductFact | None, facts: Facts) -> Row:
    """
    Return the row of a new line, with what the host said of its product.
    """
    if product is None:
        return Row(options=line.options, subscription_plan_id=line.subscription_plan_id)
    return row_of(product, line.options, line.subscription_plan_id, facts.at)


def choice_problems(
    line: NewLine, product: ProductFact | None, path: str
) -> Iterator[Problem]:
    """
    Find why a line cannot be bought as it is chosen.
    """
    chosen = (line.options, line.subscription_plan_id, path)
    broken = tuple(identity_problems(line.product_id, *chosen))
    yield from broken
    if not broken and product is not None:
        yield from product_problems(product, *chosen)


def sum_problems(
    quantity: int, held: int, maximum: int, path: str
) -> Iterator[Problem]:
    """
    Find why so much cannot be added to what is held.
    """
    in_all = quantity if quantity < 1 else held + quantity
    return quantity_problems(in_all, maximum, path)


def supply_warnings(lines: Lines, *positions: int) -> Iterator[Problem]:
    """
    Warn where stock or minimum are missed; they are judged when an order is confirmed.
    """
    pieces = None
    chosen: dict[int, Counter[Choice]] = {}
    for position in positions:
        row = lines.row(position)
        if row.checked_at is None:
            continue
        product_id = lines.product_ids[position]
        if row.choice_stocks and product_id not in chosen:
            chosen[product_id] = chosen_pieces(
                (lines.quantities[at], lines.row(at).options)
                for at in lines.of_product(product_id)
            )
        if pieces is None and len(positions) > 1:
            pieces = lines.pieces()
        yield from supply_problems(
            row,
            product_id=product_id,
            quantity=lines.quantities[position],
            in_all=(
                sum(lines.quantities[at] for at in lines.of_product(product_id))
                if pieces is None
                else pieces[product_id]
            ),
            chosen=chosen.get(product_id, {}),
            path=f"/cart/lines/{position}",
            severity="warning",
        )


def cart_is_full(most_lines: int) -> Problem:
    """
    Say that there is no room for another line.
    """
    return Problem(
        "cart_full",
        "/cart/lines",
        params={"maximum": most_lines},
        fix=("RemoveLine", "ClearCart"),
    )


def too_many_pieces(path: str) -> Problem:
    """
    Say that all lines together would hold more than can be counted.
    """
    return Problem.of(
        "number_too_large",
        f"{path}/quantity",
        field="quantity",
        maximum=LARGEST_QUANTITY,
    )
