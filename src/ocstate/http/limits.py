"""
How much a client may send.
"""

from __future__ import annotations

from attrs import fields, frozen

from ocstate.exceptions import ConfigurationError


@frozen(kw_only=True)
class Limits:
    """
    Bounds that are checked before work is done; what exceeds one is refused whole.

    Attributes:
        body: Bytes of a body. Adapters stop reading there.
        headers: How many header fields a request may have.
        header_bytes: Bytes of all header fields together.
        query: Bytes of a query.
        fields: Values in a query or a body; PHP drops what exceeds its own 1000
            silently, so a client never had more.
        depth: Brackets behind a name, or levels of a JSON body.
        name: Characters of one field's whole name.
    """

    body: int = 1024 * 1024
    headers: int = 100
    header_bytes: int = 16 * 1024
    query: int = 8 * 1024
    fields: int = 1000
    depth: int = 8
    name: int = 200

    def __attrs_post_init__(self) -> None:
        for each in fields(Limits):
            if getattr(self, each.name) < 1:
                raise ConfigurationError(f"Limits.{each.name} must be at least 1")


DEFAULT_LIMITS = Limits()
