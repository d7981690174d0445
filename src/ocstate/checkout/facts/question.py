"""
What everything that can be asked of a host has in common.
"""

from __future__ import annotations

from typing import Generic, TypeVar

AnswerT_co = TypeVar("AnswerT_co", covariant=True)


class Question(Generic[AnswerT_co]):
    """
    Something to be asked of a host; a frozen value, equal when it asks the same.
    """

    __slots__ = ()
