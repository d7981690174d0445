"""
A process is killed at random instants: what it acknowledged is there, once.
"""

from __future__ import annotations

import random
import signal
import threading
from pathlib import Path

import pytest

from ocstate import Sessions
from ocstate.stores import open_store
from tests.effort import rounds
from tests.shells import writers

KILLS = rounds(20)


@pytest.mark.parametrize("scheme", ["sqlite", "file"])
def test_a_killed_process_loses_nothing_it_acknowledged(
    scheme: str, tmp_path: Path
) -> None:
    """
    Every acknowledged product is in the cart exactly once, and the record is readable.
    """
    url = f"{scheme}:///{tmp_path / 'sessions'}"
    sessions = Sessions(open_store(url))
    dice = random.Random(42)
    for _ in range(KILLS):
        with sessions.open() as session:
            session["started"] = True
        token = session.token
        assert token is not None
        process = writers.start(url, token, "products", threads=4, times=500, seconds=0)
        assert process.stdout is not None
        printed = [process.stdout.readline()]
        killer = threading.Timer(dice.uniform(0, 0.15), process.kill)
        killer.start()
        printed += process.stdout.readlines()
        killer.join()
        assert -signal.SIGKILL == process.wait(), "it ended before it was killed"
        process.stdout.close()
        acknowledged = {int(line) for line in printed if line.endswith("\n")}
        after = sessions.open(token)
        found = {line.product_id: line.quantity for line in after.checkout.cart.lines}
        assert after.refused is None
        assert {1} == set(found.values())
        assert acknowledged <= set(found)
        assert len(after.checkout.cart.lines) == len(found) <= len(acknowledged) + 4
