"""
Whether a confirm asks for an order that was placed already.

==========================  ==========================================================
a confirm                   is answered with the last order
==========================  ==========================================================
has an idempotency key      if that order was asked for with this key, however long ago;
                            another body with it is refused
has none, its block has     if nothing that matters was changed since, and less than the
changed nothing             policy's ``repeat`` seconds ago; or if it was read before
                            that order, on the same checkout
has none, its block has     if the same holds and there is nothing else to order; or if
changed something           it was read before that order, on the same checkout, and
                            came to the same
==========================  ==========================================================

In all other cases it asks for another order.
"""

from __future__ import annotations

from attrs import define, field

from ocstate.checkout import Checkout
from ocstate.checkout.derived.dependencies import fingerprint
from ocstate.checkout.values.ordering import Confirmation
from ocstate.core.changes import Entry
from ocstate.core.confirm.wish import Wish
from ocstate.core.session import SessionState
from ocstate.exceptions import CommandRefused
from ocstate.problem import Problem


@define
class Course:
    """
    What one confirm remembers from one look at the session to the next.

    Attributes:
        own: What the block had wanted before, to be decided again.
        base: Fingerprint of the checkout as it was first read.
        wanted: The same, with what the block had wanted.
        before: The order that was there then.
        is_stale: Whether somebody else has stored something since, and what the block
            had wanted is not decided on it yet.
        asked: Tries that the shop was asked about.
    """

    own: tuple[Entry | str, ...]
    base: str
    wanted: str
    before: Confirmation | None
    is_stale: bool = False
    asked: set[str] = field(factory=set)

    @classmethod
    def of(cls, session: SessionState) -> Course:
        """
        Begin one on what *session* has read.
        """
        return cls(
            own=tuple(session.journal),
            base=fingerprint(session.base, "confirmation"),
            wanted=fingerprint(session.checkout, "confirmation"),
            before=session.base.confirmation,
        )

    def has_to_ask(self, checkout: Checkout) -> bool:
        """
        Tell whether nobody goes on before the shop was asked after *checkout*'s order.

        One that was given up has no other order, but may have had one in the making.
        """
        attempt = checkout.attempt
        if attempt is None or attempt.is_open:
            return attempt is not None
        is_canceled = checkout.cancellation is not None
        last = attempt.tries[-1:]
        return is_canceled and bool(last) and last[0].id not in self.asked

    def adds_nothing(self, session: SessionState) -> bool:
        """
        Tell whether the block has put nothing in that could be ordered.
        """
        if not self.own:
            return True
        wanted = session.checkout
        return not self.is_stale and wanted.cart.is_empty and not wanted.gifts


def repeated(session: SessionState, wish: Wish, course: Course) -> Confirmation | None:
    """
    Return the order that *wish* asks for again; None where it asks for another.

    Raises:
        CommandRefused: If its key came with another body before.
    """
    done = session.base.confirmation
    if done is None or session.base.cancellation is not None:
        return None
    if wish.request:
        if not wish.has_key_of(done.request):
            return None
        if wish.request != done.request:
            raise CommandRefused([Problem("idempotency_key_reused")])
        return done
    age = session.setup.world.now() - done.confirmed_at
    repeat = session.setup.policies.choose(session.subjects).repeat
    if age < repeat and _is_left(session.base, done) and course.adds_nothing(session):
        return done
    is_new = done != course.before
    is_same = not course.own or done.wanted == course.wanted
    return done if is_new and is_same and done.fingerprint == course.base else None


def _is_left(checkout: Checkout, done: Confirmation) -> bool:
    """
    Tell whether *checkout* is as its order left it.

    Records of 0.1 do not say what their order left.
    """
    if done.left:
        return fingerprint(checkout, "confirmation") == done.left
    return checkout.cart.is_empty and not checkout.gifts
