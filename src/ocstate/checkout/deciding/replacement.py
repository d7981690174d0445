"""
What becomes of a cart that is replaced as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable

from ocstate.checkout.cart import Cart
from ocstate.checkout.commands import NewLine, ReplaceCart
from ocstate.checkout.deciding.lines import (
    ask_products,
    cart_is_full,
    choice_problems,
    product_of,
    row_for,
    sum_problems,
    supply_warnings,
    too_many_pieces,
)
from ocstate.checkout.deciding.outcome import accepted, refused, shop_of
from ocstate.checkout.decision import Decision
from ocstate.checkout.facts import Facts, Question
from ocstate.checkout.line import Line
from ocstate.checkout.line_checks import LARGEST_QUANTITY
from ocstate.checkout.lines import Lines
from ocstate.checkout.root import Checkout
from ocstate.checkout.rules import Rules
from ocstate.problem import Problem

__all__ = ["ask_replacement", "replace_cart"]


def ask_replacement(
    checkout: Checkout, command: ReplaceCart
) -> tuple[Question[object], ...]:
    """
    Ask after all products of the new cart.
    """
    return ask_products(checkout, (line.product_id for line in command.lines))


def replace_cart(
    checkout: Checkout, command: ReplaceCart, facts: Facts, rules: Rules
) -> Decision:
    """
    Make these lines the whole cart, all or none; equal ones become one.

    A line that was there before, of the same identity, keeps its number.
    """
    maximum = shop_of(checkout, facts, rules).maximum_quantity
    problems: list[Problem] = []
    merged: dict[object, tuple[NewLine, int]] = {}
    for number, line in enumerate(command.lines):
        path = f"/cart/lines/{number}"
        product = product_of(checkout, line.product_id, facts)
        problems += choice_problems(line, product, path)
        key = (line.product_id, line.options, line.subscription_plan_id)
        held = merged[key][1] if key in merged else 0
        problems += sum_problems(line.quantity, held, maximum, path)
        merged[key] = (line, held + line.quantity)
    if len(merged) > rules.most_lines:
        problems.append(cart_is_full(rules.most_lines))
    if not problems and sum(q for _, q in merged.values()) > LARGEST_QUANTITY:
        problems.append(too_many_pieces("/cart/lines"))
    cart = checkout.cart
    if not problems and cart.next_line_id + len(merged) > LARGEST_QUANTITY:
        problems.append(cart_is_full(rules.most_lines))
    if problems:
        return refused(checkout, problems, "ReplaceCart")
    changed = _refilled(cart, merged.values(), checkout, facts)
    return accepted(
        checkout,
        checkout if changed is cart else checkout.evolve(cart=changed),
        "cart_replaced",
        supply_warnings(changed.lines, *range(len(changed.lines))),
        lines=len(changed.lines),
        quantity=changed.quantity,
    )


def _refilled(
    cart: Cart,
    wanted: Iterable[tuple[NewLine, int]],
    checkout: Checkout,
    facts: Facts,
) -> Cart:
    known = {
        (line.product_id, line.options, line.subscription_plan_id): line
        for line in cart.lines
    }
    lines: list[Line] = []
    next_line_id = cart.next_line_id
    for new, quantity in wanted:
        row = row_for(new, product_of(checkout, new.product_id, facts), facts)
        old = known.get((new.product_id, new.options, new.subscription_plan_id))
        if old is None:
            line_id, next_line_id = next_line_id, next_line_id + 1
        else:
            line_id, row = old.line_id, old.row.told(row)
        lines.append(
            Line(
                line_id=line_id,
                product_id=new.product_id,
                quantity=quantity,
                row=row,
            )
        )
    refilled = Lines.of(lines)
    if refilled == cart.lines:
        return cart
    return Cart(lines=refilled, next_line_id=next_line_id, unknown=cart.unknown)
