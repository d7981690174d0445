"""
The SQLite store keeps every promise.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from ocstate.stores.sqlite import SqliteStore
from ocstate.stores.threaded import Threaded
from ocstate.testing import ALL_POWERS, StoreConformance


class TestSqliteStore(StoreConformance):
    powers = ALL_POWERS

    @pytest.fixture
    def store(self, tmp_path):
        self.path = tmp_path / "sessions.db"
        return Threaded(SqliteStore(self.path))

    async def damage(self, store, key):
        query = "UPDATE ocstate_session SET subjects = 'nobody' WHERE key = ?"
        with closing(sqlite3.connect(self.path, isolation_level=None)) as raw:
            return raw.execute(query, (key,)).rowcount == 1

    async def damage_claim(self, store, name):
        query = "UPDATE ocstate_claim SET value = 'nobody' WHERE name = ?"
        with closing(sqlite3.connect(self.path, isolation_level=None)) as raw:
            return raw.execute(query, (name,)).rowcount == 1
