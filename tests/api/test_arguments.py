"""
Typed values out of forms, with everything that is wrong at once.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.api.parsing.arguments import Arguments
from ocstate.api.parsing.nesting import Garbled

LISTS = st.just({"0": "5"})
GARBLED = st.sampled_from(Garbled)


def codes(arguments):
    """
    Show what was wrong, by path.
    """
    return {problem.path: problem.code for problem in arguments.problems}


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), (" 3 ", 3), ("007", 7), ("+2", 2), ("-3", -3), ("\t0\n", 0), ("", 9)],
)
def test_whole_numbers_are_read(text, number):
    """
    Signs, leading zeros and blanks around a whole number are nobody's mistake.
    """
    arguments = Arguments({"a": text})

    assert number == arguments.whole("a", 9)
    assert {} == codes(arguments)


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "2.7",
        "40abc",
        "4e1",
        "0x1",
        "- 3",
        "9" * 19,
        "\u0661",
        "1_000",
        "\u22123",
    ],
)
def test_what_only_begins_as_a_number_is_refused(text):
    """
    Nothing is cut down to a number, and no number is too long to be kept.
    """
    arguments = Arguments({"a": text})

    assert arguments.optional_whole("a") is None
    assert {"/a": "not_whole_number"} == codes(arguments)


def test_an_empty_number_can_be_wrong():
    """
    Where an empty text does not mean "as usual", it is no number.
    """
    arguments = Arguments({"a": ""})

    arguments.whole("a", may_be_blank=False)

    assert {"/a": "not_whole_number"} == codes(arguments)


@given(LISTS | GARBLED)
def test_what_is_no_text_is_one_problem(value):
    """
    A list, a boolean or bad UTF-8 where a text or number belongs is said once.
    """
    for read in ("text", "whole", "optional_whole", "optional_text", "decimal"):
        arguments = Arguments({"a": value})

        getattr(arguments, read)("a")

        assert ["/a"] == [problem.path for problem in arguments.problems]


def test_a_missing_field_is_no_problem_unless_it_is_needed():
    """
    Missing fields read as nothing; `require` says so where that will not do.
    """
    arguments = Arguments({})

    assert ("", None, 0, None) == (
        arguments.text("a"),
        arguments.optional_text("a"),
        arguments.whole("a"),
        arguments.optional_whole("a"),
    )
    assert {} == codes(arguments)

    arguments.require("a")

    assert {"/a": "required"} == codes(arguments)


@pytest.mark.parametrize(
    ("text", "amount"), [("1", "1"), ("0.50", "0.50"), ("-2", "-2")]
)
def test_amounts_are_exact(text, amount):
    """
    An amount is the decimal that was typed.
    """
    assert Decimal(amount) == Arguments({"a": text}).decimal("a")


@pytest.mark.parametrize("text", ["", "1e3", "NaN", "1,5", ".5", "1" * 12])
def test_what_is_no_amount_is_refused(text):
    """
    Exponents, other separators and absurd sizes are no amounts.
    """
    arguments = Arguments({"a": text})

    arguments.decimal("a")

    assert {"/a": "not_amount"} == codes(arguments)


def test_answers_are_texts_or_lists_of_texts():
    """
    Options and custom fields are read by the id of what was asked.
    """
    fields = {"option": {"5": " 1 ", "6": {"0": "8", "1": "9"}}}
    arguments = Arguments(fields)

    assert {5: "1", 6: ("8", "9")} == arguments.answers("option")
    assert {} == codes(arguments)


def test_answers_can_have_another_name_in_paths():
    """
    What a form calls by one name, the domain may call by another.
    """
    arguments = Arguments({"option": {"x": "1"}}, "line")

    arguments.answers("option", "options")

    assert {"/line/options/x": "not_whole_number"} == codes(arguments)


def test_wrong_answers_are_all_named():
    """
    Each wrong answer is a problem of its own, where it stands.
    """
    fields = {"option": {"x": "1", "5": Garbled.NOT_TEXT, "6": {"0": {"a": "b"}}}}
    arguments = Arguments(fields)

    arguments.answers("option")

    assert {
        "/option/x": "not_whole_number",
        "/option/5": "not_text",
        "/option/6": "not_text",
    } == codes(arguments)


def test_rows_have_fields_of_their_own():
    """
    Problems in rows are named with the row's number, and rows that are none too.
    """
    fields = {"product": {"7": {"quantity": "2"}, "x": {"quantity": "x"}, "8": "28"}}
    arguments = Arguments(fields)

    quantities = [row.whole("quantity") for row in arguments.rows("product", "lines")]

    assert [2, 0] == quantities
    assert {
        "/lines/1/quantity": "not_whole_number",
        "/lines/2": "not_fields",
    } == codes(arguments)


@pytest.mark.parametrize("value", ["abc", Garbled.NOT_UTF8])
def test_a_text_is_no_list(value):
    """
    A text where a list belongs is a problem, and never an empty list.
    """
    arguments = Arguments({"product": value})

    assert [] == list(arguments.rows("product"))
    assert {"/product": "not_list"} == codes(arguments)
