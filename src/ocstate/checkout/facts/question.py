"""
What can be asked of a host, and what it said, found by the question that it answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar, cast

from attrs import Factory, field, frozen

AnswerT_co = TypeVar("AnswerT_co", covariant=True)
AnswerT = TypeVar("AnswerT")


class Question(Generic[AnswerT_co]):
    """
    Something to be asked of a host; a frozen value, equal when it asks the same.
    """

    __slots__ = ()


_Answer = tuple[Question[object], object]


def _answers(given: Iterable[_Answer]) -> tuple[_Answer, ...]:
    return tuple(given)


def _first_by_question(facts: Facts) -> dict[Question[object], object]:
    return dict(reversed(facts.answers))


@frozen
class Facts:
    """
    What the host said, and when.

    Attributes:
        at: Seconds since the epoch; the only clock that rules ever see.
        answers: Pairs of a question and its answer; of equal questions, the first
            counts.
    """

    at: float
    answers: tuple[_Answer, ...] = field(default=(), converter=_answers, repr=False)
    _by_question: dict[Question[object], object] = field(
        init=False,
        eq=False,
        repr=False,
        default=Factory(_first_by_question, takes_self=True),
    )

    def answer(self, question: Question[AnswerT]) -> AnswerT | None:
        """
        Return the answer to an equal question, or None if it was not asked.

        A question that looks at a whole checkout equals every other of its type with
        the same code, for a round has one checkout.
        """
        return cast("AnswerT | None", self._by_question.get(question))

    def joined(self, other: Facts) -> Facts:
        """
        Return both, *other* being the newer.
        """
        return Facts(other.at, (*other.answers, *self.answers))


NOTHING_ASKED = Facts(0.0)
