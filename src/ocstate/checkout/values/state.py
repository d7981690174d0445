"""
`State`, everything that a session knows about a purchase.

Its attributes are its sections: each is an immutable value of its own, stored apart,
decoded when it is first looked at, and written again only when it is another object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol, Self, TypedDict, Unpack, cast

from attrs import field, fields, frozen

from ocstate.checkout.values.cart import Cart
from ocstate.checkout.values.consent import Attribution, Terms
from ocstate.checkout.values.discounts import Coupon, Gift, Voucher
from ocstate.checkout.values.knowledge import ToldGroup, ToldReward, ToldShop
from ocstate.checkout.values.methods import (
    PaymentMethod,
    PaymentOptions,
    Quotes,
    ShippingMethod,
)
from ocstate.checkout.values.money import Currency, Language
from ocstate.checkout.values.ordering import (
    Attempt,
    Cancellation,
    Confirmation,
    Ordered,
    OrderId,
    ShownTotal,
)
from ocstate.checkout.values.people import Address, Customer
from ocstate.checkout.values.settings import NO_SETTINGS, Settings


class SectionSource(Protocol):
    """
    Where sections come from that nobody has looked at yet.
    """

    def section(self, name: str, /) -> object:
        """
        Decode the section of this name; its default when it was never stored.

        Raises:
            DecodeError: If it cannot be read.
        """
        ...

    def extra(self, name: str, /) -> object | None:
        """
        Decode a host's own section; None when it was never stored.

        Raises:
            DecodeError: If it cannot be read.
        """
        ...


class Extras(Mapping[str, object]):
    """
    A host's own typed sections by name, decoded when they are first looked at.

    Attributes:
        source: Where the stored ones are; None for none.
        changed: Sections that take the place of stored ones; None removes one.
    """

    __slots__ = ("_names", "changed", "source")

    def __init__(
        self,
        names: tuple[str, ...] = (),
        source: SectionSource | None = None,
        changed: Mapping[str, object | None] = MappingProxyType({}),
    ) -> None:
        self._names = names
        self.source = source
        self.changed = changed

    def __getitem__(self, name: str) -> object:
        if name in self.changed:
            value = self.changed[name]
        elif self.source is not None and name in self._names:
            value = self.source.extra(name)
        else:
            value = None
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        stored = (name for name in self._names if name not in self.changed)
        fresh = (name for name, value in self.changed.items() if value is not None)
        return iter(sorted((*stored, *fresh)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Extras) and dict(self) == dict(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def with_section(self, name: str, value: object | None) -> Extras:
        """
        Return these sections with *name* set; None removes it.
        """
        return Extras(self._names, self.source, {**self.changed, name: value})


NO_EXTRAS: Final = Extras()
"""Of a session in which the host keeps no section of its own."""


class Changes(TypedDict, total=False):
    """
    What `State.evolve` accepts: any of the sections.
    """

    store_id: int
    customer: Customer | None
    payment_address: Address | None
    shipping_address: Address | None
    cart: Cart
    shipping_quotes: Quotes | None
    shipping_method: ShippingMethod | None
    payment_options: PaymentOptions | None
    payment_method: PaymentMethod | None
    currency: Currency | None
    language: Language | None
    coupons: tuple[Coupon, ...]
    vouchers: tuple[Voucher, ...]
    gifts: tuple[Gift, ...]
    reward: int | None
    affiliate: int | None
    comment: str
    terms: tuple[Terms, ...]
    attribution: Attribution | None
    order_id: OrderId | None
    confirmation: Confirmation | None
    settings: Settings
    told_shop: ToldShop | None
    told_group: ToldGroup | None
    told_reward: ToldReward | None
    attempt: Attempt | None
    ordered: Ordered | None
    shown: ShownTotal | None
    cancellation: Cancellation | None
    extras: Extras


@frozen(kw_only=True, slots=False)
class State:
    """
    Everything a session knows about a purchase; immutable, and lazy when it was stored.

    An attribute that was not looked at is not there yet, and the source fills it on
    first use. Alone among the values it has no slots: what was read is what stands in
    its dictionary, which `evolve` copies in one go and leaves the rest unread.

    Attributes:
        store_id: The shop of a multi-store host, 0 for the first.
        reward: Points to be used, None for none.
        affiliate: Number of the affiliate who is paid for this order.
        order_id: The order that this checkout edits or became.
        attempt: Somebody is making an order of it, or tried to and came to no end.
        ordered: What the last order was of, also to be had of its `confirmation`.
        shown: The total that the buyer was shown last.
        cancellation: That it was given up; then nothing changes it any more.
        told_shop: What a host said last of the shop, and so on: kept to be judged with
            where nobody is asked (`learning`).
        extras: The host's own typed sections.
    """

    store_id: int = 0
    customer: Customer | None = None
    payment_address: Address | None = None
    shipping_address: Address | None = None
    cart: Cart = Cart()
    shipping_quotes: Quotes | None = None
    shipping_method: ShippingMethod | None = None
    payment_options: PaymentOptions | None = None
    payment_method: PaymentMethod | None = None
    currency: Currency | None = None
    language: Language | None = None
    coupons: tuple[Coupon, ...] = ()
    vouchers: tuple[Voucher, ...] = ()
    gifts: tuple[Gift, ...] = ()
    reward: int | None = None
    affiliate: int | None = None
    comment: str = field(default="", repr=False)
    terms: tuple[Terms, ...] = ()
    attribution: Attribution | None = None
    order_id: OrderId | None = None
    confirmation: Confirmation | None = None
    settings: Settings = NO_SETTINGS
    told_shop: ToldShop | None = None
    told_group: ToldGroup | None = None
    told_reward: ToldReward | None = None
    attempt: Attempt | None = None
    ordered: Ordered | None = None
    shown: ShownTotal | None = None
    cancellation: Cancellation | None = None
    extras: Extras = field(default=NO_EXTRAS, repr=False)
    _source: SectionSource | None = field(default=None, eq=False, repr=False)

    @classmethod
    def stored(cls, source: SectionSource, extras: tuple[str, ...] = ()) -> Self:
        """
        Make a state whose sections are still with *source*.

        Args:
            extras: Names of the host's sections that *source* has.
        """
        state = object.__new__(cls)
        held = state.__dict__
        held["_source"] = source
        held["extras"] = Extras(extras, source) if extras else NO_EXTRAS
        return state

    # Type checkers know the sections by their annotations, and so a misspelt one.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            # Reached for a section that was not read, or a name that does not exist.
            if name not in SECTIONS:
                raise AttributeError(
                    f"there is no section {name!r}", name=name, obj=self
                )
            held = self.__dict__
            value = held[name] = held["_source"].section(name)
            return value

    def evolve(self, **changes: Unpack[Changes]) -> Self:
        """
        Return a state with some sections changed; the others stay unread.

        Raises:
            TypeError: If something else than a section is to be changed.
        """
        if not _CHANGEABLE.issuperset(changes):
            raise TypeError(f"no sections: {sorted(changes.keys() - _CHANGEABLE)}")
        successor = object.__new__(type(self))
        held = successor.__dict__
        held.update(self.__dict__)
        held.update(changes)
        return successor

    def noting(self, **sections: Unpack[Changes]) -> Self:
        """
        Return a state with *sections*, each left alone where it says nothing new.

        So nothing is stored again that says the same. When a host confirmed something
        is no news once it was confirmed; what it was chosen for is.

        Raises:
            TypeError: If one is no section.
        """
        news = {
            name: value
            for name, value in sections.items()
            if not _is_known(getattr(self, name), value)
        }
        return self.evolve(**cast("Changes", news)) if news else self

    def has_read(self, name: str) -> bool:
        """
        Tell whether a section is there already, without reading it.
        """
        return name in vars(self)


def _is_known(old: object, new: object) -> bool:
    return (
        old == new
        and getattr(old, "chosen_for", "") == getattr(new, "chosen_for", "")
        and (
            getattr(new, "checked_at", None) is None
            or getattr(old, "checked_at", None) is not None
        )
    )


SECTIONS: Final = tuple(
    one.name for one in fields(State) if one.name not in ("extras", "_source")
)
"""The names of all sections, in the order of the class."""

_CHANGEABLE = frozenset((*SECTIONS, "extras"))
