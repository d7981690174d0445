"""
What a checkout costs as it is shown, remembered until it is ordered.
"""

from __future__ import annotations

from ocstate.checkout.commands import ShowTotal
from ocstate.checkout.confirming.total import Price, price_of
from ocstate.checkout.facts import PriceQuestion
from ocstate.checkout.values.money import Currency, Language
from ocstate.core.block import decide_again, read
from ocstate.core.changes import Entry
from ocstate.core.confirm.judging import shown_in
from ocstate.core.confirm.wish import Wish
from ocstate.core.flow import Flow, ask
from ocstate.core.session import SessionState


def price(
    session: SessionState,
    currency: Currency | None = None,
    language: Language | None = None,
) -> Flow[Price]:
    """
    Ask what the checkout costs, and remember that the buyer is shown it.

    Args:
        currency: In which it is shown; by default the buyer's choice, or the shop's.
        language: In which it is shown where the buyer has chosen none.

    Raises:
        StoreError: If the backend failed.
        UsageError: If the block is over.
    """
    session.require_open()
    yield from read(session)
    with session.alone():
        wish = Wish(currency=currency, language=language)
        shown = yield from shown_in(session.checkout, wish)
        seen = session.checkout.evolve(currency=shown[0], language=shown[1])
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
