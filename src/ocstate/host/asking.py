"""
How questions reach a host: one batch a method, and every answer to its question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import (
    getattr_static,
    iscoroutinefunction,
    isfunction,
    ismethod,
    isroutine,
)
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from ocstate.auth.credentials import CredentialFact, CredentialQuestion
from ocstate.checkout.confirming.order import Order
from ocstate.checkout.facts import (
    AffiliateFact,
    AffiliateQuestion,
    CouponFact,
    CouponQuestion,
    CurrencyFact,
    CurrencyQuestion,
    CustomerFact,
    CustomerQuestion,
    Facts,
    GiftFact,
    GiftQuestion,
    GroupFact,
    GroupQuestion,
    LanguageFact,
    LanguageQuestion,
    PaymentFact,
    PaymentQuestion,
    PlaceFact,
    PlaceQuestion,
    PriceFact,
    PriceQuestion,
    ProductFact,
    ProductQuestion,
    Question,
    RewardFact,
    RewardQuestion,
    ShippingFact,
    ShippingQuestion,
    ShopFact,
    ShopQuestion,
    VoucherFact,
    VoucherQuestion,
)
from ocstate.core.edge import Told
from ocstate.exceptions import ConfigurationError, UsageError
from ocstate.host.spelling import require_spelling


class NoOrdersError(UsageError):
    """
    There is no host, or none that takes orders.
    """


@frozen
class Port:
    """
    Where a kind of question goes, and what comes back.

    Attributes:
        same: The attribute that an answer has from its question; empty when none is.
    """

    port: str
    method: str
    answer: type[object] | tuple[type[object], ...]
    same: str = ""


PORTS: Final[Mapping[type[Question[object]], Port]] = MappingProxyType(
    {
        AffiliateQuestion: Port("affiliates", "affiliates", AffiliateFact),
        CouponQuestion: Port("discounts", "coupons", CouponFact),
        CredentialQuestion: Port(
            "credentials", "credentials", (CredentialFact, type(None))
        ),
        CurrencyQuestion: Port("currencies", "currencies", CurrencyFact),
        CustomerQuestion: Port(
            "customers", "customers", CustomerFact, same="customer_id"
        ),
        GiftQuestion: Port("discounts", "gifts", GiftFact),
        GroupQuestion: Port("customers", "groups", GroupFact),
        LanguageQuestion: Port("languages", "languages", LanguageFact),
        PaymentQuestion: Port("payment", "options", PaymentFact),
        PlaceQuestion: Port("geography", "places", PlaceFact),
        PriceQuestion: Port("prices", "prices", PriceFact),
        ProductQuestion: Port("catalog", "products", ProductFact, same="product_id"),
        RewardQuestion: Port("rewards", "rewards", RewardFact),
        ShippingQuestion: Port("shipping", "quotes", ShippingFact),
        ShopQuestion: Port("shops", "shops", ShopFact),
        VoucherQuestion: Port("discounts", "vouchers", VoucherFact),
    }
)
"""Every kind of question, and the one method of a host that answers it."""


TOLD: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"orders": ("place", "find"), "reservations": ("hold", "take", "release")}
)
"""Ports that are told something instead of asked, and methods that each has to have."""


@frozen(kw_only=True)
class Batch:
    """
    The questions of one round for one method of a host.

    Attributes:
        ask: That method. A driver calls ``batch.ask(batch.questions)``, and awaits what
            comes back where the host is an async one.
    """

    port: str
    method: str
    questions: tuple[Question[object], ...]
    ask: Callable[[Sequence[Question[object]]], object] = field(eq=False, repr=False)


def require_host(host: object, *, awaited: bool) -> None:
    """
    Check that a host has ports, and methods of the kind that will call them.

    Only what is certain is judged: a coroutine function where nobody awaits, and a
    plain function where its answer is awaited. Other callables, and what decorates or
    delegates, are taken as they are; properties are not looked at yet.

    Args:
        awaited: Whether the answers of the host are awaited.

    Raises:
        ConfigurationError: If it has none of the ports, one that is misspelt, a class
            in place of a port, methods of the other kind, or takes orders without
            finding them or holds what it never releases.
    """
    if host is None:
        return
    kinds = {(kind.port, kind.method) for kind in PORTS.values()} | {
        (port, method) for port, methods in TOLD.items() for method in methods
    }
    names = sorted({port for port, _ in kinds})
    if not any(
        _is_lazy(host, name) or getattr(host, name, None) is not None for name in names
    ):
        raise ConfigurationError(_no_host(host, names))
    require_spelling(
        host, {one: tuple(name for port, name in kinds if port == one) for one in names}
    )
    for port, name in sorted(kinds):
        if _is_lazy(host, port):
            continue
        held = getattr(host, port, None)
        if isinstance(held, type):
            raise ConfigurationError(
                f"the host's port {port!r} is the class {held.__name__}: "
                f"write {port}={held.__name__}(…)"
            )
        if isroutine(held):
            raise ConfigurationError(
                f"the host's port {port!r} is a function: a port is an object with "
                f"methods, such as {port}.{name}"
            )
        method = getattr(held, name, None)
        if held is not None:
            _require_whole(port, held)
        if iscoroutinefunction(method) and not awaited:
            raise ConfigurationError(
                f"the host's {port}.{name} is a coroutine function:"
                " it is for AsyncSessions"
            )
        if awaited and _is_plain(method):
            raise ConfigurationError(
                f"the host's {port}.{name} is no coroutine function:"
                " wrap the host in InlineHost or ThreadedHost"
            )


def batches(questions: Iterable[Question[object]], host: object) -> tuple[Batch, ...]:
    """
    Sort *questions* by the methods of *host* that answer them, each method once.

    Equal questions are asked once. A port that the host lacks is not asked, and without
    a host (None) nobody is.

    Raises:
        UsageError: If a question is of no kind that a port answers, or the host has
            the port without the method.
    """
    sorted_by_kind: dict[Port, dict[Question[object], None]] = {}
    for question in questions:
        kind = PORTS.get(type(question))
        if kind is None:
            raise UsageError(f"no port answers a {type(question).__name__}")
        sorted_by_kind.setdefault(kind, {})[question] = None
    return tuple(
        Batch(
            port=kind.port,
            method=kind.method,
            questions=tuple(asked),
            ask=_method(port, kind.port, kind.method),
        )
        for kind, asked in sorted_by_kind.items()
        if (port := getattr(host, kind.port, None)) is not None
    )


def collect(asked: Sequence[Batch], answers: Sequence[object], at: float) -> Facts:
    """
    Join what a host answered to what it was asked.

    Args:
        answers: One for each batch, as its method returned it.
        at: When it was asked, seconds since the epoch.

    Raises:
        UsageError: If a method answered more or less than it was asked, or something
            else, or in another order. The host has to be mended: nothing is guessed.
    """
    return Facts(
        at,
        (
            pair
            for batch, answered in zip(asked, answers, strict=True)
            for pair in zip(batch.questions, _checked(batch, answered), strict=True)
        ),
    )


def telling(host: object, port: Told, method: str) -> Callable[[Order | str], object]:
    """
    Return the method by which *host* is told of an order; an async one's is awaited.

    A host without reservations hears nothing of them, and one that takes no orders has
    none to find.

    Raises:
        NoOrdersError: If an order is to be placed, and there is no host that takes any.
        ConfigurationError: If its port, which was made just now, lacks a method. Then
            no order is placed that could not be found.
    """
    held = getattr(host, port, None)
    if held is not None:
        _require_whole(port, held)
        return _method(held, port, method)
    if method == "place":
        raise NoOrdersError("an order needs a host with the port 'orders'")
    return _nothing


def _nothing(_: object) -> None:
    return None


def _require_whole(port: str, held: object) -> None:
    for method in TOLD.get(port, ()):
        if getattr(held, method, None) is None:
            raise ConfigurationError(
                f"the host's port {port!r} has no method {method!r}:"
                f" it needs {', '.join(TOLD[port])}"
            )


def _no_host(host: object, names: Sequence[str]) -> str:
    hint, ports = "", ", ".join(names)
    if isinstance(host, type):
        hint = f": it is a class, so write {host.__name__}(…)"
        return f"the host {host.__name__} has none of the ports {ports}{hint}"
    if isinstance(host, Mapping):
        hint = ": ports are attributes, as of Host(shops=…)"
    return f"the host {type(host).__name__} has none of the ports {ports}{hint}"


def _is_lazy(host: object, name: str) -> bool:
    return isinstance(getattr_static(host, name, None), property)


def _is_plain(method: object) -> bool:
    is_function = isfunction(method) or ismethod(method)
    decorates = hasattr(method, "__wrapped__")
    return is_function and not decorates and not iscoroutinefunction(method)


def _method(port: object, name: str, method: str) -> Callable[..., object]:
    found: Callable[..., object] | None = getattr(port, method, None)
    if found is None:
        raise UsageError(f"the host's port {name!r} has no method {method!r}")
    return found


def _checked(batch: Batch, answered: object) -> Sequence[object]:
    where = f"the host's {batch.port}.{batch.method}"
    if not isinstance(answered, Sequence) or isinstance(answered, str | bytes):
        raise UsageError(f"{where} answered no sequence: {type(answered).__name__}")
    if len(answered) != len(batch.questions):
        raise UsageError(
            f"{where} was asked {len(batch.questions)} and answered {len(answered)}"
        )
    port = PORTS[type(batch.questions[0])]
    for question, answer in zip(batch.questions, answered, strict=True):
        if not isinstance(answer, port.answer):
            raise UsageError(f"{where} answered with a {type(answer).__name__}")
        if port.same:
            asked, told = getattr(question, port.same), getattr(answer, port.same)
            if asked != told:
                raise UsageError(
                    f"{where} was asked for {port.same} {asked} and answered for {told}"
                )
    return answered
