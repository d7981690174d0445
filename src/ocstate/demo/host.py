"""
`StaticHost`: a whole shop out of one JSON document.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Self

from ocstate.demo.books import Books, StaticOrders
from ocstate.demo.host_file.document import Document, parse, read_document
from ocstate.demo.ports import StaticPorts
from ocstate.exceptions import ConfigurationError


class StaticHost:
    """
    A whole shop out of one JSON document, with every port but reservations.

    It is for demos and tests. Its orders take in the step that judges them, so that
    nothing has to be held. What is sold and used up is kept in memory and never
    written back: a restart begins again, and several processes have a shop each, so
    they do not see each other's orders. Threads may share it. It never blocks, so
    `ocstate.host.bridges.InlineHost` makes it one for asyncio.

    Args:
        document: A decoded host file, such as ``json.load`` returns it.
        clock: Tells the seconds since the epoch; prices and coupons have days, those
            of the shop's time zone.

    Attributes:
        document: What was read, for whoever wants to show the shop.

    Raises:
        ConfigurationError: If the document is malformed.
    """

    def __init__(
        self,
        document: Mapping[str, object] | Document,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not isinstance(document, Document):
            document = read_document(document)
        self.document = document
        books = Books(document, clock)
        ports = StaticPorts(books)
        self.shops = self.catalog = self.geography = self.customers = ports
        self.currencies = self.languages = self.shipping = self.payment = ports
        self.prices = self.discounts = self.rewards = self.affiliates = ports
        self.credentials = ports
        self.orders = StaticOrders(books)
        self.reservations = None

    @classmethod
    def from_file(
        cls, path: str | Path, *, clock: Callable[[], float] = time.time
    ) -> Self:
        """
        Read a shop from a host file.

        Raises:
            ConfigurationError: If there is no such file, or it is malformed.
        """
        try:
            text = Path(path).read_bytes()
        except OSError as error:
            raise ConfigurationError(
                f"the host file cannot be read: {error}"
            ) from error
        try:
            return cls(parse(text), clock=clock)
        except ConfigurationError as error:
            raise ConfigurationError(f"{path}: {error}") from error

    @classmethod
    def demo(cls, *, clock: Callable[[], float] = time.time) -> Self:
        """
        Open the demo shop that comes with the package.
        """
        text = resources.files("ocstate.demo").joinpath("demo.json").read_bytes()
        return cls(parse(text), clock=clock)
