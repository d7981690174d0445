"""
What users test their own stores and applications with; it needs pytest.
"""

import pytest

pytest.register_assert_rewrite(
    "ocstate.testing.life_promises",
    "ocstate.testing.power_promises",
    "ocstate.testing.purge_promises",
    "ocstate.testing.race_promises",
    "ocstate.testing.record_promises",
    "ocstate.testing.time_promises",
)

from ocstate.testing.clock import FakeClock  # noqa: E402 - after the line above
from ocstate.testing.conformance import (  # noqa: E402
    StoreConformance,
    broken_promises,
)
from ocstate.testing.faultless import FaultlessStore  # noqa: E402
from ocstate.testing.faulty import FAULTY_STORES  # noqa: E402
from ocstate.testing.power_promises import ALL_POWERS  # noqa: E402

__all__ = [
    "ALL_POWERS",
    "FAULTY_STORES",
    "FakeClock",
    "FaultlessStore",
    "StoreConformance",
    "broken_promises",
]
