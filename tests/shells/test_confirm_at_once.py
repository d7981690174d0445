"""
Fifty threads confirm one session at once, on every store that needs no server.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ocstate import ConflictError, Sessions
from ocstate.stores.file import FileStore
from ocstate.stores.memory import MemoryStore
from ocstate.stores.sqlite import SqliteStore
from tests.shells.counter import CARD, Shop

MANY = 50
STORES = {
    "memory": lambda path: MemoryStore(),
    "file": lambda path: FileStore(path / "sessions"),
    "sqlite": lambda path: SqliteStore(path / "shop.db"),
}


def shop_on(store):
    """
    Return a shop with this store, whose sessions are patient.
    """
    shop = Shop(patience=60.0)
    shop.store = store
    shop.sessions = Sessions(store, shop.host, **shop.options)
    return shop


@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize("key", [None, "click"])
def test_fifty_at_once_get_one_order(kind, key, tmp_path):
    """
    There is one order, and each of them is told its number.
    """
    shop = shop_on(STORES[kind](tmp_path))
    token = shop.ready()
    together = Barrier(MANY)

    def click(_):
        together.wait(60)
        return shop.sessions.confirm(token, idempotency_key=key).order_id

    with ThreadPoolExecutor(MANY) as threads:
        told = list(threads.map(click, range(MANY)))
    assert 1 == len(shop.counter.placed)
    assert 1 == len(set(told))


def test_an_update_that_has_ordered_is_not_run_again():
    """
    What it does to host data after that is merged, whatever others have stored.
    """
    shop = Shop()
    token, runs = shop.ready(), []

    def change(session):
        runs.append(session.confirm().order_id)
        with shop.sessions.open(token) as other:
            other["theirs"] = 1
        session["mine"] = 2

    shop.sessions.update(token, change)
    assert ["1"] == runs
    assert {"theirs": 1, "mine": 2} == dict(shop.look(token).data)


def test_an_update_that_has_ordered_says_what_it_cannot_merge():
    """
    It is not run again for that either: there would be another order.
    """
    shop = Shop()
    token, runs = shop.ready(), []

    def change(session):
        runs.append(session.confirm().order_id)
        with shop.sessions.open(token) as other:
            other["same"] = 1
        session["same"] = 2

    with pytest.raises(ConflictError):
        shop.sessions.update(token, change)
    assert ["1"] == runs
    assert 1 == len(shop.counter.placed)


@pytest.mark.parametrize("kind", STORES)
def test_fifty_with_the_same_line_get_one_order(kind, tmp_path):
    """
    What each of their blocks had put in is ordered once, and nothing of it is left.
    """
    shop = shop_on(STORES[kind](tmp_path))
    token = shop.ready()
    together = Barrier(MANY)

    def click(_):
        with shop.sessions.open(token) as session:
            session.do(CARD)
            together.wait(60)
            return session.confirm(idempotency_key="click").order_id

    with ThreadPoolExecutor(MANY) as threads:
        told = list(threads.map(click, range(MANY)))
    assert 1 == len(shop.counter.placed)
    assert 1 == len(set(told))
    assert shop.look(token).checkout.cart.is_empty
