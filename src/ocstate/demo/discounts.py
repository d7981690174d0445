"""
What lowers the price: coupons, gift vouchers, reward points, and when they hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from attrs import frozen

from ocstate.checkout.facts import GiftFact, RewardFact
from ocstate.checkout.values.money import ZERO
from ocstate.demo.basket import Basket, Item
from ocstate.demo.host_file.goods import Coupon
from ocstate.demo.host_file.trade import TaxRate
from ocstate.demo.ledger import Shop, added
from ocstate.demo.reckoning import Reckoning
from ocstate.demo.taxes import Taxed, tax


@frozen(kw_only=True)
class Discount:
    """
    What is taken off, and what is taken off each tax because of it.

    Attributes:
        amount: Not negative.
        taxes: By tax rate, not negative.
    """

    amount: Decimal = ZERO
    taxes: Mapping[int, Decimal] = {}


def find_coupon(basket: Basket, code: str) -> tuple[int, Coupon] | None:
    """
    Return the coupon of exactly this code with its number, if it holds here.

    Guests are not held to the limit for one customer: a shop cannot tell them apart.
    """
    shop, customer_id = basket.shop, basket.customer_id
    for number, coupon in shop.document.coupons.items():
        if coupon.code == code:
            holds = (
                coupon.status
                and shop.is_current(
                    coupon.date_start, coupon.date_end, basket.state.store_id
                )
                and coupon.total <= basket.sub_total
                and _has_uses(shop, number, coupon, customer_id)
                and (bool(customer_id) or not coupon.logged)
                and (not coupon.product_ids or any(_covered(basket, coupon)))
            )
            return (number, coupon) if holds else None
    return None


def _has_uses(shop: Shop, number: int, coupon: Coupon, customer_id: int) -> bool:
    everybody, each = coupon.uses_total, coupon.uses_customer
    if everybody and shop.uses(number, coupon, None) >= everybody:
        return False
    return not (each and customer_id and shop.uses(number, coupon, customer_id) >= each)


def _covered(basket: Basket, coupon: Coupon) -> Iterator[Item]:
    for item in basket.items:
        if not coupon.product_ids or item.line.product_id in coupon.product_ids:
            yield item


def coupon_discount(basket: Basket, coupon: Coupon, total: Decimal) -> Discount:
    """
    Return what a coupon takes off a total so far.

    An amount is spread over the lines by their share, a percentage is taken of each,
    and the percent taxes of a line shrink with it. More than the total is never taken.
    """
    items = tuple(_covered(basket, coupon))
    base = sum((item.sum.net for item in items), ZERO)
    rate = coupon.discount / 100
    if coupon.type == "F":
        reckoning = basket.reckoning
        off = reckoning.rounded(reckoning.converted(coupon.discount))
        rate = min(off, base) / base if base else ZERO
    parts = [(item.sum, rate) for item in items]
    chosen = basket.state.shipping_method
    if coupon.shipping and chosen is not None and basket.needs_shipping:
        parts.append((basket.taxed(chosen.cost, chosen.tax_class_id), Decimal(1)))
    return _discount(basket, parts, total)


def usable_points(basket: Basket) -> int:
    """
    Return how many of the chosen reward points could be used here.

    More than the customer has are not used at all.
    """
    wanted = basket.state.reward or 0
    if not 0 < wanted <= basket.shop.points(basket.customer_id):
        return 0
    return min(wanted, basket.points)


def reward_discount(basket: Basket, points: int, total: Decimal) -> Discount:
    """
    Return what so many reward points take off a total so far.

    Points pay for the lines that can be paid with them, each by the same share.
    """
    if not points:
        return Discount()
    share = Decimal(points) / basket.points
    parts = [(item.sum, share) for item in basket.items if item.points]
    return _discount(basket, parts, total)


def _discount(
    basket: Basket, parts: list[tuple[Taxed, Decimal]], total: Decimal
) -> Discount:
    reckoning = basket.reckoning
    taken = sum((part.net * share for part, share in parts), ZERO)
    relief = added(
        {},
        (
            (number, _relief(reckoning, part, share, rate, value))
            for part, share in parts
            for number, rate, value in part.taxes
            if rate.type == "P"
        ),
    )
    return Discount(
        amount=min(reckoning.rounded(taken), max(total, ZERO)),
        taxes={number: reckoning.rounded(value) for number, value in relief.items()},
    )


def _relief(
    reckoning: Reckoning, part: Taxed, share: Decimal, rate: TaxRate, value: Decimal
) -> Decimal:
    # In steps a tax is not quite its percentage: of all of it nothing may be left over.
    return tax(rate, part.net * share) if reckoning.step is None else value * share


def find_voucher(shop: Shop, code: str) -> tuple[int, Decimal] | None:
    """
    Return the number of the gift voucher of exactly this code and what it is worth.

    None for one that is not known, disabled, spent, of a theme that is not there, or
    bought with an order: a file holds no orders that could be complete.
    """
    for number, voucher in shop.document.vouchers.items():
        if voucher.code == code:
            rest = shop.voucher_rest(number)
            counts = (
                voucher.status
                and not voucher.order_id
                and voucher.voucher_theme_id in shop.document.voucher_themes
                and rest > 0
            )
            return (number, rest) if counts else None
    return None


def gift_fact(shop: Shop, voucher_theme_id: int) -> GiftFact:
    """
    Answer whether gift vouchers of a theme are sold.
    """
    theme = shop.document.voucher_themes.get(voucher_theme_id)
    if theme is None:
        return GiftFact(theme_known=False)
    return GiftFact(theme_known=True, description=f"Gift voucher: {theme.name}")


def reward_fact(basket: Basket) -> RewardFact:
    """
    Answer how many points there are, and how many this cart can take.
    """
    return RewardFact(
        balance=basket.shop.points(basket.customer_id), maximum=basket.points
    )
