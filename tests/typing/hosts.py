"""
What type checkers must accept and refuse of hosts and their ports; never run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_type

from ocstate.auth import CredentialFact, CredentialQuestion
from ocstate.checkout.confirming.order import Order
from ocstate.checkout.facts import (
    PlaceFact,
    PlaceQuestion,
    ProductFact,
    ProductQuestion,
)
from ocstate.demo import StaticHost
from ocstate.host import AsyncHost, Host, InlineHost, ThreadedHost
from ocstate.host.ports import Catalog, Credentials, Geography, Orders, Prices


class OwnCatalog:
    """
    A port by a user, with a parameter name of its own.
    """

    def products(self, wanted: Sequence[ProductQuestion]) -> list[ProductFact]:
        return [
            ProductFact(product_id=each.product_id, buyable=True) for each in wanted
        ]


class OwnGeography:
    """
    An awaited port by a user.
    """

    async def places(self, wanted: Sequence[PlaceQuestion], /) -> Sequence[PlaceFact]:
        return [PlaceFact(country_known=True) for _ in wanted]


class WrongCatalog:
    """
    A port that answers one question alone.
    """

    def products(self, wanted: ProductQuestion) -> ProductFact:
        return ProductFact(product_id=wanted.product_id, buyable=True)


Host(catalog=OwnCatalog())
AsyncHost(geography=OwnGeography())
Host(catalog=WrongCatalog())  # type: ignore[arg-type]
Host(geography=OwnGeography())  # type: ignore[arg-type]
AsyncHost(catalog=OwnCatalog())  # type: ignore[arg-type]
Host(catalogue=OwnCatalog())  # type: ignore[call-arg]

shop = StaticHost.demo()
catalog: Catalog = shop.catalog
places: Geography = shop.geography
prices: Prices = shop.prices
clients: Credentials = shop.credentials
orders: Orders = shop.orders
inline: AsyncHost = InlineHost(shop)
threaded: AsyncHost = ThreadedHost(shop)

assert_type(
    clients.credentials([CredentialQuestion(username="till")]),
    Sequence[CredentialFact | None],
)
prices.prices([PlaceQuestion(country_id=1)])  # type: ignore[list-item]


def place(order: Order) -> str:
    """
    Place an order, and get its name.
    """
    return shop.orders.place(order).order_id


class OwnOrders:
    """
    Orders of a shop that answers with numbers alone.
    """

    def place(self, order: Order) -> int:
        return 1

    def find(self, key: str) -> int | None:
        return None


class NeverFound:
    """
    Orders that are placed and not found again.
    """

    def place(self, order: Order) -> int:
        return 1


Host(orders=OwnOrders())
Host(orders=NeverFound())  # type: ignore[arg-type]
AsyncHost(orders=OwnOrders())  # type: ignore[arg-type]
