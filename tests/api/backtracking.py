"""
Regular expressions matched step by step, as Python's own engine does, and counted.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from re import _constants as op
from re import _parser as parser

_Then = Callable[[int], bool]

MOST = 20_000
"""Steps after which nobody has to count on."""

_BLANKS = " \t\n\r\f\v"
_DIGITS = "0123456789"


def parsed(pattern: re.Pattern) -> list:
    """
    Return the parts of a pattern, those of bytes as those of the same text.
    """
    source = pattern.pattern
    text = source if isinstance(source, str) else source.decode("latin-1")
    return list(parser.parse(text, pattern.flags & ~(re.UNICODE | re.ASCII)))


def sample(parts: list) -> str:
    """
    Return a short text that the parts match, for attacks to begin with.
    """
    return "".join(_sampled(kind, given) for kind, given in parts)


def _sampled(kind, given) -> str:
    match kind:
        case op.LITERAL:
            return chr(given)
        case op.ANY | op.NOT_LITERAL:
            return "z"
        case op.IN:
            own = [chr(each[0]) for is_, each in given if is_ is op.RANGE]
            own += [chr(each) for is_, each in given if is_ is op.LITERAL]
            return next(e for e in [*'a0 ="[;z', *own] if _holds(given, e, False))
        case op.BRANCH:
            return sample(list(given[1][0]))
        case op.SUBPATTERN:
            return sample(list(given[3]))
        case op.AT:
            return ""
    low, high, inner = given
    return sample(list(inner)) * max(low, min(high, 1))


def steps(pattern: re.Pattern, text: str, *, anywhere: bool) -> int:
    """
    Count the parts that are tried to match the whole text, or to find all in it.
    """
    matcher = _Matcher(pattern, text)
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        start = 0
        while start <= len(text):
            end = matcher.end(start, whole=not anywhere)
            if not anywhere:
                break
            start = start + 1 if end is None else max(end, start + 1)
    except _TooManyError:
        pass
    finally:
        sys.setrecursionlimit(depth)
    return matcher.count


class _TooManyError(Exception):
    """
    An expression has gone back and forth long enough.
    """


def end(pattern: re.Pattern, text: str) -> int | None:
    """
    Return where a match at the beginning of a text ends.
    """
    return _Matcher(pattern, text).end(0, whole=False)


class _Matcher:
    """
    A text, and how many parts were tried on it.
    """

    def __init__(self, pattern: re.Pattern, text: str) -> None:
        self.count = 0
        self._parts = parsed(pattern)
        self._folds = bool(pattern.flags & re.IGNORECASE)
        self._lines = bool(pattern.flags & re.MULTILINE)
        self._text = text

    def end(self, start: int, *, whole: bool) -> int | None:
        """
        Return where a match that begins at *start* ends.
        """
        ends: list[int] = []

        def then(at: int) -> bool:
            if not whole or at == len(self._text):
                ends.append(at)
            return bool(ends)

        self._match(self._parts, 0, start, then)
        return ends[0] if ends else None

    def _match(self, parts: list, index: int, at: int, then: _Then) -> bool:
        self.count += 1
        if self.count > MOST:
            raise _TooManyError
        if index == len(parts):
            return then(at)
        kind, given = parts[index]

        def following(end: int) -> bool:
            return self._match(parts, index + 1, end, then)

        match kind:
            case op.BRANCH:
                return any(self._match(list(e), 0, at, following) for e in given[1])
            case op.SUBPATTERN:
                return self._match(list(given[3]), 0, at, following)
            case op.AT:
                return self._stands(given, at) and following(at)
            case op.MAX_REPEAT:
                return self._repeat(*given, 0, at, following)
            case op.POSSESSIVE_REPEAT:
                return self._possess(*given, at, following)
        here = self._text[at : at + 1]
        return (
            bool(here)
            and _holds([(kind, given)], here, self._folds)
            and following(at + 1)
        )

    def _repeat(self, low, high, inner, done: int, at: int, then: _Then) -> bool:
        def again(end: int) -> bool:
            return end > at and self._repeat(low, high, inner, done + 1, end, then)

        if done < high and self._match(list(inner), 0, at, again):
            return True
        return done >= low and then(at)

    def _possess(self, low, high, inner, at: int, then: _Then) -> bool:
        done, ends = 0, [at]
        while done < high and self._match(
            list(inner), 0, ends[-1], lambda end: not ends.append(end)
        ):
            done += 1
        return done >= low and then(ends[-1])

    def _stands(self, where, at: int) -> bool:
        before, after = self._text[:at], self._text[at:]
        match where:
            case op.AT_BEGINNING_STRING:
                return not before
            case op.AT_END_STRING:
                return not after
            case op.AT_BEGINNING:
                return not before or (self._lines and before.endswith("\n"))
        return after in ("", "\n") or (self._lines and after.startswith("\n"))


def _holds(items, here: str, folds: bool) -> bool:
    if folds:
        return any(_holds(items, each, False) for each in {here.lower(), here.upper()})
    negated = items[0][0] is op.NEGATE
    return any(_is(kind, given, here) for kind, given in items[negated:]) is not negated


def _is(kind, given, here: str) -> bool:
    match kind:
        case op.LITERAL:
            return ord(here) == given
        case op.NOT_LITERAL:
            return ord(here) != given
        case op.RANGE:
            return given[0] <= ord(here) <= given[1]
        case op.IN:
            return _holds(given, here, False)
        case op.ANY:
            return True
    named = str(given).removeprefix("CATEGORY_")
    known = {"SPACE": _BLANKS, "DIGIT": _DIGITS}[named.removeprefix("NOT_")]
    return (here in known) is not named.startswith("NOT_")


def attacks(pattern: re.Pattern) -> Iterator[tuple[str, str]]:
    """
    Yield beginnings and repetitions that may lead the engine back and forth.
    """
    begun = sample(parsed(pattern))
    found = dict.fromkeys(f"{begun} a0")
    marks = sorted(found, key=lambda each: each.isalnum() and each not in "a0")[:7]
    units = [*marks, *(one + two for one in marks for two in marks if one != two)]
    # An escaped quote begins a text again, for whoever comes in the midst of one.
    units += ['\\"', '"\\']
    for length in range(len(begun) + 1):
        for unit in units:
            yield begun[:length], unit
