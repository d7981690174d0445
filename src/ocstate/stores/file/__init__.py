"""
A store in a folder, a file a session.
"""

from ocstate.stores.file.store import FileStore

__all__ = ["FileStore"]
