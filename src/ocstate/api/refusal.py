"""
`ApiProblem`, a request that cannot be understood or must not be served.
"""

from __future__ import annotations

from ocstate.exceptions import OcstateError
from ocstate.problem import Param, Problem

__all__ = ["ApiProblem"]


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
