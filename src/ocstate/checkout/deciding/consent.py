"""
What becomes of what a customer says, agrees to and comes from.
"""

from __future__ import annotations

from attrs import evolve

from ocstate.checkout.commands import (
    AcceptTerms,
    SetAttribution,
    SetComment,
)
from ocstate.checkout.deciding.outcome import Case, Outcome, accepted
from ocstate.checkout.rules.contents import beyond, field_problems, tidy
from ocstate.checkout.rules.fields import MOST_ENTRIES
from ocstate.checkout.values.characters import trimmed
from ocstate.checkout.values.consent import Terms


def set_comment(case: Case[SetComment]) -> Outcome:
    """
    Keep a remark on the order; the empty one removes it.
    """
    comment = trimmed(case.command.comment)
    problems = tuple(case.rules.content_problems("", "comment", comment))
    if problems:
        return case.refused(problems)
    return accepted(case.checkout.noting(comment=comment))


def accept_terms(case: Case[AcceptTerms]) -> Outcome:
    """
    Note that a document was accepted, in place of another version of it.
    """
    checkout, command, facts, rules = case
    problems = list(field_problems(command, rules.fields_of("terms/-")))
    number, version = command.document_id, command.version
    others = tuple(one for one in checkout.terms if one.document_id != number)
    if len(others) >= MOST_ENTRIES:
        problems.append(beyond("too_many", "/terms", "terms", MOST_ENTRIES))
    if problems:
        return case.refused(problems)
    after = checkout
    if (number, version) not in ((t.document_id, t.version) for t in checkout.terms):
        fresh = Terms(document_id=number, version=version, accepted_at=facts.at)
        after = checkout.evolve(terms=(*others, fresh))
    return accepted(after, document_id=number, version=version)


def set_attribution(case: Case[SetAttribution]) -> Outcome:
    """
    Note where the customer came from; the same again keeps the earlier time.
    """
    checkout, rules = case.checkout, case.rules.fields_of("attribution")
    attribution = tidy(case.command.attribution, rules)
    problems = tuple(field_problems(attribution, rules))
    if problems:
        return case.refused(problems)
    before = checkout.attribution
    if before and evolve(attribution, entered_at=before.entered_at) == before:
        return accepted(checkout)
    noted = evolve(attribution, entered_at=case.facts.at)
    return accepted(checkout.evolve(attribution=noted))
