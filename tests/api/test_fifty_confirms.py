"""
Fifty confirms of one session at once, over HTTP: one order, and fifty equal answers.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import RemoteDisconnected
from pathlib import Path
from threading import Barrier

import pytest

from ocstate.http.response import Json
from tests.adapters.servers import Client, waitress
from tests.api.calls import FORM, urlencoded
from tests.api.clicks import shop_on
from tests.api.order_server import THREADS, both

ROOT = Path(__file__).parents[2]
CLICKS = 50

API = "/index.php?route=api/order/add"
CONFIRM = "/index.php?route=api/order%26call=confirm"
PAGE = "/order"
POSTED: list[dict[str, Json]] = [{}, {"comment": "Ring twice"}]

# What the page does before it confirms is an edit, which a claim refuses.
WAYS = [(API, POSTED[0]), (API, POSTED[1]), (CONFIRM, POSTED[0]), (CONFIRM, POSTED[1])]
WAYS += [(PAGE, POSTED[0])]
HUNG_UP = (ConnectionResetError, RemoteDisconnected)


@contextmanager
def serving(url: str, path: Path, *, is_fatal: bool = False) -> Iterator[Client]:
    """
    Run a server in a process of its own.
    """
    fatal = "yes" if is_fatal else "no"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.api.order_server", url, str(path), fatal],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield Client(int(process.stdout.readline()))
    finally:
        process.communicate(timeout=60)
    assert process.returncode == (-signal.SIGKILL if is_fatal else 0)


def click(client: Client, target: str, token: str, form: dict[str, Json]) -> bytes:
    """
    Press the button once, and return the answer.
    """
    headers = {"Content-Type": FORM, "Cookie": f"OCSESSID={token}; session={token}"}
    answer = client("POST", target, headers, urlencoded(form).encode())
    assert 200 == answer.status, answer.body
    return answer.body


def fifty(clients: list[Client], target: str, token: str, form: dict[str, Json]):
    """
    Press the button fifty times at once, in turn at each server.
    """
    barrier = Barrier(CLICKS)

    def press(number: int) -> bytes:
        barrier.wait()
        return click(clients[number % len(clients)], target, token, form)

    with ThreadPoolExecutor(CLICKS) as pool:
        return set(pool.map(press, range(CLICKS)))


@pytest.mark.parametrize(("target", "form"), WAYS)
def test_fifty_threads_of_one_process_are_answered_alike(tmp_path, target, form):
    """
    On a store in memory.
    """
    shop = shop_on("memory://", tmp_path / "orders").log_in().fill()

    with waitress(both(shop), many=THREADS) as client:
        answers = fifty([client], target, shop.token, form)

    ((number, comment),) = shop.host.orders.all()
    assert (1, form.get("comment", "")) == (number, comment)
    assert 1 == len(answers)
    assert b"1" in answers.pop()
    assert shop.sessions.open(shop.token).checkout.cart.is_empty


@pytest.mark.parametrize("kind", ["file", "sqlite"])
def test_two_processes_answer_fifty_alike(tmp_path, kind):
    """
    On stores that processes share, each way to ask for an order in its turn.
    """
    url, path = f"{kind}:///{tmp_path / 'sessions'}", tmp_path / "orders"
    shop = shop_on(url, path)

    with ExitStack() as servers:
        clients = [servers.enter_context(serving(url, path)) for _ in range(2)]
        for count, (target, form) in enumerate(WAYS, 1):
            shop.log_in().fill()
            answers = fifty(clients, target, shop.token, form)

            assert count == len(shop.host.orders.all())
            assert (count, form.get("comment", "")) == shop.host.orders.all()[-1]
            assert 1 == len(answers)
            assert shop.sessions.open(shop.token).checkout.cart.is_empty


@pytest.mark.parametrize("kind", ["file", "sqlite"])
@pytest.mark.parametrize("target", [API, CONFIRM, PAGE])
@pytest.mark.parametrize("form", POSTED)
def test_a_killed_server_leaves_an_order_that_the_other_one_names(
    tmp_path, kind, target, form
):
    """
    Killed between "order placed" and "session saved": what was posted is in it, too.
    """
    url, path = f"{kind}:///{tmp_path / 'sessions'}", tmp_path / "orders"
    shop = shop_on(url, path).log_in().fill()
    with serving(url, path, is_fatal=True) as doomed, pytest.raises(HUNG_UP):
        click(doomed, target, shop.token, form)
    assert not shop.sessions.open(shop.token).checkout.cart.is_empty

    with serving(url, path) as client:
        answers = {click(client, target, shop.token, POSTED[0]) for _ in range(3)}

    assert [(1, form.get("comment", ""))] == shop.host.orders.all()
    assert 1 == len(answers)
    checkout = shop.sessions.open(shop.token).checkout
    assert checkout.cart.is_empty
    assert form.get("comment", "") == checkout.confirmation.ordered.comment
