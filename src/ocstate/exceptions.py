"""
Every error that ocstate raises, and who has to act on it.

::

    OcstateError
    ├── ConfigurationError (ValueError)    you built it wrongly: raised on creation
    ├── UsageError (RuntimeError)          you called it at the wrong moment
    ├── CommandRefused                     the domain said no; .problems says why
    ├── EncodeError (TypeError)            a value has no place in a record; .path
    ├── DecodeError                        a record cannot be read; .schema, .reason
    ├── ConflictError                      somebody else committed first
    ├── GoneError                          deleted, revoked or expired meanwhile
    └── StoreError                         the backend failed; __cause__ is the driver's
        └── StoreUnavailableError          could be tried again; .outcome

A missing, forged, malformed or expired token is no error: the caller gets a fresh
session, and the reason as a fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ocstate.problem import Problem

__all__ = [
    "CommandRefused",
    "ConfigurationError",
    "ConflictError",
    "DecodeError",
    "EncodeError",
    "GoneError",
    "OcstateError",
    "Outcome",
    "StoreError",
    "StoreUnavailableError",
    "UsageError",
]

Outcome = Literal["unknown", "not applied"]


class OcstateError(Exception):
    """
    Catch this to catch everything that ocstate raises on purpose.

    Errors can be pickled and copied, so that they cross from one process to another.
    """

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (type(self), self.args, dict(self.__dict__))


class ConfigurationError(OcstateError, ValueError):
    """
    Something was built wrongly.

    Raised on creation, never while a request is served.
    """


class UsageError(OcstateError, RuntimeError):
    """
    Something was called at the wrong moment, such as a change after the block's end.
    """


class CommandRefused(OcstateError):  # noqa: N818 - a refusal is an answer, not a fault
    """
    The domain refused a command, and the session is as it was.

    Attributes:
        problems: Everything that is wrong, never only the first of many.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(str(problem) for problem in self.problems))


class EncodeError(OcstateError, TypeError):
    """
    A value has no encoding or exceeds a limit, so nothing was written.

    Attributes:
        path: JSON Pointer (RFC 6901) to the value inside the session.
    """

    def __init__(self, message: str, *, path: str) -> None:
        self.path = path
        super().__init__(f"{message} at {path or '/'}")


class DecodeError(OcstateError):
    """
    A stored record cannot be read by this version; it stays where it is.

    Attributes:
        reason: A stable code, such as ``"truncated"`` or ``"newer_format"``.
        schema: The record's schema number, or None where even that is unreadable.
    """

    def __init__(self, message: str, *, reason: str, schema: int | None = None) -> None:
        self.reason = reason
        self.schema = schema
        super().__init__(message)


class ConflictError(OcstateError):
    """
    Somebody else committed first, and the change cannot be decided again.

    Attributes:
        expected: The version the writer had seen, None where it expected no record.
        current: What is stored now, where the raiser knows it: a store never does.
    """

    def __init__(
        self, message: str, *, expected: int | None = None, current: object = None
    ) -> None:
        self.expected = expected
        self.current = current
        super().__init__(message)

    def __reduce__(self) -> tuple[object, ...]:
        # The newest state belongs to the process that has read it.
        facts = {**self.__dict__, "current": None}
        return _restored, (type(self), self.args, facts)


class GoneError(OcstateError):
    """
    The session was deleted, revoked or expired meanwhile; nothing was written.

    Attributes:
        reason: Why it is gone where that is known (``"idle"``, ``"lifetime"``,
            ``"rotated"``, ``"unreadable"``, ``"revoked"``, or the reason that was
            given to ``revoke``, such as ``"logout"``), else ``"unknown"``.
    """

    def __init__(self, message: str, *, reason: str = "unknown") -> None:
        self.reason = reason
        super().__init__(message)


class StoreError(OcstateError):
    """
    The backend failed in a way that repeating will not mend.

    The driver's own exception is ``__cause__``.
    """


class StoreUnavailableError(StoreError):
    """
    The backend did not answer in time or not at all; trying again may help.

    Attributes:
        outcome: ``"not applied"`` when nothing was written for certain,
            ``"unknown"`` when the write may have happened.
    """

    def __init__(self, message: str, *, outcome: Outcome) -> None:
        self.outcome: Outcome = outcome
        super().__init__(message)


def _restored(
    kind: type[OcstateError], args: tuple[object, ...], facts: dict[str, object]
) -> OcstateError:
    """
    Make an error again that was pickled or copied.
    """
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(facts)
    return error
