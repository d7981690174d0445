r"""
PHP's regular expressions as Python's: ``/^\d{4}$/i`` becomes ``(?ai)^\d{4}$``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_CLOSES: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}

# Modifiers of PHP that stand for a flag of Python, or for nothing at all.
_FLAGS: Final = {"i": "i", "m": "m", "s": "s", "x": "x", "u": "u", "S": "", "n": ""}

# Escapes that mean something else, or are spelled otherwise, in Python.
_ESCAPES: Final = {
    "z": r"\Z",
    "Z": r"(?=\n?\Z)",
    "h": r"[ \t]",
    "e": r"\x1b",
    "R": r"(?:\r\n|[\n\r\f\v])",
}
_ESCAPES_IN_SET: Final = {"h": r" \t", "e": r"\x1b"}

_HEX: Final = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")


def translated(php: str) -> str:
    r"""
    Return the Python pattern that finds what *php*, with its delimiters, finds.

    Without the modifier ``u`` classes such as ``\d`` know ASCII alone, with it all of
    Unicode, as in PHP. What Python cannot express is refused.

    Raises:
        ValueError: If it is no pattern, or Python has no equal.
    """
    body, modifiers = _taken_apart(php.lstrip())
    flags = {_FLAGS[each] for each in modifiers if each not in "AD"} - {"", "u"}
    if "u" not in modifiers:
        flags.add("a")
    python = "".join(_rewritten(body, dollar=r"\Z" if "D" in modifiers else "$"))
    if "A" in modifiers:
        python = rf"\A(?:{python})"
    prefix = f"(?{''.join(sorted(flags))})" if flags else ""
    try:
        re.compile(prefix + python)
    except (re.error, OverflowError) as error:
        raise ValueError(f"no such pattern in Python, {error}") from error
    return prefix + python


def _taken_apart(php: str) -> tuple[str, str]:
    opening = php[:1]
    if not opening or opening.isalnum() or opening in "\\\0":
        raise ValueError("a pattern stands between delimiters, such as /…/")
    end = _end(php, opening, _CLOSES.get(opening, opening))
    modifiers = php[end + 1 :].rstrip("\r\n ")
    if unknown := set(modifiers) - {*_FLAGS, "A", "D"}:
        raise ValueError(f"unknown modifiers {''.join(sorted(unknown))}")
    return php[1:end], modifiers


def _end(php: str, opening: str, closing: str) -> int:
    depth, position = 0, 1
    while position < len(php):
        each = php[position]
        if each == "\\":
            position += 1
        elif each == closing and not depth:
            return position
        elif opening != closing:
            depth += (each == opening) - (each == closing)
        position += 1
    raise ValueError("a pattern ends with its delimiter")


def _rewritten(body: str, dollar: str) -> Iterator[str]:
    position, set_begin = 0, -1
    while position < len(body):
        each, in_set = body[position], set_begin >= 0
        size, text = 1, each
        if each == "\\":
            size, text = _escape(
                body, position, _ESCAPES_IN_SET if in_set else _ESCAPES
            )
        elif in_set:
            if body.startswith(("[:", "[.", "[="), position):
                raise ValueError("named sets such as [:alpha:] are not known")
            # The first bracket of a set is one of its characters.
            if each == "]" and position > set_begin:
                set_begin = -1
            elif each in "[&~|":
                text = "\\" + each
        elif each == "[":
            negated = body.startswith("^", position + 1)
            size, text = (2, "[^") if negated else (1, "[")
            set_begin = position + size
        elif each == "$":
            text = dollar
        elif re.match(r"\(\?<[A-Za-z_]", body[position:]):
            size, text = 3, "(?P<"
        position += size
        yield text


def _escape(body: str, position: int, known: dict[str, str]) -> tuple[int, str]:
    if found := _HEX.match(body, position):
        return len(found[0]), re.escape(chr(int(found[1], 16)))
    pair = body[position : position + 2]
    return 2, known.get(pair[1:], pair)
