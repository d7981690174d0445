"""
The dialects of the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from ocstate.api.routes import CLASSIC, Route
from ocstate.checkout.deciding.clearing import clear_as_opencart
from ocstate.core.changes import Then
from ocstate.exceptions import ConfigurationError


@frozen(kw_only=True)
class Profile:
    """
    What a generation of clients expects.

    Attributes:
        then: What it makes of the checkout behind every accepted command.
    """

    name: str
    routes: Mapping[str, Route] = field(repr=False)
    then: Then | None = None


PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {"classic": Profile(name="classic", routes=CLASSIC, then=clear_as_opencart)}
)
"""Every profile by name; ``classic`` is OpenCart 2 and 3 and the documentation."""


def find_profile(name: str) -> Profile:
    """
    Return the profile of this name.

    Raises:
        ConfigurationError: If there is none.
    """
    if name not in PROFILES:
        raise ConfigurationError(
            f"there is no profile {name!r}, only {', '.join(PROFILES)}"
        )
    return PROFILES[name]
