"""
How it is sent and how it is paid: what was offered, and what was chosen of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypeVar

from attrs import field, frozen

from ocstate.checkout.values.characters import canonical_code
from ocstate.checkout.values.money import ZERO, amount
from ocstate.checkout.values.part import Part


@frozen(kw_only=True)
class ShippingMethod(Part):
    """
    One quoted way to ship; chosen, it is kept as it was quoted.

    Attributes:
        code: Group and quote joined by a dot, such as ``"flat.flat"``; exact.
        name: Title in the language of the request that quoted it.
        cost: Without tax, in the shop's default currency. Zero is a price.
        cost_with_tax: What the customer is shown, in the default currency.
        tax_class_id: 0 for none.
        chosen_for: Fingerprint of what the quotes depended on when it was chosen;
            empty while it is only quoted, and where it was chosen without a quote.
    """

    code: str
    name: str = ""
    cost: Decimal = field(default=ZERO, converter=amount)
    cost_with_tax: Decimal = field(default=ZERO, converter=amount)
    tax_class_id: int = 0
    chosen_for: str = field(default="", eq=False)


@frozen(kw_only=True)
class QuoteGroup(Part):
    """
    The quotes of one shipping extension, in the host's order.

    Attributes:
        error: Why this extension quotes nothing; empty when it does.
    """

    code: str
    name: str = ""
    sort_order: int = 0
    quotes: tuple[ShippingMethod, ...] = ()
    error: str = ""


@frozen(kw_only=True)
class Quotes(Part):
    """
    Everything that a host offered for one destination and cart.

    Attributes:
        fingerprint: Of exactly the inputs the quotes depend on (`invalidation`).
        quoted_at: When the host said so.
    """

    groups: tuple[QuoteGroup, ...] = ()
    fingerprint: str = ""
    quoted_at: float = field(default=0.0, eq=False)

    def __iter__(self) -> Iterator[ShippingMethod]:
        return (quote for group in self.groups for quote in group.quotes)

    def find(self, code: str) -> ShippingMethod | None:
        """
        Return the quote with exactly this code, in whatever Unicode form, or None.
        """
        return _of_code(self, code)


@frozen(kw_only=True)
class PaymentMethod(Part):
    """
    One offered way to pay.

    Attributes:
        code: Exact, such as ``"cod"``.
        terms: Conditions to show beside it.
        chosen_for: Fingerprint of what the options depended on when it was chosen;
            empty while it is only offered, and where it was chosen without an offer.
    """

    code: str
    name: str = ""
    terms: str = ""
    sort_order: int = 0
    chosen_for: str = field(default="", eq=False)


OfferT = TypeVar("OfferT", ShippingMethod, PaymentMethod)


@frozen(kw_only=True)
class PaymentOptions(Part):
    """
    Everything that a host offered for paying this checkout.

    Attributes:
        fingerprint: Of exactly the inputs the options depend on (`invalidation`).
        offered_at: When the host said so.
    """

    options: tuple[PaymentMethod, ...] = ()
    fingerprint: str = ""
    offered_at: float = field(default=0.0, eq=False)

    def __iter__(self) -> Iterator[PaymentMethod]:
        return iter(self.options)

    def find(self, code: str) -> PaymentMethod | None:
        """
        Return the option with exactly this code, in whatever Unicode form, or None.
        """
        return _of_code(self, code)


def _of_code(offer: Iterable[OfferT], code: str) -> OfferT | None:
    wanted = canonical_code(code)
    return next((one for one in offer if canonical_code(one.code) == wanted), None)
