"""
A process that forks goes on, and so does its child.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ocstate import Sessions
from ocstate.checkout import AddLine
from ocstate.stores import open_store


@pytest.mark.parametrize("scheme", ["sqlite", "file"])
def test_parent_and_child_use_the_same_sessions(scheme: str, tmp_path: Path) -> None:
    """
    A `Sessions` that was used before a fork works on both sides of it.
    """
    sessions = Sessions(open_store(f"{scheme}:///{tmp_path / 'sessions'}"))
    with sessions.open() as session:
        session.do(AddLine(product_id=1))
    token = session.token
    child = os.fork()
    if child == 0:
        status = 1
        try:
            for _ in range(20):
                with sessions.open(token) as mine:
                    mine.do(AddLine(product_id=2))
            status = 0
        finally:
            os._exit(status)
    for _ in range(20):
        with sessions.open(token) as mine:
            mine.do(AddLine(product_id=3))
    assert (child, 0) == os.waitpid(child, 0)
    found = {
        line.product_id: line.quantity
        for line in sessions.open(token).checkout.cart.lines
    }
    assert {1: 1, 2: 20, 3: 20} == found


def test_a_child_mints_tokens_of_its_own(tmp_path: Path) -> None:
    """
    Parent and child never mint the same token after a fork.
    """
    sessions = Sessions(open_store(f"sqlite:///{tmp_path / 'sessions'}"))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with sessions.open() as mine:
            mine["who"] = "child"
        os.write(writer, (mine.token or "").encode())
        os._exit(0)
    with sessions.open() as session:
        session["who"] = "parent"
    os.waitpid(child, 0)
    theirs = os.read(reader, 100).decode()
    os.close(reader)
    os.close(writer)
    assert 32 == len(theirs)
    assert theirs != session.token
    assert "child" == sessions.open(theirs)["who"]
