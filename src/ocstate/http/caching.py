"""
Who may keep an answer: one that depends on a session is no other visitor's.

A shared cache that keeps a ``Set-Cookie`` hands one session to two visitors, and one
that keeps a page hands on what the page shows. Caches are told by ``Cache-Control``
(RFC 9111 section 5.2.2), and by fields of their own that count before it (RFC 9213).

===========================  ========================================================
the application said         the answer says
===========================  ========================================================
nothing                      ``private, no-cache="Set-Cookie"``
``no-store``                 the same
``private``                  the same, and ``no-cache="Set-Cookie"``
``private="…"``              ``private`` of the whole answer, as above
``public``, ``s-maxage``     not that, but as above; this is told
a field for CDNs alone       not that, unless it forbids to store; this is told
anything else                that too, as above
===========================  ========================================================

``no-store, must-understand`` may be stored by who understands the status, so that it
counts as anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import frozen

_Pairs = tuple[tuple[str, str], ...]

# A directive, its quoted or plain argument, and the comma behind it; a semicolon is
# taken for one, as an author means it.
_DIRECTIVE = re.compile(
    r"""\s*([^\s,;="]++)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^\s,;"]*+)))?"""
    r"""[^,;]*+(?:[,;]|\Z)"""
)
_PLAIN = re.compile(r'[^\s,;"]+')
_TARGETED = re.compile(r"(?:\S+-)?(?:cache|surrogate|edge)-control", re.ASCII)

# A member of a field for others, to its comma: what follows a semicolon there is a
# parameter, which is said to one cache or to none (RFC 9213 section 2.1).
_MEMBER = re.compile(r"""((?:[^,"]|"(?:[^"\\]|\\.?)*+(?:"|\Z))*+)(?:,|\Z)""", re.DOTALL)
_FORBIDDING = ("no-store", "private")
_ACCEL = "x-accel-expires"
_COOKIE = "set-cookie"


@frozen
class Guarded:
    """
    The fields of an answer that no shared cache keeps.

    Attributes:
        fields: All that are sent.
        corrected: What the application said and is not sent, in lower case.
    """

    fields: _Pairs
    corrected: tuple[str, ...] = ()

    @property
    def told(self) -> str | None:
        """
        Return what the application's author should hear, if there is anything.
        """
        if not self.corrected:
            return None
        return (
            "an answer that depends on a session may not be kept for everybody: "
            f"{', '.join(self.corrected)} was taken off it"
        )


def guard(fields: Iterable[tuple[str, str]]) -> Guarded:
    """
    Let *fields* say that no shared cache keeps the answer, by this module's table.
    """
    kept: list[tuple[str, str]] = []
    corrected: list[str] = []
    said: dict[str, str | None] = {}
    for name, value in fields:
        known = name.lower()
        if known == "cache-control":
            said |= _directives(value)
        elif _is_for_others(known, value):
            corrected.append(known)
        else:
            kept.append((name, value))
    corrected += [each for each in ("public", "s-maxage") if each in said]
    control = _rendered({**said, **_needed(said)}, without=corrected)
    return Guarded((*kept, ("Cache-Control", control)), tuple(corrected))


def _directives(value: str) -> dict[str, str | None]:
    return {
        match[1].lower(): match[3] if match[2] is None else match[2]
        for match in _DIRECTIVE.finditer(value)
    }


def _is_for_others(known: str, value: str) -> bool:
    """
    Tell whether a field lets a cache in front store what ``Cache-Control`` forbids it.
    """
    if known == _ACCEL:
        return value.strip() != "0"
    if not _TARGETED.fullmatch(known):
        return False
    members = [match[1].strip().lower() for match in _MEMBER.finditer(value)]
    forbidding = [each for each in members if each.startswith(_FORBIDDING)]
    return not forbidding or any(each not in _FORBIDDING for each in forbidding)


def _needed(said: dict[str, str | None]) -> dict[str, str | None]:
    if said.get("no-store", "") is None and "must-understand" not in said:
        return {}
    if "no-cache" in said and said["no-cache"] is None:
        return {"private": None}
    named = (said.get("no-cache") or "").split(",")
    names = [
        each.strip() for each in named if each.strip().lower() not in ("", _COOKIE)
    ]
    return {"private": None, "no-cache": ", ".join([*names, "Set-Cookie"])}


def _rendered(said: dict[str, str | None], *, without: Iterable[str]) -> str:
    return ", ".join(
        name if value is None else f"{name}={_argument(name, value)}"
        for name, value in said.items()
        if name not in without
    )


def _argument(name: str, value: str) -> str:
    # Lists of fields are quoted (RFC 9111 section 5.2.2), and so is what cannot
    # be plain: a comma without quotes would begin a directive.
    is_plain = _PLAIN.fullmatch(value) and name not in ("no-cache", "private")
    return value if is_plain else f'"{value}"'
