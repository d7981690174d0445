"""
Refusals that only this API has.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocstate.exceptions import CommandRefused, OcstateError
from ocstate.http.response import Json
from ocstate.problem import Param, Problem


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
