"""
A store in one SQLite file, with nothing but the standard library: the embedded default.
"""

from ocstate.stores.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
