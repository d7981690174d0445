"""
Questions about the shop itself: its switches, currencies and languages.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen
from attrs.converters import optional

from ocstate.checkout.facts.question import Question
from ocstate.checkout.money import Currency, Language, amount
from ocstate.checkout.state import State

__all__ = [
    "CurrencyFact",
    "CurrencyQuestion",
    "LanguageFact",
    "LanguageQuestion",
    "ShopFact",
    "ShopQuestion",
]


@frozen(kw_only=True)
class ShopFact:
    """
    The switches of a shop that rules look at.

    Attributes:
        exists: Whether there is a shop of this number.
        stock_checkout: Whether it takes orders that the stock does not cover.
        stock_warning: Whether a cart that the stock does not cover says so even then.
        payment_address_required: Whether an order needs an address to bill.
        maximum_quantity: The most pieces that one line may hold.
    """

    exists: bool = True
    name: str = ""
    currency: str = ""
    language: str = ""
    stock_checkout: bool = False
    stock_warning: bool = False
    payment_address_required: bool = True
    guests_allowed: bool = True
    maximum_quantity: int = 99_999
    gift_minimum: Decimal | None = field(default=None, converter=optional(amount))
    gift_maximum: Decimal | None = field(default=None, converter=optional(amount))


@frozen(kw_only=True)
class ShopQuestion(Question[ShopFact]):
    """
    How is this shop set up?
    """

    checkout: State = field(factory=State, repr=False, eq=False)

    @property
    def store_id(self) -> int:
        """
        Return the shop's number.
        """
        return self.checkout.store_id


@frozen(kw_only=True)
class CurrencyFact:
    """
    A currency, or None where there is no enabled one of that code.
    """

    currency: Currency | None


@frozen(kw_only=True)
class CurrencyQuestion(Question[CurrencyFact]):
    """
    Is there this currency?
    """

    code: str


@frozen(kw_only=True)
class LanguageFact:
    """
    A language, or None where there is no enabled one of that code.
    """

    language: Language | None


@frozen(kw_only=True)
class LanguageQuestion(Question[LanguageFact]):
    """
    Is there this language?
    """

    code: str
