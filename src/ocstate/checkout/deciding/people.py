"""
What becomes of commands that say who is buying.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from attrs import evolve

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.commands import Forget, LogIn, LogOut, SetCustomer
from ocstate.checkout.confirming.rules import Rules
from ocstate.checkout.deciding.clearing import cleared
from ocstate.checkout.deciding.outcome import Case, Outcome, accepted
from ocstate.checkout.facts import CustomerFact, GroupFact, Question
from ocstate.checkout.rules.contents import field_problems, tidy
from ocstate.checkout.rules.inquiries import account_question, group_question
from ocstate.checkout.rules.people import (
    account_problems,
    circumstances,
    custom_field_problems,
    group_problems,
)
from ocstate.checkout.values.ordering import Attempt
from ocstate.checkout.values.people import Customer
from ocstate.checkout.values.state import SECTIONS
from ocstate.exceptions import DecodeError
from ocstate.problem import Problem

KEPT_AT_LOGOUT: Final = (
    "store_id",
    "cart",
    "currency",
    "language",
    "affiliate",
    "attribution",
    "settings",
    "told_shop",
)
"""Sections that say nothing about a person; all others are cleared by `LogOut`."""


def ask_customer(
    checkout: Checkout, command: SetCustomer | LogIn
) -> tuple[Question[object], ...]:
    """
    Ask after account and group.
    """
    account = account_question(command.customer)
    group = group_question(checkout, command.customer)
    return (group,) if account is None else (account, group)


def set_customer(case: Case[SetCustomer]) -> Outcome:
    """
    Keep who is buying, with the group that the host resolved.
    """
    customer, account, group = _told(case)
    problems = (
        *_field_problems(customer, group, case.rules),
        *account_problems(customer, account),
        *group_problems(customer, group),
    )
    if problems:
        return case.refused(problems)
    known = _as_told(customer, account, group, case.facts.at)
    return _identified(case.checkout, known)


def log_in(case: Case[LogIn]) -> Outcome:
    """
    Attach an account, even one whose fields would not be accepted today.

    What is wrong with those is told in warnings, and an order has to mend it.
    """
    customer, account, group = _told(case)
    problems = [*account_problems(customer, account), *group_problems(customer, group)]
    if customer.customer_id < 1:
        problems.append(Problem("account_required", "/customer/customer_id"))
    if problems:
        return case.refused(problems)
    known = _as_told(customer, account, group, case.facts.at)
    wrong = tuple(
        evolve(problem, severity="warning", fix=("SetCustomer",))
        for problem in _field_problems(customer, group, case.rules)
    )
    if wrong:
        known = evolve(known, checked_at=None)
    return _identified(case.checkout, known, wrong)


def log_out(case: Case[LogOut]) -> Outcome:
    """
    Clear everything that says something about a person; a host's sections stay.

    Of an attempt whose outcome is not certain the bare key stays, for the cart stays:
    a late order of it must not become a second one.
    """
    gone = (name for name in SECTIONS if name not in KEPT_AT_LOGOUT)
    after = cleared(case.checkout, gone)
    with suppress(DecodeError):
        attempt = case.checkout.attempt
        if attempt is not None:
            after = after.evolve(attempt=Attempt(key=attempt.key, until=0.0))
    return accepted(after)


def forget(case: Case[Forget]) -> Outcome:
    """
    Clear everything, a host's sections too.
    """
    after = cleared(case.checkout, SECTIONS)
    for name in after.extras:
        after = after.evolve(extras=after.extras.with_section(name, None))
    return accepted(after)


def _told(
    case: Case[SetCustomer | LogIn],
) -> tuple[Customer, CustomerFact | None, GroupFact | None]:
    customer = tidy(case.command.customer, case.rules.fields_of("customer"))
    question = account_question(customer)
    account = None if question is None else case.facts.answer(question)
    group = case.facts.answer(group_question(case.checkout, customer))
    return customer, account, group


def _field_problems(
    customer: Customer, group: GroupFact | None, rules: Rules
) -> Iterator[Problem]:
    yield from field_problems(
        customer, rules.fields_of("customer"), circumstances(group=group)
    )
    yield from custom_field_problems(
        group, "account", customer.custom_field, "/customer/custom_field"
    )


def _as_told(
    customer: Customer,
    account: CustomerFact | None,
    group: GroupFact | None,
    at: float,
) -> Customer:
    # A guest has no account to ask after; whoever has one was confirmed by both.
    was_checked = group is not None and (customer.is_guest or account is not None)
    return evolve(
        customer,
        customer_group_id=(
            customer.customer_group_id if group is None else group.customer_group_id
        ),
        checked_at=at if was_checked else None,
    )


def _identified(
    checkout: Checkout,
    customer: Customer,
    problems: tuple[Problem, ...] = (),
) -> Outcome:
    after = checkout.noting(customer=customer)
    if after is checkout:
        return accepted(checkout, problems)
    before = 0 if checkout.customer is None else checkout.customer.customer_id
    if checkout.reward is not None and before != customer.customer_id:
        # Points are an account's own: whoever leaves it, leaves them.
        after = after.evolve(reward=None)
        removed = Problem("reward_removed", "/reward", severity="info")
        problems = (*problems, evolve(removed, fix=("SetReward",)))
    return accepted(after, problems, customer_id=customer.customer_id)
