"""
What every stored value of the domain shares: it carries what a later version added.
"""

from __future__ import annotations

from attrs import field, frozen


@frozen(kw_only=True)
class Part:
    """
    A value that survives the round trip through an older version.

    Attributes:
        unknown: Fields that a later version put behind the known ones, in its order.
            They are written back as they were, and follow the value through `evolve`.
    """

    unknown: tuple[object, ...] = field(default=(), repr=False)
