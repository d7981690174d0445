"""
How a commit waits for others: in a queue of this process, or a moment at random.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ocstate.core.flow import Flow, pause, queue
from ocstate.core.setup import Setup
from ocstate.exceptions import ConflictError, StoreError

T = TypeVar("T")

_FIRST_PAUSE = 0.001
_LONGEST_PAUSE = 0.05
_DOUBLINGS = 16


def patiently(
    setup: Setup, key: str | None, attempt: Callable[[], Flow[T | ConflictError]]
) -> Flow[T]:
    """
    Attempt until it comes out without a conflict, and let who came before go first.

    Whoever had a conflict queues, or finds a queue. So within this process
    nobody is overtaken by more than those who were writing already when they came; the
    first ones of several processes pause at random between their attempts.

    A write that got lost is tried again once. Whoever fails twice has met a
    backend that does not work, and nobody who was first.

    Raises:
        ConflictError: The last one, when the patience of *setup* is over.
        StoreError: If the backend failed, and not for the first time.
    """
    world, patience = setup.world, setup.patience
    ends_at = world.monotonic() + patience
    turn = None if key is None else (yield from queue(key, patience, behind=True))
    number = 0
    lost: StoreError | None = None
    try:
        while isinstance(
            outcome := (yield from _once_more(attempt, lost)), ConflictError
        ):
            if isinstance(outcome.__cause__, StoreError):
                lost = outcome.__cause__
            left = ends_at - world.monotonic()
            if left <= 0:
                raise lost or outcome
            if turn is None and key is not None:
                turn = yield from queue(key, left)
            else:
                number += 1
                yield from pause(world.draw() * _window(number))
        return outcome
    finally:
        if turn is not None:
            turn.leave()


def _once_more(
    attempt: Callable[[], Flow[T | ConflictError]], lost: StoreError | None
) -> Flow[T | ConflictError]:
    """
    Attempt; what fails after a write that got *lost* is told as that one's failure.

    Of the earlier write it stays unknown what becomes of it.
    """
    try:
        outcome = yield from attempt()
    except StoreError as error:
        raise lost or error from (lost or error).__cause__
    if lost is not None and isinstance(outcome, ConflictError) and outcome.__cause__:
        raise lost
    return outcome


def _window(number: int) -> float:
    """
    Return from how many seconds a pause is drawn.
    """
    return min(_FIRST_PAUSE * 2.0 ** min(number, _DOUBLINGS), _LONGEST_PAUSE)
