"""
The summary: rows in their order, each a function of the checkout and those before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from ocstate.checkout.facts import PriceFact, TotalRow
from ocstate.checkout.money import ZERO, amount
from ocstate.host.static.basket import Basket, priced_lines
from ocstate.host.static.discounts import (
    Discount,
    coupon_discount,
    find_coupon,
    find_voucher,
    reward_discount,
)
from ocstate.host.static.ledger import added
from ocstate.host.static.taxes import tax
from ocstate.host.static.trade import Total

__all__ = ["STEPS", "Running", "Step", "Summary", "price_fact", "summary"]


@frozen(kw_only=True)
class Running:
    """
    What the rows so far came to.

    Attributes:
        total: Their sum.
        taxes: By tax rate: of the lines, changed by every row so far.
    """

    total: Decimal
    taxes: Mapping[int, Decimal]


@frozen(kw_only=True)
class Step:
    """
    What one kind of row adds.

    Attributes:
        rows: Titles and values.
        taxes: What it adds to each tax; negative where it takes some off.
        counts: Whether the rows add to the total; the total itself does not.
    """

    rows: tuple[tuple[str, Decimal], ...] = ()
    taxes: Mapping[int, Decimal] = field(factory=dict[int, Decimal])
    counts: bool = True


@frozen(kw_only=True)
class Summary:
    """
    All rows, with all their decimals.

    Attributes:
        values: The sum of the rows of each code.
        total: What is to be paid.
    """

    rows: tuple[TotalRow, ...]
    values: Mapping[str, Decimal]
    total: Decimal


def summary(basket: Basket) -> Summary:
    """
    Add everything up, in the order that the shop has configured.

    There is always a row of the total, for it is what the customer pays.
    """
    running = Running(total=ZERO, taxes=_line_taxes(basket))
    rows: list[TotalRow] = []
    configured = sorted(
        basket.shop.document.totals.items(),
        key=lambda each: (each[1].sort_order, each[0]),
    )
    for code, settings in configured:
        if not settings.status or code not in STEPS:
            continue
        step = STEPS[code](basket, running, settings)
        rows.extend(
            TotalRow(
                code=code, title=title, value=value, sort_order=settings.sort_order
            )
            for title, value in step.rows
        )
        counted = sum((value for _, value in step.rows if step.counts), ZERO)
        running = Running(
            total=running.total + counted,
            taxes=added(running.taxes, step.taxes.items()),
        )
    rows.sort(key=lambda row: (row.sort_order, row.code, row.title))
    total = max(running.total, ZERO)
    if not any(row.code == "total" for row in rows):
        last = max((row.sort_order for row in rows), default=0)
        rows.append(TotalRow(code="total", title="Total", value=total, sort_order=last))
    return Summary(
        rows=tuple(rows),
        values=added({}, ((row.code, row.value) for row in rows)),
        total=total,
    )


def price_fact(basket: Basket) -> PriceFact:
    """
    Answer what a checkout costs.

    Sums are made of exact values and rounded at the end to what amounts are kept in.
    """
    return PriceFact(
        lines=priced_lines(basket),
        totals=tuple(
            TotalRow(
                code=row.code,
                title=row.title,
                value=amount(row.value),
                sort_order=row.sort_order,
            )
            for row in summary(basket).rows
        ),
    )


def _line_taxes(basket: Basket) -> dict[int, Decimal]:
    # 4.1 counts a fixed tax once a line here, though once a piece in the line's price.
    once_a_line = basket.shop.document.generation == "4.1"
    return added(
        {},
        (
            (
                number,
                tax(rate, item.price)
                * (1 if once_a_line and rate.type == "F" else item.line.quantity),
            )
            for item in basket.items
            for number, rate in basket.taxes.rates(item.product.tax_class_id)
        ),
    )


def _taxes_on(basket: Basket, value: Decimal, tax_class_id: int) -> dict[int, Decimal]:
    rates = basket.taxes.rates(tax_class_id)
    return {number: tax(rate, value) for number, rate in rates}


def _sub_total(basket: Basket, _: Running, __: Total) -> Step:
    gifts = sum((gift.amount for gift in basket.state.gifts), ZERO)
    return Step(rows=(("Sub-total", basket.sub_total + gifts),))


def _shipping(basket: Basket, _: Running, __: Total) -> Step:
    chosen = basket.state.shipping_method
    if chosen is None or not basket.needs_shipping:
        return Step()
    return Step(
        rows=((chosen.name, chosen.cost),),
        taxes=_taxes_on(basket, chosen.cost, chosen.tax_class_id),
    )


def _tax(basket: Basket, running: Running, _: Total) -> Step:
    rates = basket.shop.document.tax_rates
    return Step(
        rows=tuple(
            (rates[number].name, value)
            for number, value in running.taxes.items()
            if value > 0
        )
    )


def _coupon(basket: Basket, running: Running, __: Total) -> Step:
    found = (find_coupon(basket, coupon.code) for coupon in basket.state.coupons)
    discounts: list[Discount] = []
    left = running.total
    for _, coupon in filter(None, found):
        discounts.append(coupon_discount(basket, coupon, left))
        left -= discounts[-1].amount
    return _lowered("Coupon", discounts)


def _reward(basket: Basket, running: Running, _: Total) -> Step:
    return _lowered("Reward points", [reward_discount(basket, running.total)])


def _lowered(title: str, discounts: list[Discount]) -> Step:
    real = [each for each in discounts if each.amount > 0]
    return Step(
        rows=tuple((title, -each.amount) for each in real),
        taxes=added(
            {},
            ((number, -value) for each in real for number, value in each.taxes.items()),
        ),
    )


def _credit(basket: Basket, running: Running, _: Total) -> Step:
    used = min(basket.shop.credit(basket.customer_id), running.total)
    return Step(rows=(("Store credit", -used),) if used > 0 else ())


def _voucher(basket: Basket, running: Running, _: Total) -> Step:
    rows: list[tuple[str, Decimal]] = []
    left = running.total
    for voucher in basket.state.vouchers:
        found = find_voucher(basket.shop, voucher.code)
        if found is not None and left > 0:
            rows.append(("Gift voucher", -min(found[1], left)))
            left += rows[-1][1]
    return Step(rows=tuple(rows))


def _low_order_fee(basket: Basket, _: Running, settings: Total) -> Step:
    if not 0 < basket.sub_total < settings.total:
        return Step()
    return _fee("Fee for a small order", basket, settings)


def _handling(basket: Basket, _: Running, settings: Total) -> Step:
    # 3.0 takes it only where something is packed: sent, and no download among it.
    packed = basket.needs_shipping and not any(
        item.product.download for item in basket.items
    )
    everything = basket.shop.document.generation == "4.1"
    if not basket.sub_total > max(settings.total, ZERO) or not (everything or packed):
        return Step()
    return _fee("Handling", basket, settings)


def _fee(title: str, basket: Basket, settings: Total) -> Step:
    return Step(
        rows=((title, settings.fee),),
        taxes=_taxes_on(basket, settings.fee, settings.tax_class_id),
    )


def _total(_: Basket, running: Running, __: Total) -> Step:
    return Step(rows=(("Total", max(running.total, ZERO)),), counts=False)


STEPS: Final[Mapping[str, Callable[[Basket, Running, Total], Step]]] = MappingProxyType(
    {
        "coupon": _coupon,
        "credit": _credit,
        "handling": _handling,
        "low_order_fee": _low_order_fee,
        "reward": _reward,
        "shipping": _shipping,
        "sub_total": _sub_total,
        "tax": _tax,
        "total": _total,
        "voucher": _voucher,
    }
)
"""What makes the rows of each code of ``totals`` in a host file."""
