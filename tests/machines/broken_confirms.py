"""
Faults planted in the flows of a confirm: whatever explores them has to find each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from sys import modules
from typing import Any

import pytest
from attrs import evolve

from ocstate.checkout import Checkout
from ocstate.checkout.confirming import conclusion, used_up
from ocstate.checkout.confirming.order import Declined, Order, Placement
from ocstate.checkout.facts import PriceFact
from ocstate.checkout.values.ordering import Attempt
from ocstate.core import block
from ocstate.core.attempts import concluding, storing
from ocstate.core.confirm import confirming, placing, repeating
from ocstate.core.flow import Flow, hold, place
from ocstate.core.session import SessionState
from ocstate.exceptions import ConflictError

Patch = pytest.MonkeyPatch
Plant = Callable[[Patch], None]

_claimed_rightly = confirming._claimed
_store = storing.store
_conclude = concluding.conclude
_decide = block._decide


def _place_before_the_claim(patch: Patch) -> None:
    def claimed(session: SessionState, wish: Any, judged: Any) -> Flow[Any]:
        order = Order(
            key=session.setup.world.mint("order"),
            checkout=judged.checkout,
            prices=PriceFact(),
            placed_at=judged.at,
        )
        yield from place(order)
        return (yield from _claimed_rightly(session, wish, judged))

    patch.setattr(confirming, "_claimed", claimed)


def _overwrite(session: SessionState, after: Checkout, *rest: Any) -> Flow[None]:
    """
    Store on whatever version is there.
    """
    while True:
        try:
            return (yield from _store(session, after, *rest))
        except ConflictError:
            yield from storing.reload(session)


def _claim_without_comparing(patch: Patch) -> None:
    patch.setattr(confirming, "store", _overwrite)


def _conclude_without_comparing(patch: Patch) -> None:
    patch.setattr(concluding, "store", _overwrite)


def _new_key_after_a_lapse(patch: Patch) -> None:
    def claimed(state: Any, *, key: str, until: float, by: Any) -> Any:
        return state.evolve(attempt=Attempt(key=key, until=until, tries=(by,)))

    patch.setattr(confirming, "claimed", claimed)


def _no_gate(patch: Patch) -> None:
    # The package has a function of the module's name.
    patch.setattr(modules["ocstate.checkout.decide"], "closed_by", lambda *_: None)


def _use_up_the_newest_cart(patch: Patch) -> None:
    def all_of(state: Any, ordered: Any) -> Any:
        return used_up.used_up(state, used_up.ordered_of(state))

    patch.setattr(conclusion, "used_up", all_of)


def _use_up_nothing(patch: Patch) -> None:
    patch.setattr(conclusion, "used_up", lambda state, _: state)


def _enter_with_the_claim(patch: Patch) -> None:
    def claimed(session: SessionState, wish: Any, judged: Any) -> Flow[Any]:
        wanted = session.checkout
        patch.setattr(
            confirming,
            "claimed",
            lambda _, **given: conclusion.claimed(wanted, **given),
        )
        return (yield from _claimed_rightly(session, wish, judged))

    patch.setattr(confirming, "_claimed", claimed)


def _keep_the_claim_of_a_decline(patch: Patch) -> None:
    def declined(state: Any, own: Any = None) -> Any:
        return state.evolve(attempt=evolve(state.attempt, until=1e12))

    patch.setattr(concluding, "declined", declined)


def _forget_other_tries_at_a_decline(patch: Patch) -> None:
    def declined(state: Any, own: Any = None) -> Any:
        return state.evolve(attempt=None)

    patch.setattr(concluding, "declined", declined)


def _nothing_found(key: str) -> Flow[Placement | None]:
    """
    Ask nobody.
    """
    return None
    yield


def _take_over_without_asking(patch: Patch) -> None:
    def gone(state: Any) -> Any:
        return state.evolve(attempt=None)

    patch.setattr(concluding, "find_order", _nothing_found)
    patch.setattr(confirming, "find_order", _nothing_found)
    patch.setattr(placing, "find_order", _nothing_found)
    patch.setattr(concluding, "reopened", gone)


def _open_within_the_lease(patch: Patch) -> None:
    patch.setattr(Attempt, "has_lapsed", lambda self, _: self.until > 0)
    patch.setattr(concluding, "reopened", lambda state: state.evolve(attempt=None))


def _forget_to_wait(patch: Patch) -> None:
    def forgotten(state: Any, **_: Any) -> Any:
        return state.evolve(attempt=None)

    patch.setattr(concluding, "waiting", forgotten)


def _record_twice(patch: Patch) -> None:
    """
    Take what was ordered away once more, where somebody else has recorded the order.
    """

    def conclude(session: SessionState, *rest: Any) -> Flow[Any]:
        kept = yield from _conclude(session, *rest)
        done = session.base.confirmation
        if done is not None and done.ordered is not None and kept is not None:
            held = concluding._entering(session, rest[-1] if rest[2:] else None)
            again = conclusion.placed(session.base, done, held)
            yield from _store(session, again)
        return kept

    patch.setattr(confirming, "conclude", conclude)


def _do_not_recognise_repetitions(patch: Patch) -> None:
    patch.setattr(confirming, "repeated", lambda *_: None)


def _forget_what_a_key_stood_for(patch: Patch) -> None:
    patch.setattr(SessionState, "drop", lambda self: None)


def _take_a_failure_for_no_order(patch: Patch) -> None:
    def asked_for(session: SessionState, claim: Any, order: Order) -> Flow[Placement]:
        try:
            yield from hold(order)
            return (yield from place(order))
        except Exception as error:
            yield from _store(session, session.base.evolve(attempt=None))
            raise OSError("no order") from error

    patch.setattr(confirming, "asked_for", asked_for)


def _release_what_others_hold(patch: Patch) -> None:
    def frees(_: Any, placement: Any, *__: Any) -> bool:
        return placement is None or isinstance(placement, Declined)

    patch.setattr(concluding, "_frees", frees)


def _never_take(patch: Patch) -> None:
    patch.setattr(concluding, "take", _nothing_found)


def _count_the_newest_try(patch: Patch) -> None:
    def newest(attempt: Any, placed: Any, own: Any = None) -> Any:
        return own or attempt.tries[-1]

    patch.setattr(concluding, "taken_by", newest)


def _mistake_lines_for_ordered_ones(patch: Patch) -> None:
    def placed(state: Any, kept: Any, held: Any, added: Any, **more: Any) -> Any:
        return conclusion.placed(state, kept, held, **more)

    patch.setattr(concluding, "placed", placed)


def _overwrite_edits_with_what_was_held(patch: Patch) -> None:
    patch.setattr(concluding, "_digest", lambda _: b"")


def _redo_blindly(patch: Patch) -> None:
    def accept_all(session: SessionState, steps: Any) -> Flow[None]:
        for step in steps:
            try:
                yield from _decide(session, step)
            except Exception:  # noqa: BLE001 - what is planted
                pass

    patch.setattr(block, "decide_again", accept_all)


def _name_the_last_order_first(patch: Patch) -> None:
    patch.setattr(confirming, "_known", repeating.repeated)


def _stale(patch: Patch) -> None:
    def seen(session: SessionState) -> Flow[list[Any]]:
        journal = yield from storing.reload(session)
        session.checkout = session.checkout.evolve(attempt=None)
        return journal

    patch.setattr(confirming, "reload", seen)
    patch.setattr(SessionState, "base", property(lambda self: self.checkout))


BROKEN: dict[str, tuple[str, Plant]] = {
    "placing before claiming": ("confirm, confirm", _place_before_the_claim),
    "claiming without comparing": ("confirm, confirm", _claim_without_comparing),
    "concluding without comparing": ("confirm, edit", _conclude_without_comparing),
    "a new key after a lapse": ("confirm, confirm", _new_key_after_a_lapse),
    "edits that nothing refuses": ("confirm, cancel", _no_gate),
    "using up the newest cart": ("confirm, edit", _use_up_the_newest_cart),
    "using up nothing": ("confirm, edit", _use_up_nothing),
    "entering with the claim": ("declined with a line", _enter_with_the_claim),
    "keeping the claim of a decline": ("declined", _keep_the_claim_of_a_decline),
    "forgetting other tries": ("declined late", _forget_other_tries_at_a_decline),
    "taking over without asking": ("confirm, confirm", _take_over_without_asking),
    "opening within the lease": ("confirm, confirm", _open_within_the_lease),
    "forgetting to wait": ("undecided", _forget_to_wait),
    "recording twice": ("confirm, same line", _record_twice),
    "no repetition recognised": ("confirm, confirm", _do_not_recognise_repetitions),
    "a repetition's lines kept": ("same key", _forget_what_a_key_stood_for),
    "a failure taken for no order": ("failing late", _take_a_failure_for_no_order),
    "releasing what others hold": ("scarce", _release_what_others_hold),
    "never taking what is held": ("scarce", _never_take),
    "counting the newest try": ("confirm with a line, edit", _count_the_newest_try),
    "lines taken for ordered ones": (
        "confirm with a line, edit",
        _mistake_lines_for_ordered_ones,
    ),
    "held lines over newer ones": (
        "confirm with a line, edit",
        _overwrite_edits_with_what_was_held,
    ),
    "a redo that swallows refusals": ("confirm, edit", _redo_blindly),
    "the last order first": (
        "confirm with a line, confirm",
        _name_the_last_order_first,
    ),
    "a claim that nobody sees": ("confirm, confirm", _stale),
}
"""By name: the race in which it is found, and how it is planted."""


@contextmanager
def broken(name: str) -> Iterator[str]:
    """
    Have one fault for a while; the name of the race that shows it is given.
    """
    race, plant = BROKEN[name]
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        yield race
