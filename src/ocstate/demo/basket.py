"""
A checkout looked at by the shop: its lines with prices, weights, points and stock.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from attrs import frozen

from ocstate.checkout.facts import PricedLine
from ocstate.checkout.values.line import Line
from ocstate.checkout.values.money import ZERO, amount
from ocstate.checkout.values.state import State
from ocstate.demo.catalog import Choice, choices, name_in, piece_price, signed_sum
from ocstate.demo.host_file.document import Settings
from ocstate.demo.host_file.goods import Product
from ocstate.demo.ledger import Shop
from ocstate.demo.reckoning import Reckoning, reckoning_of, refusing_excess
from ocstate.demo.taxes import Taxed, Taxes, taxed, taxes_of

_UNKNOWN = Product(status=False)


@frozen(kw_only=True)
class Item:
    """
    One line, with what the shop knows of it.

    Attributes:
        price: One piece without tax, in the default currency with all its decimals.
        piece: One piece with its taxes, as it is computed with.
        points: What the line costs in reward points.
        weight: Of the line, in the shop's unit.
        available: Pieces that there are of what the stock does not cover: the product
            in all lines together, or a choice; None where it covers everything.
    """

    line: Line
    product: Product
    chosen: tuple[Choice, ...]
    price: Decimal
    piece: Taxed
    points: int
    weight: Decimal
    available: int | None

    @property
    def sum(self) -> Taxed:
        """
        Return what all pieces cost, with their taxes.
        """
        return self.piece.times(self.line.quantity)


@frozen(kw_only=True)
class Basket:
    """
    Everything that prices, quotes and discounts are computed from.

    Attributes:
        group: Number of the customer group that counts.
        reckoning: What everything that is summed up is computed in.
    """

    shop: Shop
    settings: Settings
    state: State
    group: int
    taxes: Taxes
    reckoning: Reckoning
    items: tuple[Item, ...]

    @property
    def sub_total(self) -> Decimal:
        """
        Return what all lines cost without tax; gifts are not among them.

        It is exact and in the default currency: limits are the same in every other.
        """
        return sum((item.price * item.line.quantity for item in self.items), ZERO)

    def taxed(self, amount: Decimal, tax_class_id: int) -> Taxed:
        """
        Return an amount of the default currency with its taxes, to compute with.
        """
        return taxed(self.reckoning, amount, self.taxes.rates(tax_class_id))

    @property
    def needs_shipping(self) -> bool:
        """
        Tell whether something has to be sent.
        """
        return any(item.product.shipping for item in self.items)

    @property
    def customer_id(self) -> int:
        """
        Return the number of the account, 0 for a guest.
        """
        customer = self.state.customer
        return 0 if customer is None else customer.customer_id

    @property
    def points(self) -> int:
        """
        Return how many reward points could pay for it.
        """
        return sum(item.points for item in self.items)


def _group_of(shop: Shop, settings: Settings, state: State) -> int:
    """
    Return the customer group that counts: the session's, the account's, the default.
    """
    customer = state.customer
    if customer is None:
        return settings.customer_group_id
    if customer.customer_group_id is not None:
        return customer.customer_group_id
    account = shop.document.customers.get(customer.customer_id)
    return settings.customer_group_id if account is None else account.customer_group_id


@refusing_excess()
def fill(shop: Shop, state: State) -> Basket:
    """
    Look at every line of a checkout.

    A product that the file does not know has no name, costs nothing, and is not in
    stock; its line is there all the same, for nothing vanishes by being looked at.

    Raises:
        CommandRefused: As `refusing_excess` does.
    """
    settings = shop.document.settings_of(state.store_id)
    group = _group_of(shop, settings, state)
    known = [
        (
            line,
            product,
            choices(
                shop, product, line.options, left_empty=settings.rounding == "opencart"
            ),
        )
        for line in state.cart.lines
        for product in (shop.document.products.get(line.product_id, _UNKNOWN),)
    ]
    wanted = Counter[int]()
    wanted_values = Counter[int]()
    for line, _, chosen in known:
        wanted[line.product_id] += line.quantity
        wanted_values.update({each.value_id: line.quantity for each in chosen})
    short = _short(shop, known, wanted, wanted_values)
    taxes = taxes_of(shop.document, settings, state, group)
    reckoning = reckoning_of(shop.document, settings, state)
    items: list[Item] = []
    for line, product, chosen in known:
        price = piece_price(
            shop,
            product,
            chosen,
            group=group,
            quantity=wanted[line.product_id],
            plan=line.subscription_plan_id,
            store_id=state.store_id,
        )
        items.append(
            Item(
                line=line,
                product=product,
                chosen=chosen,
                price=price,
                piece=taxed(reckoning, price, taxes.rates(product.tax_class_id)),
                points=_points(product, chosen) * line.quantity,
                weight=_weight(shop, settings, product, chosen) * line.quantity,
                available=short.get(line.line_id),
            )
        )
    return Basket(
        shop=shop,
        settings=settings,
        state=state,
        group=group,
        taxes=taxes,
        reckoning=reckoning,
        items=tuple(items),
    )


def priced_lines(basket: Basket) -> tuple[PricedLine, ...]:
    """
    Return the lines as they are shown, in the cart's order.
    """
    return tuple(_priced(basket, item) for item in basket.items)


def _priced(basket: Basket, item: Item) -> PricedLine:
    line, product, settings = item.line, item.product, basket.settings
    language = basket.state.language
    code = settings.language if language is None else language.code
    reckoning, piece = basket.reckoning, item.piece
    whole = piece.gross if settings.tax else piece.net
    return PricedLine(
        line_id=line.line_id,
        product_id=line.product_id,
        name=name_in(product, code, settings.language),
        model=product.model,
        quantity=line.quantity,
        options=tuple(
            (
                each.option_id,
                each.value_id,
                each.option.name,
                each.text,
                each.option.type,
            )
            for each in item.chosen
        ),
        in_stock=item.available is None,
        shipping=product.shipping,
        minimum=product.minimum,
        price=amount(reckoning.kept(piece.net)),
        price_with_tax=amount(reckoning.kept(whole)),
        total=amount(reckoning.kept(piece.net * line.quantity)),
        total_with_tax=amount(reckoning.kept(whole * line.quantity)),
        price_shown=reckoning.shown(whole),
        total_shown=reckoning.shown(whole * line.quantity),
        reward=product.rewards.get(basket.group, 0) * line.quantity,
        points=item.points,
    )


def _points(product: Product, chosen: tuple[Choice, ...]) -> int:
    if not product.points:
        return 0
    more = signed_sum(
        (each.value.points_prefix, each.value.points) for each in chosen if each.value
    )
    return product.points + int(more)


def _weight(
    shop: Shop, settings: Settings, product: Product, chosen: tuple[Choice, ...]
) -> Decimal:
    units = shop.document.weight_classes
    unit = units.get(product.weight_class_id)
    shown = units.get(settings.weight_class_id)
    more = signed_sum(
        (each.value.weight_prefix, each.value.weight) for each in chosen if each.value
    )
    weight = product.weight + more
    return weight / unit.value * shown.value if unit and shown else weight


def _short(
    shop: Shop,
    known: list[tuple[Line, Product, tuple[Choice, ...]]],
    wanted: Counter[int],
    wanted_values: Counter[int],
) -> dict[int, int]:
    """
    Return how many pieces there are for each line that the stock does not cover.
    """
    short: dict[int, int] = {}
    for line, product, chosen in known:
        left = 0 if product is _UNKNOWN else shop.left(line.product_id)
        stocks = [(left, wanted[line.product_id])]
        stocks += [
            (shop.value_left(each.value_id, each.value), wanted_values[each.value_id])
            for each in chosen
            if each.value and each.value.subtract
        ]
        missing = [stock for stock, needed in stocks if stock < needed]
        if missing:
            short[line.line_id] = max(min(missing), 0)
    return short
