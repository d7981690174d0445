"""
Problems as a client reads them: a text, or keys with texts; and refusals of its own.

Which of these an answer has is a property of its route. What OpenCart 3.0 answers is
answered here too and nothing beside it, so codes and paths travel in a header of their
own; answers that OpenCart does not have hold them in the body as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import quote

from attrs import field, frozen

from ocstate.checkout.codes import translate
from ocstate.exceptions import CommandRefused, OcstateError
from ocstate.http.response import Json, Response, json_response
from ocstate.problem import Param, Problem

HEADER = "Ocstate-Problems"
"""``code;path="/where"`` for every problem of an answer, joined by commas; behind them
``more;count=7`` for those that have no room in a header field."""

Texts = Mapping[str, str]
"""Templates by the codes of problems."""

_MOST_NAMED = 20
_LARGEST_HEADER = 4096
"""Bytes; servers and proxies take 8 KB for all header fields together."""
_ALL_ROOM = _LARGEST_HEADER - len(", more;count=1000000000")
_OPTIONS = (["option"], ["options"])
_KEYS = {
    "country_id": "country",
    "zone_id": "zone",
    "customer_group_id": "customer_group",
}
_SECTIONS = {"cart": "product", "coupons": "coupon", "vouchers": "voucher"}


@frozen(kw_only=True)
class Shape:
    """
    How a route tells errors.

    Attributes:
        kind: ``"text"`` is one text; ``"fields"`` has a text under the key of every
            wrong field; ``"documented"`` is the same with ``warning`` always.
        keys: Keys for the last parts of paths, where they differ.
        gravity: Codes, and first parts of paths, in the order of OpenCart's checks:
            where one text is told, the last of these that failed tells it.
        by_section: Whether keys are the parts of the checkout instead of its fields,
            for a call that is about all of them.
    """

    kind: Literal["text", "fields", "documented"]
    keys: Mapping[str, str] = field(factory=dict[str, str], hash=False)
    gravity: tuple[str, ...] = ()
    by_section: bool = False

    def error(self, problems: Sequence[Problem], texts: Texts) -> Json:
        """
        Return what stands under ``error`` for one or more *problems*.
        """
        gravest = translate(max(problems, key=self._rank), texts)
        if self.kind == "text":
            return gravest
        told: dict[str, str] = {}
        options: dict[str, str] = {}
        if self.kind == "documented":
            told["warning"] = gravest
        for problem in problems:
            parts = problem.path.split("/")
            text = translate(problem, texts)
            if parts[-2:-1] in _OPTIONS and not self.by_section:
                options.setdefault(parts[-1], text)
            else:
                told.setdefault(self._key(parts), text)
        return {**told, "option": options} if options else told

    def _key(self, parts: list[str]) -> str:
        *_, last = parts
        if not last:
            return "warning"
        if self.by_section:
            return _SECTIONS.get(parts[1], parts[1])
        if parts[-2] == "custom_field":
            return f"custom_field{last}"
        return self.keys.get(last) or _KEYS.get(last) or last

    def _rank(self, problem: Problem) -> int:
        names = {problem.code, *problem.path.split("/")[1:2]}
        ranks = (at for at, name in enumerate(self.gravity) if name in names)
        return max(ranks, default=-1)


def refusal(
    problems: Sequence[Problem], shape: Shape, texts: Texts, status: int
) -> Response:
    """
    Answer that OpenCart has no word for: the error in *shape*, and its code beside it.
    """
    content: dict[str, Json] = {
        "error": shape.error(problems, texts),
        "code": problems[0].code,
    }
    return json_response(content, status).with_headers(*codes_header(problems))


def codes_header(problems: Sequence[Problem]) -> tuple[tuple[str, str], ...]:
    """
    Return the header field that names *problems*; none for none.

    The first ones are named whole, and then how many others there are. A path that is
    longer than the field, such as one with a name of the client's own, is left off.
    """
    if not problems:
        return ()
    named: list[str] = []
    room = _ALL_ROOM
    for problem in problems[:_MOST_NAMED]:
        name = f'{problem.code};path="{quote(problem.path, safe="/~")}"'
        if len(name) + len(", ") > _ALL_ROOM:
            name = problem.code
        room -= len(name) + len(", ")
        if room < 0:
            break
        named.append(name)
    if len(named) < len(problems):
        named.append(f"more;count={len(problems) - len(named)}")
    return ((HEADER, ", ".join(named)),)


class ApiProblem(OcstateError):  # noqa: N818 - a refusal is an answer, not a fault
    """
    A request was refused before any command was made of it.

    Attributes:
        status: The HTTP status that says so.
        problem: What is wrong; its path points into what was sent.
        headers: Fields that HTTP wants beside the status, such as ``Allow``.
    """

    def __init__(
        self,
        status: int,
        code: str,
        path: str = "",
        *,
        headers: tuple[tuple[str, str], ...] = (),
        **params: Param,
    ) -> None:
        self.status = status
        self.problem = Problem(code, path, params=params)
        self.headers = headers
        super().__init__(str(self.problem))


def get_from_browser() -> ApiProblem:
    """
    Make the refusal of a change by GET that a browser may have sent.
    """
    return ApiProblem(405, "get_from_browser", headers=(("Allow", "POST"),))


class QuietRefusal(CommandRefused):
    """
    A refusal for which OpenCart has no error, only an answer that holds nothing.

    Calls that OpenCart has give that answer, with the code in the header alone; calls
    that only the original documentation has tell the error.

    Attributes:
        recorded: What OpenCart answers.
    """

    def __init__(self, problems: Sequence[Problem], recorded: Json = ()) -> None:
        self.recorded = recorded
        super().__init__(problems)
