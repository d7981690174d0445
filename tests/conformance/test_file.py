"""
The file store keeps every promise.
"""

from __future__ import annotations

from hashlib import sha256

import pytest

from ocstate.protocols import AsyncBySubject, AsyncOnce, AsyncPurge, AsyncScan
from ocstate.stores.file import FileStore
from ocstate.stores.threaded import Threaded
from ocstate.testing import StoreConformance


class TestFileStore(StoreConformance):
    powers = (AsyncBySubject, AsyncOnce, AsyncPurge, AsyncScan)

    @pytest.fixture
    def store(self, tmp_path):
        self.folder = tmp_path
        return Threaded(FileStore(tmp_path))

    async def damage(self, store, key):
        name = f"k{key.encode().hex()}"
        (path,) = self.folder.glob(f"sessions/*/{name}")
        path.write_bytes(path.read_bytes()[:30])
        return True

    async def damage_claim(self, store, name):
        hashed = sha256(name.encode()).hexdigest()
        (path,) = self.folder.glob(f"claims/*/c{hashed}")
        path.write_bytes(path.read_bytes()[:-1])
        return True
