"""
Lines held against what a host says of their products, and what of it is kept.

In all of it *path* is where the line stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ocstate.checkout.facts import ProductFact
from ocstate.checkout.rules.answers import (
    answer_problems,
    unreadable_answers,
)
from ocstate.checkout.rules.fields import LARGEST_NUMBER
from ocstate.checkout.values.line import ChoiceStock, Row
from ocstate.checkout.values.options import Options
from ocstate.problem import Problem, Severity

LARGEST_QUANTITY: Final = 2**32 - 1
"""What a column of quantities can hold, and all lines together."""


Choice = tuple[int, int]
"""A value that was chosen: the option, and the value's id."""


def row_of(
    fact: ProductFact, options: Options, subscription_plan_id: int, at: float
) -> Row:
    """
    Return the row of a line: what was chosen, and what the host said of it.

    Args:
        at: When the host said so.
    """
    stocks = tuple(
        ChoiceStock(product_option_id=number, value_id=value, stock=stock)
        for option in fact.options
        if option.values and option.product_option_id in options
        for number, value in _choices_of(options, option.product_option_id)
        if (stock := option.values.get(value)) is not None
    )
    return Row(
        options=options,
        subscription_plan_id=subscription_plan_id,
        shipping=fact.shipping,
        minimum=fact.minimum,
        points=fact.points,
        stock=fact.stock,
        choice_stock=min((one.stock for one in stocks), default=None),
        checked_at=at,
        choice_stocks=stocks,
    )


def chosen_pieces(lines: Iterable[tuple[int, Options]]) -> Counter[Choice]:
    """
    Count the pieces of each value that was chosen, over lines of one product.

    Args:
        lines: Quantities with what was chosen.
    """
    pieces = Counter[Choice]()
    for quantity, options in lines:
        for number in options:
            for choice in _choices_of(options, number):
                pieces[choice] += quantity
    return pieces


def identity_problems(
    product_id: int, options: Options, subscription_plan_id: int, path: str
) -> Iterator[Problem]:
    """
    Find what no product could be asked for with: this is judged without a host.
    """
    if not 0 < product_id <= LARGEST_NUMBER:
        yield Problem.of(
            "product_unavailable", f"{path}/product_id", product_id=product_id
        )
    if options.items_:
        yield from unreadable_answers(options, f"{path}/options")
    if not 0 <= subscription_plan_id <= LARGEST_NUMBER:
        yield _unknown_plan(subscription_plan_id, path)


def product_problems(
    fact: ProductFact, options: Options, subscription_plan_id: int, path: str
) -> Iterator[Problem]:
    """
    Find why a line cannot be bought as it is chosen, whatever its quantity.
    """
    if not fact.buyable:
        yield Problem.of(
            "product_unavailable", f"{path}/product_id", product_id=fact.product_id
        )
        return
    for option in fact.options:
        yield from answer_problems(option, options, f"{path}/options")
    known = {option.product_option_id for option in fact.options}
    for number in options:
        if number not in known:
            yield Problem.of(
                "unknown_option", f"{path}/options/{number}", product_option_id=number
            )
    if subscription_plan_id not in (fact.plans or (0,)):
        if subscription_plan_id == 0:
            yield Problem.of(
                "plan_required",
                f"{path}/subscription_plan_id",
                product_id=fact.product_id,
            )
        else:
            yield _unknown_plan(subscription_plan_id, path)


def quantity_problems(
    quantity: int, maximum: int, path: str, *, least: int = 1
) -> Iterator[Problem]:
    """
    Find why a line cannot have this quantity, which it would have in all.

    Args:
        maximum: What the shop allows.
        least: The least that could have been asked for.
    """
    if quantity < least:
        yield Problem.of(
            "number_too_small", f"{path}/quantity", field="quantity", minimum=least
        )
    elif quantity > (maximum := min(maximum, LARGEST_QUANTITY)):
        yield Problem.of(
            "number_too_large", f"{path}/quantity", field="quantity", maximum=maximum
        )


def supply_problems(
    row: Row,
    *,
    product_id: int,
    quantity: int,
    in_all: int,
    chosen: Mapping[Choice, int],
    path: str,
    severity: Severity = "error",
) -> Iterator[Problem]:
    """
    Find whether there is too little of a product, or too little of it is wanted.

    Args:
        quantity: Of this line.
        in_all: Of all lines of the product: what its stock has to cover, and what has
            to reach its minimum.
        chosen: The same of each value that was chosen in lines of the product.
    """
    covers: list[tuple[int | None, int]] = [(row.stock, in_all)]
    covers += (
        (one.stock, chosen.get((one.product_option_id, one.value_id), quantity))
        for one in row.choice_stocks
    )
    if not row.choice_stocks:
        # A version that only knew the scarcest value may have written the row.
        covers.append((row.choice_stock, quantity))
    missing = [
        stock for stock, wanted in covers if stock is not None and wanted > stock
    ]
    if missing:
        yield Problem(
            "out_of_stock",
            f"{path}/quantity",
            params={"product_id": product_id, "available": max(0, min(missing))},
            severity=severity,
            fix=("SetQuantity", "RemoveLine"),
        )
    if row.minimum is not None and in_all < row.minimum:
        yield Problem(
            "below_minimum",
            f"{path}/quantity",
            params={"product_id": product_id, "minimum": row.minimum},
            severity=severity,
            fix=("SetQuantity", "RemoveLine"),
        )


def _choices_of(options: Options, number: int) -> Iterator[Choice]:
    answer = options[number]
    for one in answer if isinstance(answer, tuple) else (answer,):
        if isinstance(one, int):
            yield number, one


def _unknown_plan(subscription_plan_id: int, path: str) -> Problem:
    return Problem.of(
        "unknown_plan",
        f"{path}/subscription_plan_id",
        subscription_plan_id=subscription_plan_id,
    )
