"""
Two processes of eight threads write to one session: everything acknowledged is there.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ocstate import ConflictError, Sessions
from ocstate.checkout import AddLine
from ocstate.stores import open_store
from tests.effort import rounds
from tests.shells import writers

PROCESSES, THREADS, TIMES = 2, 8, rounds(50)


@pytest.fixture(params=["sqlite", "file"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"{request.param}:///{tmp_path / 'sessions'}"


@pytest.mark.parametrize("kind", ["pieces", "count"])
@pytest.mark.parametrize("seconds", [0, 0.002])
def test_all_changes_of_all_threads_are_there(
    url: str, kind: str, seconds: float
) -> None:
    """
    However many write at once, and however long they think, nothing is lost or doubled.
    """
    sessions = Sessions(open_store(url))
    with sessions.open() as session:
        session["count"] = 0
    token = session.token
    assert token is not None
    running = [
        writers.start(url, token, kind, threads=THREADS, times=TIMES, seconds=seconds)
        for _ in range(PROCESSES)
    ]
    acknowledged = sum(len(process.communicate()[0].split()) for process in running)
    assert [0] * PROCESSES == [process.returncode for process in running]
    with sessions.open(token) as session:
        found = session.checkout.cart.quantity if kind == "pieces" else session["count"]
    assert PROCESSES * THREADS * TIMES == acknowledged == found


def test_two_plain_blocks_that_change_one_key_conflict(url: str) -> None:
    """
    One commits, the other is told, and the loser's change is not there.
    """
    sessions = Sessions(open_store(url))
    with sessions.open() as session:
        session["count"] = 0
    token = session.token
    first, second = sessions.open(token), sessions.open(token)
    first["count"] = 1
    second["count"] = 1
    first.close()
    with pytest.raises(ConflictError):
        second.close()
    assert 1 == sessions.open(token)["count"]


def test_two_blocks_that_change_different_keys_are_merged(url: str) -> None:
    """
    Commands and keys of both are there afterwards.
    """
    sessions = Sessions(open_store(url))
    with sessions.open() as session:
        session["count"] = 0
    token = session.token
    first, second = sessions.open(token), sessions.open(token)
    first["one"] = [1]
    first.do(AddLine(product_id=42))
    second["two"] = [2]
    second.do(AddLine(product_id=42, quantity=2))
    first.close()
    second.close()
    merged = sessions.open(token)
    assert {"count": 0, "one": [1], "two": [2]} == dict(merged.data)
    assert 3 == merged.checkout.cart.quantity == second.checkout.cart.quantity
