"""
What a block has asked for, so that it can be decided again on a newer state.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from ocstate.checkout import Checkout, Command

__all__ = ["Entry", "Then"]

Then = Callable[[Checkout, Checkout, Command], Checkout]
"""What follows from an accepted command: before, after and the command; pure."""


@frozen
class Entry:
    """
    One accepted command, so that it can be decided again on a newer state.
    """

    command: Command
    then: Then | None = field(default=None, repr=False)
