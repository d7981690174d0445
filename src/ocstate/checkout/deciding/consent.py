"""
What becomes of what a customer says, agrees to, comes from and has ordered.
"""

from __future__ import annotations

from attrs import evolve

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import (
    AcceptTerms,
    RecordConfirmation,
    SetAttribution,
    SetComment,
)
from ocstate.checkout.confirming.rules import Rules
from ocstate.checkout.deciding.outcome import Outcome, accepted, refused
from ocstate.checkout.facts import Facts
from ocstate.checkout.rules.contents import beyond, field_problems, tidy
from ocstate.checkout.rules.fields import MOST_ENTRIES
from ocstate.checkout.values.characters import trimmed
from ocstate.checkout.values.consent import Terms
from ocstate.checkout.values.lines import Lines
from ocstate.problem import Problem


def set_comment(
    checkout: Checkout, command: SetComment, facts: Facts, rules: Rules
) -> Outcome:
    """
    Keep a remark on the order; the empty one removes it.
    """
    comment = trimmed(command.comment)
    problems = tuple(rules.content_problems("", "comment", comment))
    if problems:
        return refused(checkout, problems, "SetComment")
    after = checkout
    if checkout.comment != comment:
        after = checkout.evolve(comment=comment)
    return accepted(after)


def accept_terms(
    checkout: Checkout, command: AcceptTerms, facts: Facts, rules: Rules
) -> Outcome:
    """
    Note that a document was accepted, in place of another version of it.
    """
    problems = list(field_problems(command, rules.fields_of("terms/-")))
    number, version = command.document_id, command.version
    others = tuple(one for one in checkout.terms if one.document_id != number)
    if len(others) >= MOST_ENTRIES:
        problems.append(beyond("too_many", "/terms", "terms", MOST_ENTRIES))
    if problems:
        return refused(checkout, problems, "AcceptTerms")
    after = checkout
    if not any(
        one.document_id == number and one.version == version for one in checkout.terms
    ):
        fresh = Terms(document_id=number, version=version, accepted_at=facts.at)
        after = checkout.evolve(terms=(*others, fresh))
    return accepted(after, document_id=number, version=version)


def set_attribution(
    checkout: Checkout, command: SetAttribution, facts: Facts, rules: Rules
) -> Outcome:
    """
    Note where the customer came from; the same again keeps the earlier time.
    """
    attribution = tidy(command.attribution, rules.fields_of("attribution"))
    problems = tuple(field_problems(attribution, rules.fields_of("attribution")))
    if problems:
        return refused(checkout, problems, "SetAttribution")
    before = checkout.attribution
    after = checkout
    if before is None or evolve(attribution, entered_at=before.entered_at) != before:
        noted = evolve(attribution, entered_at=facts.at)
        after = checkout.evolve(attribution=noted)
    return accepted(after)


def record_confirmation(
    checkout: Checkout, command: RecordConfirmation, facts: Facts, rules: Rules
) -> Outcome:
    """
    Note the order that a host placed, and empty the cart; all else stays.

    Of two orders of the same cart only the first is noted: the other is refused, where
    nothing was put into the cart since.
    """
    confirmation, done = command.confirmation, checkout.confirmation
    is_another = done is not None and done.order_id != confirmation.order_id
    if is_another and checkout.cart.is_empty and not checkout.gifts:
        problem = Problem("already_confirmed", "/confirmation")
        return refused(checkout, (problem,), "AddLine")
    after = checkout
    if not checkout.cart.is_empty:
        after = after.evolve(cart=checkout.cart.holding(Lines.of()))
    order_id = confirmation.order_id
    if (checkout.confirmation, checkout.order_id) != (confirmation, order_id):
        after = after.evolve(confirmation=confirmation, order_id=order_id)
    return accepted(after, order_id=order_id)
