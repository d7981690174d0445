"""
OpenCart's HTTP API as flows from a `Request` to a `Response`; no sockets.
"""

from __future__ import annotations

from ocstate.api.app import Api
from ocstate.http.limits import Limits
from ocstate.http.request import Headers, Request
from ocstate.http.response import Response

__all__ = ["Api", "Headers", "Limits", "Request", "Response"]
