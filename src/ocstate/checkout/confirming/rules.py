"""
All rules of the domain in one place: tables that can be printed and extended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import Factory, evolve, field, frozen

from ocstate.checkout.confirming.confirm_rules import CONFIRM_RULES, ConfirmRule, judged
from ocstate.checkout.confirming.view import View
from ocstate.checkout.derived.learning import kept_facts
from ocstate.checkout.derived.renewal import renewed
from ocstate.checkout.facts import NOTHING_ASKED, Facts, ShopFact, ShopQuestion
from ocstate.checkout.rules.contents import content_problems
from ocstate.checkout.rules.fields import FIELD_RULES, FieldRule
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
