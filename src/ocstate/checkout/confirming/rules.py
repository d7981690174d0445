"""
All rules of the domain in one place: tables that can be printed and extended.

Whether a checkout can be confirmed is judged by them, with what a host says at that
moment. Confirming asks everything anew, decides on the answers, and orders the checkout
as it is brought up to date with them::

    facts = yield from ask(*confirm_questions(checkout))
    problems = confirm_problems(checkout, facts)
    state = renewed(checkout, facts).state
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import Factory, evolve, field, frozen

from ocstate.checkout.confirming.confirm_rules import CONFIRM_RULES, ConfirmRule, judged
from ocstate.checkout.confirming.view import View
from ocstate.checkout.derived.learning import kept_facts
from ocstate.checkout.derived.renewal import renewed
from ocstate.checkout.facts import (
    NOTHING_ASKED,
    Facts,
    Question,
    ShopFact,
    ShopQuestion,
)
from ocstate.checkout.rules.contents import content_problems
from ocstate.checkout.rules.fields import FIELD_RULES, FieldRule
from ocstate.checkout.rules.inquiries import CONFIRM_QUESTIONS
from ocstate.checkout.values.consent import Terms
from ocstate.checkout.values.state import State
from ocstate.problem import Problem


def _by_value(rules: Rules) -> Mapping[str, tuple[FieldRule, ...]]:
    found: dict[str, tuple[FieldRule, ...]] = {}
    for rule in rules.fields:
        found[rule.value] = (*found.get(rule.value, ()), rule)
    return found


@frozen(kw_only=True, repr=False)
class Rules:
    """
    The tables that decide what is right.

    Attributes:
        fields: What fields may hold.
        confirm: What has to be right before a checkout is confirmed.
        shop: What is taken for granted of a shop that was not asked.
        terms: Documents that have to be accepted, in exactly these versions.
        most_lines: How many lines a cart may have.
    """

    fields: tuple[FieldRule, ...] = FIELD_RULES
    confirm: tuple[ConfirmRule, ...] = CONFIRM_RULES
    shop: ShopFact = ShopFact()
    terms: tuple[Terms, ...] = ()
    most_lines: int = 10_000
    _by_value: Mapping[str, tuple[FieldRule, ...]] = field(
        init=False, eq=False, repr=False, default=Factory(_by_value, takes_self=True)
    )

    def __repr__(self) -> str:
        # The tables are long, and stand in signatures as a default.
        return f"<Rules {len(self.fields)} fields, {len(self.confirm)} confirm>"

    def fields_of(self, value: str) -> tuple[FieldRule, ...]:
        """
        Return the field rules of one value, such as ``"customer"``.
        """
        return self._by_value.get(value, ())

    def content_problems(
        self, value: str, name: str, content: int | str
    ) -> Iterator[Problem]:
        """
        Find what is wrong with one field that stands alone.
        """
        for rule in self.fields_of(value):
            if rule.field == name:
                yield from content_problems(content, rule)

    def with_field_rules(self, *rules: FieldRule) -> Rules:
        """
        Return these rules with some more; one for the same field takes its place.
        """
        known = {(rule.value, rule.field): rule for rule in self.fields}
        known.update({(rule.value, rule.field): rule for rule in rules})
        return evolve(self, fields=tuple(known.values()))

    def with_confirm_rules(self, *rules: ConfirmRule) -> Rules:
        """
        Return these rules with some more; one of the same name takes its place.
        """
        known = {rule.name: rule for rule in self.confirm}
        known.update({rule.name: rule for rule in rules})
        return evolve(self, confirm=tuple(known.values()))

    def without_confirm_rules(self, *names: str) -> Rules:
        """
        Return these rules without those of some names.
        """
        kept = tuple(rule for rule in self.confirm if rule.name not in names)
        return evolve(self, confirm=kept)

    def missing(
        self, state: State, facts: Facts = NOTHING_ASKED
    ) -> tuple[Problem, ...]:
        """
        List everything that *state* says against being confirmed, in the rules' order.

        Args:
            facts: What the host said just now; what it was not asked is judged by what
                the state keeps of its earlier words. By default nobody was asked.
        """
        facts = kept_facts(state).joined(facts)
        renewal = renewed(state, facts)
        shop = facts.answer(ShopQuestion(checkout=state))
        view = View(
            state=renewal.state,
            facts=facts,
            changes=renewal.problems,
            shop=self.shop if shop is None else shop,
            terms=self.terms,
            fields_of=self.fields_of,
        )
        return tuple(judged(view, self.confirm))


RULES = Rules()


def confirm_questions(
    state: State, rules: Rules = RULES
) -> tuple[Question[object], ...]:
    """
    Return what a confirm wants to know afresh: all that its rules ask, each once.
    """
    asked = dict.fromkeys(kind for rule in rules.confirm for kind in rule.asks)
    questions = (one for kind in asked for one in CONFIRM_QUESTIONS[kind](state))
    return tuple(dict.fromkeys(questions))


def confirm_problems(
    state: State, facts: Facts, rules: Rules = RULES
) -> tuple[Problem, ...]:
    """
    List everything that speaks against confirming *state*, in the rules' order.

    No ``error`` among them means that it may be ordered, as `renewed` returns it.
    """
    return rules.missing(state, facts)
