"""
A checkout brought up to date with what a host said: rows, offers and choices.

A choice survives when it is still right. What was chosen is looked up in the new offer
by its exact code: at the same price it stays, cheaper or dearer it stays at the new
price, and when it is not offered any more it goes. All but the first is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Generic, TypeVar, cast

from attrs import evolve, frozen

from ocstate.checkout.derived.dependencies import changed_inputs, fingerprint
from ocstate.checkout.derived.learning import KEPT
from ocstate.checkout.facts import (
    Facts,
    PaymentFact,
    PaymentQuestion,
    ProductQuestion,
    Question,
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


Method = ShippingMethod | PaymentMethod
Offers = Quotes | PaymentOptions


@frozen
class Way:
    """
    Something that is chosen among a host's offers: how it is sent, or how it is paid.

    Attributes:
        side: ``"shipping"`` or ``"payment"``, as sections, codes and events name it.
        offers: The section with what was offered.
    """

    side: str
    offers: str
    question: type[ShippingQuestion | PaymentQuestion]

    @property
    def method(self) -> str:
        """
        Return the name of the section with what was chosen.
        """
        return f"{self.side}_method"

    @property
    def asking(self) -> str:
        """
        Return the name of the command that asks for offers.
        """
        return f"Quote{self.side.title()}"

    def question_about(self, state: State) -> Question[ShippingFact | PaymentFact]:
        """
        Ask what there is to choose among.
        """
        return self.question(checkout=state)

    def chosen(self, state: State) -> Method | None:
        """
        Return what was chosen.
        """
        chosen: Method | None = getattr(state, self.method)
        return chosen


SHIPPING: Final = Way("shipping", "shipping_quotes", ShippingQuestion)
PAYMENT: Final = Way("payment", "payment_options", PaymentQuestion)


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
    for way in (SHIPPING, PAYMENT):
        if way is SHIPPING and state.cart.needs_shipping is False:
            state = state.noting(shipping_quotes=None, shipping_method=None)
        elif (fact := facts.answer(way.question_about(state))) is not None:
            renewal = offered(state, fact, facts.at)
            state, problems = renewal.state, (*problems, *renewal.problems)
    return Renewal(state, problems)


def offered(
    state: StateT, fact: ShippingFact | PaymentFact, at: float
) -> Renewal[StateT]:
    """
    Keep what a host offers, and what was chosen before if it is among that.

    Args:
        at: When the host said so.
    """
    way = SHIPPING if isinstance(fact, ShippingFact) else PAYMENT
    taken = fingerprint(state, way.offers)
    offer: Offers = KEPT[way.question].keep(fact, taken, at)
    chosen, problems = way.chosen(state), tuple[Problem, ...]()
    if chosen is not None:
        found = offer.find(chosen.code)
        problems = tuple(_changes(state, way, chosen, found))
        chosen = None if found is None else evolve(found, chosen_for=taken)
    sections = {way.offers: offer, way.method: chosen}
    return Renewal(state.noting(**cast("Changes", sections)), problems)


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


def _changes(
    state: State, way: Way, chosen: Method, offer: Method | None
) -> Iterator[Problem]:
    if offer is None:
        because = _because(state, way, chosen)
        yield Problem(
            f"{way.method}_gone",
            f"/{way.method}",
            params={"because": because},
            severity="warning",
            fix=(way.asking,),
        )
    elif isinstance(chosen, ShippingMethod) and isinstance(offer, ShippingMethod):
        if not chosen.chosen_for:
            return  # It was chosen without a price.
        # What is shown counts first; a host that shows no tax differs in the cost.
        prices = [(one.cost_with_tax, one.cost) for one in (chosen, offer)]
        for was, now in zip(*prices, strict=True):
            if was != now:
                because = _because(state, way, chosen)
                yield Problem(
                    f"shipping_price_{'increased' if now > was else 'decreased'}",
                    "/shipping_method",
                    params={"was": str(was), "now": str(now), "because": because},
                    severity="warning" if now > was else "info",
                    fix=("SetShippingMethod",),
                )
                return


def _because(state: State, way: Way, chosen: Method) -> str:
    taken = chosen.chosen_for
    changed = changed_inputs(state, way.method, taken) if taken else ()
    return " ".join(changed) or "offer"
