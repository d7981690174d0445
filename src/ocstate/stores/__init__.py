"""
Where sessions are kept: a module for each store, and a door that opens one by its URL.
"""

from ocstate.stores.open import open_async_store, open_store

__all__ = ["open_async_store", "open_store"]
