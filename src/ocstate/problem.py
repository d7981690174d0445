"""
What is wrong, said so that a program, a form and a person can each act on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from attrs import field, frozen

__all__ = ["Param", "Params", "Problem", "Severity", "params_of", "pointer"]

Severity = Literal["error", "warning", "info"]

Param = str | int | None
"""A parameter of a text: what a translator may put into it."""


def _held_apart(params: Mapping[str, Param]) -> Mapping[str, Param]:
    return dict(params)


@frozen(eq=False, repr=False)
class Params(Mapping[str, Param]):
    """
    Parameters by name, immutable; equal to any mapping that holds the same.

    A plain value, so that what holds it can be copied, pickled and sent elsewhere.
    """

    _held: Mapping[str, Param] = field(factory=dict[str, Param], converter=_held_apart)

    def __getitem__(self, name: str) -> Param:
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return repr(self._held)


_NO_PARAMS = Params()


def params_of(params: Mapping[str, Param]) -> Params:
    """
    Return *params* as `Params`, for fields that take a plain mapping too.
    """
    if isinstance(params, Params):
        return params
    return Params(params) if params else _NO_PARAMS


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
        default=_NO_PARAMS, kw_only=True, converter=params_of, hash=False
    )
    severity: Severity = field(default="error", kw_only=True)
    fix: tuple[str, ...] = field(default=(), kw_only=True)

    @classmethod
    def of(cls, code: str, path: str = "", /, **params: Param) -> Problem:
        """
        Make an error of *code* with its parameters.
        """
        return cls(code, path, params=params)

    def __str__(self) -> str:
        return f"{self.code} at {self.path or '/'}"


def pointer(*parts: str | int) -> str:
    """
    Join *parts* to a JSON Pointer, escaped as RFC 6901 section 3 asks.
    """
    return "".join(
        "/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts
    )
