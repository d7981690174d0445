"""
What is handed to the shop when a checkout becomes an order, and what it may answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf, isfinite
from typing import TypeGuard

from attrs import Attribute, field, frozen

from ocstate.checkout.facts import PriceFact
from ocstate.checkout.values.state import State
from ocstate.exceptions import UsageError
from ocstate.problem import Problem

_LONGEST_NUMBER = 64
_LONGEST_URL = 2048


@frozen(kw_only=True)
class Order:
    """
    A checkout as it is to be ordered, priced by the host itself.

    Attributes:
        key: The same for every attempt at this one checkout, so that a host can
            recognise an order that it has placed already.
        attempt: Unlike for every call that may bring this key: whose lines, prices and
            payment they are. Empty where nobody asks which call's were taken.
        order_status_id: What the caller asked for; None leaves it to the host.
        placed_at: Seconds since the epoch.
        until: When another attempt at this checkout may begin, seconds since the epoch;
            infinite where nobody waits.
        payment: What the caller of confirm gave for paying, such as a card's token. It
            is handed on, and neither stored nor shown.
    """

    key: str
    attempt: str = ""
    checkout: State = field(repr=False)
    prices: PriceFact = field(repr=False)
    comment: str = field(default="", repr=False)
    order_status_id: int | None = None
    affiliate: int | None = None
    placed_at: float
    until: float = inf
    payment: object = field(default=None, repr=False, eq=False)


def _order_id(told: int | str) -> str:
    if _is_number(told):
        return str(int(told))
    if isinstance(told, str):
        return told
    raise UsageError(f"order_id is a text or a number from 1, not {told!r}")


def _is_number(told: object) -> TypeGuard[int]:
    if not isinstance(told, int) or isinstance(told, bool):
        return False
    return int(told) in range(1, 10**_LONGEST_NUMBER)


def _instant(told: object) -> float:
    if isinstance(told, int | float) and not isinstance(told, bool) and isfinite(told):
        return float(told)
    raise UsageError(f"until is in seconds since the epoch, not {told!r}")


def _instant_or_none(told: object) -> float | None:
    return None if told is None else _instant(told)


def _text(most: int, *, least: int = 0) -> Callable[..., None]:
    def check(_: object, attribute: Attribute[str], told: object) -> None:
        # What was told is not shown: a link may open what it leads to.
        if (
            not isinstance(told, str)
            or not least <= len(told) <= most
            or not told.isprintable()
            or told != told.strip()
        ):
            raise UsageError(
                f"{attribute.name} is a text of {least} to {most} printable"
                " characters without blanks around it"
            )

    return check


@frozen(kw_only=True)
class Placed:
    """
    The order stands.

    Attributes:
        order_id: The shop's name of it, the same whenever its key is asked for: a text
            of 1 to 64 characters, or a number from 1, which is kept as text.
        number: What the buyer is shown, where that is another one.
        link: Where the buyer sees the order.
        attempt: The `Order.attempt` of the call whose lines were taken. Empty where the
            shop does not keep it; then they count as those of the newest call.

    Raises:
        UsageError: If one of them cannot be right.
    """

    order_id: str = field(
        converter=_order_id, validator=_text(_LONGEST_NUMBER, least=1)
    )
    number: str = field(default="", validator=_text(_LONGEST_NUMBER))
    link: str = field(default="", repr=False, validator=_text(_LONGEST_URL))
    attempt: str = field(default="", validator=_text(_LONGEST_NUMBER))


def _problems(told: Iterable[Problem]) -> tuple[Problem, ...]:
    try:
        return tuple(told)
    except TypeError as error:
        raise UsageError(f"problems are a sequence, not {told!r}") from error


def _with_error(_: object, __: object, told: tuple[object, ...]) -> None:
    severities = [each.severity for each in told if isinstance(each, Problem)]
    if len(severities) < len(told) or "error" not in severities:
        raise UsageError("problems hold at least one error, and nothing else")


@frozen
class Declined:
    """
    The shop does not take the order; nothing has changed there.

    Attributes:
        problems: Everything that stands against it, at least one error among them.

    Raises:
        UsageError: If there is no error among them, or something else than problems.
    """

    problems: tuple[Problem, ...] = field(converter=_problems, validator=_with_error)


@frozen(kw_only=True)
class BuyerNeeded:
    """
    The buyer has to do something first, such as agree to the payment at their bank.

    Attributes:
        url: Where they do it.
        until: How long they have, seconds since the epoch.

    Raises:
        UsageError: If one of them cannot be right.
    """

    url: str = field(repr=False, validator=_text(_LONGEST_URL, least=1))
    until: float = field(converter=_instant)


@frozen
class InProgress:
    """
    It is not decided yet; the shop is asked again by ``find``.

    Attributes:
        until: When that is worth while, seconds since the epoch; None where nobody
            knows.

    Raises:
        UsageError: If that is no time.
    """

    until: float | None = field(default=None, converter=_instant_or_none)


Placement = Placed | Declined | BuyerNeeded | InProgress
"""What becomes of an order."""


def placement_of(answer: object) -> Placement:
    """
    Return what a host's ``orders.place`` answered; a number alone is an order's.

    Raises:
        UsageError: If it is anything else: nothing is guessed.
    """
    return _placement(answer, "place")


def found_of(answer: object) -> Placement | None:
    """
    Return what a host's ``orders.find`` answered; None where it knows nothing.

    Raises:
        UsageError: If it is anything else: nothing is guessed.
    """
    return None if answer is None else _placement(answer, "find")


def _placement(answer: object, method: str) -> Placement:
    if isinstance(answer, Placement):
        return answer
    if _is_number(answer):
        return Placed(order_id=answer)
    kind = type(answer).__name__
    told = f"the {kind} {answer}" if isinstance(answer, int) else f"a {kind}"
    hint = ": write Placed(order_id=…)" if isinstance(answer, str) else ""
    raise UsageError(f"the host's orders.{method} answered with {told}{hint}")
