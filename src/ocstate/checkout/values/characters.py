"""
What a text is made of: blanks around it, something to see in it, nothing hidden.

People paste. What comes with a copied telephone or code is not seen and not meant, so
it is taken off where it can mean nothing, and kept where right-to-left text needs it.
"""

from __future__ import annotations

import unicodedata

_MOST_BYTES = 4
"""Bytes of one code point in UTF-8."""

_LINE_BREAKS = "\t\n\r"

_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Cs", "Zl", "Zp", "Zs"})

# Letters and symbols of Unicode that are drawn as nothing (general categories Lo, So).
_DRAWN_AS_NOTHING = frozenset("\u115f\u1160\u2800\u3164\uffa0")

# Whitespace, what stands for it without any width, and NUL, which OpenCart trims too.
_BLANKS = "".join(
    (
        *map(chr, (0x00, *range(0x09, 0x0E), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680)),
        *map(chr, (0x180E, *range(0x2000, 0x200C), 0x2028, 0x2029, 0x202F, 0x205F)),
        *map(chr, (0x2060, 0x3000, 0xFEFF)),
        *sorted(_DRAWN_AS_NOTHING),
    )
)

# Marks and embeddings of right-to-left text, and U+202D: an override as well, but the
# one that address books put around telephones, where it turns nothing.
_DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069"
_NO_DIRECTIONS = dict.fromkeys(map(ord, _DIRECTIONS))

# These show letters in another order than they are kept: a name reads as another one.
_OVERRIDES = frozenset("\u202d\u202e")

_HIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})

_VARIATIONS = frozenset(map(chr, (0x034F, *range(0xFE00, 0xFE10), 0xFFFC)))


def trimmed(text: str) -> str:
    """
    Return *text* without blanks of any kind at its ends; lengths are counted then.
    """
    return text.strip(_BLANKS)


def plain(text: str) -> str:
    """
    Return *text* without anything that is not seen: a telephone, an e-mail address.

    What shows the text in another order than it is kept stays, to be refused.
    """
    if text.isascii():
        return trimmed(text)
    return trimmed("".join(one for one in text if not _is_unseen(one)))


def one_form(text: str) -> str:
    """
    Return *text* in the one form in which it is compared: Unicode's NFC.

    Texts that only differ in it are the same text by Unicode's own rule. NFKC would
    make one of texts that look different, such as ``x²`` and ``x2``.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def canonical_code(text: str) -> str:
    """
    Return the one spelling of a code: of a coupon, a currency, a way to pay.

    Without blanks at its ends and direction marks anywhere, in NFC. Upper and lower
    case stay: whether they are the same is for the host to say.
    """
    return one_form(trimmed(text.translate(_NO_DIRECTIONS)))


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
    Tell whether control characters, overrides or halves of a pair are in *text*.

    Direction marks are not among them: names and comments of right-to-left languages
    need them.

    Args:
        in_lines: Whether the text may have several lines, and tabs.
    """
    if text.isascii() and text.isprintable():
        return False
    return any(
        (unicodedata.category(one) in _HIDDEN or one in _OVERRIDES)
        and not (in_lines and one in _LINE_BREAKS)
        for one in text
    )


def _is_unseen(one: str) -> bool:
    return (
        one in _VARIATIONS
        or one in _DRAWN_AS_NOTHING
        or one in _DIRECTIONS
        or (unicodedata.category(one) == "Cf" and one not in _OVERRIDES)
    )
