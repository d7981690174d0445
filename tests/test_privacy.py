"""
Nothing personal and nothing secret is shown by ``repr``, wherever it stands.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator
from importlib import import_module

import attrs

import ocstate
from ocstate import Sessions
from ocstate.checkout import (
    AddGift,
    AddLine,
    Address,
    ApplyCoupon,
    Attempt,
    Checkout,
    Command,
    Confirmation,
    Coupon,
    Customer,
    LogIn,
    RecordConfirmation,
    SetComment,
    SetCustomer,
    SetPaymentAddress,
    SetShippingAddress,
)
from ocstate.checkout.confirming.used_up import ordered_of
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.ordering import Held, Try
from ocstate.core.confirm.wish import Wish
from ocstate.stores.memory import MemoryStore

NAMES = {
    *("address_1", "address_2", "checkout", "city", "company", "postcode"),
    *("client", "comment", "custom_field", "email", "firstname", "from_email"),
    *("from_name", "lastname", "message", "telephone", "to_email", "to_name"),
    *("_doubted", "body", "given", "headers", "key", "key_hash", "query", "subjects"),
    *("token", "idempotency_key", "link", "url"),
}
"""Fields of these names hold what a person typed, or what opens something."""

HARMLESS = {
    # How much a client may send.
    *(f"ocstate.http.limits.Limits.{name}" for name in ("body", "headers", "query")),
    # Its values have a repr of their own, which shows their names alone.
    "ocstate.http.request.Request.headers",
    # A checkout's own repr leaves out what is personal.
    "ocstate.checkout.deciding.outcome.Outcome.checkout",
    "ocstate.checkout.decide.Decision.checkout",
    "ocstate.core.confirm.judging.Judged.checkout",
    # The same for every attempt at one checkout; it opens nothing.
    "ocstate.checkout.confirming.order.Order.key",
    "ocstate.core.flow.FindOrder.key",
}

SECRET = "Zaphod"


def values() -> Iterator[type[attrs.AttrsInstance]]:
    """
    Yield every attrs class of the library.
    """
    for found in pkgutil.walk_packages(ocstate.__path__, "ocstate."):
        module = import_module(found.name)
        for value in vars(module).values():
            is_own = isinstance(value, type) and value.__module__ == found.name
            if is_own and attrs.has(value):
                yield value


def shown(classes: Iterable[type[attrs.AttrsInstance]]) -> set[str]:
    """
    Name the personal fields that a class's ``repr`` shows.
    """
    return {
        f"{each.__module__}.{each.__qualname__}.{one.name}"
        for each in classes
        for one in attrs.fields(each)
        if one.name in NAMES and one.repr
    }


def test_no_value_shows_a_personal_field():
    """
    Every field that holds a name, an address, a key or a token is left out of ``repr``.
    """
    assert HARMLESS == shown(values())


def test_no_value_shows_what_opens_a_discount():
    """
    Whoever reads a log cannot use another customer's coupon or voucher.
    """
    codes = [
        (each.__name__, attrs.fields_dict(each)["code"].repr)
        for each in values()
        if "code" in attrs.fields_dict(each)
    ]
    discounts = [
        (name, is_shown)
        for name, is_shown in codes
        if "Coupon" in name or "Voucher" in name
    ]
    assert len(discounts) > 10
    assert not any(is_shown for _, is_shown in discounts)


def test_a_field_that_is_shown_is_found():
    """
    The check above fails where one forgets to hide a field.
    """

    @attrs.frozen
    class Careless:
        email: str
        city: str = attrs.field(repr=False)

    assert [name.rpartition(".")[2] for name in shown([Careless])] == ["email"]


def test_a_full_session_shows_nothing_personal():
    """
    Neither session nor checkout, commands, events or records show what was typed.
    """
    address = Address(
        firstname=SECRET,
        lastname=SECRET,
        company=SECRET,
        address_1=f"{SECRET} Street 42",
        city=SECRET,
        postcode=SECRET,
        country_id=81,
        custom_field=Options({1: SECRET}),
    )
    customer = Customer(
        customer_id=7,
        firstname=SECRET,
        lastname=SECRET,
        email=f"{SECRET}@example.com",
        telephone=f"040 {SECRET}",
    )
    commands: list[Command] = [
        AddLine(product_id=42, options={5: SECRET}),
        SetCustomer(customer),
        LogIn(customer),
        SetPaymentAddress(address),
        SetShippingAddress(address),
        SetComment(SECRET),
        ApplyCoupon(SECRET),
        AddGift(
            code="gift",
            from_name=SECRET,
            from_email=f"{SECRET}@example.com",
            to_name=SECRET,
            to_email=f"{SECRET}@example.com",
            voucher_theme_id=1,
            message=SECRET,
            amount="10",
        ),
    ]
    store = MemoryStore()
    sessions = Sessions(store)
    with sessions.open() as session:
        session["note"] = SECRET
        told = [*map(repr, commands), *(repr(session.do(each)) for each in commands)]
        told += [repr(session), repr(session.data), repr(session._state.journal)]
    records = store.scan(None, 10)
    told += [repr(session.checkout), *map(repr, records)]

    assert session.checkout.comment == SECRET
    assert session.token is not None
    assert [record.key for record in records]
    for text in told:
        assert SECRET not in text
        assert session.token not in text
        assert records[0].key not in text


def test_an_order_shows_nothing_personal():
    """
    Neither what was ordered, nor an attempt, nor a confirmation shows who buys, what
    they wrote, or what opens the order.
    """
    customer = Customer(firstname=SECRET, email=f"{SECRET}@example.com")
    checkout = Checkout(
        customer=customer,
        shipping_address=Address(firstname=SECRET, city=SECRET),
        comment=SECRET,
        coupons=(Coupon(code=SECRET),),
    )
    ordered = ordered_of(checkout)
    by = Try(
        id="a",
        began_at=1.0,
        ordered=ordered,
        held=(Held(name="comment", body=SECRET.encode(), was=SECRET.encode()),),
        subjects=(SECRET,),
        request=SECRET,
    )
    attempt = Attempt(key=SECRET, until=9.0, url=SECRET, tries=(by,))
    done = Confirmation(
        order_id="5", confirmed_at=1.0, key=SECRET, link=SECRET, request=SECRET
    ).holding(ordered)
    wish = Wish(
        consent=SECRET, idempotency_key=SECRET, payment={"card": SECRET}, body=SECRET
    )
    after = checkout.evolve(attempt=attempt, confirmation=done, ordered=ordered)

    for one in (ordered, by, attempt, done, wish, after, RecordConfirmation):
        told = one(confirmation=done) if one is RecordConfirmation else one
        assert SECRET not in repr(told)
