"""
What becomes of who is buying, and of where it goes.
"""

from __future__ import annotations

import pytest
from attrs import evolve

from ocstate.checkout import (
    NOTHING_ASKED,
    SECTIONS,
    AcceptTerms,
    AddGift,
    AddLine,
    Address,
    ApplyCoupon,
    Checkout,
    Customer,
    CustomerQuestion,
    CustomFieldFact,
    Forget,
    GroupFact,
    GroupQuestion,
    LogIn,
    LogOut,
    Options,
    PlaceQuestion,
    SetAffiliate,
    SetComment,
    SetCurrency,
    SetCustomer,
    SetPaymentAddress,
    SetReward,
    SetSetting,
    SetShippingAddress,
    ShopQuestion,
    State,
    decide,
    questions,
)
from ocstate.checkout.deciding.people import KEPT_AT_LOGOUT
from ocstate.exceptions import DecodeError
from tests.checkout.little_shop import (
    ADA,
    HOME,
    MUG,
    NOW,
    LittleShop,
    codes,
    found,
)

SHOP = LittleShop()
FIELDS = (
    CustomFieldFact(
        custom_field_id=1, name="VAT code", required=True, pattern="^[A-Z]"
    ),
    CustomFieldFact(custom_field_id=2, kind="select", values=(4, 5)),
    CustomFieldFact(
        custom_field_id=3, name="Door code", location="address", required=True
    ),
)
STRICT = LittleShop(
    groups={
        1: GroupFact(
            customer_group_id=1,
            allowed=True,
            telephone_required=True,
            custom_fields=FIELDS,
        )
    }
)


def test_a_guest_is_kept_with_the_group_that_the_host_resolved():
    """
    A missing group means the default, and what was resolved is what is stored.
    """
    decision = SHOP.decide(Checkout(), SetCustomer(ADA))
    customer = decision.checkout.customer

    assert (1, NOW, "Ada") == (
        customer.customer_group_id,
        customer.checked_at,
        customer.firstname,
    )
    assert customer.is_guest
    assert "customer_set" == decision.events[0].name
    assert {"customer_id": 0} == decision.events[0].params


def test_the_same_customer_again_changes_nothing():
    """
    The checkout is the very same object, unless a host confirms what none had.
    """
    checkout = SHOP.after(SetCustomer(ADA))
    assert checkout is SHOP.decide(checkout, SetCustomer(ADA), at=NOW + 5).checkout

    known = evolve(ADA, customer_group_id=1)
    unasked = decide(Checkout(), SetCustomer(known), NOTHING_ASKED).checkout
    asked = SHOP.decide(unasked, SetCustomer(known)).checkout
    assert unasked.customer == asked.customer
    assert (None, NOW) == (unasked.customer.checked_at, asked.customer.checked_at)
    assert asked is decide(asked, SetCustomer(known), NOTHING_ASKED).checkout


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"customer_id": 8}, [("unknown_customer", "/customer/customer_id")]),
        ({"customer_id": 404}, [("unknown_customer", "/customer/customer_id")]),
        ({"customer_id": -7}, [("number_too_small", "/customer/customer_id")]),
        ({"customer_id": 2**80}, [("number_too_large", "/customer/customer_id")]),
        (
            {"customer_group_id": 2},
            [("unknown_customer_group", "/customer/customer_group_id")],
        ),
        (
            {"customer_group_id": -2},
            [("number_too_small", "/customer/customer_group_id")],
        ),
        (
            {
                "firstname": " ",
                "email": "ada",
                "customer_id": 8,
                "customer_group_id": 2,
            },
            [
                ("required", "/customer/firstname"),
                ("invalid_email", "/customer/email"),
                ("unknown_customer", "/customer/customer_id"),
                ("unknown_customer_group", "/customer/customer_group_id"),
            ],
        ),
    ],
)
def test_a_wrong_customer_is_refused_in_full(changes, expected):
    """
    Fields, account and group are judged together.
    """
    decision = SHOP.decide(Checkout(), SetCustomer(evolve(ADA, **changes)))

    assert expected == found(decision)
    assert decision.checkout.customer is None
    assert all(("SetCustomer",) == problem.fix for problem in decision.problems)


def test_a_group_may_ask_for_more():
    """
    Telephone and fields of the shop's own are required where the host said so.
    """
    bare = evolve(ADA, telephone="")
    decision = STRICT.decide(Checkout(), SetCustomer(bare))

    assert [
        ("required", "/customer/telephone"),
        ("required", "/customer/custom_field/1"),
    ] == found(decision)
    assert "VAT code" == decision.problems[1].params["field"]
    assert not SHOP.decide(Checkout(), SetCustomer(bare)).refused
    full = evolve(ADA, custom_field=Options({1: "GB1", 2: 4, 77: "kept"}))
    assert 3 == len(STRICT.after(SetCustomer(full)).customer.custom_field)
    for answer, expected in (
        ("gb1", "pattern_mismatch"),
        ("G\0B", "control_character"),
    ):
        wrong = evolve(ADA, custom_field=Options({1: answer}))
        assert [expected] == codes(STRICT.decide(Checkout(), SetCustomer(wrong)))


def test_without_a_host_a_customer_is_taken_as_he_is():
    """
    Nothing is required that no host asked for, and nothing counts as confirmed.
    """
    named = Customer(firstname="Ada", lastname="Lovelace", email="ada@example.com")
    decision = decide(Checkout(), SetCustomer(named), NOTHING_ASKED)

    assert () == decision.problems
    assert (None, None) == (
        decision.checkout.customer.checked_at,
        decision.checkout.customer.customer_group_id,
    )


def test_an_account_counts_as_confirmed_when_both_were_asked():
    """
    A group without an account, or the other way round, confirms nobody.
    """
    for silent in (CustomerQuestion, GroupQuestion):
        shop = LittleShop(silent=(silent,))
        checkout = shop.after(SetCustomer(evolve(ADA, customer_id=7)))
        assert checkout.customer.checked_at is None
    assert (
        NOW == SHOP.after(SetCustomer(evolve(ADA, customer_id=7))).customer.checked_at
    )


@pytest.mark.parametrize("before", [None, ADA], ids=["nobody", "a guest"])
@pytest.mark.parametrize(
    "command",
    [LogIn(evolve(ADA, customer_id=7)), SetCustomer(evolve(ADA, customer_id=7))],
    ids=["logs in", "is set"],
)
def test_points_do_not_survive_the_first_login(before, command):
    """
    What was noted before anybody was known is no account's.
    """
    decision = SHOP.decide(Checkout(customer=before, reward=20), command)

    assert 7 == decision.checkout.customer.customer_id
    assert decision.checkout.reward is None
    assert ("reward_removed", "/reward") in found(decision)


def test_points_stay_with_the_account_that_has_them():
    """
    Whoever becomes another customer leaves reward points behind, and is told.
    """
    checkout = SHOP.after(
        SetCustomer(evolve(ADA, customer_id=7)),
        AddLine(product_id=MUG, quantity=2),
        SetReward(20),
    )
    same = SHOP.decide(checkout, SetCustomer(evolve(ADA, customer_id=7, lastname="L")))
    other = SHOP.decide(checkout, SetCustomer(ADA))

    assert 20 == same.checkout.reward
    assert other.checkout.reward is None
    assert [("reward_removed", "/reward")] == found(other)
    assert not other.refused


def test_logging_in_needs_an_account():
    """
    A guest, an unknown or a disabled account cannot be logged in.
    """
    for number, expected in (
        (0, ["account_required"]),
        (-1, ["account_required"]),
        (8, ["unknown_customer"]),
    ):
        decision = SHOP.decide(Checkout(), LogIn(evolve(ADA, customer_id=number)))
        assert expected == codes(decision)
        assert ("LogIn",) == decision.problems[0].fix


def test_logging_in_tells_what_an_order_will_miss():
    """
    An account with fields that are wrong today gets in, with warnings, unconfirmed.
    """
    account = evolve(ADA, customer_id=7, telephone="")
    decision = STRICT.decide(Checkout(), LogIn(account))

    assert ["required", "required"] == codes(decision)
    assert all("warning" == problem.severity for problem in decision.problems)
    assert decision.checkout.customer.checked_at is None
    clean = SHOP.decide(Checkout(), LogIn(account))
    assert "logged_in" == clean.events[0].name
    assert NOW == clean.checkout.customer.checked_at


def filled():
    """
    Return a checkout with something in almost every section.
    """
    gift = AddGift(
        code="g1",
        from_name="Ada",
        from_email="ada@example.com",
        to_name="Bob",
        to_email="bob@example.com",
        voucher_theme_id=6,
        amount=10,
    )
    return SHOP.after(
        AddLine(product_id=MUG, quantity=2),
        SetCustomer(evolve(ADA, customer_id=7)),
        SetPaymentAddress(HOME),
        SetShippingAddress(HOME),
        SetCurrency("EUR"),
        ApplyCoupon("TEN"),
        gift,
        SetReward(10),
        SetAffiliate(3),
        SetComment("please ring twice"),
        AcceptTerms(document_id=5, version="2"),
        SetSetting(name="theme", value="dark"),
    )


def test_logging_out_leaves_nothing_personal():
    """
    The cart and what says nothing about a person stay; the rest is as in the beginning.
    """
    before = filled()
    decision = SHOP.decide(before, LogOut())

    for name in SECTIONS:
        expected = before if name in KEPT_AT_LOGOUT else State()
        assert getattr(expected, name) == getattr(decision.checkout, name), name
    assert "logged_out" == decision.events[0].name
    again = SHOP.decide(decision.checkout, LogOut())
    assert decision.checkout is again.checkout


def test_forgetting_leaves_nothing_at_all():
    """
    Every section and every section of a host is cleared.
    """
    extras = filled().extras.with_section("loyalty", 5)
    decision = SHOP.decide(filled().evolve(extras=extras), Forget())

    assert Checkout() == decision.checkout
    assert "forgotten" == decision.events[0].name
    fresh = Checkout()
    assert fresh is SHOP.decide(fresh, Forget()).checkout


def test_what_cannot_be_read_can_be_forgotten():
    """
    A section that is damaged does not keep a session from forgetting it.
    """

    class Damaged:
        def section(self, name):
            raise DecodeError("damaged", reason="truncated")

        def extra(self, name):
            raise DecodeError("damaged", reason="truncated")

    checkout = Checkout.stored(Damaged(), ("loyalty",))

    assert Checkout() == SHOP.decide(checkout, Forget()).checkout
    assert SHOP.decide(checkout, LogOut()).checkout.customer is None


ADDRESSES = pytest.mark.parametrize(
    ("of", "section"),
    [
        (SetPaymentAddress, "payment_address"),
        (SetShippingAddress, "shipping_address"),
    ],
)


@ADDRESSES
def test_names_of_places_are_the_hosts(of, section):
    """
    Country and zone are filled in by the host; a client's own names are never taken.
    """
    lied = evolve(HOME, country="Atlantis", iso_code_2="AT", zone="Deep")
    address = getattr(SHOP.after(of(lied)), section)

    assert ("United Kingdom", "GB", "GBR", "Greater London", "LND", NOW) == (
        address.country,
        address.iso_code_2,
        address.iso_code_3,
        address.zone,
        address.zone_code,
        address.checked_at,
    )
    unasked = decide(Checkout(), of(lied), NOTHING_ASKED).checkout
    assert ("", "", None) == (
        getattr(unasked, section).country,
        getattr(unasked, section).zone,
        getattr(unasked, section).checked_at,
    )


@ADDRESSES
def test_the_same_address_again_changes_nothing(of, section):
    """
    The checkout is the very same object, and the other address is left alone.
    """
    checkout = SHOP.after(of(HOME))

    assert checkout is SHOP.decide(checkout, of(HOME), at=NOW + 9).checkout
    unasked = decide(Checkout(), of(HOME), NOTHING_ASKED).checkout
    assert unasked is decide(unasked, of(HOME), NOTHING_ASKED).checkout
    assert [section] == [
        name
        for name in ("payment_address", "shipping_address")
        if getattr(checkout, name) is not None
    ]


@ADDRESSES
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"country_id": 0}, [("required", "country_id")]),
        ({"country_id": 999}, [("unknown_country", "country_id")]),
        ({"country_id": -1}, [("number_too_small", "country_id")]),
        ({"zone_id": 0}, [("required", "zone_id")]),
        ({"zone_id": 1}, [("unknown_zone", "zone_id")]),
        ({"zone_id": 2**70}, [("number_too_large", "zone_id")]),
        (
            {"country_id": 20, "zone_id": 0, "postcode": ""},
            [("required", "postcode")],
        ),
        (
            {
                "address_1": "x",
                "city": "",
                "country_id": 999,
                "custom_field": {1: "a\0b"},
            },
            [
                ("too_short", "address_1"),
                ("required", "city"),
                ("unknown_country", "country_id"),
                ("control_character", "custom_field/1"),
            ],
        ),
    ],
)
def test_a_wrong_address_is_refused_in_full(of, section, changes, expected):
    """
    The country exists, the zone belongs to it, and all fields are judged at once.
    """
    decision = SHOP.decide(Checkout(), of(evolve(HOME, **changes)))

    assert [(code, f"/{section}/{field}") for code, field in expected] == found(
        decision
    )
    assert all((of.__name__,) == problem.fix for problem in decision.problems)
    assert Checkout() == decision.checkout


@ADDRESSES
def test_a_group_may_ask_for_more_of_an_address(of, section):
    """
    Fields of the shop's own for addresses follow the customer's group.
    """
    decision = STRICT.decide(Checkout(), of(HOME))

    assert [("required", f"/{section}/custom_field/3")] == found(decision)
    STRICT.after(of(evolve(HOME, custom_field=Options({3: "17"}))))


@ADDRESSES
def test_a_country_without_zones_needs_none(of, section):
    """
    A zone is required where the country has some.
    """
    address = evolve(HOME, country_id=20, zone_id=0)

    assert 0 == getattr(SHOP.after(of(address)), section).zone_id


@ADDRESSES
def test_both_addresses_have_the_same_bounds(of, section):
    """
    A city has 128 characters at most, wherever it is.
    """
    long, longer = evolve(HOME, city="x" * 128), evolve(HOME, city="x" * 129)

    assert long.city == getattr(SHOP.after(of(long)), section).city
    assert ["too_long"] == codes(SHOP.decide(Checkout(), of(longer)))


def test_what_cannot_be_a_number_is_not_asked_about():
    """
    A host is never asked about a country or account that cannot be.
    """
    address = Address(country_id=-1, zone_id=2**70)
    asked = questions(Checkout(), SetPaymentAddress(address))
    assert [GroupQuestion, ShopQuestion] == [type(one) for one in asked]

    customer = Customer(customer_id=2**70, customer_group_id=-4)
    (group, _) = questions(Checkout(), SetCustomer(customer))
    assert GroupQuestion() == group

    (place, *_) = questions(Checkout(), SetPaymentAddress(evolve(HOME, zone_id=-1)))
    assert PlaceQuestion(country_id=222) == place


def test_an_estimate_knows_no_more_than_it_needs():
    """
    A destination has the place, and nobody's name.
    """
    destination = HOME.destination

    assert (222, 3563, "SW1Y 4JH", "London") == (
        destination.country_id,
        destination.zone_id,
        destination.postcode,
        destination.city,
    )
