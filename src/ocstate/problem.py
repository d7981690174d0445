"""
What is wrong, said so that a program, a form and a person can each act on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from attrs import field, frozen

__all__ = ["Param", "Problem", "Severity", "pointer"]

Severity = Literal["error", "warning", "info"]

Param = str | int | None
"""A parameter of a text: what a translator may put into it."""

_NO_PARAMS: Mapping[str, Param] = MappingProxyType({})


def _frozen_params(params: Mapping[str, Param]) -> Mapping[str, Param]:
    return MappingProxyType(dict(params)) if params else _NO_PARAMS


@frozen
class Problem:
    """
    One thing that is wrong.

    Attributes:
        code: Stable and distinctive, such as ``"too_short"``. Codes are covered by the
            version number's promise; texts are not.
        path: JSON Pointer (RFC 6901) to what is wrong, such as
            ``"/payment_address/city"``; the empty text means the checkout as a whole.
        params: What a text about it needs, such as ``{"minimum": 2, "maximum": 32}``.
            Never a name, an address or another personal value.
        severity: ``"error"`` blocks, ``"warning"`` should be shown, ``"info"`` may be.
        fix: Names of the commands that would mend it, the likeliest first.
    """

    code: str
    path: str = ""
    params: Mapping[str, Param] = field(
        default=_NO_PARAMS, kw_only=True, converter=_frozen_params, hash=False
    )
    severity: Severity = field(default="error", kw_only=True)
    fix: tuple[str, ...] = field(default=(), kw_only=True)

    def __str__(self) -> str:
        return f"{self.code} at {self.path or '/'}"


def pointer(*parts: str | int) -> str:
    """
    Join *parts* to a JSON Pointer, escaped as RFC 6901 section 3 asks.
    """
    return "".join(
        "/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts
    )
