"""
What a payload holds: sections that are decoded when they are first looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Any, cast

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.values.cart import Cart
from ocstate.checkout.values.ordering import Confirmation
from ocstate.core.record.coding import Coding
from ocstate.core.record.columns import StoredRows
from ocstate.core.record.faults import FAULTS, decode_error
from ocstate.core.record.layout import Layout, compose, replace_bodies
from ocstate.core.record.named import read_name
from ocstate.core.record.sections import NAMED
from ocstate.core.record.shapes import Misfit
from ocstate.core.record.values import unpack_value
from ocstate.exceptions import DecodeError


class StoredData(Mapping[str, object]):
    """
    The host's data as it is stored.

    Each look at a value decodes it anew, so that what is stored cannot be changed by
    changing what was handed out.
    """

    __slots__ = ("_stored",)

    def __init__(self, stored: StoredSections) -> None:
        self._stored = stored

    def __getitem__(self, key: str) -> object:
        stored = self._stored
        body = self._bodies()[key]
        try:
            return unpack_value(body, stored.coding.limits)
        except FAULTS as error:
            what, schema = "a value of the host's data", stored.layout.schema
            damage = decode_error(what, error, schema)
            if stored.found_damage(damage):
                raise KeyError(key) from damage
            raise damage from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._bodies())

    def __len__(self) -> int:
        return len(self._bodies())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {sorted(self)}>"

    def _bodies(self) -> Mapping[str, bytes]:
        return cast("Mapping[str, bytes]", self._stored.section("data"))


class StoredSections:
    """
    Everything in one payload; a source of sections that remembers what it gave.

    Attributes:
        coding: What sections look like.
        payload: The bytes as they are stored.
        layout: Which sections there are.
        read: What was looked at, by name. What is still the very same object in a
            state was not changed.
        on_damage: Asked once, with the first error of a section, whether whoever looks
            goes on as if nothing were stored; a row of the cart cannot be left out,
            and is told in the second argument.
    """

    __slots__ = (
        "_extras",
        "_is_lost",
        "_names",
        "coding",
        "layout",
        "lengths",
        "on_damage",
        "payload",
        "read",
    )

    def __init__(
        self,
        coding: Coding,
        payload: bytes,
        layout: Layout,
        lengths: tuple[int, ...],
    ) -> None:
        self.coding = coding
        self.payload = payload
        self.layout = layout
        self.lengths = lengths
        self.read: dict[str, object] = {}
        self.on_damage: Callable[[DecodeError, bool], bool] | None = None
        self._is_lost = False
        self._extras: dict[str, tuple[object, int]] | None = None
        self._names: Mapping[str, int] | None = None

    def body(self, place: int) -> bytes:
        """
        Return the body at this place of the table.
        """
        start = self.layout.bodies + sum(self.lengths[:place])
        return self.payload[start : start + self.lengths[place]]

    def section(self, name: str, /) -> object:
        read, layout = self.read, self.layout
        if name in read:
            return read[name]
        section = self.coding.sections[name]
        place = layout.places.get(section.number)
        if place is None:
            value = section.default
        else:
            start = layout.bodies + sum(self.lengths[:place])
            body = self.payload[start : start + self.lengths[place]]
            try:
                value = self.coding.decode(section, body, layout.schema)
            except DecodeError as error:
                if not self.found_damage(error):
                    raise
                value = section.default
            if isinstance(value, Cart) and isinstance(value.lines.stored, StoredRows):
                value.lines.stored.on_damage = self._found_in_row
            elif isinstance(value, Confirmation):
                value.holding(self)
        read[name] = value
        return value

    def read_all(self) -> None:
        """
        Decode everything that anybody could look at.

        Raises:
            DecodeError: With the first damage; whoever looks there meets it again.
        """
        for name in self.coding.sections:
            self.section(name)
        for _ in cast("Cart", self.section("cart")).lines:
            pass
        for name in self.names:
            self.extra(name)
        for _ in StoredData(self).values():
            pass

    def found_damage(self, error: DecodeError, *, in_row: bool = False) -> bool:
        """
        Tell whether whoever met *error* goes on as if nothing were stored.
        """
        if self.on_damage is not None:
            asked, self.on_damage = self.on_damage, None
            self._is_lost = asked(error, in_row)
        return self._is_lost

    def _found_in_row(self, error: DecodeError) -> None:
        self.found_damage(error, in_row=True)

    def extra(self, name: str, /) -> object | None:
        place = self.names.get(name)
        if place is None or name not in self.coding.named:
            return None
        if self._extras is None:
            self._extras = {}
        if name not in self._extras:
            try:
                found = self.coding.decode_named(name, self.body(place))
            except DecodeError as error:
                if not self.found_damage(error):
                    raise
                return None
            self._extras[name] = found
        return self._extras[name][0]

    def version(self, name: str) -> int:
        """
        Return the version of a host's section that was looked at, else 1.
        """
        return 1 if self._extras is None else self._extras.get(name, (None, 1))[1]

    def known_names(self) -> tuple[str, ...]:
        """
        Return the names of the stored sections that the host knows.

        Raises:
            DecodeError: If a name cannot be read.
        """
        if not self.layout.named or not self.coding.named:
            return ()
        return tuple(name for name in self.names if name in self.coding.named)

    def written(
        self, fresh: Mapping[int, bytes | None], named: Mapping[str, bytes | None]
    ) -> bytes:
        """
        Return the payload with other bodies; the same bytes when there are none.

        Args:
            fresh: Bodies by section number; None for one that is not stored any more.
            named: Bodies of the host's sections by name, in the same way.

        Raises:
            DecodeError: If a name of a host's section cannot be read.
            EncodeError: If there are more sections than a table can hold.
        """
        if not fresh and not named:
            return self.payload
        layout = self.layout
        stays = not named and layout.schema >= self.coding.schema
        for number, body in fresh.items():
            stays = stays and body is not None and number in layout.places
        if not stays:
            return self._composed(fresh, named)
        known: Any = fresh
        return replace_bodies(self.payload, layout, self.lengths, known)

    @property
    def schema(self) -> int:
        """
        Return the number that it is written under: today's, or a later version's.
        """
        return max(self.coding.schema, self.layout.schema)

    def _composed(
        self, fresh: Mapping[int, bytes | None], named: Mapping[str, bytes | None]
    ) -> bytes:
        body = self.body
        numbers: dict[int, bytes | None] = {
            number: body(place) for number, place in self.layout.places.items()
        }
        names: dict[str, bytes | None] = {
            name: body(place) for name, place in self.names.items()
        }
        numbers.update(fresh)
        names.update(named)
        entries = [
            *numbers.items(),
            *((NAMED, one) for _, one in sorted(names.items())),
        ]
        kept = [(number, one) for number, one in entries if one is not None]
        # Sorting is stable, so the named ones stay in the order of their names.
        return compose(self.schema, sorted(kept, key=itemgetter(0)))

    @property
    def names(self) -> Mapping[str, int]:
        """
        Return the places of all named sections.

        Raises:
            DecodeError: If a name cannot be read.
        """
        if self._names is None:
            places = self.layout.named
            try:
                names = {read_name(self.body(place)): place for place in places}
                if len(names) < len(places):
                    raise Misfit("names that differ expected")
            except FAULTS as error:
                schema = self.layout.schema
                raise decode_error("a named section", error, schema) from error
            self._names = MappingProxyType(names)
        return self._names


class Decoded:
    """
    A payload that was opened; nothing in it is decoded before somebody looks.

    Attributes:
        checkout: The state; reading its attributes decodes them.
        stored: Where its sections come from.
    """

    __slots__ = ("_data", "checkout", "stored")

    def __init__(self, checkout: Checkout, stored: StoredSections) -> None:
        self.checkout = checkout
        self.stored = stored
        self._data: StoredData | None = None

    @property
    def data(self) -> StoredData:
        """
        Return the host's data, the same object each time; reading a key decodes it.
        """
        if self._data is None:
            self._data = StoredData(self.stored)
        return self._data

    @property
    def payload(self) -> bytes:
        """
        Return the bytes; those of an older schema as they are after its upgrades.
        """
        return self.stored.payload

    @property
    def schema(self) -> int:
        """
        Return the number that it is written under: today's, or a later version's.
        """
        return self.stored.schema

    @property
    def commits(self) -> tuple[str, ...]:
        """
        Return the ids of the last commits, the newest last.

        Raises:
            DecodeError: If they cannot be read.
        """
        return cast("tuple[str, ...]", self.stored.section("commits"))
