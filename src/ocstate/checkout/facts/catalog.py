"""
Questions about products.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from ocstate.checkout.facts.question import Question
from ocstate.checkout.values.state import State


@frozen(kw_only=True)
class OptionFact:
    """
    One option that a product has.

    Attributes:
        kind: ``select``, ``radio`` (one of *values*), ``checkbox`` (several of them),
            ``text``, ``textarea``, ``file``, ``date``, ``time`` or ``datetime``.
        values: For choices, the stock of each value by its id: pieces left, or None
            where its stock is not counted.
        pattern: A regular expression that a text must match somewhere, or None.
    """

    product_option_id: int
    name: str = ""
    kind: str
    required: bool = False
    values: Mapping[int, int | None] = field(factory=dict[int, int | None], hash=False)
    pattern: str | None = None


@frozen(kw_only=True)
class ProductFact:
    """
    What a host says of a product.

    Attributes:
        buyable: It exists, is enabled and available, and this shop sells it.
        stock: Pieces left; None where they are not counted.
        options: Every option there is.
        plans: Numbers of the subscription plans that it can be bought with.
    """

    product_id: int
    buyable: bool
    name: str = ""
    model: str = ""
    shipping: bool = True
    minimum: int = 1
    points: int = 0
    stock: int | None = None
    options: tuple[OptionFact, ...] = ()
    plans: tuple[int, ...] = ()


@frozen(kw_only=True)
class ProductQuestion(Question[ProductFact]):
    """
    Can this product be bought, and what does buying it involve?

    Attributes:
        checkout: For whom it is asked; sections of it that the host's catalog does
            not ask for stay unread.
    """

    product_id: int
    checkout: State = field(factory=State, repr=False, eq=False)

    @property
    def store_id(self) -> int:
        """
        Return the shop's number.
        """
        return self.checkout.store_id

    @property
    def customer_group_id(self) -> int | None:
        """
        Return the customer's group, None while it is not known.
        """
        customer = self.checkout.customer
        return None if customer is None else customer.customer_group_id
