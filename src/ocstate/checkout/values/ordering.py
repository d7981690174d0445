"""
An order in the making, the order that came of it, and what the buyer saw before.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NewType, Protocol, cast

from attrs import field, frozen

from ocstate.checkout.values.cart import Cart
from ocstate.checkout.values.consent import Terms
from ocstate.checkout.values.discounts import Coupon, Gift, Voucher
from ocstate.checkout.values.lines import Lines
from ocstate.checkout.values.methods import PaymentMethod, ShippingMethod
from ocstate.checkout.values.money import Currency, Language, Money, amount
from ocstate.checkout.values.part import Part
from ocstate.checkout.values.people import Address, Customer
from ocstate.checkout.values.settings import NO_SETTINGS, Settings
from ocstate.problem import Problem, Severity

OrderId = NewType("OrderId", str)
"""A shop's name for an order, as text: OpenCart's numbers are ``"1"``, ``"2"`` …"""


def order_id_of(given: int | str) -> OrderId:
    """
    Return the name of an order, which a shop may give as a number.
    """
    return OrderId(str(given))


@frozen(kw_only=True)
class OrderedTotal(Part):
    """
    One row of the summary, as it was ordered.

    Attributes:
        value: In the shop's default currency.
        shown: In the order's currency, as the buyer read it.
    """

    code: str
    title: str = ""
    value: Decimal = field(converter=amount)
    shown: Decimal


@frozen(kw_only=True)
class OrderedPrice(Part):
    """
    What a line cost when it was ordered, tax included, in the default currency.

    Attributes:
        price: Of one piece.
        total: Of all pieces.
    """

    line_id: int
    name: str = ""
    price: Decimal = field(converter=amount)
    total: Decimal = field(converter=amount)


@frozen(kw_only=True, repr=False)
class Ordered(Part):
    """
    What was ordered: lines, totals, addresses and methods as they were.

    Attributes:
        prices: By line; empty where the host knows no prices.
        totals: The summary, in the order in which it is shown.
    """

    store_id: int = 0
    customer: Customer | None = None
    payment_address: Address | None = None
    shipping_address: Address | None = None
    cart: Cart = Cart()
    shipping_method: ShippingMethod | None = None
    payment_method: PaymentMethod | None = None
    currency: Currency | None = None
    language: Language | None = None
    coupons: tuple[Coupon, ...] = ()
    vouchers: tuple[Voucher, ...] = ()
    gifts: tuple[Gift, ...] = ()
    reward: int | None = None
    affiliate: int | None = None
    comment: str = field(default="", repr=False)
    terms: tuple[Terms, ...] = ()
    prices: tuple[OrderedPrice, ...] = ()
    totals: tuple[OrderedTotal, ...] = ()

    def __repr__(self) -> str:
        # It tells about people.
        return f"<{type(self).__name__} {len(self.lines)} lines>"

    @property
    def lines(self) -> Lines:
        """
        Return what was bought.
        """
        return self.cart.lines

    @property
    def total(self) -> Money | None:
        """
        Return what was to be paid, as the buyer read it; None where nobody knew.
        """
        code = "" if self.currency is None else self.currency.code
        shown = (row.shown for row in self.totals if row.code == "total")
        return next((Money(value, code) for value in shown), None)


class OrderedSource(Protocol):
    """
    Where what was ordered is kept until somebody looks at it.
    """

    def section(self, name: str, /) -> object: ...


@frozen(kw_only=True)
class Told(Part):
    """
    A problem that the answer to a confirm named, so that its repetition can name it.
    """

    code: str
    path: str = ""
    params: Settings = NO_SETTINGS
    severity: str = "warning"
    fix: tuple[str, ...] = ()

    @classmethod
    def of(cls, problem: Problem) -> Told:
        """
        Note *problem*.
        """
        return cls(
            code=problem.code,
            path=problem.path,
            params=Settings(problem.params),
            severity=problem.severity,
            fix=problem.fix,
        )

    @property
    def problem(self) -> Problem:
        """
        Return the problem again.
        """
        params = cast("dict[str, str | int | None]", dict(self.params))
        severity = cast("Severity", self.severity)
        return Problem(
            self.code, self.path, params=params, severity=severity, fix=self.fix
        )


@frozen(kw_only=True)
class Confirmation(Part):
    """
    The order that came of this checkout.

    Attributes:
        order_id: The shop's name for it; a number may be given as one.
        confirmed_at: When the host had placed it.
        fingerprint: Of everything that matters, as it was kept before the call.
        left: The same of what the order left: while it is right, nothing that matters
            was changed since. Empty in records of 0.1.
        number: What the buyer is told instead of `order_id`, where that differs.
        link: Where the buyer can look at the order.
        key: The attempt that it came of.
        wanted: The same as `fingerprint`, with what was said together with the call.
        request: Digest of the idempotency key that it was sent with, and of its body.
        told: What the answer named besides.
    """

    order_id: OrderId = field(converter=order_id_of)
    confirmed_at: float
    fingerprint: str = ""
    left: str = ""
    number: str = ""
    link: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    wanted: str = ""
    request: str = field(default="", repr=False)
    told: tuple[Told, ...] = ()
    _ordered: Ordered | OrderedSource | None = field(
        init=False, default=None, eq=False, repr=False
    )

    @property
    def ordered(self) -> Ordered | None:
        """
        Return what was ordered; None for an order of 0.1, or one noted from elsewhere.

        It is kept apart, decoded when somebody looks, until the next confirmation.

        Raises:
            DecodeError: If it cannot be read.
        """
        held = self._ordered
        if held is None or isinstance(held, Ordered):
            return held
        return cast("Ordered | None", held.section("ordered"))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """
        Return what the answer named besides: warnings and infos.
        """
        return tuple(one.problem for one in self.told)

    def holding(self, ordered: Ordered | OrderedSource | None) -> Confirmation:
        """
        Let this one, which nobody has seen yet, know what was ordered, or who does.
        """
        object.__setattr__(self, "_ordered", ordered)
        return self


EXTRAS: Final = "extras/"
"""How the name of a host's own section begins among what is held."""


@frozen(kw_only=True)
class Held(Part):
    """
    A section that a block changed before it confirmed, encoded.

    It enters the checkout together with the order, and with nothing else.

    Attributes:
        name: A section's, or ``extras/`` and the name of a host's own.
        was: Digest of what stood there: what somebody else has changed meanwhile stays
            as they left it.
    """

    name: str
    body: bytes = field(repr=False)
    was: bytes = field(default=b"", repr=False)


@frozen(kw_only=True)
class Try(Part):
    """
    One call of `Orders.place` for an attempt: who comes later tries the same again.

    Attributes:
        id: Tells it from the others.
        began_at: Seconds since the epoch.
        base: Fingerprint of the checkout as it was kept before.
        wanted: The same, with what the block had changed.
        ordered: What the shop was told to place.
        held: What the block had changed, if anything.
        subjects: Whose session it is to be from then on; empty for no change.
        request: As in `Confirmation`.
        told: As in `Confirmation`.
        added: Pieces of `ordered` that the block itself had put in. They are in the
            stored cart only where what was held enters it.
    """

    id: str
    began_at: float
    base: str = ""
    wanted: str = ""
    ordered: Ordered
    held: tuple[Held, ...] = ()
    subjects: tuple[str, ...] = field(default=(), repr=False)
    request: str = field(default="", repr=False)
    told: tuple[Told, ...] = ()
    added: Cart = Cart()


MOST_TRIES: Final = 3
"""How many tries of one attempt are remembered, the newest of them."""


@frozen(kw_only=True)
class Attempt(Part):
    """
    A claim on this checkout: somebody is making an order of it.

    Attributes:
        key: Names the purchase towards the shop, the same for every try until its
            outcome is certain.
        until: The end of the lease: before it nobody edits, after it anybody may
            finish. 0 for one that is open again, because the shop did not know of it.
        url: Where the buyer has to go, such as to their bank; empty for nowhere.
        tries: The newest last.
    """

    key: str = field(repr=False)
    until: float
    url: str = field(default="", repr=False)
    tries: tuple[Try, ...] = ()

    @property
    def is_open(self) -> bool:
        """
        Tell whether its outcome is waited for.
        """
        return self.until > 0

    def has_lapsed(self, now: float) -> bool:
        """
        Tell whether its outcome is waited for and its lease is over.
        """
        return 0 < self.until <= now


@frozen(kw_only=True)
class ShownTotal(Part):
    """
    What the buyer was shown to pay.

    Attributes:
        amount: In the currency that it was shown in.
        currency: Its code.
        shown_at: When it was first shown as this much.
        shown_for: Fingerprint of what it was computed from.
    """

    amount: Decimal = field(converter=amount)
    currency: str = ""
    shown_at: float = field(default=0.0, eq=False)
    shown_for: str = field(default="", eq=False)

    @property
    def money(self) -> Money:
        """
        Return it as an amount of money.
        """
        return Money(self.amount, self.currency)


@frozen(kw_only=True)
class Cancellation(Part):
    """
    That the buyer gave this checkout up.

    Attributes:
        reason: A word of the host's, such as ``"buyer"``.
    """

    canceled_at: float
    reason: str = ""
