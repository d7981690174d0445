"""
The numbers of the sections in a payload.

A number names one section for ever: when a section goes, its number is not given again.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["COMMITS", "DATA", "NAMED", "NUMBERS"]

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
    }
)
"""The sections of the state, 1 to 99."""

DATA: Final = 100
"""The host's plain data."""

COMMITS: Final = 101
"""Ids of the last commits."""

NAMED: Final = 128
"""A host's typed section, which has its name inside; the only number that repeats."""
