"""
The memory store keeps every promise.
"""

from __future__ import annotations

import pytest

from ocstate.stores.inline import Inline
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.testing import ALL_POWERS, StoreConformance


class TestMemoryStore(StoreConformance):
    powers = ALL_POWERS

    @pytest.fixture
    def store(self):
        return Threaded(MemoryStore())


class TestMemoryStoreInline(StoreConformance):
    """
    The same in the event loop itself.
    """

    powers = ALL_POWERS

    @pytest.fixture
    def store(self):
        return Inline(MemoryStore())
