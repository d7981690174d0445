"""
Whether a checkout may be ordered: judged on fresh facts, at a fresh price.
"""

from __future__ import annotations

from attrs import evolve, frozen

from ocstate.checkout import Checkout
from ocstate.checkout.confirming.rules import confirm_problems, confirm_questions
from ocstate.checkout.confirming.total import Price, agreement_problems, price_of
from ocstate.checkout.derived.renewal import renewed
from ocstate.checkout.facts import (
    CurrencyQuestion,
    PriceFact,
    PriceQuestion,
    ShopQuestion,
)
from ocstate.checkout.values.money import Currency, Language
from ocstate.core.confirm.wish import Wish
from ocstate.core.flow import Flow, ask
from ocstate.core.session import SessionState
from ocstate.problem import Problem


@frozen(kw_only=True)
class Judged:
    """
    A checkout as it is to be ordered, and everything that was found.

    Attributes:
        kept: The checkout, brought up to date.
        checkout: The same in the currency and language that it is shown in.
        priced: What the host wants for it; None where it knows no prices.
        problems: Without an ``error`` among them it may be ordered.
        at: When the host was asked.
    """

    kept: Checkout
    checkout: Checkout
    priced: PriceFact | None
    price: Price
    problems: tuple[Problem, ...]
    at: float

    @property
    def is_refused(self) -> bool:
        """
        Tell whether anything speaks against ordering it.
        """
        return any(problem.severity == "error" for problem in self.problems)

    def in_order(self) -> tuple[Problem, ...]:
        """
        Return the problems, those first that speak against ordering it.
        """
        weights = ("error", "warning", "info")
        return tuple(
            sorted(self.problems, key=lambda problem: weights.index(problem.severity))
        )


def judge(
    session: SessionState, wish: Wish, said: tuple[Problem, ...] = ()
) -> Flow[Judged]:
    """
    Ask everything anew, and find all that speaks against ordering what *session* wants.

    Args:
        said: What was wrong with what came together with the wish.

    Raises:
        StoreError: Never; a host's own errors come through.
    """
    kept, rules = session.checkout, session.setup.rules
    shown_in = wish.shown_in or as_chosen
    currency, language = yield from shown_in(kept)
    seen = kept.evolve(currency=currency, language=language)
    facts = yield from ask(*confirm_questions(seen, rules))
    found = confirm_problems(seen, facts, rules)
    renewal = renewed(kept, facts).state
    ordered = renewal.evolve(currency=currency, language=language)
    about_prices = PriceQuestion(checkout=ordered)
    told = yield from ask(about_prices)
    priced = told.answer(about_prices)
    price = price_of(ordered, priced)
    agreed = agreement_problems(
        ordered,
        price.total,
        expected=wish.expected_total,
        consent=wish.consent,
        kept=renewal,
    )
    problems = (*said, *found, *(_weighed(one, wish) for one in agreed))
    return Judged(
        kept=renewal,
        checkout=ordered,
        priced=priced,
        price=price,
        problems=problems,
        at=told.at,
    )


def as_chosen(checkout: Checkout) -> Flow[tuple[Currency | None, Language | None]]:
    """
    Tell the currency that the buyer chose, or the shop's, and the chosen language.
    """
    currency = checkout.currency
    if currency is None:
        about_shop = ShopQuestion(checkout=checkout)
        shop = (yield from ask(about_shop)).answer(about_shop)
        if shop is not None and shop.currency:
            about = CurrencyQuestion(code=shop.currency)
            told = (yield from ask(about)).answer(about)
            currency = None if told is None else told.currency
    return currency, checkout.language


def _weighed(problem: Problem, wish: Wish) -> Problem:
    if problem.code == "total_increased" and not wish.strict_totals:
        return evolve(problem, severity="warning")
    return problem
