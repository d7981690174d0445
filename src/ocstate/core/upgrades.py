"""
How sections of older schemas become what they are today.

The schema number counts changes of what sections mean. Within a format such a change
never moves or reuses a place: fields come behind those that are there, sections get
new numbers. So an older version still reads what a newer one wrote, and an upgrade
fills in what the older one could not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["SCHEMA", "UPGRADES", "Upgrade", "upgraded"]

SCHEMA: Final = 1
"""The number of today's schema."""

Upgrade = Callable[[Mapping[str, object]], Mapping[str, object]]
"""From the stored sections of one schema to those of the next: plain MessagePack values
by name, arrays as tuples. A pure function; a name that it leaves out is not stored."""

UPGRADES: Final[Mapping[int, Upgrade]] = MappingProxyType({})
"""By the schema that an upgrade starts from."""


def upgraded(
    values: Mapping[str, object],
    schema: int,
    newest: int,
    upgrades: Mapping[int, Upgrade],
) -> Mapping[str, object]:
    """
    Take *values* from one schema to the newest, step by step.
    """
    for number in range(schema, newest):
        if number in upgrades:
            values = upgrades[number](values)
    return values
