"""
What every section of one codec looks like: its number, its default, its functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import cast, get_type_hints

from attrs import fields, frozen
from cattrs import Converter

from ocstate.checkout.values.cart import Cart
from ocstate.checkout.values.line import Row
from ocstate.checkout.values.state import SECTIONS, State
from ocstate.core.record.columns import CartShape
from ocstate.core.record.faults import FAULTS, decode_error, encode_error
from ocstate.core.record.hints import Hints, require_unchanging
from ocstate.core.record.limits import Limits
from ocstate.core.record.named import HostSection, require_name
from ocstate.core.record.packing import Buffer, pack, unpacker
from ocstate.core.record.sections import COMMITS, DATA, NUMBERS
from ocstate.core.record.shapes import Fold, Misfit, Shape, TooLarge
from ocstate.core.record.values import DATA_SHAPE
from ocstate.exceptions import ConfigurationError, EncodeError
from ocstate.problem import pointer

Observe = Callable[[str, str], object]
"""Is told ``"encode"`` or ``"decode"``, and what: a section's name, or ``"row"``."""


@frozen(kw_only=True)
class Section:
    """
    One section of the state.

    Attributes:
        default: What it is when it is not stored.
        default_body: How that would be written.
    """

    name: str
    number: int
    shape: Shape
    default: object
    default_body: bytes


class Coding:
    """
    The functions for all sections of one codec, made once.

    Attributes:
        schema: The number that is written, unless a later version has written a higher.
        limits: What is refused as too large.
        unpack: Reads one MessagePack value.
        sections: The sections of the state by name, and ``data``, the host's plain
            data, each value encoded by itself, and ``commits``, ids of the last ones.
        named: The host's own sections by name, each with its shape.
    """

    def __init__(
        self,
        named: Mapping[str, type | HostSection],
        schema: int,
        limits: Limits,
        converter: Converter,
        observe: Observe | None,
    ) -> None:
        self.schema = schema
        self.limits = limits
        self.unpack = unpacker(limits)
        self._observe = observe
        self._surely_readable = min(limits.text, limits.items)
        hints = Hints(converter, limits.depth)
        self._row = self._observed("row", hints.shape(Row)[0])
        hints.add(
            Cart,
            CartShape(
                limits=limits,
                row=self._row,
                pack_row=self._pack_row,
                build_row=self._build_row,
            ).shape(),
        )
        self.sections: Mapping[str, Section] = self._sections(hints)
        self.named = MappingProxyType(
            {name: self._named(hints, name, one) for name, one in named.items()}
        )

    def _sections(self, hints: Hints) -> dict[str, Section]:
        types = get_type_hints(State)
        defaults = {one.name: one.default for one in fields(State)}
        sections = {
            name: self._section(
                name, NUMBERS[name], hints.shape(types[name])[0], defaults[name]
            )
            for name in SECTIONS
        }
        nothing: Mapping[str, bytes] = MappingProxyType({})
        commits, _ = hints.shape(tuple[str, ...])
        sections["data"] = self._section("data", DATA, DATA_SHAPE, nothing)
        sections["commits"] = self._section("commits", COMMITS, commits, ())
        return sections

    def _section(
        self, name: str, number: int, shape: Shape, default: object
    ) -> Section:
        return Section(
            name=name,
            number=number,
            shape=self._observed(name, shape),
            default=default,
            default_body=pack(None if default is None else shape.pack(default)),
        )

    def _named(
        self, hints: Hints, name: str, one: type | HostSection
    ) -> tuple[HostSection, Shape]:
        require_name(name)
        section = one if isinstance(one, HostSection) else HostSection(one)
        try:
            shape = hints.shape(section.of)[0]
            require_unchanging(section.of)
        except ConfigurationError as error:
            raise ConfigurationError(f"section {name!r}: {error}") from error
        return section, self._observed(name, shape)

    def _observed(self, name: str, shape: Shape) -> Shape:
        observe = self._observe
        if observe is None:
            return shape

        def watch(verb: str, fold: Fold) -> Fold:
            def watched(value: object) -> object:
                observe(verb, name)
                return fold(value)

            return watched

        return Shape(
            watch("encode", shape.pack),
            watch("decode", shape.build),
            inside=shape.inside,
        )

    def encode(self, section: Section, value: object) -> bytes | None:
        """
        Encode a section; None when it is at its default and need not be stored.

        Raises:
            EncodeError: If something in it has no encoding, or it is too large.
            DecodeError: If stored rows that it takes over are out of order.
        """
        if value is section.default:
            return None
        try:
            body = pack(section.shape.pack(value))
            if len(body) > self._surely_readable:
                self._require_readable(body)
        except FAULTS as error:
            path = (section.name,)
            raise encode_error(
                error, path, section.shape, value, self._write
            ) from error
        return None if body == section.default_body else body

    def decode(self, section: Section, body: Buffer, schema: int) -> object:
        """
        Decode a section.

        Raises:
            DecodeError: If it is not what this section holds.
        """
        try:
            return section.shape.build(self.unpack(body))
        except FAULTS as error:
            raise decode_error(f"section {section.name}", error, schema) from error

    def encode_named(self, name: str, value: object, version: int) -> bytes:
        """
        Encode a host's section, under the later one of its two versions.

        Raises:
            EncodeError: If it is not registered, or something has no encoding.
        """
        if name not in self.named:
            raise EncodeError(
                f"section {name!r} is not registered", path=pointer("extras", name)
            )
        section, shape = self.named[name]
        try:
            return self._prove((name, max(version, section.version), shape.pack(value)))
        except FAULTS as error:
            path = ("extras", name)
            raise encode_error(error, path, shape, value, self._prove) from error

    def decode_named(self, name: str, body: Buffer) -> tuple[object, int]:
        """
        Decode a host's section; return the version that it was stored under too.

        Raises:
            DecodeError: If it is not what this section holds.
        """
        section, shape = self.named[name]
        try:
            match self.unpack(body):
                case (_, int(version), value, *_):
                    return shape.build(section.upgraded(value, version)), version
                case _:
                    raise Misfit("name, version and value expected")
        except FAULTS as error:
            raise decode_error(f"section {name}", error) from error

    def _pack_row(self, row: Row) -> bytes:
        body = pack(self._row.pack(row))
        if len(body) > self._surely_readable:
            self._require_readable(body)
        return body

    def _build_row(self, body: bytes) -> Row:
        try:
            return cast("Row", self._row.build(self.unpack(body)))
        except FAULTS as error:
            raise decode_error("a row of section cart", error) from error

    def _write(self, packed: object) -> bytes:
        body = pack(packed)
        if len(body) > self._surely_readable:
            self._require_readable(body)
        return body

    def _prove(self, packed: object) -> bytes:
        # A host's hooks may make anything, such as a map that has ids for keys.
        body = self._write(packed)
        self.unpack(body)
        return body

    def _require_readable(self, body: bytes) -> None:
        if len(body) > self.limits.section:
            raise TooLarge(f"{len(body)} bytes")
        # A text or an array may be too long only where the whole is long.
        self.unpack(body)
