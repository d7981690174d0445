"""
No refused call changes anything, whatever it was and why: a fuzz of the whole API.

``OCSTATE_CALLS`` says how many calls are made; a failure names its seed.
"""

from __future__ import annotations

import os
from contextlib import suppress

import pytest
from attrs import evolve

from ocstate.api.controllers import orders
from ocstate.checkout.commands import SetComment
from ocstate.core.block import commit, do
from ocstate.core.session import SessionState
from ocstate.exceptions import CommandRefused
from ocstate.problem import Problem
from tests.api.calls import Shop
from tests.api.fuzz import ChangedError, World

CALLS = int(os.environ.get("OCSTATE_CALLS", "2000"))
SEEDS = (11, 12, 13, 14)


def run_all(**options):
    """
    Make enough calls that a fault has to show.
    """
    for seed in SEEDS:
        World(seed, **options).run(2000)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_refused_call_changes_nothing(seed):
    """
    Compared is everything stored and the shop's own books, after each refusal.
    """
    seen = World(seed).run(CALLS // len(SEEDS))

    # It is no proof if nobody comes far enough to be refused for a good reason.
    assert seen["accepted"] > CALLS // len(SEEDS) // 20
    assert {"refused permission", "refused payment_method_required"} <= seen.keys()


def test_the_fuzz_finds_what_is_kept_before_an_order(monkeypatch):
    """
    A comment that is committed before the shop is asked stays after its refusal.
    """
    prepare = orders._prepare

    def keeping(call, session):
        if "comment" in call.posted:
            kept = SessionState(session.setup, session.given)
            with suppress(CommandRefused):
                yield from do(kept, SetComment(call.posted.text("comment")))
                yield from commit(kept)
        return (yield from prepare(call, session))

    monkeypatch.setattr(orders, "_prepare", keeping)

    with pytest.raises(ChangedError, match="order"):
        run_all()


def test_the_fuzz_finds_a_shop_that_takes_before_it_refuses():
    """
    The shop's own books are compared too.
    """

    def hasty(shop: Shop) -> None:
        books = shop.host.orders._books

        def prices(questions, ask=shop.host.prices.prices):
            if shop.clock() and questions[0].checkout.comment:
                books.ledger = evolve(books.ledger, pieces={1: 1})
                raise CommandRefused([Problem("out_of_stock", "/cart")])
            return ask(questions)

        shop.host.prices.prices = prices

    with pytest.raises(ChangedError, match="ledger"):
        run_all(prepare=hasty)
