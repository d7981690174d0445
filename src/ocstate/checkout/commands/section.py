"""
A host's own commands.
"""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable


@runtime_checkable
class SectionCommand(Protocol):
    """
    A host's own command on one of its own sections.

    It goes through the same deciding, encoding and deciding again as all others.
    """

    section: ClassVar[str]

    def apply(self, value: object | None, /) -> object | None:
        """
        Return what becomes of the section; None removes it. Must be pure.

        Args:
            value: The section as it is, None when there is none.

        Raises:
            CommandRefused: To leave everything as it is.
        """
        ...
