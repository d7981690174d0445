"""
`Codec`, from a session's state to the bytes of a record and back.

What cannot be read is a `DecodeError`, whose ``reason`` is one of these:

=================  ====================================================================
``truncated``      the payload ends before its sections do
``not_ocstate``    it does not begin as a payload does
``newer_format``   a format, or a flag, that only a later version knows
``bad_table``      its section table contradicts itself
``bad_section``    a section is no MessagePack, or not what the section holds
``bad_upgrade``    an upgrade from its schema failed
``too_large``      more than a limit allows: bytes, lines, items
``too_deep``       more containers inside each other than a limit allows
=================  ====================================================================

``docs/reference/format.md`` describes the bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from cattrs import Converter

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.confirming.rules import RULES, Rules
from ocstate.checkout.values.ordering import EXTRAS
from ocstate.checkout.values.state import NO_EXTRAS, Extras
from ocstate.core.record.coding import Coding, Observe
from ocstate.core.record.faults import FAULTS
from ocstate.core.record.layout import compose, open_table
from ocstate.core.record.limits import Limits
from ocstate.core.record.named import HostSection
from ocstate.core.record.packing import pack
from ocstate.core.record.sections import (
    COMMITS,
    DATA,
    NUMBERS,
    SCHEMA,
    UPGRADES,
    Upgrade,
    upgraded,
)
from ocstate.core.record.stored import Decoded, StoredSections
from ocstate.core.record.values import pack_value
from ocstate.exceptions import ConfigurationError, DecodeError, EncodeError, UsageError
from ocstate.problem import pointer

_LARGEST_SCHEMA: Final = 0xFFFF
_UNREAD: Final = object()


class Codec:
    """
    The encoding of one application's sessions: its sections, limits and upgrades.

    Make one and keep it: it writes functions for each class. It holds no state, and
    threads may share it.

    Args:
        sections: The host's own typed sections: frozen attrs classes, or whatever else
            *converter* knows and nobody can change in place, by name. `HostSection`
            upgrades one.
        converter: Where a host has registered hooks for types of its own. Hooks for
            the classes of all sections are added to it.
        observe: Called with ``"decode"`` or ``"encode"`` and a section's name, or
            ``"row"``, whenever one is; for tests. Costs nothing while it is None.

    Attributes:
        schema: The schema number of what it writes.
        limits: What it refuses as too large.
        converter: cattrs' view of the same encoding.
        named: The names of the host's own sections.

    Raises:
        ConfigurationError: If a section cannot be encoded, or could be changed in
            place.
    """

    def __init__(
        self,
        sections: Mapping[str, type | HostSection] = MappingProxyType({}),
        limits: Limits = Limits(),  # noqa: B008 - frozen
        *,
        schema: int = SCHEMA,
        upgrades: Mapping[int, Upgrade] = UPGRADES,
        converter: Converter | None = None,
        observe: Observe | None = None,
    ) -> None:
        if not 0 < schema <= _LARGEST_SCHEMA:
            raise ConfigurationError(f"a schema number is from 1 to {_LARGEST_SCHEMA}")
        self.schema = schema
        self.limits = limits
        self.converter = converter or Converter(detailed_validation=False)
        self._upgrades = MappingProxyType(dict(upgrades))
        self._coding = Coding(sections, schema, limits, self.converter, observe)
        self.named = frozenset(self._coding.named)
        self._nothing = compose(schema, ())

    def empty(self, rules: Rules = RULES) -> Decoded:
        """
        Return the session of which nothing is stored.
        """
        return self.decode(self._nothing, rules)

    def decode(self, payload: bytes, rules: Rules = RULES) -> Decoded:
        """
        Open a payload.

        Only its frame is read, unless it is of an older schema: then its sections are
        taken to today's. A section is decoded when it is first looked at, and may
        raise `DecodeError` then.

        Raises:
            DecodeError: If it cannot be opened; ``reason`` says why.
        """
        layout, lengths = open_table(payload, self.limits)
        stored = StoredSections(self._coding, payload, layout, lengths)
        if layout.schema < self.schema:
            stored = self._upgraded(stored)
        names = stored.known_names() if layout.named else ()
        return Decoded(Checkout.under(rules, stored, names), stored)

    def encode(
        self,
        checkout: Checkout,
        *,
        data: Mapping[str, object] | None = None,
        commits: Sequence[str] | None = None,
        base: Decoded | None = None,
    ) -> bytes:
        """
        Write a payload; the very same bytes when nothing is changed.

        A section is encoded only if it is another object than the one that was read.
        What nobody read, and what this version does not know, is copied from where
        *checkout* comes from.

        Args:
            data: The host's data. None, for this and for *commits*, leaves what *base*
                has, or without one what is stored where *checkout* comes from.
            commits: Ids of the last commits, the newest last.

        Raises:
            EncodeError: If something has no encoding or exceeds a limit; ``path``
                says where it stands.
            DecodeError: If something that has to be read for it cannot be.
        """
        held = checkout.__dict__
        stored = held["_source"]
        if type(stored) is not StoredSections or stored.coding is not self._coding:
            # Nothing can be carried over, so everything is read.
            held = {name: getattr(checkout, name) for name in (*NUMBERS, "extras")}
            stored = self.decode(self._nothing).stored
        fresh = self._changed_sections(held, stored.read)
        if base is not None and base.stored is not stored:
            data = base.data if data is None else data
            commits = base.commits if commits is None else commits
        elif data is not None and base is not None and data is base.data:
            data = None
        encode, sections = self._coding.encode, self._coding.sections
        if data is not None:
            fresh[DATA] = encode(sections["data"], self._packed(data))
        if commits is not None:
            fresh[COMMITS] = encode(sections["commits"], tuple(commits))
        named = self._changed_named(held["extras"], stored)
        payload = stored.written(fresh, named)
        if len(payload) > self.limits.payload:
            raise EncodeError(f"a payload of {len(payload)} bytes", path="")
        return payload

    def name_of(self, of: type) -> str:
        """
        Return the name under which the host keeps a section of this class.

        Raises:
            UsageError: If there is none, or more than one.
        """
        named = self._coding.named.items()
        names = [name for name, (section, _) in named if section.of is of]
        if len(names) != 1:
            which = "no section" if not names else f"several sections: {names}"
            raise UsageError(f"{of.__name__} is the class of {which}")
        return names[0]

    def pack_section(self, checkout: Checkout, name: str) -> bytes:
        """
        Encode one section by itself; empty where nothing of it would be stored.

        Args:
            name: A section's, or ``extras/`` and the name of a host's own.

        Raises:
            EncodeError: If something in it has no encoding, or it is too large.
        """
        own = _own_name(name)
        if own is not None:
            value = checkout.extras.get(own)
            return b"" if value is None else self._coding.encode_named(own, value, 1)
        section = self._coding.sections[name]
        return self._coding.encode(section, getattr(checkout, name)) or b""

    def unpack_section(self, name: str, body: bytes) -> object:
        """
        Decode what `pack_section` has encoded.

        Raises:
            DecodeError: If it is not what this section holds.
        """
        own = _own_name(name)
        if own is not None:
            return self._coding.decode_named(own, body)[0] if body else None
        section = self._coding.sections[name]
        if not body:
            return section.default
        return self._coding.decode(section, body, self.schema)

    def pack_value(self, value: object, path: str = "") -> bytes:
        """
        Encode one value of the host's data; equal bytes mean that it is unchanged.

        Args:
            path: JSON Pointer to where it stands, for the error.

        Raises:
            EncodeError: If it is no plain value, or too large.
        """
        return pack_value(value, path, self.limits)

    def _changed_sections(
        self, held: Mapping[str, object], read: Mapping[str, object]
    ) -> dict[int, bytes | None]:
        fresh = {}
        coding = self._coding
        sections = coding.sections
        for name, value in held.items():
            if name in sections and value is not read.get(name, _UNREAD):
                section = sections[name]
                fresh[section.number] = coding.encode(section, value)
        return fresh

    def _packed(self, data: Mapping[Any, object]) -> Mapping[str, bytes]:
        if not all(isinstance(key, str) for key in data):
            raise EncodeError("keys of data are texts", path="/data")
        return {
            str.__str__(key): pack_value(value, pointer("data", key), self.limits)
            for key, value in data.items()
        }

    def _changed_named(
        self, extras: Extras, stored: StoredSections
    ) -> dict[str, bytes | None]:
        changed: Mapping[str, object | None] = extras.changed
        if extras is NO_EXTRAS and not stored.layout.named:
            return {}
        if extras.source is not stored:
            # These come from elsewhere, and take the place of all that is stored.
            changed = {**dict.fromkeys(stored.known_names()), **extras}
        return {
            name: None
            if value is None
            else self._coding.encode_named(name, value, stored.version(name))
            for name, value in changed.items()
        }

    def _upgraded(self, stored: StoredSections) -> StoredSections:
        schema = stored.layout.schema
        if not any(number in self._upgrades for number in range(schema, self.schema)):
            return stored
        places, unpack = stored.layout.places, self._coding.unpack
        try:
            values = upgraded(
                {
                    name: unpack(stored.body(places[number]))
                    for name, number in NUMBERS.items()
                    if number in places
                },
                schema,
                self.schema,
                self._upgrades,
            )
            fresh = {
                number: pack(values[name]) if name in values else None
                for name, number in NUMBERS.items()
            }
        except FAULTS as error:
            raise DecodeError(
                f"schema {schema} cannot be upgraded: {type(error).__name__}",
                reason="bad_upgrade",
                schema=schema,
            ) from error
        return self.decode(stored.written(fresh, {})).stored


def _own_name(name: str) -> str | None:
    return name.removeprefix(EXTRAS) if name.startswith(EXTRAS) else None
