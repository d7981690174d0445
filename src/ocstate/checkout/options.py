"""
What somebody filled in: the options of a line, the custom fields of a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

__all__ = ["NO_OPTIONS", "OptionValue", "Options", "options_of"]

OptionValue = int | str | tuple[int | str, ...]
"""One answer: the id of a choice, a text, or several of them."""

_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


def _canonical_scalar(value: int | str) -> int | str:
    # Forms send every id as text. A text that is exactly how a whole number is written
    # becomes that number, which loses nothing: it is written the same way again.
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    return value


def _canonical(value: int | str | Iterable[int | str]) -> OptionValue:
    if isinstance(value, (int, str)):
        return _canonical_scalar(value)
    several = {_canonical_scalar(one) for one in value}
    return tuple(sorted(several, key=lambda one: (isinstance(one, str), one)))


def _canonical_items(
    given: Mapping[int, int | str | Iterable[int | str]]
    | Iterable[tuple[int, int | str | Iterable[int | str]]],
) -> tuple[tuple[int, OptionValue], ...]:
    items = {int(key): _canonical(value) for key, value in dict(given).items()}
    return tuple(sorted(items.items()))


@frozen(repr=False)
class Options(Mapping[int, OptionValue]):
    """
    Answers by the id of what was asked, in one canonical form.

    Two customers who chose the same mean the same line, whatever the order of their
    clicks: ids are ints, several choices are sorted and free of repetitions, a text
    that spells a whole number is that number. ``"0"`` is a value like any other.

    Args:
        items: A mapping, or pairs, from ids to an id, a text, or several of them.
    """

    items_: tuple[tuple[int, OptionValue], ...] = field(
        default=(), converter=_canonical_items, alias="items"
    )

    def __getitem__(self, key: int) -> OptionValue:
        for known, value in self.items_:
            if known == key:
                return value
        raise KeyError(key)

    def __iter__(self) -> Iterator[int]:
        return (key for key, _ in self.items_)

    def __len__(self) -> int:
        return len(self.items_)

    def __repr__(self) -> str:
        # What people typed may be personal, so only the ids are shown.
        return f"Options({', '.join(str(key) for key in self)})"


NO_OPTIONS = Options()


def options_of(
    given: Options | Mapping[int, int | str | Iterable[int | str]],
) -> Options:
    """
    Return *given* in the canonical form, for fields that take a plain mapping too.
    """
    return given if isinstance(given, Options) else Options(given)
