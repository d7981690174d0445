"""
What a block has asked for, so that it can be decided again on a newer state.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from attrs import field, frozen

from ocstate.checkout import Checkout, Command
from ocstate.core.demands import described
from ocstate.exceptions import UsageError

Then = Callable[[Checkout, Checkout, Command], Checkout]
"""What follows from an accepted command: before, after and the command; pure."""


@frozen
class Entry:
    """
    One accepted command, so that it can be decided again on a newer state.
    """

    command: Command
    then: Then | None = field(default=None, repr=False)

    def followed(self, before: Checkout, after: Checkout) -> Checkout:
        """
        Return what the block goes on with, after what follows from the command.

        Raises:
            UsageError: If *then* returns no checkout.
        """
        if self.then is None:
            return after
        return _checkout(self.then(before, after, self.command))


def _checkout(found: object) -> Checkout:
    if isinstance(found, Checkout):
        return found
    if isinstance(found, Coroutine):
        found.close()
    raise UsageError(
        f"then returned {described(found)}: it has to return the checkout to go on "
        "with, as in after.evolve(…), or after itself"
    )
