"""
Checks of how it is sent and how it is paid.
"""

from __future__ import annotations

from collections.abc import Iterator

from ocstate.checkout.confirming.view import Finding, View
from ocstate.checkout.derived.dependencies import changed_inputs
from ocstate.problem import Problem


def payment_method_is_missing(view: View) -> Iterator[Finding]:
    """
    Find that no way to pay is chosen.
    """
    is_gone = any(_became(view, "payment_method_gone"))
    if view.state.payment_method is None and not is_gone:
        yield Problem("payment_method_required", "/payment_method")


def payment_method_is_gone(view: View) -> Iterator[Finding]:
    """
    Find that the chosen way to pay is not offered any more.
    """
    return _became(view, "payment_method_gone")


def payment_method_is_stale(view: View) -> Iterator[Finding]:
    """
    Find that something has changed which the chosen way to pay was offered for.
    """
    chosen = view.state.payment_method
    if chosen is not None:
        yield from _stale(view, "payment_method", chosen.chosen_for)


def shipping_method_is_missing(view: View) -> Iterator[Finding]:
    """
    Find that something has to be sent, and that no way to ship is chosen.
    """
    is_gone = any(_became(view, "shipping_method_gone"))
    if view.state.shipping_method is None and not is_gone:
        if view.needs_shipping:
            yield Problem("shipping_method_required", "/shipping_method")
        elif view.needs_shipping is None:
            yield None


def shipping_method_is_gone(view: View) -> Iterator[Finding]:
    """
    Find that the chosen way to ship is not offered any more.
    """
    return _became(view, "shipping_method_gone")


def shipping_method_is_stale(view: View) -> Iterator[Finding]:
    """
    Find that something has changed which the chosen way to ship was quoted for.
    """
    chosen = view.state.shipping_method
    if chosen is not None and view.needs_shipping is not False:
        yield from _stale(view, "shipping_method", chosen.chosen_for)


def shipping_price_rose(view: View) -> Iterator[Finding]:
    """
    Find that the chosen way to ship costs more than when it was chosen.
    """
    return _became(view, "shipping_price_increased")


def shipping_price_fell(view: View) -> Iterator[Finding]:
    """
    Find that the chosen way to ship costs less than when it was chosen.
    """
    return _became(view, "shipping_price_decreased")


def _became(view: View, code: str) -> Iterator[Finding]:
    return (change for change in view.changes if change.code == code)


def _stale(view: View, section: str, taken: str) -> Iterator[Finding]:
    if not taken:
        # It was chosen where nobody offered anything, and nobody does now.
        yield None
        return
    changed = changed_inputs(view.state, section, taken)
    if changed:
        yield Problem.of(f"{section}_stale", f"/{section}", because=" ".join(changed))
