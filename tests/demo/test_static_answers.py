"""
Short answers of the static host: shops, people, places, products, codes.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from ocstate.auth.credentials import CredentialQuestion, verify
from ocstate.checkout.facts import (
    AffiliateQuestion,
    CurrencyQuestion,
    CustomerQuestion,
    GiftQuestion,
    GroupQuestion,
    LanguageQuestion,
    PlaceFact,
    PlaceQuestion,
    ProductQuestion,
    ShopQuestion,
    VoucherQuestion,
)
from ocstate.checkout.values.state import State
from ocstate.host.asking import PORTS, batches
from tests.demo.shops import (
    CHOICES,
    FUTURE,
    HERE,
    PAST,
    TODAY,
    ask,
    bare_shop,
    checkout,
    kinds,
    product,
    shop,
)


def test_every_port_is_there():
    """
    A static host answers every kind of question, as many as it is asked.
    """
    host, state = shop(), checkout((40, 1), shipping=HERE)
    wants = {"code": "2222", "username": "x", "product_id": 40, "customer_id": 1}
    wants |= {"country_id": 222, "voucher_theme_id": 7, "affiliate_id": 3}
    for kind in kinds():
        names = {each.name for each in kind.__attrs_attrs__}
        given = {name: wants[name] for name in names & wants.keys()}
        question = kind(**given, **({"checkout": state} if "checkout" in names else {}))
        (batch,) = batches([question], host)
        answers = batch.ask(batch.questions)

        assert isinstance(answers[0], PORTS[kind].answer)
        assert 1 == len(answers)


def test_a_shop_tells_how_it_is_set_up():
    """
    Its switches are told, those of a store by its own settings.
    """
    host = bare_shop(
        settings={"name": "Main", "voucher_min": "5", "voucher_max": "50"},
        stores={"1": {"name": "Side", "settings": {"stock_checkout": True}}},
    )
    main, side, none = (
        ask(host, ShopQuestion(checkout=State(store_id=number))) for number in (0, 1, 2)
    )

    assert (True, "Main", False, True) == (
        main.exists,
        main.name,
        main.stock_checkout,
        main.payment_address_required,
    )
    assert (Decimal(5), Decimal(50)) == (main.gift_minimum, main.gift_maximum)
    assert (True, "Side", True) == (side.exists, side.name, side.stock_checkout)
    assert not none.exists


@pytest.mark.parametrize(
    ("place", "fact"),
    [
        ((1, 0), PlaceFact(country_known=False)),
        ((2, 20), PlaceFact(country_known=False)),
        (
            (3, 0),
            PlaceFact(country_known=True, country="Island", postcode_required=True),
        ),
        (
            (4, 40),
            PlaceFact(
                country_known=True,
                zone_known=True,
                has_zones=True,
                country="Land",
                iso_code_2="LA",
                iso_code_3="LAN",
                address_format="{city}",
                zone="North",
                zone_code="N",
            ),
        ),
        (
            (4, 41),
            PlaceFact(
                country_known=True,
                has_zones=True,
                country="Land",
                iso_code_2="LA",
                iso_code_3="LAN",
                address_format="{city}",
            ),
        ),
    ],
)
def test_places_are_known_or_not(place, fact):
    """
    A country counts when it is enabled, a zone when it is enabled and lies there; a
    zone of another country is none.
    """
    host = bare_shop(
        countries={
            "2": {"name": "Off", "status": False, "zones": {"20": {"name": "Z"}}},
            "3": {"name": "Island", "postcode_required": True},
            "4": {
                "name": "Land",
                "iso_code_2": "LA",
                "iso_code_3": "LAN",
                "address_format": "{city}",
                "zones": {
                    "40": {"name": "North", "code": "N"},
                    "41": {"name": "South", "status": False},
                },
            },
        }
    )
    question = PlaceQuestion(country_id=place[0], zone_id=place[1])

    assert fact == ask(host, question)
    assert not ask(host, PlaceQuestion(country_id=3, zone_id=40)).zone_known


@pytest.mark.parametrize(
    ("changes", "buyable"),
    [
        ({}, True),
        ({"status": False}, False),
        ({"date_available": TODAY}, True),
        ({"date_available": PAST}, True),
        ({"date_available": FUTURE}, False),
        ({"store_ids": []}, False),
        ({"store_ids": [1]}, False),
        ({"quantity": 0}, True),
    ],
)
def test_a_product_is_buyable_or_not(changes, buyable):
    """
    It has to be enabled, available by now, and sold by this shop.
    """
    host = bare_shop(products={"7": product(**changes)}, stores={"1": {}})

    assert buyable is ask(host, ProductQuestion(product_id=7)).buyable


def test_a_product_tells_what_buying_it_involves():
    """
    Stock, minimum, points, and every option with the stock of its values.
    """
    host = bare_shop(
        products={
            "7": product(
                name={"en-gb": "Cup"},
                model="C",
                minimum=2,
                points=9,
                options={
                    **CHOICES,
                    "4": {"type": "text", "required": True, "validation": "/^[a-z]$/"},
                },
            )
        }
    )
    fact = ask(host, ProductQuestion(product_id=7))
    size, _, _, extra = fact.options

    assert ("Cup", "C", 2, 9, 100, False) == (
        fact.name,
        fact.model,
        fact.minimum,
        fact.points,
        fact.stock,
        fact.shipping,
    )
    assert ("Size", "select", False) == (size.name, size.kind, size.required)
    assert {11: 3, 12: None, 13: None} == size.values
    assert (True, "(?a)^[a-z]$") == (extra.required, extra.pattern)
    assert not ask(host, ProductQuestion(product_id=8)).buyable


def test_a_variant_asks_only_for_what_it_does_not_say():
    """
    Options that a variant answers itself are not required of the customer.
    """
    required = {
        number: {**option, "required": True} for number, option in CHOICES.items()
    }
    host = bare_shop(
        products={
            "7": product(options=required),
            "8": product(master_id=7, variant={"1": 11}),
        }
    )
    fact = ask(host, ProductQuestion(product_id=8))

    assert [False, True, True] == [option.required for option in fact.options]


@pytest.mark.parametrize(("group", "plans"), [(None, (1,)), (1, (1,)), (2, (2, 3))])
def test_plans_are_those_of_the_group(group, plans):
    """
    A product tells the plans that this customer's group can choose.
    """
    offers = [
        {"subscription_plan_id": plan, "customer_group_id": for_group, "price": "1"}
        for plan, for_group in ((1, 1), (2, 2), (3, 2))
    ]
    host = bare_shop(products={"7": product(subscriptions=offers)})
    question = ProductQuestion(product_id=7, checkout=checkout(group=group))

    assert plans == ask(host, question).plans


class Curious:
    """
    A source that notes which sections are decoded.
    """

    def __init__(self) -> None:
        self.read: list[str] = []

    def section(self, name: str) -> object:
        self.read.append(name)
        return getattr(State(), name)

    def extra(self, name: str) -> object:
        return None


def test_a_product_is_answered_without_reading_the_checkout():
    """
    A shop with one store needs nothing of a session to say what a product is.
    """
    source = Curious()
    question = ProductQuestion(product_id=40, checkout=State.stored(source))
    host = bare_shop(products={"40": product()})

    assert ask(host, question).buyable
    assert [] == source.read


def test_accounts_are_told_with_what_they_have():
    """
    An account is active or not, and has a group, points and credit.
    """
    host = bare_shop(
        customers={
            "5": {"customer_group_id": 2, "reward_points": 70, "credit": "5.5"},
            "6": {"customer_group_id": 2, "status": False},
        }
    )
    known = ask(host, CustomerQuestion(customer_id=5))

    assert (True, 2, 70, Decimal("5.5")) == (
        known.active,
        known.customer_group_id,
        known.reward_points,
        known.credit,
    )
    assert not ask(host, CustomerQuestion(customer_id=6)).active
    assert not ask(host, CustomerQuestion(customer_id=7)).active


@pytest.mark.parametrize(
    ("generation", "named", "customer_id", "resolved", "allowed"),
    [
        ("3.0", None, 0, 1, True),
        ("3.0", None, 5, 3, True),
        ("3.0", 1, 0, 1, True),
        ("3.0", 2, 0, 2, True),
        ("3.0", 3, 0, 3, False),
        ("3.0", 3, 5, 3, True),
        ("3.0", 9, 0, 9, False),
        ("3.0", 8, 0, 8, False),
        ("4.1", 3, 0, 3, True),
        ("4.1", 9, 0, 9, False),
    ],
)
def test_a_group_is_resolved_and_may_be_named(
    generation, named, customer_id, resolved, allowed
):
    """
    Without a name it is the account's or the default; a client may name those that the
    shop shows, in the newer generation all that exist.
    """
    host = bare_shop(
        generation=generation,
        settings={"customer_group_display": [2, 8]},
        customer_groups={"1": {}, "2": {}, "3": {}},
        customers={"5": {"customer_group_id": 3}},
    )
    question = GroupQuestion(customer_group_id=named, customer_id=customer_id)
    fact = ask(host, question)

    assert (resolved, allowed) == (fact.customer_group_id, fact.allowed)
    assert fact.telephone_required is (generation == "3.0")


def test_a_group_tells_its_fields():
    """
    Enabled fields that are asked of the group, in order; patterns for texts alone.
    """
    asked = {"customer_groups": {"1": {"required": True}}}
    host = bare_shop(
        customer_groups={"1": {}, "2": {}},
        custom_fields={
            "1": {"name": "B", "sort_order": 2, "validation": "/^b$/i", **asked},
            "2": {"name": "A", "sort_order": 1, "type": "date", **asked},
            "3": {"name": "Off", "status": False, **asked},
            "4": {"name": "Other", "customer_groups": {"2": {}}},
            "5": {"name": "C", "sort_order": 3, "location": "address", **asked},
        },
    )
    fields = ask(host, GroupQuestion()).custom_fields

    assert [
        (2, "A", "date", "account", None),
        (1, "B", "text", "account", "(?ai)^b$"),
        (5, "C", "text", "address", None),
    ] == [
        (each.custom_field_id, each.name, each.kind, each.location, each.pattern)
        for each in fields
    ]
    assert all(each.required for each in fields)
    (other,) = ask(host, GroupQuestion(customer_group_id=2)).custom_fields
    assert not other.required


@pytest.mark.parametrize(
    ("code", "known"), [("GBP", True), ("gbp", False), ("SEK", False), ("", False)]
)
def test_currencies_are_known_exactly(code, known):
    """
    A currency is there under its exact code, if it is enabled.
    """
    currency = ask(shop(), CurrencyQuestion(code=code)).currency

    assert known is (currency is not None)
    if currency:
        assert ("GBP", "£", Decimal("0.61250001")) == (
            currency.code,
            currency.symbol_left,
            currency.value,
        )


@pytest.mark.parametrize(
    ("code", "known"), [("de-de", True), ("DE-DE", False), ("fr-fr", False)]
)
def test_languages_are_known_exactly(code, known):
    """
    A language is there under its exact code, if it is enabled.
    """
    host = shop(languages={"fr-fr": {"status": False}})
    language = ask(host, LanguageQuestion(code=code)).language

    assert known is (language is not None)
    if language:
        assert (",", ".") == (language.decimal_point, language.thousand_point)


@pytest.mark.parametrize(
    ("code", "valid"),
    [("GV25", True), ("gv25", False), ("GVSPENT", False), ("", False)],
)
def test_vouchers_are_valid_by_their_exact_codes(code, valid):
    """
    A gift voucher is valid under its exact code, while something is left of it.
    """
    assert valid is ask(shop(), VoucherQuestion(code=code)).valid


def test_gifts_have_themes():
    """
    A theme that exists is described, another is unknown.
    """
    host = shop()

    assert (
        "Gift voucher: Theme" == ask(host, GiftQuestion(voucher_theme_id=7)).description
    )
    assert not ask(host, GiftQuestion(voucher_theme_id=8)).theme_known


@pytest.mark.parametrize(
    ("number", "active"), [(1, True), (2, False), (3, False), (9, False)]
)
def test_affiliates_are_customers_who_are_active_as_such(number, active):
    """
    An affiliate is a customer with an active affiliation.
    """
    host = bare_shop(
        customers={
            "1": {"customer_group_id": 1, "affiliate": {"status": True}},
            "2": {"customer_group_id": 1, "affiliate": {"status": False}},
            "3": {"customer_group_id": 1},
        }
    )

    assert active is ask(host, AffiliateQuestion(affiliate_id=number)).active


CLIENTS = {
    "1": {"username": "till", "key": "first", "networks": [" 127.0.0.1 "]},
    "2": {"username": "Till", "key": "second", "networks": ["::1"]},
    "3": {"username": "off", "key": "third", "networks": ["::1"], "status": False},
    "4": {"username": "keyless", "key": "", "networks": ["::1"]},
    "5": {"username": "nowhere", "key": "fifth"},
}


@pytest.mark.parametrize(
    ("username", "key", "address", "reason"),
    [
        ("till", "first", "127.0.0.1", None),
        ("Till", "second", "::1", None),
        ("till", "second", "127.0.0.1", "wrong_key"),
        ("TILL", "first", "127.0.0.1", "unknown"),
        ("off", "third", "::1", "disabled"),
        ("keyless", "", "::1", "no_key"),
        ("nowhere", "fifth", "::1", "wrong_address"),
    ],
)
def test_clients_are_known_exactly(username, key, address, reason):
    """
    A credential is there under its exact name, its key hashed and its networks parsed.
    """
    host = bare_shop(api_credentials=CLIENTS)
    fact = ask(host, CredentialQuestion(username=username))

    assert reason == verify(fact, key, address).reason
