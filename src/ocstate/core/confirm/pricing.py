"""
What a checkout costs as it is shown, remembered until it is ordered.
"""

from __future__ import annotations

from ocstate.checkout.commands import ShowTotal
from ocstate.checkout.confirming.total import Price, price_of
from ocstate.checkout.facts import PriceQuestion
from ocstate.core.attempts.concluding import settle_lapsed
from ocstate.core.block import decide_again, read
from ocstate.core.changes import Entry
from ocstate.core.confirm.judging import as_chosen
from ocstate.core.flow import Flow, ask
from ocstate.core.session import SessionState


def price(session: SessionState) -> Flow[Price]:
    """
    Ask what the checkout costs, and remember that the buyer is shown it.

    Raises:
        StoreError: If the backend failed.
        UsageError: If the block is over.
    """
    session.require_open()
    yield from read(session)
    with session.alone():
        before = yield from settle_lapsed(session, ())
        yield from decide_again(session, before)
        currency, language = yield from as_chosen(session.checkout)
        seen = session.checkout.evolve(currency=currency, language=language)
        about_prices = PriceQuestion(checkout=seen)
        prices = (yield from ask(about_prices)).answer(about_prices)
        priced = price_of(seen, prices)
        yield from note_total(session, priced)
        return priced


def note_total(session: SessionState, priced: Price) -> Flow[None]:
    """
    Remember that the buyer is shown this total.
    """
    if priced.total is not None:
        yield from decide_again(session, [Entry(ShowTotal(priced.total))])
