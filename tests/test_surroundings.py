"""
What tells a store for threads from one for asyncio.
"""

from __future__ import annotations

from functools import partial

import pytest

from ocstate.aio import AsyncSessions
from ocstate.exceptions import ConfigurationError
from ocstate.stores.memory import MemoryStore
from ocstate.stores.threaded import Threaded
from ocstate.sync import Sessions


class Proxy:
    """
    A store that hands everything on, watching what is loaded.
    """

    def __init__(self, store):
        self.store = store

    def load(self, key, /):
        return self.store.load(key)

    def __getattr__(self, name):
        return getattr(self.store, name)


class Replaced:
    """
    A store whose method is a callable of another kind.
    """

    def __init__(self, store):
        self.load = partial(Proxy.load, Proxy(store))


def test_a_store_of_the_other_kind_is_refused():
    """
    Where a store tells which kind it is, the wrong one is an error on creation.
    """
    with pytest.raises(ConfigurationError, match="wrap it in Threaded"):
        AsyncSessions(MemoryStore())
    with pytest.raises(ConfigurationError, match="use AsyncSessions"):
        Sessions(Threaded(MemoryStore()))
    for kind in (Sessions, AsyncSessions):
        with pytest.raises(ConfigurationError, match="is no store"):
            kind(object())


@pytest.mark.parametrize("wrap", [Proxy, Replaced])
def test_a_store_that_does_not_tell_is_taken(wrap):
    """
    What hands on another store's answers may be of either kind.
    """
    AsyncSessions(wrap(Threaded(MemoryStore())))
    Sessions(wrap(MemoryStore()))
