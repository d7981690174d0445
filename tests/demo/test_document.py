"""
Host files: what they may hold, what they mean, and how faults are told.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.demo import StaticHost
from ocstate.demo.host_file.document import FORMAT, parse, read_document
from ocstate.exceptions import ConfigurationError
from tests.demo.shops import DATA, patched, recorded_shop

SMALLEST = {"format": FORMAT, "settings": {"currency": "EUR", "language": "en-gb"}}
PRODUCT = {"price": "1.5000"}


def fault(**patch: object) -> str:
    """
    Return what is said about a document that was changed for the worse.
    """
    with pytest.raises(ConfigurationError) as caught:
        read_document(patched(SMALLEST, patch))
    return str(caught.value)


def test_the_smallest_shop_has_defaults():
    """
    A currency and a language are a shop; store 0 is always there.
    """
    document = read_document(SMALLEST)

    assert {0} == set(document.stores)
    assert "3.0" == document.generation
    assert document.settings is document.settings_of(0)
    assert {} == document.products
    assert document.settings.telephone_required
    assert document.settings.checkout_payment_address


def test_generations_have_their_own_defaults():
    """
    What a file does not say means what it meant in its generation.
    """
    newer = read_document({**SMALLEST, "generation": "4.1"})

    assert not newer.settings.telephone_required
    assert not newer.settings.checkout_payment_address


def test_values_are_read_into_their_types():
    """
    Ids become numbers, money decimals, days dates, networks networks.
    """
    document = read_document(
        patched(
            SMALLEST,
            {
                "products": {"7": {"price": "1.5000", "date_available": "2025-02-28"}},
                "geo_zones": {"1": {"members": {"81": "all", "222": [5, 6]}}},
                "api_credentials": {"3": {"username": "a", "networks": [" ::1 "]}},
                "shipping_methods": {"weight": {"rates": {"1": [["5", "4.50"]]}}},
            },
        )
    )

    assert Decimal("1.5") == document.products[7].price
    assert date(2025, 2, 28) == document.products[7].date_available
    assert {81: "all", 222: (5, 6)} == document.geo_zones[1].members
    assert (ip_network("::1"),) == document.api_credentials[3].networks
    rates = document.shipping_methods["weight"].rates
    assert {1: ((Decimal(5), Decimal("4.50")),)} == rates


def test_a_store_has_its_own_settings_over_the_general_ones():
    """
    What a store says itself counts there, everything else is the shop's.
    """
    document = read_document(
        patched(SMALLEST, {"stores": {"2": {"settings": {"currency": "USD"}}}})
    )

    assert {0, 2} == set(document.stores)
    assert "USD" == document.settings_of(2).currency
    assert "en-gb" == document.settings_of(2).language
    assert "EUR" == document.settings_of(0).currency
    assert "EUR" == document.settings_of(99).currency


def test_unknown_keys_are_ignored():
    """
    A file may say more than this version knows.
    """
    document = read_document(
        patched(
            SMALLEST,
            {
                "weather": {"1": 2},
                "settings": {"colour": "blue"},
                "products": {"1": {**PRODUCT, "smell": None}},
            },
        )
    )

    assert Decimal("1.5") == document.products[1].price


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        ({"format": "ocstate-host/2"}, "/format must be 'ocstate-host/1'"),
        ({"format": None}, "/format must be"),
        ({"generation": "2.3"}, "/generation must be one of '3.0', '4.1'"),
        ({"generation": 3}, "/generation must be one of"),
        ({"settings": None}, "/settings is missing"),
        ({"settings": 5}, "/settings must be an object"),
        ({"settings": {"currency": None}}, "/settings/currency is missing"),
        ({"settings": {"tax": 1}}, "/settings/tax must be true or false"),
        (
            {"settings": {"zone_id": True}},
            "/settings/zone_id must be a whole number",
        ),
        (
            {"settings": {"tax_default": []}},
            "/settings/tax_default must be one of 'shipping', 'payment', ''",
        ),
        (
            {"settings": {"complete_status": "5"}},
            "/settings/complete_status must be a list",
        ),
        (
            {"settings": {"complete_status": [1, "5"]}},
            "/settings/complete_status/1 must be a whole number",
        ),
        ({"stores": []}, "/stores must be an object"),
        ({"stores": {"1": 5}}, "/stores/1 must be an object"),
        (
            {"stores": {"1": {"settings": {"tax": "yes"}}}},
            "/stores/1/settings/tax must be true or false",
        ),
        ({"stores": {"1": {"settings": 5}}}, "/stores/1/settings must be an object"),
        ({"products": {"x": PRODUCT}}, "/products/x must stand under a number"),
        ({"products": {"-1": PRODUCT}}, "/products/-1 must stand under a number"),
        ({"products": {"²": PRODUCT}}, "/products/² must stand under a number"),
        ({"products": {"9" * 5_000: PRODUCT}}, "9 must stand under a number"),
        ({"products": {"1": 5}}, "/products/1 must be an object"),
        (
            {"products": {"1": {"price": 1.5}}},
            "/products/1/price must be a decimal number as a text",
        ),
        (
            {"products": {"1": {"price": "NaN"}}},
            "/products/1/price must be a decimal number as a text",
        ),
        (
            {"products": {"1": {"date_available": "2025-02-30"}}},
            "/products/1/date_available must be a date such as 2000-01-31",
        ),
        (
            {"products": {"1": {"date_available": "20250228"}}},
            "/products/1/date_available must be a date",
        ),
        (
            {
                "products": {
                    "1": {"options": {"2": {"type": "text", "validation": "x"}}}
                }
            },
            "/products/1/options/2/validation cannot be used: a pattern stands between",
        ),
        (
            {"products": {"1": {"options": {"2": {"type": "text", "validation": 5}}}}},
            "/products/1/options/2/validation must be a text",
        ),
        (
            {"products": {"1": {"specials": [{"price": "1"}]}}},
            "/products/1/specials/0/customer_group_id is missing",
        ),
        (
            {"products": {"1": {"name": {"en/gb": 5}}}},
            "/products/1/name/en~1gb must be a text",
        ),
        (
            {"coupons": {"1": {"code": "A", "type": "X", "discount": "1"}}},
            "/coupons/1/type must be one of 'P', 'F'",
        ),
        (
            {"geo_zones": {"1": {"members": {"81": "some"}}}},
            "/geo_zones/1/members/81 must be a list",
        ),
        (
            {"api_credentials": {"1": {"username": "a", "networks": ["::1", "here"]}}},
            "/api_credentials/1/networks/1 cannot be used: 'here' is no address",
        ),
        (
            {"customers": {"1": {"customer_group_id": 1, "affiliate": "yes"}}},
            "/customers/1/affiliate must be an object",
        ),
    ],
)
def test_a_fault_is_named_by_its_place(patch, words):
    """
    Every malformed value is told by its JSON Pointer and what it should be.
    """
    assert words in fault(**patch)


def test_all_faults_are_told_at_once():
    """
    Who mends a file learns everything that is wrong with it, up to a score.
    """
    said = fault(
        settings={"tax": 1, "currency": 5},
        products={"1": {"price": 1}, "2": {"quantity": "many"}},
    )
    many = fault(products={str(number): 5 for number in range(1, 100)})

    assert 4 == len(said.split("; "))
    assert 20 == len(many.split("; "))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '"x"', "\ufeff{", "[" * 100_000, b"\xff\xfe\xff"]
)
def test_what_is_no_object_is_no_host_file(text):
    """
    Broken JSON, other values and other bytes are one clear error.
    """
    with pytest.raises(ConfigurationError, match="a host file"):
        parse(text)


def test_a_file_that_is_not_there_is_told(tmp_path):
    """
    A path that cannot be read, or holds something else, is named in the error.
    """
    broken = tmp_path / "broken.json"
    broken.write_text("{}")

    with pytest.raises(ConfigurationError, match="cannot be read"):
        StaticHost.from_file(tmp_path / "missing.json")
    with pytest.raises(ConfigurationError, match=r"broken\.json: /format"):
        StaticHost.from_file(broken)


def test_a_file_is_opened_by_its_path():
    """
    A host file opens by a path or a text, and says what the same document says.
    """
    path = DATA / "recorded_shop.json"

    assert StaticHost.from_file(path).document == parse(path.read_bytes())
    assert StaticHost.from_file(str(path)).document == read_document(recorded_shop())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text() | st.integers(0, 9).map(str), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(sorted(recorded_shop())), JSON, max_size=4))
def test_any_value_is_read_or_named(patch):
    """
    Whatever stands in a file, it is read or refused with places; nothing else happens.
    """
    document = {**recorded_shop(), **patch, "format": FORMAT}
    said = "/"
    try:
        read_document(document)
    except ConfigurationError as error:
        said = str(error)
    assert said.startswith("/")


def test_a_document_is_data():
    """
    Reading leaves what was handed in as it was.
    """
    document = recorded_shop()
    before = json.dumps(document)
    read_document(document)

    assert before == json.dumps(document)


def test_no_key_is_shown():
    """
    Keys and codes stay out of what a log would show.
    """
    document = read_document(
        patched(
            recorded_shop(),
            {"api_credentials": {"1": {"username": "a", "key": "k-1-9"}}},
        )
    )

    assert "k-1-9" not in repr(document)
    assert "GV25" not in repr(document)
