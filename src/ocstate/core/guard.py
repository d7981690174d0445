"""
What a block lets happen, and when: it ends once, and decides one command at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Never

from ocstate.exceptions import UsageError

_OVER = (
    "the session's block is over: nothing can change it now; "
    "open another one with sessions.open(session.token)"
)
_NEVER_READ = (
    "the session's block is over, and nobody looked at it in the block: read what is "
    "needed, such as session.checkout, before the block ends, or in a stream before "
    "the response starts"
)
_BUSY = (
    "a command of this session is still being decided: a session belongs to one thread "
    "or task, so do one after another (await each do), or open a block for each"
)


def refusing(right: str) -> Callable[..., Never]:
    """
    Make the method that a block of the other kind would call.

    Args:
        right: The statement to write instead.
    """

    def refuse(*_: object) -> Never:
        raise UsageError(f"write: {right} sessions.open(token) as session")

    return refuse


def changed_by_commands(_: object, value: object) -> Never:
    """
    Refuse that a checkout is put into a session.

    Raises:
        UsageError: Always.
    """
    raise UsageError(
        "a checkout is changed by commands: write session.do(…), such as "
        "session.do(AddLine(product_id=42))"
    )


class Guard:
    """
    Tells what is wrong with what is wanted of a block at the wrong moment.

    Attributes:
        is_closed: Whether the block is over.
    """

    __slots__ = ("_is_busy", "is_closed")

    def __init__(self) -> None:
        self._is_busy = False
        self.is_closed = False

    def require_open(self) -> None:
        """
        Make sure that the block is not over.

        Raises:
            UsageError: If it is.
        """
        if self.is_closed:
            raise UsageError(_OVER)

    def require_readable(self) -> None:
        """
        Make sure that the block is not over before anybody has looked at it.

        Raises:
            UsageError: If it is.
        """
        if self.is_closed:
            raise UsageError(_NEVER_READ)

    def require_idle(self) -> None:
        """
        Make sure that nothing is being read or decided at this moment.

        Raises:
            UsageError: If it is.
        """
        if self._is_busy:
            raise UsageError(_BUSY)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """
        Let nobody else read or decide meanwhile: what one of the two did would be lost.

        Raises:
            UsageError: If somebody does already.
        """
        self.require_idle()
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False
