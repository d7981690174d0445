"""
Which of a shop's languages a client would rather read: ``Accept-Language``, matched.

A header is a list of ranges with qualities (RFC 9110 section 12.5.4). In the order of
their quality, the first range counts that finds a language: by basic filtering (RFC
4647 section 3.3.1), so that ``de`` finds ``de-de``; then by lookup (section 3.4), so
that ``de-AT`` finds ``de``; then in both ways among the names of a language's locale.
What the client excludes with a quality of 0 is not found by another range.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from attrs import frozen

from ocstate.checkout.values.knowledge import OfferedLanguage

ANY = "*"
"""The range that every language is in."""

_ITEM = re.compile(
    r"[ \t]*([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)[ \t]*"
    r"(?:;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?",
    re.IGNORECASE | re.ASCII,
)
_MOST_ITEMS = 50
_LONGEST_ITEM = 100
_ENCODING = re.compile(r"[.@].*", re.DOTALL)


@frozen
class LanguageRange:
    """
    One item of the header.

    Attributes:
        text: A language tag, or the beginning of one, in lower case; or ``*``.
        quality: From 0, which excludes it, to 1.
    """

    text: str
    quality: float = 1.0

    def covers(self, tag: str) -> bool:
        """
        Tell whether *tag*, in lower case, is in this range (RFC 4647 section 3.3.1).
        """
        return self.text in (ANY, tag) or tag.startswith(f"{self.text}-")


def parse_ranges(header: str) -> tuple[LanguageRange, ...]:
    """
    Read a header, the best first; an item that is none says nothing.

    Of a list without end only the beginning is read.
    """
    found: dict[str, LanguageRange] = {}
    for item in header.split(",", _MOST_ITEMS)[:_MOST_ITEMS]:
        match = _ITEM.fullmatch(item) if len(item) <= _LONGEST_ITEM else None
        if match is not None:
            one = LanguageRange(match[1].lower(), float(match[2] or 1))
            known = found.get(one.text, one)
            found[one.text] = max(known, one, key=lambda each: each.quality)
    return tuple(sorted(found.values(), key=lambda each: -each.quality))


def find_language(
    ranges: Sequence[LanguageRange], offered: Sequence[OfferedLanguage], default: str
) -> str | None:
    """
    Return the code of the language that *ranges* ask for.

    None if none of *offered* is asked for, or the shop's own is as good as any.

    Args:
        ranges: The best first.
        default: The shop's own language: of several that are as right, it counts, and
            else the first.
    """
    usual_first = sorted(offered, key=lambda one: one.code != default)
    allowed = [one for one in usual_first if not _is_excluded(ranges, one)]
    for one in ranges:
        found = next(_matching(one, allowed), None) if one.quality > 0 else None
        if found is not None:
            return None if one.text == ANY and found == default else found
    return None


def shortened(text: str) -> Iterator[str]:
    """
    Yield a range and what lookup makes of it, ever shorter (RFC 4647 section 3.4).
    """
    parts = text.split("-")
    while parts:
        yield "-".join(parts)
        parts.pop()
        while parts and len(parts[-1]) == 1:
            parts.pop()


def _matching(one: LanguageRange, allowed: Sequence[OfferedLanguage]) -> Iterator[str]:
    for tags_of in (_own_tag, _locale_tags):
        yield from _filtered(one, allowed, tags_of)
        yield from _looked_up(one, allowed, tags_of)


_TagsOf = Callable[[OfferedLanguage], Iterable[str]]


def _own_tag(language: OfferedLanguage) -> Iterable[str]:
    return (_tag(language.code),)


def _locale_tags(language: OfferedLanguage) -> Iterable[str]:
    return map(_tag, language.locale)


def _tag(name: str) -> str:
    # Locales of a system are written "de_DE.UTF-8@euro".
    return _ENCODING.sub("", name).strip().replace("_", "-").lower()


def _filtered(
    one: LanguageRange, allowed: Sequence[OfferedLanguage], tags_of: _TagsOf
) -> Iterator[str]:
    exact = [each.code for each in allowed if one.text in tags_of(each)]
    within = (each.code for each in allowed if any(map(one.covers, tags_of(each))))
    yield from exact
    yield from within


def _looked_up(
    one: LanguageRange, allowed: Sequence[OfferedLanguage], tags_of: _TagsOf
) -> Iterator[str]:
    for text in shortened(one.text):
        yield from (each.code for each in allowed if text in tags_of(each))


def _is_excluded(ranges: Sequence[LanguageRange], language: OfferedLanguage) -> bool:
    # The range that says the most of a language says whether it may be used.
    tag = _tag(language.code)
    about = [one for one in ranges if one.covers(tag)]
    closest = max(about, key=lambda one: len(one.text.strip(ANY)), default=None)
    return closest is not None and closest.quality == 0
