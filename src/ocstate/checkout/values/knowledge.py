"""
What a host said that outlives the request: of the shop, of a group, of points.

A rule that judged with it once can judge again without asking. Each word is kept with
the time it was said, and with the fingerprint of what it was said for (`invalidation`).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from attrs import field, frozen
from attrs.converters import optional

from ocstate.checkout.values.money import amount
from ocstate.checkout.values.part import Part


def _names(locale: Iterable[str]) -> tuple[str, ...]:
    # OpenCart keeps them in one text, divided by commas.
    return tuple(locale.split(",")) if isinstance(locale, str) else tuple(locale)


@frozen(kw_only=True)
class OfferedLanguage(Part):
    """
    A language that a shop speaks.

    Attributes:
        code: Such as ``"de-de"``.
        locale: What else ``Accept-Language`` may call it, such as ``"de-AT"`` or
            ``"de_DE.UTF-8"``; a text is divided at its commas.
    """

    code: str
    locale: tuple[str, ...] = field(default=(), converter=_names)


@frozen(kw_only=True)
class ShopFact(Part):
    """
    The switches of a shop that rules look at.

    Attributes:
        exists: Whether there is a shop of this number.
        stock_checkout: Whether it takes orders that the stock does not cover.
        stock_warning: Whether a cart that the stock does not cover says so even then.
        payment_address_required: Whether an order needs an address to bill.
        maximum_quantity: The most pieces that one line may hold.
        languages: What it speaks, in the order in which it is shown, to be matched with
            ``Accept-Language``; empty where it does not say. No rule judges by it, so
            it is not kept.
    """

    exists: bool = field(default=True, converter=bool)
    name: str = ""
    currency: str = ""
    language: str = ""
    stock_checkout: bool = field(default=False, converter=bool)
    stock_warning: bool = field(default=False, converter=bool)
    payment_address_required: bool = field(default=True, converter=bool)
    guests_allowed: bool = field(default=True, converter=bool)
    maximum_quantity: int = 99_999
    gift_minimum: Decimal | None = field(default=None, converter=optional(amount))
    gift_maximum: Decimal | None = field(default=None, converter=optional(amount))
    languages: tuple[OfferedLanguage, ...] = field(
        default=(), converter=tuple[OfferedLanguage, ...]
    )


@frozen(kw_only=True)
class CustomFieldFact(Part):
    """
    One field of the shop's own in a form.

    Attributes:
        location: ``"account"`` or ``"address"``.
        pattern: A regular expression that a text must match somewhere, or None.
        values: For fields with choices, the ids that may be chosen; None where the
            shop does not say which, so that any id is taken.
    """

    custom_field_id: int
    name: str = ""
    kind: str = "text"
    location: str = "account"
    required: bool = field(default=False, converter=bool)
    pattern: str | None = None
    values: tuple[int, ...] | None = field(
        default=None, converter=optional(tuple[int, ...])
    )


@frozen(kw_only=True)
class GroupFact(Part):
    """
    A customer group, and what its forms ask for.

    Attributes:
        customer_group_id: Resolved: the shop's default when None was asked for.
        allowed: It exists, and a client may name it, or it is the account's own.
        custom_fields: Fields of account and address that are asked of this group.
    """

    customer_group_id: int
    allowed: bool = field(converter=bool)
    telephone_required: bool = field(default=True, converter=bool)
    custom_fields: tuple[CustomFieldFact, ...] = field(
        default=(), converter=tuple[CustomFieldFact, ...]
    )


@frozen(kw_only=True)
class RewardFact(Part):
    """
    What reward points could do here.

    Attributes:
        balance: Points of the customer, 0 for a guest.
        maximum: Points that this cart can be paid with.
    """

    balance: int = 0
    maximum: int = 0


@frozen(kw_only=True)
class Told(Part):
    """
    A host's word, as it is kept.

    Attributes:
        told_for: Fingerprint of exactly what it depends on.
        told_at: When the host said so.
    """

    told_for: str
    told_at: float = field(eq=False)


@frozen(kw_only=True)
class ToldShop(Told):
    """
    What a host said of the shop.
    """

    fact: ShopFact


@frozen(kw_only=True)
class ToldGroup(Told):
    """
    What a host said of the customer's group.
    """

    fact: GroupFact


@frozen(kw_only=True)
class ToldReward(Told):
    """
    What a host said of the points that are used.
    """

    fact: RewardFact
