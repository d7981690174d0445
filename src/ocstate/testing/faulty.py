"""
Stores with one planted fault each, which the suite of promises must find.

They show what each promise is for, and prove to whoever changes the suite that it still
sees what it should.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ocstate.protocols import AsyncStore
from ocstate.testing.faulty_damage import FAULTY_DAMAGE
from ocstate.testing.faulty_powers import FAULTY_POWERS
from ocstate.testing.faulty_verbs import FAULTY_VERBS

FAULTY_STORES: Mapping[str, Callable[[], AsyncStore]] = MappingProxyType(
    {**FAULTY_VERBS, **FAULTY_POWERS, **FAULTY_DAMAGE}
)
