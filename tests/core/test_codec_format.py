"""
The reference page of the format: what it says is what is written.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from attrs import NOTHING, fields

from ocstate.checkout.values.state import State
from ocstate.core.record import codec as codec_module
from ocstate.core.record.codec import Codec
from ocstate.core.record.layout import compose, open_table, replace_bodies
from ocstate.core.record.limits import Limits
from ocstate.core.record.sections import COMMITS, DATA, NAMED, NUMBERS, SCHEMA
from ocstate.core.record.values import TYPES
from tests.core import states
from tests.core.test_rows import CLASSES

PAGE = (Path(__file__).parents[2] / "docs/reference/format.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """
    Return the cells of the table whose heading begins so, without code marks.
    """
    _, _, rest = PAGE.partition(f"\n| {heading} |")
    assert rest, heading
    lines = rest.split("\n\n")[0].splitlines()[2:]
    return [
        [cell.strip().replace("`", "") for cell in line.strip("|").split(" | ")]
        for line in lines
    ]


def block(language: str) -> str:
    """
    Return the only code block in this language.
    """
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def test_the_numbers_of_sections_are_on_the_page():
    """
    The page lists each section with its number.
    """
    listed = {name: int(number) for number, name, _ in rows("number | section")}

    assert {**NUMBERS, "data": DATA, "commits": COMMITS, "named": NAMED} == listed
    hints = State.__annotations__
    for _, name, form in rows("number | section")[: len(NUMBERS)]:
        held = re.sub(r" \| None|tuple\[|, \.\.\.\]", "", hints[name])
        assert held in form.replace("text", "str") or name in ("cart", "settings")


def test_the_places_of_fields_are_on_the_page():
    """
    The page lists the fields of each class in their places. Places never move: a new
    field stands behind the others, on the page and in the class, and has a default.
    """
    listed = {of: names.split(", ") for of, names in rows("class | fields")}

    assert {
        of.__name__: [one.name for one in states.written(of)][1:] for of in CLASSES
    } == listed


# Of classes that came later: how many they had at first.
FIRST_RELEASE = {
    "Address": 18,
    "Attribution": 6,
    "ChoiceStock": 3,
    "Confirmation": 3,
    "Coupon": 3,
    "Currency": 6,
    "Customer": 8,
    "Gift": 9,
    "Language": 4,
    "PaymentMethod": 5,
    "PaymentOptions": 3,
    "QuoteGroup": 5,
    "Quotes": 3,
    "Row": 8,
    "ShippingMethod": 6,
    "Terms": 3,
    "Voucher": 2,
    # These came with 0.2.
    "Attempt": 4,
    "Cancellation": 2,
    "CustomFieldFact": 7,
    "GroupFact": 4,
    "Held": 3,
    "OfferedLanguage": 2,
    "Ordered": 18,
    "OrderedPrice": 4,
    "OrderedTotal": 4,
    "RewardFact": 2,
    "ShopFact": 12,
    "ShownTotal": 4,
    "Told": 5,
    "ToldGroup": 3,
    "ToldReward": 3,
    "ToldShop": 3,
    "Try": 9,
}


@pytest.mark.parametrize("of", CLASSES)
def test_later_fields_have_defaults(of):
    """
    A field that the first release did not know can be missing in a record.
    """
    _, *row = states.written(of)
    known = FIRST_RELEASE[of.__name__]

    assert known <= len(row)
    assert NOTHING not in [one.default for one in row[known:]]


def test_the_reasons_are_on_the_page_and_in_the_docstring():
    """
    Each code is explained in the same words in both places.
    """
    listed = dict(rows("reason | meaning"))
    told = re.findall(r"^``(\w+)``\s+(.*)$", codec_module.__doc__ or "", re.MULTILINE)

    assert dict(told) == listed


def test_the_limits_are_on_the_page():
    """
    Each limit is there with its default.
    """
    listed = {name: int(default) for name, default, _ in rows("limit | default")}

    assert {one.name: one.default for one in fields(Limits)} == listed


def test_the_extension_types_are_on_the_page():
    """
    Each type of the host's data is there with its number.
    """
    listed = {name: int(code) for code, name, _ in rows("type | value")}

    assert {of.__name__.lower(): code for of, code in TYPES.items()} == listed


def test_the_schema_is_on_the_page():
    """
    The page names today's schema.
    """
    assert f"today's is {SCHEMA}." in PAGE


def test_the_example_is_true():
    """
    The example's code makes the example's bytes.
    """
    dumped = re.findall(r"^((?:[0-9A-F]{2} ?)+)(?:  |$)", block("text"), re.MULTILINE)
    payload = bytes.fromhex("".join(dumped))
    found: dict[str, object] = {}
    exec(block("python"), found)

    assert payload.hex(" ") == bytes(found["payload"]).hex(" ")
    assert f"is these {len(payload)} bytes" in PAGE
    assert found["checkout"] == Codec().decode(payload).checkout
    schema, sections = states.take_apart(payload)
    assert (1, [2, 5, 100, 101]) == (schema, [number for number, _ in sections])


def test_the_empty_session_is_on_the_page():
    """
    The smallest payload stands there.
    """
    assert f"`{Codec().empty().payload.hex(' ').upper()}`" in PAGE


@pytest.mark.parametrize("size", [3, 5000])
def test_bodies_are_replaced_in_any_order(size):
    """
    Several sections that change at once get their own new bodies, small and large.
    """
    bodies = dict.fromkeys((1, 4, 9), b"old" * size)
    payload = compose(1, bodies.items())
    layout, lengths = open_table(payload, Limits())
    fresh = {9: b"newest", 1: b"new" * size}

    replaced = replace_bodies(payload, layout, lengths, fresh)
    assert compose(1, {**bodies, **fresh}.items()) == replaced
