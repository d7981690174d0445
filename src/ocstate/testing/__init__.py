"""
What users test their own stores and applications with.

`FakeClock` and the stores need nothing; `StoreConformance` needs pytest, which is
imported when somebody asks for it.
"""

from __future__ import annotations

from sys import modules
from typing import TYPE_CHECKING

from ocstate.testing.clock import FakeClock

if TYPE_CHECKING:
    from ocstate.testing.conformance import StoreConformance, broken_promises
    from ocstate.testing.faultless import FaultlessStore
    from ocstate.testing.faulty import FAULTY_STORES
    from ocstate.testing.power_promises import ALL_POWERS

__all__ = [
    "ALL_POWERS",
    "FAULTY_STORES",
    "FakeClock",
    "FaultlessStore",
    "StoreConformance",
    "broken_promises",
]


def __getattr__(name: str) -> object:
    """
    Import what is asked for.

    Raises:
        AttributeError: If there is no such name.
        ImportError: If it needs pytest, which is not installed.
    """
    if name in ("FAULTY_STORES", "FaultlessStore"):
        from ocstate.testing import faultless, faulty

        return vars(faultless).get(name) or vars(faulty)[name]
    if name in ("ALL_POWERS", "StoreConformance", "broken_promises"):
        _register()
        from ocstate.testing import conformance, power_promises

        return vars(conformance).get(name) or vars(power_promises)[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_PROMISES = ("claim", "damage", "life", "power", "purge", "race", "record")


def _register() -> None:
    # pytest tells what a failed assertion compared only if it knows of it before.
    try:
        import pytest
    except ModuleNotFoundError as error:
        raise ImportError(
            "the conformance suite needs pytest; where you have cloned ocstate: "
            'pip install ".[testing]", else: pip install "ocstate[testing]"'
        ) from error
    names = (f"ocstate.testing.{each}_promises" for each in _PROMISES)
    pytest.register_assert_rewrite(*(name for name in names if name not in modules))
