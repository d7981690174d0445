"""
Answers held against what is asked: options of a product, fields of the shop's own.

A *path* is where all the answers stand.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ocstate.checkout.facts import CustomFieldFact, OptionFact
from ocstate.checkout.rules.fields import LARGEST_NUMBER, LONGEST_TEXT, MOST_ENTRIES
from ocstate.checkout.values.characters import has_hidden, is_longer, is_visible
from ocstate.checkout.values.options import Options, OptionValue
from ocstate.problem import Param, Problem

LONGEST_MATCHED: Final = 255
"""Characters of a text that is held against a pattern: a bound for what that costs."""

MOMENTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "date": (r"\d{4}-\d\d-\d\d", "invalid_date"),
        "time": (r"\d\d:\d\d(:\d\d)?", "invalid_time"),
        "datetime": (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?", "invalid_datetime"),
    }
)
"""The form of each kind of moment, and what is reported when it is none."""

_CHOICES = frozenset({"select", "radio", "checkbox"})
_SEVERAL = frozenset({"checkbox"})
_IN_LINES = frozenset({"textarea"})


Asked = OptionFact | CustomFieldFact
"""One question of a form: an option of a product, or a field of the shop's own."""


def answer_problems(asked: Asked, answers: Options, path: str) -> Iterator[Problem]:
    """
    Find what is wrong with the answer to one question.

    An answer that is missing or empty is wrong where it is required, and nowhere
    else. ``0`` is an answer like any other.
    """
    if isinstance(asked, OptionFact):
        number = asked.product_option_id
    else:
        number = asked.custom_field_id
    code = _fault(asked, answers.get(number, ""))
    if code is not None:
        longest = LONGEST_TEXT if asked.pattern is None else LONGEST_MATCHED
        name = asked.name or str(number)
        yield _wrong(code, f"{path}/{number}", name, longest)


def unreadable_answers(answers: Options, path: str) -> Iterator[Problem]:
    """
    Find answers that no question could have: these are judged without a host.
    """
    if len(answers.items_) > MOST_ENTRIES:
        yield _wrong("too_many", path, path.rpartition("/")[2], MOST_ENTRIES)
        return
    for number, answer in answers.items():
        code = _unreadable(number, answer)
        if code is not None:
            limit = MOST_ENTRIES if code == "too_many" else LONGEST_TEXT
            yield _wrong(code, f"{path}/{number}", str(number), limit)


def _wrong(code: str, path: str, field: str, limit: int) -> Problem:
    params: dict[str, Param] = {"field": field}
    if code in ("too_long", "too_many"):
        params["maximum"] = limit
    return Problem(code, path, params=params)


def _unreadable(number: int, answer: OptionValue) -> str | None:
    several = answer if isinstance(answer, tuple) else (answer,)
    texts = [one for one in several if isinstance(one, str)]
    numbers = [number, *(one for one in several if isinstance(one, int))]
    if len(several) > MOST_ENTRIES:
        return "too_many"
    if any(abs(one) > LARGEST_NUMBER for one in numbers):
        return "unknown_choice"
    if any(is_longer(text, LONGEST_TEXT, in_bytes=LONGEST_TEXT) for text in texts):
        return "too_long"
    if any(has_hidden(text, in_lines=True) for text in texts):
        return "control_character"
    return None


def _fault(asked: Asked, answer: OptionValue) -> str | None:
    if answer in ("", ()):
        return "required" if asked.required else None
    if asked.kind in _CHOICES:
        return _choice_fault(asked, answer)
    if isinstance(answer, tuple):
        return "wrong_kind"
    return _text_fault(asked, str(answer))


def _choice_fault(asked: Asked, answer: OptionValue) -> str | None:
    if isinstance(answer, tuple) and asked.kind not in _SEVERAL:
        return "wrong_kind"
    chosen = answer if isinstance(answer, tuple) else (answer,)
    if asked.values is None:
        known = all(isinstance(one, int) and one > 0 for one in chosen)
    else:
        known = all(one in asked.values for one in chosen)
    return None if known else "unknown_choice"


def _text_fault(asked: Asked, text: str) -> str | None:
    if asked.pattern is not None and len(text) > LONGEST_MATCHED:
        return "too_long"
    if has_hidden(text, in_lines=asked.kind in _IN_LINES):
        return "control_character"
    if not is_visible(text):
        return "required" if asked.required else None
    if asked.kind in MOMENTS:
        form, code = MOMENTS[asked.kind]
        return None if _is_moment(form, text) else code
    if asked.pattern is not None and not _matches(asked.pattern, text):
        return "pattern_mismatch"
    return None


def _is_moment(form: str, text: str) -> bool:
    if re.fullmatch(form, text, re.ASCII) is None:
        return False
    try:
        if text[2] == ":":
            dt.time.fromisoformat(text)
        else:
            dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except (re.error, OverflowError, RecursionError):
        # What is no pattern cannot be missed by anybody.
        return True
