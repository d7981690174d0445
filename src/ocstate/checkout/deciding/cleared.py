"""
Sections taken back to what they are in the beginning.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from ocstate.checkout.root import Checkout
from ocstate.checkout.state import Changes, State
from ocstate.exceptions import DecodeError

__all__ = ["cleared"]

_BEGINNING: Final = State()


def cleared(checkout: Checkout, sections: Iterable[str]) -> Checkout:
    """
    Return *checkout* without what is in some sections; itself if there is nothing.

    A section that cannot be read is cleared like any other: this is how it is got rid
    of.
    """
    changes = {
        name: getattr(_BEGINNING, name)
        for name in sections
        if not _is_clear(checkout, name)
    }
    return checkout.evolve(**cast(Changes, changes)) if changes else checkout


def _is_clear(checkout: Checkout, name: str) -> bool:
    try:
        return bool(getattr(checkout, name) == getattr(_BEGINNING, name))
    except DecodeError:
        return False
