"""
Questions about the shop itself, its currencies and languages, its people and places.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from ocstate.checkout.facts.question import Question
from ocstate.checkout.values.knowledge import GroupFact, ShopFact
from ocstate.checkout.values.money import ZERO, Currency, Language, amount
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


@frozen(kw_only=True)
class CustomerFact:
    """
    What a host says of an account.

    Attributes:
        active: It exists and is enabled.
        reward_points: Balance.
        credit: Store credit, in the default currency.
    """

    customer_id: int
    active: bool
    customer_group_id: int | None = None
    reward_points: int = 0
    credit: Decimal = field(default=ZERO, converter=amount)


@frozen(kw_only=True)
class CustomerQuestion(Question[CustomerFact]):
    """
    Is this account there and enabled?
    """

    customer_id: int


@frozen(kw_only=True)
class GroupQuestion(Question[GroupFact]):
    """
    Which group is meant, and what does it fill in?

    Args:
        customer_id: Whose own group counts when no group is named; 0 for a guest.
    """

    customer_group_id: int | None = None
    customer_id: int = 0
    store_id: int = 0


@frozen(kw_only=True)
class PlaceFact:
    """
    A country and a zone of it.

    Attributes:
        country_known: The country exists and is enabled.
        zone_known: The zone exists, belongs to the country and is enabled.
        has_zones: Whether the country has any, so that one must be chosen.
    """

    country_known: bool
    zone_known: bool = False
    has_zones: bool = False
    postcode_required: bool = False
    country: str = ""
    iso_code_2: str = ""
    iso_code_3: str = ""
    address_format: str = ""
    zone: str = ""
    zone_code: str = ""


@frozen(kw_only=True)
class PlaceQuestion(Question[PlaceFact]):
    """
    Are there this country and this zone?
    """

    country_id: int
    zone_id: int = 0
