"""
Questions about the shop itself: its switches, currencies and languages.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.facts.question import Question
from ocstate.checkout.values.knowledge import ShopFact
from ocstate.checkout.values.money import Currency, Language
from ocstate.checkout.values.state import State


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
