"""
What type checkers must accept and refuse of errors and problems; never run.

An ignore that nothing needs is an error itself (``warn_unused_ignores``), so each one
asserts that its line does not type-check.
"""

from __future__ import annotations

from typing import assert_type

from ocstate.exceptions import (
    CommandRefused,
    ConfigurationError,
    ConflictError,
    DecodeError,
    EncodeError,
    OcstateError,
    StoreUnavailableError,
    UsageError,
)
from ocstate.problem import Problem, pointer


def facts_are_attributes(
    refused: CommandRefused,
    conflict: ConflictError,
    unreadable: DecodeError,
    unavailable: StoreUnavailableError,
) -> None:
    """
    Accept: what an error knows has a type, so that handlers need no text.
    """
    assert_type(refused.problems, tuple[Problem, ...])
    assert_type(refused.problems[0].fix, tuple[str, ...])
    assert_type(conflict.expected, int | None)
    assert_type(unreadable.reason, str)
    assert_type(pointer("cart", 2), str)
    if unavailable.outcome == "unknown":
        raise refused


def builtin_handlers_catch(problem: ValueError | RuntimeError | TypeError) -> None:
    """
    Accept: handlers of the builtin kinds catch ocstate's errors of those kinds.
    """
    builtin_handlers_catch(ConfigurationError("no such store"))
    builtin_handlers_catch(UsageError("the block has ended"))
    builtin_handlers_catch(EncodeError("no encoding", path="/cart"))
    builtin_handlers_catch(OcstateError("any"))  # type: ignore[arg-type]


def misuse() -> None:
    """
    Refuse: unknown outcomes and severities, facts by position, changed problems.
    """
    StoreUnavailableError("timed out", outcome="maybe")  # type: ignore[arg-type]
    StoreUnavailableError("timed out")  # type: ignore[call-arg]
    EncodeError("no encoding", "/cart")  # type: ignore[call-arg]
    Problem("too_short", severity="fatal")  # type: ignore[arg-type]
    Problem("too_short", "/city", {"minimum": 2})  # type: ignore[call-arg]
    Problem("too_short", params={"minimum": [2]})  # type: ignore[dict-item]
    Problem("too_short").code = "too_long"  # type: ignore[misc]
    CommandRefused("too_short")  # type: ignore[arg-type]
