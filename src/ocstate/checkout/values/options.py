"""
What somebody filled in: the options of a line, the custom fields of a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import field, frozen

from ocstate.checkout.values.characters import has_hidden, is_visible, one_form, trimmed

OptionValue = int | str | tuple[int | str, ...]
"""One answer: the id of a choice, a text, or several of them."""

Answer = int | str | Iterable[int | str | None] | None
"""An answer as somebody gives it."""

LEFT_EMPTY: Final = ""
"""What a form sends of a text that nobody filled in."""

_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


def _canonical_scalar(value: int | str | None) -> int | str | None:
    # Forms send every id as text. A text that is exactly how a whole number is written
    # becomes that number, which loses nothing: it is written the same way again. They
    # send what was left empty, too. What holds control characters alone is no such
    # thing: it has to be refused.
    if not isinstance(value, str):
        return value
    text = trimmed(value)
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    return text if is_visible(text) or has_hidden(text, in_lines=True) else LEFT_EMPTY


def _canonical(given: Answer) -> OptionValue | None:
    if given is None or isinstance(given, (int, str)):
        return _canonical_scalar(given)
    known: dict[int | str, int | str] = {}
    for one in map(_canonical_scalar, given):
        if one is not None and one != LEFT_EMPTY:
            known.setdefault(_compared_scalar(one), one)
    several = sorted(known.items(), key=lambda one: (isinstance(one[0], str), one[0]))
    return tuple(one for _, one in several) or None


def _canonical_items(
    given: Mapping[int, Answer] | Iterable[tuple[int, Answer]],
) -> tuple[tuple[int, OptionValue], ...]:
    items = {int(key): _canonical(value) for key, value in dict(given).items()}
    # An answer under a number that cannot be has to be refused; nothing under one has
    # nobody to refuse it, and no encoding.
    return tuple(
        sorted(
            (key, one)
            for key, one in items.items()
            if one is not None and (one != LEFT_EMPTY or abs(key) < 1 << 63)
        )
    )


def _compared_scalar(value: int | str) -> int | str:
    return one_form(value) if isinstance(value, str) else value


def _compared(
    items: tuple[tuple[int, OptionValue], ...],
) -> tuple[tuple[int, OptionValue], ...]:
    if all(type(answer) is int for _, answer in items):
        return items
    return tuple(
        (
            key,
            tuple(map(_compared_scalar, answer))
            if isinstance(answer, tuple)
            else _compared_scalar(answer),
        )
        for key, answer in items
        if answer != LEFT_EMPTY
    )


@frozen(repr=False)
class Options(Mapping[int, OptionValue]):
    """
    Answers by the id of what was asked, in one canonical form.

    Two customers who chose the same mean the same line, whatever the order of their
    clicks: ids are ints, several choices are sorted and free of repetitions, a text
    that spells a whole number is that number. ``"0"`` is a value like any other. What
    was left empty, or holds nothing that is seen, is no answer: it is not there, and
    makes no other line. That a form asked for it is kept, see `left_empty`.

    A text is kept as it was typed, without blanks at its ends, and compared in NFC:
    what is engraved is what somebody wrote, and how their keyboard composed it is no
    difference.

    Args:
        items: A mapping, or pairs, from ids to an id, a text, None, or several of them.
    """

    items_: tuple[tuple[int, OptionValue], ...] = field(
        default=(), converter=_canonical_items, eq=_compared, alias="items"
    )

    def __getitem__(self, key: int) -> OptionValue:
        for known, value in self.items_:
            if known == key and value != LEFT_EMPTY:
                return value
        raise KeyError(key)

    def __iter__(self) -> Iterator[int]:
        return (key for key, value in self.items_ if value != LEFT_EMPTY)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def left_empty(self) -> tuple[int, ...]:
        """
        Return the ids of texts that a form sent empty: OpenCart shows them so.
        """
        return tuple(key for key, value in self.items_ if value == LEFT_EMPTY)

    def __repr__(self) -> str:
        # What people typed may be personal, so only the ids are shown.
        return f"Options({', '.join(str(key) for key in self)})"


NO_OPTIONS = Options()


def options_of(
    given: Options | Mapping[int, Answer],
) -> Options:
    """
    Return *given* in the canonical form, for fields that take a plain mapping too.
    """
    return given if isinstance(given, Options) else Options(given)
