"""
The state: read lazily, changed without a trace on what it was.
"""

from __future__ import annotations

import operator
from decimal import Decimal

import attrs
import pytest

from ocstate import checkout
from ocstate.checkout import (
    NO_EXTRAS,
    RULES,
    SECTIONS,
    ApplyCoupon,
    Checkout,
    Customer,
    Extras,
    Money,
    Part,
    Problem,
    Rules,
    SetComment,
    SetCustomer,
    SetPaymentAddress,
    SetShippingAddress,
    State,
    Terms,
    pointer,
)
from tests.checkout.little_shop import ADA, HOME, NOW, LittleShop


class Source:
    """
    A source that counts what is read of it.
    """

    def __init__(self, **sections):
        self.sections = sections
        self.read = []

    def section(self, name):
        self.read.append(name)
        return self.sections.get(name, getattr(State(), name))

    def extra(self, name):
        self.read.append(name)
        return self.sections.get(name)


def test_a_section_is_read_once_and_when_it_is_looked_at():
    """
    Until then nothing is read, and afterwards the source is not asked again.
    """
    source = Source(customer=ADA)
    state = State.stored(source)
    assert not state.has_read("customer")

    assert ADA is state.customer
    assert ADA is state.customer
    assert state.has_read("customer")
    assert ["customer"] == source.read


def test_a_change_leaves_unread_what_was_unread():
    """
    `evolve` reads nothing, and the new state still reads from the same source.
    """
    source = Source(comment="hello", payment_address=HOME)
    state = State.stored(source)
    after = state.evolve(comment="bye").evolve(reward=5)

    assert [] == source.read
    assert ("bye", 5, HOME) == (after.comment, after.reward, after.payment_address)
    assert "hello" == state.comment
    assert not state.has_read("payment_address")


def test_only_sections_can_be_changed():
    """
    A name that is no section is an error, on reading and on changing.
    """
    with pytest.raises(TypeError, match="basket"):
        State().evolve(basket=1)
    with pytest.raises(AttributeError, match="basket"):
        operator.attrgetter("basket")(State.stored(Source()))


def test_a_checkout_carries_its_rules_along():
    """
    A host's own rules judge every later state of a checkout.
    """
    rules = Rules(terms=(Terms(document_id=5),))
    checkout = Checkout.under(rules, Source()).evolve(comment="x")

    assert "terms_required" in [problem.code for problem in checkout.missing()]
    assert "terms_required" not in [problem.code for problem in Checkout().missing()]


def test_extras_are_read_by_name_and_replaced():
    """
    A host's sections are a sorted mapping over what is stored and what was changed.
    """
    source = Source(loyalty=7, points=9)
    extras = State.stored(source, ("loyalty", "points")).extras

    changed = extras.with_section("badge", 1).with_section("points", None)
    assert [] == source.read
    assert ["badge", "loyalty"] == list(changed)
    assert {"badge": 1, "loyalty": 7} == dict(changed)
    assert 2 == len(changed)
    assert changed == NO_EXTRAS.with_section("badge", 1).with_section("loyalty", 7)
    assert hash(changed) == hash(Extras(changed={"badge": 1, "loyalty": 7}))
    assert changed != {"badge": 1, "loyalty": 7}
    with pytest.raises(KeyError):
        changed["points"]
    with pytest.raises(KeyError):
        changed["other"]


def test_states_are_equal_when_their_sections_are():
    """
    Where sections came from, and under which rules, does not matter.
    """
    assert State(comment="x") == State.stored(Source(comment="x"))
    assert Checkout(reward=1) == Checkout.under(Rules(most_lines=5), Source(reward=1))
    assert State(comment="x") != State(comment="y")


def test_nothing_personal_is_shown():
    """
    The ``repr`` of a state, its values and commands shows no name, address or code.
    """
    commands = (
        SetCustomer(ADA),
        SetPaymentAddress(HOME),
        SetShippingAddress(HOME),
        ApplyCoupon("TEN"),
        SetComment("hello"),
    )
    after = LittleShop().after(*commands)
    sections = [getattr(after, name) for name in SECTIONS if name != "comment"]
    shown = f"{after} {sections}"

    assert "3563" in shown
    for secret in ("Ada", "Lovelace", "example.com", "555", "St James", "TEN", "hello"):
        assert secret not in shown
        assert secret not in repr(commands)


def test_amounts_have_four_decimals():
    """
    An amount is kept exactly, and rounded half up where it is shown.
    """
    euro = LittleShop().currencies["EUR"]
    dollar = LittleShop().currencies["USD"]

    assert Decimal("0.0001") == Money("0.00005", "EUR").amount
    assert "12.5000" == str(Money(Decimal("12.5"), "EUR").amount)
    assert Decimal("10.01") == euro.rounded(Decimal("10.005"))
    assert Decimal("12.50") == dollar.rounded(Decimal(10))


def test_what_a_later_version_added_follows_a_value():
    """
    Unknown fields go through commands that keep the value, and through `evolve`.
    """
    later = Customer(
        firstname="Ada", lastname=" L ", email="a@b.co", unknown=("later", 1)
    )
    shop = LittleShop()
    customer = shop.after(SetCustomer(later)).customer
    assert ("later", 1) == customer.unknown
    assert "L" == customer.lastname
    assert NOW == customer.checked_at


def test_a_problem_is_a_value():
    """
    Params are frozen; paths are escaped as RFC 6901 asks.
    """
    problem = Problem("too_long", pointer("a/b", "c~d", 3), params={"maximum": 3})

    assert "/a~1b/c~0d/3" == problem.path
    assert "too_long at /a~1b/c~0d/3" == str(problem)
    assert "cart_empty at /" == str(Problem("cart_empty"))
    assert problem == Problem("too_long", problem.path, params={"maximum": 3})
    with pytest.raises(TypeError):
        problem.params["maximum"] = 4


def test_every_value_of_a_section_carries_unknown_fields():
    """
    Sections that are values can carry what a later version put behind their fields.
    """
    assert "unknown" in Part.__slots__
    assert set(SECTIONS) == set(State.__annotations__) - {"extras", "_source"}
    assert RULES == Rules()


ORDINARY = {
    "AddLine.quantity": 1,
    "Cart.next_line_id": 1,
    "Clearing.when": "always",
    "ConfirmRule.severity": "error",
    "Currency.decimal_place": 2,
    "Currency.value": 1,
    "CustomFieldFact.kind": "text",
    "CustomFieldFact.location": "account",
    "FieldRule.code": "pattern_mismatch",
    "FieldRule.kind": "line",
    "FieldRule.required": "never",
    "GroupFact.telephone_required": True,
    "Language.decimal_point": ".",
    "Language.thousand_point": ",",
    "NewLine.quantity": 1,
    "PricedLine.in_stock": True,
    "PricedLine.minimum": 1,
    "PricedLine.shipping": True,
    "Problem.severity": "error",
    "ProductFact.minimum": 1,
    "ProductFact.shipping": True,
    "Rules.most_lines": 10_000,
    "ShopFact.exists": True,
    "ShopFact.guests_allowed": True,
    "ShopFact.maximum_quantity": 99_999,
    "ShopFact.payment_address_required": True,
}


def test_what_is_left_out_is_nothing_or_ordinary():
    """
    Hosts leave out what is as it is in most shops, and records what is nothing: a
    default that moved would give another meaning to both.
    """
    found = {
        f"{of.__name__}.{one.name}": one.default
        for of in vars(checkout).values()
        if isinstance(of, type) and attrs.has(of)
        for one in attrs.fields(of)
        if isinstance(one.default, bool | int | str | Decimal) and one.default
    }
    assert ORDINARY == found
