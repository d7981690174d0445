"""
Whether a checkout can be confirmed, judged with what a host says at that moment.

Confirming asks everything anew, decides on the answers, and orders the checkout as it
is brought up to date with them::

    facts = yield from ask(*confirm_questions(checkout))
    problems = confirm_problems(checkout, facts)
    state = renewed(checkout, facts).state
"""

from __future__ import annotations

from ocstate.checkout.confirming.rules import RULES, Rules
from ocstate.checkout.facts import Facts, Question
from ocstate.checkout.rules.inquiries import CONFIRM_QUESTIONS
from ocstate.checkout.values.state import State
from ocstate.problem import Problem


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
