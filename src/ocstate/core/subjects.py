"""
Whose session it is, as texts that stores can look up.
"""

from __future__ import annotations

import re

from ocstate.exceptions import UsageError

__all__ = ["require_subject", "with_subject", "without_kind"]

_FORM = re.compile(r"[a-z][a-z0-9_]*:\S+", re.ASCII)


def require_subject(subject: str) -> None:
    """
    Make sure that *subject* is kind and number, joined by a colon.

    Raises:
        UsageError: If it is anything else.
    """
    if not _is_subject(subject):
        raise UsageError(
            f"a subject is kind and number, such as 'customer:123', not {subject!r}"
        )


def _is_subject(given: object) -> bool:
    return isinstance(given, str) and _FORM.fullmatch(given) is not None


def with_subject(subjects: tuple[str, ...], subject: str) -> tuple[str, ...]:
    """
    Return *subjects* with *subject* in the place of the one of its kind.
    """
    return (*without_kind(subjects, subject.partition(":")[0]), subject)


def without_kind(subjects: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """
    Return *subjects* without the one of *kind*.
    """
    return tuple(one for one in subjects if one.partition(":")[0] != kind)
