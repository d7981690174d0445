"""
What a checkout comes to, and whether that is what the buyer saw and agreed to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal

from attrs import frozen

from ocstate.checkout.derived.dependencies import changed_inputs, fingerprint
from ocstate.checkout.facts import PriceFact, TotalRow
from ocstate.checkout.values.money import Money
from ocstate.checkout.values.ordering import OrderedPrice, OrderedTotal
from ocstate.checkout.values.state import State
from ocstate.problem import Problem

_DIGITS = 16


@frozen(kw_only=True)
class Price:
    """
    What a checkout costs, as it is shown to the buyer.

    Attributes:
        prices: Lines and summary, as the host priced them.
        total: What is to be paid; None where the host knows no prices.
        consent: What the buyer agrees to when they order what they see: give it back
            to ``confirm``, which then refuses anything else. A text without meaning.
    """

    prices: PriceFact
    total: Money | None
    consent: str


def price_of(state: State, prices: PriceFact | None) -> Price:
    """
    Put together what is shown of *prices*, which the host named for *state*.
    """
    total = None if prices is None else total_of(state, prices)
    return Price(
        prices=PriceFact() if prices is None else prices,
        total=total,
        consent=consent_of(state, total),
    )


def total_of(state: State, prices: PriceFact) -> Money | None:
    """
    Return what is to be paid as it is shown: converted, and rounded by its currency.
    """
    shown = [row.shown for row in ordered_totals(state, prices) if row.code == "total"]
    code = "" if state.currency is None else state.currency.code
    return Money(shown[0], code) if shown else None


def ordered_totals(state: State, prices: PriceFact) -> tuple[OrderedTotal, ...]:
    """
    Return the summary as the buyer reads it.
    """
    currency = state.currency

    def shown(row: TotalRow) -> Decimal:
        if row.shown is not None:
            return row.shown
        return row.value if currency is None else currency.rounded(row.value)

    return tuple(
        OrderedTotal(
            code=row.code,
            title=row.title,
            value=row.value,
            shown=shown(row),
        )
        for row in prices.totals
    )


def ordered_prices(prices: PriceFact) -> tuple[OrderedPrice, ...]:
    """
    Return what each line costs, tax included.
    """
    return tuple(
        OrderedPrice(
            line_id=line.line_id,
            name=line.name,
            price=line.price_with_tax,
            total=line.total_with_tax,
        )
        for line in prices.lines
    )


def consent_of(state: State, total: Money | None) -> str:
    """
    Return what tells whether anything that a buyer agreed to has changed since.
    """
    shown = "" if total is None else f"{total.amount} {total.currency}"
    digest = hashlib.sha256(shown.encode()).hexdigest()[:_DIGITS]
    return f"{fingerprint(state, 'confirmation')}.{digest}"


def agreement_problems(
    state: State,
    total: Money | None,
    *,
    expected: Money | None = None,
    consent: str | None = None,
    kept: State | None = None,
) -> Iterator[Problem]:
    """
    Find in what *state*, at this *total*, differs from what the buyer saw.

    Dearer is an ``error``, and cheaper an info. What was neither shown nor expected is
    not compared, and neither is what was shown in another currency.

    Args:
        expected: The total that the buyer saw; by default what was last shown.
        consent: What they agreed to, if that is known.
        kept: The state without what is only filled in to show it, such as the shop's
            currency; by default the same.
    """
    if consent is not None and consent != consent_of(state, total):
        taken = consent.partition(".")[0]
        changed = changed_inputs(state, "confirmation", taken) if taken else ()
        because = " ".join(changed) or "offer"
        yield Problem("consent_changed", params={"because": because})
    shown, was = state.shown, expected
    if was is None and shown is not None:
        was = shown.money
    if was is None or total is None:
        return
    if was.currency != total.currency and total.currency:
        if expected is not None:
            yield Problem.of("other_currency", "/currency", currency=total.currency)
        return
    if total.amount != was.amount:
        rises = total.amount > was.amount
        yield Problem(
            "total_increased" if rises else "total_decreased",
            params={
                "was": _spelt(was.amount, total.currency),
                "now": _spelt(total.amount, total.currency),
                "because": _because(kept or state),
            },
            severity="error" if rises else "info",
        )


def _because(state: State) -> str:
    shown = state.shown
    if shown is None or not shown.shown_for:
        return "offer"
    return " ".join(changed_inputs(state, "total", shown.shown_for)) or "offer"


def _spelt(value: Decimal, currency: str) -> str:
    """
    Spell an amount with two decimals, or more if it has more.
    """
    whole, _, part = f"{value:f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')} {currency}".rstrip()
