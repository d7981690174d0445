"""
What an order takes: judged and taken in one step, so that nothing is sold twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from attrs import evolve, frozen

from ocstate.checkout.confirming.order import Order, Placed
from ocstate.checkout.values.money import ZERO
from ocstate.demo.basket import Basket, fill
from ocstate.demo.discounts import find_coupon, find_voucher
from ocstate.demo.ledger import Ledger, Shop, added
from ocstate.demo.totals import Summary, price_fact, summary
from ocstate.exceptions import CommandRefused
from ocstate.problem import Problem


@frozen(kw_only=True)
class PlacedOrder:
    """
    An order as this host keeps it.

    Attributes:
        order_id: From 1.
        order_status_id: What was asked for, or the shop's default.
    """

    order_id: int
    order: Order
    order_status_id: int

    @property
    def placed(self) -> Placed:
        """
        Return what whoever placed it is told.
        """
        return Placed(order_id=self.order_id, attempt=self.order.attempt)


def take(shop: Shop, order: Order) -> tuple[int, Ledger]:
    """
    Return the status of a new order, and the ledger after it.

    Only a status of the processing and complete lists takes anything.

    Raises:
        CommandRefused: If the stock does not cover it, its price is no longer what the
            customer was told (a coupon was used up, a balance spent) or too much to
            compute, or its status does not exist.
    """
    basket = fill(shop, order.checkout)
    settings = basket.settings
    status = order.order_status_id
    status = settings.order_status_id if status is None else status
    problems = tuple(_problems(basket, order, status))
    if problems:
        raise CommandRefused(problems)
    if status not in (*settings.processing_status, *settings.complete_status):
        return status, shop.ledger
    return status, _after(basket, summary(basket))


def _problems(basket: Basket, order: Order, status: int) -> Iterator[Problem]:
    # 0 is an order that nobody has looked at yet: it is there and takes nothing.
    if status and status not in basket.shop.document.order_statuses:
        yield Problem("unknown_order_status", "/order_status_id")
    for position, item in enumerate(basket.items):
        if item.available is not None and not basket.settings.stock_checkout:
            yield Problem(
                "out_of_stock",
                f"/cart/lines/{position}/quantity",
                params={
                    "product_id": item.line.product_id,
                    "available": item.available,
                },
                fix=("SetQuantity", "RemoveLine"),
            )
    if price_fact(basket).total != order.prices.total:
        yield Problem("price_changed", "/cart")


def _after(basket: Basket, sums: Summary) -> Ledger:
    state, ledger, values = basket.state, basket.shop.ledger, sums.values
    holding = (find_coupon(basket, coupon.code) for coupon in state.coupons)
    coupons = filter(None, holding) if "coupon" in values else ()
    return evolve(
        ledger,
        pieces=added(
            ledger.pieces,
            (
                (item.line.product_id, item.line.quantity)
                for item in basket.items
                if item.product.subtract
            ),
        ),
        values=added(
            ledger.values,
            (
                (choice.value_id, item.line.quantity)
                for item in basket.items
                for choice in item.chosen
                if choice.value and choice.value.subtract
            ),
        ),
        coupons=added(
            ledger.coupons,
            (((number, basket.customer_id), 1) for number, _ in coupons),
        ),
        vouchers=added(ledger.vouchers, _spent(basket, -values.get("voucher", ZERO))),
        points=added(
            ledger.points,
            [(basket.customer_id, sums.points)] if "reward" in values else (),
        ),
        credit=added(
            ledger.credit,
            [(basket.customer_id, _credit_spent(basket, -values["credit"]))]
            if "credit" in values
            else (),
        ),
    )


def _credit_spent(basket: Basket, paid: Decimal) -> Decimal:
    return basket.reckoning.spent(paid, basket.shop.credit(basket.customer_id))


def _spent(basket: Basket, amount: Decimal) -> Iterator[tuple[int, Decimal]]:
    for voucher in basket.state.vouchers:
        found = find_voucher(basket.shop, voucher.code)
        if found is not None and amount > 0:
            number, rest = found
            paid = min(basket.reckoning.payable(rest), amount)
            yield number, basket.reckoning.spent(paid, rest)
            amount -= paid
