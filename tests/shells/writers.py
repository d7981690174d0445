"""
Writers on one session: processes of several threads, for tests of what is lost.

Run as ``python -m tests.shells.writers URL TOKEN KIND THREADS TIMES THINK``.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ocstate import Session, Sessions
from ocstate.checkout import AddLine
from ocstate.stores import open_store

ROOT = Path(__file__).parents[2]

NUMBERS = itertools.count(1)
"""One number for each write of this process; ``next`` on it is atomic."""


def think(seconds: float) -> None:
    """
    Let time pass between reading and committing, as a request's work would.
    """
    if seconds:
        threading.Event().wait(seconds)


def add_pieces(sessions: Sessions, token: str, number: int, seconds: float) -> None:
    """
    Put one more piece of product 42 into the cart.
    """
    with sessions.open(token) as session:
        session.do(AddLine(product_id=42))
        think(seconds)


def add_products(sessions: Sessions, token: str, number: int, seconds: float) -> None:
    """
    Put a product into the cart that nobody else puts there.
    """
    with sessions.open(token) as session:
        session.do(AddLine(product_id=number))
        think(seconds)


def count_up(sessions: Sessions, token: str, number: int, seconds: float) -> None:
    """
    Raise one number among the host's own data.
    """

    def change(session: Session) -> None:
        count = session.get("count", 0)
        assert isinstance(count, int)
        think(seconds)
        session["count"] = count + 1

    sessions.update(token, change)


KINDS: dict[str, Callable[[Sessions, str, int, float], None]] = {
    "pieces": add_pieces,
    "products": add_products,
    "count": count_up,
}


def start(
    url: str, token: str, kind: str, *, threads: int, times: int, seconds: float
) -> subprocess.Popen[str]:
    """
    Start a process that writes, and prints the number of each acknowledged write.
    """
    arguments = [url, token, kind, str(threads), str(times), str(seconds)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.shells.writers", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def main(url: str, token: str, kind: str, threads: str, times: str, think: str) -> None:
    """
    Write *times* times in each of *threads* threads.
    """
    sessions = Sessions(open_store(url))
    write, seconds = KINDS[kind], float(think)

    def work() -> None:
        for _ in range(int(times)):
            number = next(NUMBERS)
            write(sessions, token, number, seconds)
            # One call of write, so that lines of several threads do not mix.
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()

    with ThreadPoolExecutor(int(threads)) as pool:
        for future in [pool.submit(work) for _ in range(int(threads))]:
            future.result()


if __name__ == "__main__":
    main(*sys.argv[1:])
