"""
A checkout brought up to date with what a host said: rows, offers and choices.

A choice survives when it is still right. What was chosen is looked up in the new offer
by its exact code: at the same price it stays, cheaper or dearer it stays at the new
price, and when it is not offered any more it goes. All but the first is said.
"""

from __future__ import annotations

from typing import Generic, TypeVar, cast

from attrs import evolve, frozen

from ocstate.checkout.derived.dependencies import changed_inputs, fingerprint
from ocstate.checkout.facts import (
    Facts,
    PaymentFact,
    PaymentQuestion,
    ProductQuestion,
    ShippingFact,
    ShippingQuestion,
)
from ocstate.checkout.rules.lines import row_of
from ocstate.checkout.values.line import Row
from ocstate.checkout.values.methods import (
    PaymentMethod,
    PaymentOptions,
    Quotes,
    ShippingMethod,
)
from ocstate.checkout.values.state import Changes, State
from ocstate.problem import Problem

StateT = TypeVar("StateT", bound=State)


@frozen
class Renewal(Generic[StateT]):
    """
    A state brought up to date, and what became of earlier choices.

    Attributes:
        state: The very same object where nothing changed.
        problems: ``shipping_price_decreased``, ``shipping_price_increased``,
            ``shipping_method_gone`` and ``payment_method_gone``.
    """

    state: StateT
    problems: tuple[Problem, ...] = ()


def renewed(state: StateT, facts: Facts) -> Renewal[StateT]:
    """
    Bring *state* up to date with all *facts* that were asked about it.

    Where nothing has to be sent, there is no way to ship either. What is priced and
    placed as an order should be the state that this returns.
    """
    state = _with_news(state, facts)
    problems: tuple[Problem, ...] = ()
    if state.cart.needs_shipping is False:
        state = _changed(state, {"shipping_quotes": None, "shipping_method": None})
    elif (quotes := facts.answer(ShippingQuestion(checkout=state))) is not None:
        renewal = quoted(state, quotes, facts.at)
        state, problems = renewal.state, renewal.problems
    if (options := facts.answer(PaymentQuestion(checkout=state))) is not None:
        offer = offered(state, options, facts.at)
        state, problems = offer.state, (*problems, *offer.problems)
    return Renewal(state, problems)


def quoted(state: StateT, fact: ShippingFact, at: float) -> Renewal[StateT]:
    """
    Keep what a host quoted, and the chosen way to ship if it is among that.

    Args:
        at: When the host said so.
    """
    taken = fingerprint(state, "shipping_quotes")
    quotes = Quotes(groups=fact.groups, fingerprint=taken, quoted_at=at)
    chosen, problems = state.shipping_method, tuple[Problem, ...]()
    if chosen is not None:
        offer = quotes.find(chosen.code)
        because = _because(state, "shipping_method", chosen.chosen_for)
        problems = _price_problems(chosen, offer, because)
        chosen = None if offer is None else evolve(offer, chosen_for=taken)
    return Renewal(
        _changed(state, {"shipping_quotes": quotes, "shipping_method": chosen}),
        problems,
    )


def offered(state: StateT, fact: PaymentFact, at: float) -> Renewal[StateT]:
    """
    Keep what a host offered, and the chosen way to pay if it is among that.

    Args:
        at: When the host said so.
    """
    taken = fingerprint(state, "payment_options")
    options = PaymentOptions(options=fact.options, fingerprint=taken, offered_at=at)
    chosen, problems = state.payment_method, tuple[Problem, ...]()
    if chosen is not None:
        offer = options.find(chosen.code)
        if offer is None:
            because = _because(state, "payment_method", chosen.chosen_for)
            problems = (_gone("payment_method", "QuotePayment", because),)
        chosen = None if offer is None else evolve(offer, chosen_for=taken)
    return Renewal(
        _changed(state, {"payment_options": options, "payment_method": chosen}),
        problems,
    )


def _with_news(state: StateT, facts: Facts) -> StateT:
    if not facts.answers:
        return state
    lines = state.cart.lines
    news: dict[int, Row] = {}
    for position, product_id in enumerate(lines.product_ids):
        fact = facts.answer(ProductQuestion(product_id=product_id, checkout=state))
        if fact is not None:
            row = lines.row(position)
            told = row.told(
                row_of(fact, row.options, row.subscription_plan_id, facts.at)
            )
            if told is not row:
                news[position] = told
    if not news:
        return state
    return state.evolve(cart=state.cart.holding(lines.with_rows(news)))


def _changed(state: StateT, changes: Changes) -> StateT:
    # Equal parts are left alone, so that nothing is stored again that says the same.
    different = {
        name: value
        for name, value in changes.items()
        if not _is_same(getattr(state, name), value)
    }
    return state.evolve(**cast(Changes, different)) if different else state


def _is_same(old: object, new: object) -> bool:
    if isinstance(old, ShippingMethod | PaymentMethod) and old == new:
        return old.chosen_for == getattr(new, "chosen_for", None)
    return old == new


def _price_problems(
    chosen: ShippingMethod, offer: ShippingMethod | None, because: str
) -> tuple[Problem, ...]:
    if offer is None:
        return (_gone("shipping_method", "QuoteShipping", because),)
    if not chosen.chosen_for:
        return ()  # It was chosen without a price.
    # What is shown counts first; a host that shows no tax differs in the cost alone.
    prices = [(one.cost_with_tax, one.cost) for one in (chosen, offer)]
    was, now = next(((a, b) for a, b in zip(*prices, strict=True) if a != b), (0, 0))
    if was == now:
        return ()
    rises = now > was
    return (
        Problem(
            "shipping_price_increased" if rises else "shipping_price_decreased",
            "/shipping_method",
            params={"was": str(was), "now": str(now), "because": because},
            severity="warning" if rises else "info",
            fix=("SetShippingMethod",),
        ),
    )


def _gone(section: str, fix: str, because: str) -> Problem:
    return Problem(
        f"{section}_gone",
        f"/{section}",
        params={"because": because},
        severity="warning",
        fix=(fix,),
    )


def _because(state: State, derived: str, taken: str) -> str:
    changed = changed_inputs(state, derived, taken) if taken else ()
    return " ".join(changed) or "offer"
