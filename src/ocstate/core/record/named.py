"""
A host's own typed sections, which carry their name with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from ocstate.checkout.values.state import SECTIONS
from ocstate.core.record.packing import Buffer
from ocstate.core.record.shapes import Misfit
from ocstate.exceptions import ConfigurationError

LONGEST_NAME: Final = 64
"""Bytes of a name in UTF-8."""

_ARRAY_OF_3: Final = 0x93
_SHORT_TEXT: Final = 0xA0
_LONGEST_SHORT_TEXT: Final = 31
_TEXT_8: Final = 0xD9


@frozen
class HostSection:
    """
    A host's section whose meaning has changed since it was first stored.

    A plain class will do as long as fields are only added, behind the others and with
    defaults.

    Attributes:
        of: The class of its values: a frozen attrs class, or what else cannot be
            changed in place (frozen dataclasses, enums, tuples, frozensets, `Mapping`).
            This goes for what it holds, too. Any other class of the host's is trusted.
        version: Today's number, 1 for a section that never changed its meaning.
        upgrades: By the version they start from, functions from the plain MessagePack
            value of one version to that of the next.
    """

    of: type
    version: int = 1
    upgrades: Mapping[int, Callable[[object], object]] = field(
        default=MappingProxyType({}), kw_only=True, hash=False
    )

    def __attrs_post_init__(self) -> None:
        if self.version < 1:
            raise ConfigurationError("HostSection.version counts from 1")

    def upgraded(self, value: object, version: int) -> object:
        """
        Take a plain value from its version to today's.
        """
        for number in range(version, self.version):
            if number in self.upgrades:
                value = self.upgrades[number](value)
        return value


def require_name(name: str) -> None:
    """
    Make sure that *name* can name a section.

    Raises:
        ConfigurationError: If it is empty, too long, or a section of the checkout.
    """
    if name in SECTIONS:
        raise ConfigurationError(f"{name!r} is a section of the checkout already")
    if not 0 < len(name.encode()) <= LONGEST_NAME:
        raise ConfigurationError(
            f"the name of a section has from 1 to {LONGEST_NAME} bytes: {name!r}"
        )


def read_name(body: Buffer) -> str:
    """
    Read the name of a named section, and nothing else of it.

    Raises:
        Misfit: If it does not begin as a named section does.
        UnicodeDecodeError: If the name is no UTF-8.
        IndexError: If it is cut off.
    """
    if body[0] != _ARRAY_OF_3:
        raise Misfit("an array of three expected")
    size, start = body[1] - _SHORT_TEXT, 2
    if body[1] == _TEXT_8:
        size, start = body[2], 3
    elif not 0 <= size <= _LONGEST_SHORT_TEXT:
        raise Misfit("a name expected")
    return bytes(body[start : start + size]).decode()
