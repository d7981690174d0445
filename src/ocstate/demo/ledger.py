"""
What has been sold and used up since the start; never written back to the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from attrs import frozen

from ocstate.checkout.values.money import ZERO
from ocstate.demo.host_file.document import Document
from ocstate.demo.host_file.goods import Coupon, OptionValue

Key = TypeVar("Key")
Number = TypeVar("Number", int, Decimal)


@frozen(kw_only=True)
class Ledger:
    """
    Sums of what orders took; every order makes a new one, so none is seen half made.

    Attributes:
        pieces: Sold, by product.
        values: Sold, by option value.
        coupons: Uses, by coupon and customer (0 for guests).
        vouchers: Amounts spent, by gift voucher.
        points: Spent, by customer.
        credit: Spent, by customer.
    """

    pieces: Mapping[int, int] = {}
    values: Mapping[int, int] = {}
    coupons: Mapping[tuple[int, int], int] = {}
    vouchers: Mapping[int, Decimal] = {}
    points: Mapping[int, int] = {}
    credit: Mapping[int, Decimal] = {}


NOTHING_TAKEN = Ledger()


def added(
    sums: Mapping[Key, Number], more: Iterable[tuple[Key, Number]]
) -> dict[Key, Number]:
    """
    Return *sums* with *more* added to them, key by key.
    """
    result = dict(sums)
    for key, number in more:
        result[key] = result[key] + number if key in result else number
    return result


@frozen(kw_only=True)
class Shop:
    """
    The shop as it is at one moment: what every answer is computed from.

    Attributes:
        now: Seconds since the epoch.
    """

    document: Document
    ledger: Ledger = NOTHING_TAKEN
    now: float

    def is_current(
        self, begin: date | None, end: date | None, store_id: int = 0
    ) -> bool:
        """
        Tell whether today lies between two days, each one of them included.

        Args:
            store_id: The shop whose time zone says which day it is.
        """
        zone = self.document.settings_of(store_id).time_zone
        today = datetime.fromtimestamp(self.now, zone).date()
        return (begin is None or begin <= today) and (end is None or today <= end)

    def left(self, product_id: int) -> int:
        """
        Return how many pieces of a product there are; negative when too many are sold.
        """
        stock = self.document.products[product_id].quantity
        return stock - self.ledger.pieces.get(product_id, 0)

    def value_left(self, value_id: int, value: OptionValue) -> int:
        """
        Return how many pieces with this choice there are.
        """
        return value.quantity - self.ledger.values.get(value_id, 0)

    def points(self, customer_id: int) -> int:
        """
        Return the reward points that a customer has left, 0 for a guest.
        """
        customer = self.document.customers.get(customer_id)
        if customer is None:
            return 0
        return customer.reward_points - self.ledger.points.get(customer_id, 0)

    def credit(self, customer_id: int) -> Decimal:
        """
        Return the store credit that a customer has left, 0 for a guest.
        """
        customer = self.document.customers.get(customer_id)
        if customer is None:
            return ZERO
        return customer.credit - self.ledger.credit.get(customer_id, ZERO)

    def uses(self, coupon_id: int, coupon: Coupon, customer_id: int | None) -> int:
        """
        Return how often a coupon was used, by everybody or by one customer.
        """
        before = (use.customer_id for use in coupon.used)
        since = self.ledger.coupons.items()
        return sum(customer_id in (None, each) for each in before) + sum(
            count
            for (each_coupon, each), count in since
            if each_coupon == coupon_id and customer_id in (None, each)
        )

    def voucher_rest(self, voucher_id: int) -> Decimal:
        """
        Return what a gift voucher is still worth.
        """
        voucher = self.document.vouchers[voucher_id]
        spent = sum((use.amount for use in voucher.used), ZERO)
        return voucher.amount + spent - self.ledger.vouchers.get(voucher_id, ZERO)
