"""
The summary: rows in their order, each a function of the checkout and those before.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from attrs import frozen

from ocstate.checkout.facts import PriceFact, TotalRow
from ocstate.checkout.values.money import ZERO, amount
from ocstate.demo.basket import Basket, priced_lines
from ocstate.demo.discounts import (
    Discount,
    coupon_discount,
    find_coupon,
    find_voucher,
    reward_discount,
    usable_points,
)
from ocstate.demo.host_file.trade import Total
from ocstate.demo.ledger import added
from ocstate.demo.reckoning import refusing_excess


@frozen(kw_only=True)
class Running:
    """
    What the rows so far came to.

    Attributes:
        points: Reward points that are used.
        total: Their sum.
        taxes: By tax rate: of the lines, changed by every row so far.
    """

    points: int
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
    taxes: Mapping[int, Decimal] = {}
    counts: bool = True


@frozen
class SumRow:
    """
    One row, in what the basket is computed in and with all its decimals.
    """

    sort_order: int
    code: str
    title: str
    value: Decimal


@frozen(kw_only=True)
class Summary:
    """
    All rows, in what the basket is computed in.

    Attributes:
        values: The sum of the rows of each code.
        total: What is to be paid.
        points: Reward points that are used.
    """

    rows: tuple[SumRow, ...]
    values: Mapping[str, Decimal]
    total: Decimal
    points: int


def summary(basket: Basket) -> Summary:
    """
    Add everything up, in the order that the shop has configured.

    Reward points pay for what nothing else does, whichever row comes first: where
    fewer of them would leave nothing to pay either, the others stay the customer's.
    """
    wanted = usable_points(basket)
    sums = _summed(basket, wanted)
    if not wanted or not _is_paid(basket, sums):
        return sums
    enough = bisect_left(
        range(wanted),
        True,
        key=lambda points: _is_paid(basket, _summed(basket, points)),
    )
    return _summed(basket, enough)


def _is_paid(basket: Basket, sums: Summary) -> bool:
    # Shares of exact amounts leave less than any amount that is kept.
    exact = basket.reckoning.step is None
    return not (amount(sums.total) if exact else sums.total)


def _summed(basket: Basket, points: int) -> Summary:
    # There is always a row of the total, for it is what the customer pays.
    running = Running(points=points, total=ZERO, taxes=_line_taxes(basket))
    rows: list[SumRow] = []
    configured = sorted(
        basket.shop.document.totals.items(),
        key=lambda each: (each[1].sort_order, each[0]),
    )
    for code, settings in configured:
        if not settings.status or code not in STEPS:
            continue
        step = STEPS[code](basket, running, settings)
        rows.extend(
            SumRow(settings.sort_order, code, title, value)
            for title, value in step.rows
        )
        counted = sum((value for _, value in step.rows if step.counts), ZERO)
        running = Running(
            points=points,
            total=running.total + counted,
            taxes=added(running.taxes, step.taxes.items()),
        )
    rows.sort(key=lambda row: (row.sort_order, row.code, row.title))
    total = max(running.total, ZERO)
    if not any(row.code == "total" for row in rows):
        last = max((row.sort_order for row in rows), default=0)
        rows.append(SumRow(last, "total", "Total", total))
    return Summary(
        rows=tuple(rows),
        values=added({}, ((row.code, row.value) for row in rows)),
        total=total,
        points=points,
    )


@refusing_excess()
def price_fact(basket: Basket) -> PriceFact:
    """
    Answer what a checkout costs.

    Sums are made of all decimals and rounded at the end to what amounts are kept in.

    Raises:
        CommandRefused: As `refusing_excess` does.
    """
    fact = PriceFact(
        lines=priced_lines(basket),
        totals=tuple(
            TotalRow(
                code=row.code,
                title=row.title,
                value=amount(basket.reckoning.kept(row.value)),
                sort_order=row.sort_order,
                shown=basket.reckoning.shown(row.value),
            )
            for row in summary(basket).rows
        ),
    )
    # Exact amounts are rounded by whoever shows them: they must not be too long for it.
    if basket.state.currency is not None:
        for each in fact.lines:
            basket.state.currency.rounded(each.total_with_tax)
        for row in fact.totals:
            basket.state.currency.rounded(row.value)
    return fact


def _line_taxes(basket: Basket) -> dict[int, Decimal]:
    # 4.1 counts a fixed tax once a line here, though once a piece in the line's price.
    as_recorded = basket.reckoning.step is None
    once_a_line = as_recorded and basket.shop.document.generation == "4.1"
    return added(
        {},
        (
            (
                number,
                value * (1 if once_a_line and rate.type == "F" else item.line.quantity),
            )
            for item in basket.items
            for number, rate, value in item.piece.taxes
        ),
    )


def _row(basket: Basket, title: str, value: Decimal, tax_class_id: int) -> Step:
    taxed = basket.taxed(value, tax_class_id)
    return Step(
        rows=((title, taxed.net),),
        taxes={number: each for number, _, each in taxed.taxes},
    )


def _sub_total(basket: Basket, _: Running, __: Total) -> Step:
    reckoning = basket.reckoning
    lines = sum((item.sum.net for item in basket.items), ZERO)
    gifts = sum(
        (
            reckoning.rounded(reckoning.converted(gift.amount))
            for gift in basket.state.gifts
        ),
        ZERO,
    )
    return Step(rows=(("Sub-total", lines + gifts),))


def _shipping(basket: Basket, _: Running, __: Total) -> Step:
    chosen = basket.state.shipping_method
    if chosen is None or not basket.needs_shipping:
        return Step()
    return _row(basket, chosen.name, chosen.cost, chosen.tax_class_id)


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
    return _lowered(
        "Reward points", [reward_discount(basket, running.points, running.total)]
    )


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
    credit = basket.shop.credit(basket.customer_id)
    used = min(basket.reckoning.payable(credit), running.total)
    return Step(rows=(("Store credit", -used),) if used > 0 else ())


def _voucher(basket: Basket, running: Running, _: Total) -> Step:
    rows: list[tuple[str, Decimal]] = []
    left = running.total
    for voucher in basket.state.vouchers:
        found = find_voucher(basket.shop, voucher.code)
        paid = min(basket.reckoning.payable(found[1]), left) if found else ZERO
        if paid > 0:
            rows.append(("Gift voucher", -paid))
            left -= paid
    return Step(rows=tuple(rows))


def _low_order_fee(basket: Basket, _: Running, settings: Total) -> Step:
    if not 0 < basket.sub_total < settings.total:
        return Step()
    return _row(basket, "Fee for a small order", settings.fee, settings.tax_class_id)


def _handling(basket: Basket, _: Running, settings: Total) -> Step:
    # 3.0 takes it only where something is packed: sent, and no download among it.
    packed = basket.needs_shipping and not any(
        item.product.download for item in basket.items
    )
    everything = basket.shop.document.generation == "4.1"
    if not basket.sub_total > max(settings.total, ZERO) or not (everything or packed):
        return Step()
    return _row(basket, "Handling", settings.fee, settings.tax_class_id)


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
