"""
A shop whose orders outlive its processes, and a program that confirms in one.

Run as ``python -m tests.api.clicks URL ORDERS COMMENT TIMES``, where *ORDERS* is the
file of the shop's orders: confirms *TIMES* times at once for each token that comes in,
and prints the answers. With 0 *TIMES* it is killed when an order has been placed.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from ocstate.api import Api
from ocstate.stores import open_store
from ocstate.sync import Sessions
from tests.api.calls import Shop

ROOT = Path(__file__).parents[2]


class KeptOrders:
    """
    Takes orders into a file, each key once.

    Args:
        is_fatal: Whether placing one is the last thing that the process does.
    """

    def __init__(self, path, *, is_fatal=False):
        self.path, self.is_fatal = path, is_fatal
        with sqlite3.connect(path) as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS placed"
                " (number INTEGER PRIMARY KEY, key TEXT UNIQUE, comment TEXT)"
            )
        connection.close()

    def place(self, order, /):
        """
        Place *order*, or find it among those that were placed.
        """
        connection = sqlite3.connect(self.path, timeout=60)
        with connection:
            connection.execute(
                "INSERT OR IGNORE INTO placed (key, comment) VALUES (?, ?)",
                (order.key, order.comment),
            )
        connection.close()
        if self.is_fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.find(order.key)

    def find(self, key, /):
        """
        Return the number of the order under *key*; None for none.
        """
        connection = sqlite3.connect(self.path, timeout=60)
        found = connection.execute("SELECT number FROM placed WHERE key = ?", (key,))
        row = found.fetchone()
        connection.close()
        return row and row[0]

    def all(self):
        """
        Return the numbers and comments of all orders.
        """
        connection = sqlite3.connect(self.path)
        rows = connection.execute("SELECT number, comment FROM placed").fetchall()
        connection.close()
        return rows


def shop_on(url, path, *, is_fatal=False):
    """
    Open a shop on a store that others have open, too.
    """
    shop = Shop()
    shop.store = open_store(url)
    shop.host.orders = KeptOrders(path, is_fatal=is_fatal)
    shop.sessions = Sessions(shop.store, shop.host, clock=shop.clock)
    shop.api = Api(shop.sessions)
    return shop


def click(shop, comment):
    """
    Confirm once, and return the answer's content.
    """
    form = {"comment": comment} if comment else {}
    return shop.call("api/order", form, query="&call=confirm").json


def start(*arguments):
    """
    Start the program, and wait until it is ready.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.api.clicks", *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "ready\n" == process.stdout.readline()
    return process


def main(url, path, comment, times):
    """
    Be one process of the shop.
    """
    shop = shop_on(url, path, is_fatal=times == "0")
    clicks = [comment] * max(1, int(times))
    print("ready", flush=True)
    with ThreadPoolExecutor(len(clicks)) as pool:
        for line in sys.stdin:
            shop.token = line.strip()
            answers = pool.map(partial(click, shop), clicks)
            print(json.dumps(list(answers)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
