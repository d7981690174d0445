"""
What is known of a record that cannot be read.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.exceptions import DecodeError
from ocstate.protocols import Record, Retired

__all__ = ["Damaged", "Found"]

Found = Record | Retired | DecodeError | None
"""What stands under a key; the error where the store cannot read it."""


@frozen
class Damaged:
    """
    A record that is left as it is, unless somebody ends its session.

    Attributes:
        version: None where not even that is known.
        ends_at: The absolute end, None where that is not known either.
    """

    key: str = field(repr=False)
    version: int | None = None
    ends_at: float | None = None

    @classmethod
    def of(cls, record: Record) -> Damaged:
        """
        Note what is known of a record whose payload is spoiled.
        """
        return cls(record.key, record.version, record.ends_at)
