"""
The suite that a store passes when it keeps every promise of `ocstate.protocols.Store`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from ocstate.protocols import AsyncStore
from ocstate.testing.claim_promises import ClaimPromises
from ocstate.testing.damage_promises import DamagePromises
from ocstate.testing.life_promises import LifePromises
from ocstate.testing.power_promises import PowerPromises
from ocstate.testing.purge_promises import PurgePromises
from ocstate.testing.race_promises import RacePromises
from ocstate.testing.record_promises import RecordPromises


class StoreConformance(
    DamagePromises,
    RecordPromises,
    LifePromises,
    RacePromises,
    PurgePromises,
    PowerPromises,
    ClaimPromises,
):
    """
    Subclass this as ``TestMyStore``, give it a fixture, and let pytest run it.

    The fixture is named ``store`` and gives an `AsyncStore` that holds nothing; a
    blocking store enters through ``Threaded(…)``. A store that belongs to an event loop
    is opened and closed in the ``runner`` fixture's. State the expected ``powers``.
    """


def broken_promises(
    open_store: Callable[[], AsyncStore],
    suite: type[StoreConformance] = StoreConformance,
) -> dict[str, BaseException]:
    """
    Run a suite without pytest, and return what failed, by the names of its tests.

    Args:
        open_store: Gives an empty store for each test.
        suite: Tells the powers; its fixtures are not used.
    """
    broken: dict[str, BaseException] = {}
    promises = suite()
    for name in sorted(dir(suite)):
        if name.startswith("test_"):
            with asyncio.Runner() as runner:
                try:
                    getattr(promises, name)(open_store(), runner)
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - told
                    broken[name] = error
    return broken
