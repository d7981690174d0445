"""
Checks of what is in the cart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from ocstate.checkout.confirming.view import Finding, View
from ocstate.checkout.facts import ProductQuestion
from ocstate.checkout.rules.lines import (
    Choice,
    chosen_pieces,
    product_problems,
    supply_problems,
)
from ocstate.checkout.values.options import Options
from ocstate.problem import Problem


def cart_is_empty(view: View) -> Iterator[Finding]:
    """
    Find that there is no line, and that no gift voucher is bought either.
    """
    if view.state.cart.is_empty and not view.state.gifts:
        yield Problem("cart_empty", "/cart")


def lines_are_wrong(view: View) -> Iterator[Finding]:
    """
    Find products that are not sold any more, or not with these options or this plan.
    """
    for position, line in enumerate(view.state.cart.lines):
        fact = view.facts.answer(
            ProductQuestion(product_id=line.product_id, checkout=view.state)
        )
        if fact is not None:
            yield from product_problems(
                fact,
                line.options,
                line.subscription_plan_id,
                f"/cart/lines/{position}",
            )
        elif line.row.checked_at is None:
            yield None


def stock_is_short(view: View) -> Iterator[Finding]:
    """
    Find lines that the stock does not cover, in a shop that takes no such orders.
    """
    if not view.shop.stock_checkout:
        yield from _supply(view, "out_of_stock")


def minimum_is_missed(view: View) -> Iterator[Finding]:
    """
    Find products that all their lines together do not reach the minimum of.
    """
    yield from _supply(view, "below_minimum")


def _supply(view: View, code: str) -> Iterator[Finding]:
    chosen = _chosen(view)
    for position, line in enumerate(view.state.cart.lines):
        if line.row.checked_at is None:
            yield None
            continue
        for problem in supply_problems(
            line.row,
            product_id=line.product_id,
            quantity=line.quantity,
            in_all=view.pieces[line.product_id],
            chosen=chosen[line.product_id],
            path=f"/cart/lines/{position}",
        ):
            if problem.code == code:
                yield problem


def _chosen(view: View) -> Mapping[int, Counter[Choice]]:
    by_product: dict[int, list[tuple[int, Options]]] = {}
    for line in view.state.cart.lines:
        by_product.setdefault(line.product_id, []).append((line.quantity, line.options))
    return {product: chosen_pieces(lines) for product, lines in by_product.items()}
