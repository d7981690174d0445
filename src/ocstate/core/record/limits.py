"""
`Limits`, how much a payload may hold.
"""

from __future__ import annotations

from attrs import fields, frozen

from ocstate.exceptions import ConfigurationError

LARGEST_PAYLOAD = 0xFFFF_FFFF
"""Bytes; what the section table can count."""


@frozen(kw_only=True)
class Limits:
    """
    What is refused as too large, on the way in and on the way out.

    A payload is measured before anything of it is decoded, a length that it claims
    before memory is taken for it.

    Attributes:
        payload: Bytes of a whole payload.
        section: Bytes of one section.
        text: Bytes of one text in UTF-8.
        lines: Lines of a cart.
        items: Entries of one array or map.
        depth: Containers inside each other in one value of the host's data, or in
            fields that a later version added.
    """

    payload: int = 1 << 20
    section: int = 1 << 19
    text: int = 1 << 16
    lines: int = 10_000
    items: int = 10_000
    depth: int = 32

    def __attrs_post_init__(self) -> None:
        for one in fields(type(self)):
            if not 0 < getattr(self, one.name) <= LARGEST_PAYLOAD:
                raise ConfigurationError(
                    f"Limits.{one.name} must be from 1 to {LARGEST_PAYLOAD}"
                )
