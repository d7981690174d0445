"""
What becomes of commands that change the cart: line by line, or as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import (
    AddLine,
    ClearCart,
    NewLine,
    RemoveLine,
    ReplaceCart,
    SetQuantity,
)
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
from ocstate.checkout.deciding.outcome import (
    Case,
    Outcome,
    accepted,
    nothing_to_remove,
)
from ocstate.checkout.facts import Facts, Question
from ocstate.checkout.rules.lines import LARGEST_QUANTITY, quantity_problems, row_of
from ocstate.checkout.values.cart import Cart
from ocstate.checkout.values.line import Line
from ocstate.checkout.values.lines import Lines
from ocstate.problem import Param, Problem

_NEW = "/cart/lines/-"


def ask_line(checkout: Checkout, command: AddLine) -> tuple[Question[object], ...]:
    """
    Ask after the product, and how many of it the shop sells to one customer.
    """
    return ask_products(checkout, (command.product_id,))


def ask_quantity(
    checkout: Checkout, command: SetQuantity
) -> tuple[Question[object], ...]:
    """
    Ask after the line's product, unless the line goes or is not there.
    """
    lines = checkout.cart.lines
    position = lines.position(command.line_id)
    if position is None or command.quantity < 1:
        return ()
    return ask_products(checkout, (lines.product_ids[position],))


def add_line(case: Case[AddLine]) -> Outcome:
    """
    Raise the quantity of the line of this identity, or add one.

    Looks at rows of this product only.
    """
    checkout, command, facts, rules = case
    cart = checkout.cart
    product = product_of(checkout, command.product_id, facts)
    problems = list(choice_problems(command, product, _NEW))
    position, held = None, 0
    if not problems:
        position = cart.find(
            command.product_id, command.options, command.subscription_plan_id
        )
    if position is not None:
        held = cart.lines.quantities[position]
    elif len(cart.lines) >= rules.most_lines or cart.next_line_id > LARGEST_QUANTITY:
        problems.append(cart_is_full(rules.most_lines))
    maximum = case.shop.maximum_quantity
    problems += sum_problems(command.quantity, held, maximum, _NEW)
    if not problems and _overflows(cart, command.quantity, maximum):
        problems.append(too_many_pieces(_NEW))
    if problems:
        return case.refused(problems)
    row = row_for(command, product, facts)
    if position is None:
        position = len(cart.lines)
        changed = cart.appended(
            product_id=command.product_id, quantity=command.quantity, row=row
        )
    else:
        changed = cart.raised(position, quantity=command.quantity, row=row)
    return accepted(
        checkout.evolve(cart=changed),
        () if product is None else supply_warnings(changed.lines, position),
        line_id=changed.lines.line_ids[position],
        product_id=command.product_id,
        quantity=command.quantity,
    )


def set_quantity(case: Case[SetQuantity]) -> Outcome:
    """
    Set how many there are, whatever there were; 0 removes the line at once.
    """
    checkout, command, facts, _ = case
    cart, line_id = checkout.cart, command.line_id
    position = cart.lines.position(line_id)
    if position is None:
        problem = Problem.of("unknown_line", "/cart/lines", line_id=line_id)
        return case.refused((problem,), "AddLine")
    if command.quantity == 0:
        return _removed(checkout, position, quantity=0)
    path = f"/cart/lines/{position}"
    maximum = case.shop.maximum_quantity
    problems = list(quantity_problems(command.quantity, maximum, path, least=0))
    held = cart.lines.quantities[position]
    if not problems and _overflows(cart, command.quantity - held, maximum):
        problems.append(too_many_pieces(path))
    if problems:
        return case.refused(problems)
    product_id = cart.lines.product_ids[position]
    product = product_of(checkout, product_id, facts)
    lines = cart.lines.with_quantity(position, command.quantity)
    if product is not None:
        row = lines.row(position)
        news = row_of(product, row.options, row.subscription_plan_id, facts.at)
        lines = lines.with_news(position, news)
    return accepted(
        _with_cart(checkout, cart.holding(lines)),
        () if product is None else supply_warnings(lines, position),
        line_id=line_id,
        product_id=product_id,
        quantity=command.quantity,
    )


def remove_line(case: Case[RemoveLine]) -> Outcome:
    """
    Take the line out; that it was not there is said, and no fault.
    """
    position = case.checkout.cart.lines.position(case.command.line_id)
    if position is not None:
        return _removed(case.checkout, position)
    return accepted(case.checkout, (nothing_to_remove("/cart/lines"),))


def clear_cart(case: Case[ClearCart]) -> Outcome:
    """
    Take all lines out; their numbers do not come back.
    """
    cart = case.checkout.cart
    emptied = cart if cart.is_empty else cart.holding(Lines.of())
    return accepted(_with_cart(case.checkout, emptied))


def _overflows(cart: Cart, more: int, maximum: int) -> bool:
    # All pieces are only counted where so many lines could hold too many of them.
    most = (len(cart.lines) + 1) * maximum
    return most > LARGEST_QUANTITY and cart.quantity + more > LARGEST_QUANTITY


def _with_cart(checkout: Checkout, cart: Cart) -> Checkout:
    return checkout if cart is checkout.cart else checkout.evolve(cart=cart)


def _removed(checkout: Checkout, position: int, **params: Param) -> Outcome:
    cart = checkout.cart
    return accepted(
        checkout.evolve(cart=cart.holding(cart.lines.without(position))),
        (),
        line_id=cart.lines.line_ids[position],
        product_id=cart.lines.product_ids[position],
        **params,
    )


def ask_replacement(
    checkout: Checkout, command: ReplaceCart
) -> tuple[Question[object], ...]:
    """
    Ask after all products of the new cart.
    """
    return ask_products(checkout, (line.product_id for line in command.lines))


def replace_cart(case: Case[ReplaceCart]) -> Outcome:
    """
    Make these lines the whole cart, all or none; equal ones become one.

    A line that was there before, of the same identity, keeps its number.
    """
    checkout, command, facts, rules = case
    maximum = case.shop.maximum_quantity
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
        return case.refused(problems)
    changed = _refilled(cart, merged.values(), checkout, facts)
    return accepted(
        _with_cart(checkout, changed),
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
        product_id = new.product_id
        lines.append(
            Line(line_id=line_id, product_id=product_id, quantity=quantity, row=row)
        )
    refilled = Lines.of(lines)
    if refilled == cart.lines:
        return cart
    return Cart(lines=refilled, next_line_id=next_line_id, unknown=cart.unknown)
