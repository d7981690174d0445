"""
What an adapter needs of an API that it serves, whichever it is.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from ocstate.core.flow import Flow
from ocstate.http.limits import Limits
from ocstate.http.request import Request
from ocstate.http.response import Response

SessionsT_co = TypeVar("SessionsT_co", covariant=True)


class Servable(Protocol[SessionsT_co]):
    """
    An API without a server, such as `ocstate.api.Api`.
    """

    @property
    def sessions(self) -> SessionsT_co:
        """
        Return whose sessions it is for; they drive what `handle` returns.
        """
        ...

    @property
    def limits(self) -> Limits:
        """
        Return how much a client may send.
        """
        ...

    def handle(self, request: Request) -> Flow[Response]:
        """
        Answer a request.
        """
        ...
