"""
Fields held against their rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, cast

from attrs import evolve

from ocstate.checkout.rules.fields import (
    CHECKS,
    LONGEST_TEXT,
    Circumstance,
    FieldRule,
)
from ocstate.checkout.values.characters import (
    has_hidden,
    is_longer,
    is_visible,
    plain,
    trimmed,
)
from ocstate.problem import Problem

T = TypeVar("T")

_evolve: Callable[..., object] = evolve


def tidy(given: T, rules: Sequence[FieldRule]) -> T:
    """
    Return *given* without blanks at the ends of its texts; itself if there are none.

    Plain texts lose whatever is not seen in them.
    """
    changes: dict[str, str] = {}
    for rule in rules:
        content = getattr(given, rule.field)
        if isinstance(content, str):
            short = plain(content) if rule.kind == "plain" else trimmed(content)
            if short != content:
                changes[rule.field] = short
    return cast(T, _evolve(given, **changes)) if changes else given


def field_problems(
    given: object,
    rules: Sequence[FieldRule],
    circumstances: frozenset[Circumstance] = frozenset(),
) -> Iterator[Problem]:
    """
    Find what is wrong with the fields of one value, in the order of its rules.

    Args:
        circumstances: What the host said applies here.
    """
    for rule in rules:
        yield from content_problems(getattr(given, rule.field), rule, circumstances)


def content_problems(
    content: int | str | None,
    rule: FieldRule,
    circumstances: frozenset[Circumstance] = frozenset(),
) -> Iterator[Problem]:
    """
    Find what is wrong with one field; None is a field that may be left out.
    """
    is_required = rule.required == "always" or rule.required in circumstances
    if isinstance(content, str):
        yield from _text_problems(rule, content, is_required=is_required)
    elif content is not None:
        yield from _number_problems(rule, content, is_required=is_required)


def beyond(code: str, path: str, field: str, maximum: int) -> Problem:
    """
    Say that something is more than it may be.
    """
    return Problem.of(code, path, field=field, maximum=maximum)


def _number_problems(
    rule: FieldRule, number: int, *, is_required: bool
) -> Iterator[Problem]:
    if number < rule.minimum:
        yield _wrong(rule, "number_too_small", minimum=rule.minimum)
    elif number > rule.maximum:
        yield _wrong(rule, "number_too_large", maximum=rule.maximum)
    elif number == 0 and is_required:
        yield _wrong(rule, "required")


def _text_problems(
    rule: FieldRule, text: str, *, is_required: bool
) -> Iterator[Problem]:
    if is_longer(text, rule.maximum, in_bytes=LONGEST_TEXT):
        yield _wrong(rule, "too_long", maximum=rule.maximum)
        return
    if has_hidden(text, in_lines=rule.kind == "text"):
        yield _wrong(rule, "control_character")
    if not is_visible(text):
        if is_required:
            yield _wrong(rule, "required")
    elif is_required and len(text) < rule.minimum:
        yield _wrong(rule, "too_short", minimum=rule.minimum)
    elif not _passes(rule, text):
        yield _wrong(rule, rule.code)


def _passes(rule: FieldRule, text: str) -> bool:
    return (not rule.check or CHECKS[rule.check](text)) and (
        not rule.pattern or re.fullmatch(rule.pattern, text) is not None
    )


def _wrong(rule: FieldRule, code: str, **bounds: int) -> Problem:
    return Problem.of(code, rule.path, field=rule.field, **bounds)
