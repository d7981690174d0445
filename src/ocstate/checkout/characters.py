"""
What a text is made of: blanks around it, something to see in it, nothing hidden.
"""

from __future__ import annotations

import unicodedata

__all__ = ["has_hidden", "is_longer", "is_visible", "trimmed"]

_BLANKS = " \t\n\r\x0b\0"
"""What OpenCart takes off both ends of every text it is sent."""

_MOST_BYTES = 4
"""Bytes of one code point in UTF-8."""

_LINE_BREAKS = "\t\n\r"

_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Cs", "Zl", "Zp", "Zs"})

# Letters and symbols of Unicode that are drawn as nothing (general categories Lo, So).
_DRAWN_AS_NOTHING = frozenset("\u115f\u1160\u2800\u3164\uffa0")

# Marks that turn the direction of what follows, so that a name reads as another one.
_TURNING = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)

_HIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


def trimmed(text: str) -> str:
    """
    Return *text* without ASCII blanks at its ends; lengths are counted after that.
    """
    return text.strip(_BLANKS)


def is_longer(text: str, maximum: int, *, in_bytes: int) -> bool:
    """
    Tell whether *text* has more code points, or bytes in UTF-8, than it may have.
    """
    length = len(text)
    return length > maximum or (
        length * _MOST_BYTES > in_bytes
        and len(text.encode("utf-8", "surrogatepass")) > in_bytes
    )


def is_visible(text: str) -> bool:
    """
    Tell whether there is at least one character to see.
    """
    return any(
        unicodedata.category(one) not in _INVISIBLE and one not in _DRAWN_AS_NOTHING
        for one in text
    )


def has_hidden(text: str, *, in_lines: bool = False) -> bool:
    """
    Tell whether control characters, direction marks or halves of a pair are in *text*.

    Args:
        in_lines: Whether the text may have several lines, and tabs.
    """
    if text.isascii() and text.isprintable():
        return False
    return any(
        (unicodedata.category(one) in _HIDDEN or one in _TURNING)
        and not (in_lines and one in _LINE_BREAKS)
        for one in text
    )
