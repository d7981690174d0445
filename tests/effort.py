"""
How hard tests try: as hard as they can in ``.ci/run``, hard enough elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

THOROUGH = bool(os.environ.get("CI"))


def rounds(number: int) -> int:
    """
    Return how often to do what is done *number* times where nobody waits for it.
    """
    return number if THOROUGH else max(2, number // 5)


def some_of(places: Sequence[T]) -> Sequence[T]:
    """
    Return all places, or some of them, evenly spread, with the first and the last.
    """
    step = 1 if THOROUGH else max(1, len(places) // 40)
    return [*places[:-1:step], *places[-1:]]
