"""
The SQLite store keeps every promise.
"""

from __future__ import annotations

import pytest

from ocstate.stores.sqlite import SqliteStore
from ocstate.stores.threaded import Threaded
from ocstate.testing import ALL_POWERS, StoreConformance


class TestSqliteStore(StoreConformance):
    powers = ALL_POWERS

    @pytest.fixture
    def store(self, tmp_path):
        return Threaded(SqliteStore(tmp_path / "sessions.db"))
