"""
Checks of how it is sent and how it is paid.
"""

from __future__ import annotations

from collections.abc import Iterator

from ocstate.checkout.confirming.view import Check, Finding, SharedCheck, View
from ocstate.checkout.derived.dependencies import changed_inputs
from ocstate.problem import Problem


def is_paid(view: View) -> bool:
    """
    Tell whether a way to pay has to be chosen: not where the chosen one has just gone.
    """
    return not any(_became("payment_method_gone", view))


def is_sent(view: View) -> bool | None:
    """
    Tell whether a way to ship has to be chosen: not where the chosen one has just gone.
    """
    is_gone = any(_became("shipping_method_gone", view))
    return False if is_gone else view.needs_shipping


def became(code: str, what: str) -> Check:
    """
    Make a check that finds what became of an earlier choice.

    Args:
        what: What it finds, for its docstring.
    """
    return SharedCheck(_became, (code,), what)


def payment_method_is_stale(view: View) -> Iterator[Finding]:
    """
    Find that something has changed which the chosen way to pay was offered for.
    """
    chosen = view.state.payment_method
    if chosen is not None:
        yield from _stale(view, "payment_method", chosen.chosen_for)


def shipping_method_is_stale(view: View) -> Iterator[Finding]:
    """
    Find that something has changed which the chosen way to ship was quoted for.
    """
    chosen = view.state.shipping_method
    if chosen is not None and view.needs_shipping is not False:
        yield from _stale(view, "shipping_method", chosen.chosen_for)


def _became(code: str, view: View) -> Iterator[Finding]:
    return (change for change in view.changes if change.code == code)


def _stale(view: View, section: str, taken: str) -> Iterator[Finding]:
    if not taken:
        # It was chosen where nobody offered anything, and nobody does now.
        yield None
        return
    changed = changed_inputs(view.state, section, taken)
    if changed:
        yield Problem.of(f"{section}_stale", f"/{section}", because=" ".join(changed))
