"""
One order of a checkout, whatever processes serve the clicks, and though one is killed.
"""

from __future__ import annotations

import json
import signal

import pytest

from tests.api.clicks import click, shop_on, start

CLICKS = 4
SESSIONS = 8


@pytest.fixture(params=["sqlite", "file"])
def url(request, tmp_path):
    """
    The URL of a store that processes share.
    """
    return f"{request.param}:///{tmp_path / 'sessions'}"


@pytest.mark.parametrize("comment", ["", "Ring twice"])
def test_clicks_in_two_processes_are_answered_alike(url, tmp_path, comment):
    """
    Each of eight confirms at once, four a process, names the one order.
    """
    path = tmp_path / "orders"
    shop = shop_on(url, path)
    processes = [start(url, path, comment, CLICKS) for _ in range(2)]
    for number in range(1, SESSIONS + 1):
        shop.log_in().fill()
        for process in processes:
            process.stdin.write(f"{shop.token}\n")
            process.stdin.flush()

        printed = [json.loads(process.stdout.readline()) for process in processes]

        told = [answer.get("order_id") for each in printed for answer in each]
        assert [number] * 2 * CLICKS == told
        assert (number, comment) == shop.host.orders.all()[-1]
        assert shop.sessions.open(shop.token).checkout.cart.is_empty
    for process in processes:
        process.communicate(timeout=60)
        assert 0 == process.returncode
    assert SESSIONS == len(shop.host.orders.all())


@pytest.mark.parametrize(
    ("comment", "again"),
    [("", ""), ("Ring twice", "Ring twice"), ("Ring twice", ""), ("", "Ring twice")],
)
def test_a_process_that_was_killed_behind_the_order_makes_no_second_one(
    url, tmp_path, comment, again
):
    """
    Killed between "order placed" and "session saved": the retry is that order.
    """
    path = tmp_path / "orders"
    shop = shop_on(url, path).log_in().fill()
    process = start(url, path, comment, 0)
    process.communicate(f"{shop.token}\n", timeout=60)
    assert -signal.SIGKILL == process.returncode
    assert not shop.sessions.open(shop.token).checkout.cart.is_empty

    answers = [click(shop, again), click(shop, again)]

    ((number, noted),) = shop.host.orders.all()
    assert [number] * 2 == [each["order_id"] for each in answers]
    assert comment == noted
    assert shop.sessions.open(shop.token).checkout.cart.is_empty
