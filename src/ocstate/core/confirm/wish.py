"""
`Wish`, what somebody says together with a confirm.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from attrs import Attribute, field, frozen

from ocstate.checkout import Checkout
from ocstate.checkout.values.money import Currency, Language, Money
from ocstate.core.demands import described
from ocstate.core.flow import Flow
from ocstate.core.session import SessionState
from ocstate.exceptions import UsageError
from ocstate.problem import Problem

Prepare = Callable[[SessionState], Flow[tuple[Problem, ...]]]
"""Does what was said together with a confirm, and tells what is wrong with it."""

ShownIn = Callable[[Checkout], Flow[tuple[Currency | None, Language | None]]]
"""Tells in which currency and language a checkout is shown."""

LONGEST_KEY = 255
"""Characters of an idempotency key."""

_DIGITS = 32


def _of(kind: type, example: str) -> Callable[..., None]:
    def check(_: object, attribute: Attribute[Any], given: object) -> None:
        if given is not None and not isinstance(given, kind):
            raise UsageError(
                f"{attribute.name} has to be a {kind.__name__} or None, "
                f"not {described(given)}: write {example}"
            )

    return check


_key_is_text = _of(str, 'idempotency_key="…", a text of the caller\'s')


def _key(wish: object, attribute: Attribute[Any], given: str | None) -> None:
    _key_is_text(wish, attribute, given)
    if given is not None and not 0 < len(given) <= LONGEST_KEY:
        raise UsageError(f"idempotency_key has 1 to {LONGEST_KEY} characters")


@frozen(kw_only=True)
class Wish:
    """
    How somebody wants an order to be made.

    Attributes:
        expected_total: What the buyer saw to be paid; by default what was last shown.
        consent: What the buyer agreed to (`Price.consent`).
        idempotency_key: The caller's name for this wish: the same again is the same
            wish, and gets the same answer.
        payment: For the host's eyes alone.
        body: Digest of everything else that the caller sent, so that the same key with
            another body is noticed.
        order_status_id: What the order is to be; None leaves it to the host.
        strict_totals: Whether it is refused when it has become dearer than shown.
        shown_in: Tells in which currency and language it is ordered; by default in
            those that the buyer chose, and in the shop's currency.
        prepare: What comes with the wish, done anew on whatever is there by then.

    Raises:
        UsageError: If one of them cannot be right.
    """

    expected_total: Money | None = field(
        default=None, validator=_of(Money, 'Money("57.80", "EUR")')
    )
    consent: str | None = field(
        default=None, repr=False, validator=_of(str, "consent=price.consent")
    )
    idempotency_key: str | None = field(default=None, repr=False, validator=_key)
    payment: object = field(default=None, repr=False, eq=False)
    body: str = field(default="", repr=False)
    order_status_id: int | None = None
    strict_totals: bool = True
    shown_in: ShownIn | None = None
    prepare: Prepare | None = None

    @property
    def request(self) -> str:
        """
        Return what a confirmation remembers of the key and the body; empty for no key.
        """
        if self.idempotency_key is None:
            return ""
        return f"{digest_of(self.idempotency_key)}.{self.body}"

    def has_key_of(self, request: str) -> bool:
        """
        Tell whether an earlier *request* had the same key.
        """
        return self.request.partition(".")[0] == request.partition(".")[0]


def digest_of(given: str | bytes) -> str:
    """
    Return what tells whether two texts are the same without showing them.
    """
    raw = given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given
    return sha256(raw).hexdigest()[:_DIGITS]
