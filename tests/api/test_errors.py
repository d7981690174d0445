"""
Problems as clients read them, in each of the shapes.
"""

from __future__ import annotations

import json

import pytest

from ocstate.api.errors import HEADER, Shape, codes_header, refusal
from ocstate.problem import Problem

TEXTS = {code: code.upper() for code in ("a", "b", "c")}
CITY = Problem("a", "/payment_address/city")
COUNTRY = Problem("b", "/payment_address/country_id")
FIELD = Problem("c", "/customer/custom_field/3")
WHOLE = Problem("a")


def option(number, where="options"):
    """
    Make a problem of an option.
    """
    return Problem("b", f"/line/{where}/{number}")


@pytest.mark.parametrize(
    ("problems", "told"),
    [
        ([CITY, COUNTRY], {"city": "A", "country": "B"}),
        ([FIELD], {"custom_field3": "C"}),
        ([WHOLE], {"warning": "A"}),
        ([option(5), option(6, "option")], {"option": {"5": "B", "6": "B"}}),
        ([CITY, Problem("c", "/payment_address/city")], {"city": "A"}),
    ],
)
def test_fields_have_opencarts_keys(problems, told):
    """
    Every wrong field has one text, under the key that OpenCart has for it.
    """
    assert told == Shape(kind="fields").error(problems, TEXTS)


def test_a_route_can_rename_a_key():
    """
    What OpenCart calls by another name on one route is called so there.
    """
    shape = Shape(kind="fields", keys={"product_id": "store"})

    assert {"store": "A"} == shape.error([Problem("a", "/line/product_id")], TEXTS)


@pytest.mark.parametrize(
    ("problems", "text"),
    [
        ([CITY, Problem("b", "/cart"), Problem("a", "/customer")], "B"),
        ([Problem("c", "/cart/lines/0/quantity"), Problem("a", "/cart")], "C"),
        ([Problem("b", "/elsewhere"), Problem("a", "/customer")], "A"),
        ([Problem("b", "/elsewhere"), Problem("a", "/elsewhere")], "B"),
    ],
)
def test_of_many_problems_the_last_check_tells_its_text(problems, text):
    """
    Where one text is told, the last of OpenCart's checks that failed tells it.
    """
    shape = Shape(kind="text", gravity=("customer", "payment_address", "cart", "c"))

    assert text == shape.error(problems, TEXTS)


def test_documented_errors_always_warn():
    """
    The documentation's shape has a warning beside the fields, of the gravest problem.
    """
    shape = Shape(kind="documented", gravity=("payment_address", "customer"))

    assert {"warning": "C", "city": "A", "custom_field3": "C"} == shape.error(
        [CITY, FIELD], TEXTS
    )


def test_a_call_about_everything_has_keys_of_sections():
    """
    Where all of the checkout is judged, a key names the part that is wrong.
    """
    shape = Shape(kind="documented", by_section=True, gravity=("cart",))
    problems = [CITY, COUNTRY, Problem("c", "/cart/lines/0/quantity"), option(5)]

    assert {
        "warning": "C",
        "payment_address": "A",
        "product": "C",
        "line": "B",
    } == shape.error(problems, TEXTS)


def test_codes_travel_in_a_header():
    """
    Codes and paths of all problems can be read without the texts.
    """
    strange = Problem("c", "/a b/\u00e9\r\n")

    assert () == codes_header([])
    assert (
        (HEADER, 'a;path="/payment_address/city", c;path="/a%20b/%C3%A9%0D%0A"'),
    ) == codes_header([CITY, strange])


def test_a_header_has_an_end():
    """
    However many problems there are, the header names twenty, and counts the others.
    """
    ((_, value),) = codes_header([CITY] * 1000)
    *named, more = value.split(", ")

    assert ([f'a;path="{CITY.path}"'] * 20, "more;count=980") == (named, more)


@pytest.mark.parametrize("length", [10, 1000, 1400, 3000, 9000, 50000])
def test_a_header_has_room(length):
    """
    Servers and proxies drop long fields: the first are whole, the rest counted.
    """
    counts = [length // 6 + number for number in range(15)]
    problems = [Problem("a", "/" + "ä" * count) for count in counts]
    ((_, value),) = codes_header(problems)
    *named, last = value.split(", ")
    paths = [f'a;path="/{"%C3%A4" * count}"' for count in counts]
    whole = [path if len(path) < 4000 else "a" for path in paths]

    assert len(value) <= 4096
    if last.startswith("more;"):
        assert (named, f"more;count={15 - len(named)}") == (whole[: len(named)], last)
    else:
        assert whole == [*named, last]


def test_what_opencart_never_says_has_a_code_in_the_body():
    """
    An answer without a recorded shape holds its code beside the error.
    """
    response = refusal([WHOLE], Shape(kind="text"), TEXTS, 409)

    assert 409 == response.status
    assert {"error": "A", "code": "a"} == json.loads(response.body)
    assert (HEADER, 'a;path=""') in response.headers
