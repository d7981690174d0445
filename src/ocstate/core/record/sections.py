"""
The numbers of the sections in a payload, and how older schemas become today's.

A number names one section for ever: when a section goes, its number is not given again.

The schema number counts changes of what sections mean. Within a format such a change
never moves or reuses a place: fields come behind those that are there, sections get
new numbers. So an older version still reads what a newer one wrote, and an upgrade
fills in what the older one could not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

NUMBERS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "store_id": 1,
        "customer": 2,
        "payment_address": 3,
        "shipping_address": 4,
        "cart": 5,
        "shipping_quotes": 6,
        "shipping_method": 7,
        "payment_options": 8,
        "payment_method": 9,
        "currency": 10,
        "language": 11,
        "coupons": 12,
        "vouchers": 13,
        "gifts": 14,
        "reward": 15,
        "affiliate": 16,
        "comment": 17,
        "terms": 18,
        "attribution": 19,
        "order_id": 20,
        "confirmation": 21,
        "settings": 22,
        "told_shop": 23,
        "told_group": 24,
        "told_reward": 25,
        "attempt": 26,
        "ordered": 27,
        "shown": 28,
        "cancellation": 29,
    }
)
"""The sections of the state, 1 to 99."""

DATA: Final = 100
"""The host's plain data."""

COMMITS: Final = 101
"""Ids of the last commits."""

NAMED: Final = 128
"""A host's typed section, which has its name inside; the only number that repeats."""


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
