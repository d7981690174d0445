"""
The API's tables as pages of documentation.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import fields

from ocstate.api.deviations import DEVIATIONS, Deviation
from ocstate.api.routes import CLASSIC, Route
from ocstate.api.texts import API_CODES
from ocstate.http.limits import DEFAULT_LIMITS, Limits
from scripts.docstrings import table

_GET = {
    "read": "yes",
    "keeps the offer": "keeps the offer",
    "posts nothing": "changes nothing",
    "programs only": "not from browsers",
    "refused": "no",
}
_SHAPES = {
    "text": "text",
    "fields": "keys",
    "documented": "`warning` and keys",
}


def render_routes(routes: Mapping[str, Route] = CLASSIC) -> str:
    """
    Render the table of calls in Markdown.
    """
    return table(
        ("Call", "What it does", "GET", "`error` is"),
        (
            (
                f"`{route.name}`",
                route.gist,
                _GET[route.get],
                _SHAPES[route.shape.kind],
            )
            for route in routes.values()
        ),
    )


def render_deviations(deviations: Mapping[str, Deviation] = DEVIATIONS) -> str:
    """
    Render the named differences from OpenCart in Markdown.
    """
    return table(
        ("Name", "OpenCart 3.0", "ocstate", "Switch"),
        (
            (f"`{name}`", each.opencart, each.ocstate, "yes" if each.has_switch else "")
            for name, each in deviations.items()
        ),
    )


def render_limits(limits: Limits = DEFAULT_LIMITS) -> str:
    """
    Render the default limits in Markdown.
    """
    return table(
        ("Limit", "Default"),
        (
            (f"`{each.name}`", f"{getattr(limits, each.name):,}")
            for each in fields(Limits)
        ),
    )


def render_codes(codes: Mapping[str, str] = API_CODES) -> str:
    """
    Render the codes of the API's own problems in Markdown.
    """
    return table(
        ("Code", "Text"), ((f"`{code}`", text) for code, text in codes.items())
    )
