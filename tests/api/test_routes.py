"""
The table of calls, walked through, and the pages that are made of it.
"""

from __future__ import annotations

import pytest

from ocstate.api.deviations import DEVIATIONS, check_switches
from ocstate.api.errors import ApiProblem
from ocstate.api.parsing.nesting import Garbled
from ocstate.api.routes import CLASSIC, find_route
from ocstate.api.texts import API_CODES, SUCCESS
from ocstate.exceptions import ConfigurationError
from scripts.api_tables import (
    render_codes,
    render_deviations,
    render_limits,
    render_routes,
)

RECORDED = """
    api/login api/currency api/customer api/cart/add api/cart/edit api/cart/remove
    api/cart/products api/coupon api/voucher api/voucher/add api/reward
    api/reward/maximum api/reward/available api/payment/address api/payment/methods
    api/payment/method api/shipping/address api/shipping/methods api/shipping/method
    api/order/add
""".split()
TEXT_ROUTES = """
    api/currency api/cart/edit api/cart/remove api/coupon api/voucher api/reward
    api/reward/maximum api/reward/available api/payment/methods api/shipping/methods
    api/payment/method api/shipping/method api/order/add
""".split()
DOCUMENTED = """
    api/cart/addProduct api/payment_address api/payment_methods api/payment_method
    api/shipping_address api/shipping_methods api/shipping_method
    api/order&call=confirm
""".split()


def test_the_table_has_every_call():
    """
    OpenCart's calls and the documentation's are all there, and each names itself.
    """
    assert {*RECORDED, *DOCUMENTED} == set(CLASSIC)
    assert [*CLASSIC] == [route.name for route in CLASSIC.values()]


@pytest.mark.parametrize("name", CLASSIC)
def test_errors_have_the_recorded_shape(name):
    """
    OpenCart's calls answer as recorded, the documentation's with an object.
    """
    expected = "documented" if name in DOCUMENTED else "fields"
    expected = "text" if name in TEXT_ROUTES else expected

    assert expected == CLASSIC[name].shape.kind


@pytest.mark.parametrize("name", CLASSIC)
def test_what_reads_may_be_read_by_get(name):
    """
    A call that changes nothing is a read, and an order is never made by a plain GET.
    """
    route = CLASSIC[name]

    assert route.changes is (route.get != "read")
    assert name.endswith("methods") is (route.get == "keeps the offer")
    assert (name == "api/order/add") is (route.get == "refused")
    assert (name == "api/order&call=confirm") is (route.get == "programs only")


@pytest.mark.parametrize(
    ("route", "call", "name"),
    [
        ("api/cart/add", "", "api/cart/add"),
        ("api/cart.add", "", "api/cart/add"),
        ("api/cart.addProduct", "", "api/cart/addProduct"),
        (" api/login\n", "", "api/login"),
        ("api/login", "confirm", "api/login"),
        ("api/order", "confirm", "api/order&call=confirm"),
        ("api/order", " confirm ", "api/order&call=confirm"),
        ("api.order", "confirm", "api/order&call=confirm"),
    ],
)
def test_a_name_is_normalised_once(route, call, name):
    """
    Blanks go and a dot is a slash; after that, the name is looked up exactly.
    """
    query = {"route": route, "call": call}

    assert name == find_route(query, CLASSIC).name


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"route": ""},
        {"route": Garbled.NOT_UTF8},
        {"route": {"0": "api/login"}},
        {"route": "Api/login"},
        {"route": "api//login"},
        {"route": "/api/login"},
        {"route": "api/login/index"},
        {"route": "api/order"},
        {"route": "api/order", "call": "Confirm"},
        {"route": "api/order", "call": {"0": "confirm"}},
    ],
)
def test_an_unknown_name_is_no_call(query):
    """
    Nothing is guessed from a name that is not in the table.
    """
    with pytest.raises(ApiProblem) as caught:
        find_route(query, CLASSIC)

    assert 404 == caught.value.status


def test_only_what_is_safe_can_be_switched_back():
    """
    Switches are deviations that say so themselves.
    """
    safe = {name for name, each in DEVIATIONS.items() if each.has_switch}

    assert {"html-escape", "unknown-key-success"} == safe
    assert safe == check_switches(safe)
    for name in DEVIATIONS.keys() - safe:
        with pytest.raises(ConfigurationError):
            check_switches([name])


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (render_routes(), CLASSIC),
        (render_deviations(), DEVIATIONS),
        (render_codes(), API_CODES),
        (render_limits(), ["body", "fields", "depth"]),
    ],
)
def test_pages_show_every_row(page, names):
    """
    A table's page has a line for each of its rows, and as many columns in each.
    """
    head, rule, *rows = page.splitlines()

    assert all(any(f"`{name}`" in row for row in rows) for name in names)
    assert {head.count("|")} == {line.count("|") for line in [rule, *rows]}


def test_texts_say_nothing_of_their_own_making():
    """
    Every text is a sentence without a full stop, as the domain's are.
    """
    for text in (*API_CODES.values(), *SUCCESS.values()):
        assert text
        assert not text.endswith(".")
