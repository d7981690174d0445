"""
Answers to options and custom fields.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout import CustomFieldFact, OptionFact, Options
from ocstate.checkout.rules.answers import (
    LONGEST_MATCHED,
    answer_problems,
    unreadable_answers,
)
from ocstate.checkout.rules.fields import LARGEST_NUMBER, LONGEST_TEXT, MOST_ENTRIES

KINDS = (
    "select",
    "radio",
    "checkbox",
    "text",
    "textarea",
    "file",
    "date",
    "time",
    "datetime",
)


def codes(kind, *answer, required=False, pattern=None):
    """
    Judge the answer to one option with the values 1 and 2.
    """
    option = OptionFact(
        product_option_id=5,
        name="Size",
        kind=kind,
        required=required,
        pattern=pattern,
        values={1: None, 2: 0} if kind in ("select", "radio", "checkbox") else {},
    )
    answers = Options({5: answer[0]} if answer else {})
    problems = list(answer_problems(option, answers, "/o"))
    assert all(problem.path == "/o/5" for problem in problems)
    assert all(problem.params["field"] == "Size" for problem in problems)
    return [problem.code for problem in problems]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("empty", [(), ("",), ((),)])
def test_what_is_required_is_missed_when_empty(kind, empty):
    """
    No answer, an empty text and an empty list are no answer, whatever is asked.
    """
    assert ["required"] == codes(kind, *empty, required=True)
    assert [] == codes(kind, *empty)


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        ("select", 1, []),
        ("select", "2", []),
        ("select", 3, ["unknown_choice"]),
        ("select", "one", ["unknown_choice"]),
        ("select", 0, ["unknown_choice"]),
        ("select", [1], ["wrong_kind"]),
        ("radio", [1, 2], ["wrong_kind"]),
        ("checkbox", 1, []),
        ("checkbox", [1, 2], []),
        ("checkbox", [1, 3], ["unknown_choice"]),
        ("text", "0", []),
        ("text", "any text", []),
        ("text", "two\nlines", ["control_character"]),
        ("text", ["a", "b"], ["wrong_kind"]),
        ("textarea", "two\nlines", []),
        ("textarea", "a\0b", ["control_character"]),
        ("file", "0123abcd", []),
        ("date", "2024-02-29", []),
        ("date", "2023-02-29", ["invalid_date"]),
        ("date", "29.02.2024", ["invalid_date"]),
        ("date", "2024-02-29 10:00", ["invalid_date"]),
        ("date", "٢٠٢٤-٠٢-٢٩", ["invalid_date"]),
        ("time", "23:59", []),
        ("time", "23:59:59", []),
        ("time", "25:00", ["invalid_time"]),
        ("time", "noon", ["invalid_time"]),
        ("datetime", "2011-02-20 22:25", []),
        ("datetime", "2011-02-20T22:25:30", []),
        ("datetime", "2011-02-30 22:25", ["invalid_datetime"]),
        ("datetime", "2011-02-20", ["invalid_datetime"]),
        ("swatch", "whatever a later shop asks", []),
    ],
)
def test_an_answer_fits_what_is_asked(kind, answer, expected):
    """
    Choices are among the values, lists where several are taken, moments exist.
    """
    assert expected == codes(kind, answer, required=True)


def test_a_text_matches_its_pattern_somewhere():
    """
    A pattern is searched for; a text that may be long is bounded before.
    """
    assert [] == codes("text", "A1", pattern="^[A-Z]")
    assert ["pattern_mismatch"] == codes("text", "1A", pattern="^[A-Z]")
    assert [] == codes("text", "x" * LONGEST_MATCHED, pattern="x")
    assert ["too_long"] == codes("text", "x" * (LONGEST_MATCHED + 1), pattern="x")
    assert [] == codes("text", "x" * (LONGEST_MATCHED + 1))


@pytest.mark.parametrize("pattern", ["(", "x{99999999999999999999}", "(" * 5000])
def test_what_is_no_pattern_is_not_applied(pattern):
    """
    A pattern that the host got wrong stops nobody.
    """
    assert [] == codes("text", "anything", pattern=pattern)


def test_who_wrote_too_much_learns_how_much_is_allowed():
    """
    What is matched against a pattern may be shorter than other texts.
    """
    option = OptionFact(product_option_id=5, kind="text", pattern="x")
    given = Options({5: "x" * (LONGEST_MATCHED + 1)})
    (problem,) = answer_problems(option, given, "/c")

    assert ("too_long", LONGEST_MATCHED) == (problem.code, problem.params["maximum"])


def test_something_has_to_be_seen_where_it_is_required():
    """
    Blanks alone are no answer.
    """
    assert ["required"] == codes("text", "\u00a0", required=True)
    assert [] == codes("text", "\u00a0")


def test_a_nameless_question_is_named_by_its_number():
    """
    Somebody reading the problem learns which question it was.
    """
    field = CustomFieldFact(custom_field_id=9, required=True)
    (problem,) = answer_problems(field, Options(), "/c")

    assert "9" == problem.params["field"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({5: 1, 6: "text", 7: [1, 2]}, []),
        ({LARGEST_NUMBER + 1: 1}, ["unknown_choice"]),
        ({5: LARGEST_NUMBER + 1}, ["unknown_choice"]),
        ({5: [1, -LARGEST_NUMBER - 1]}, ["unknown_choice"]),
        ({5: "x" * LONGEST_TEXT}, []),
        ({5: "é" * LONGEST_TEXT}, ["too_long"]),
        ({5: ["\ud800"]}, ["control_character"]),
        ({5: range(MOST_ENTRIES + 1)}, ["too_many"]),
        (dict.fromkeys(range(MOST_ENTRIES + 1), 1), ["too_many"]),
    ],
)
def test_what_nobody_could_ask_is_found_without_a_host(given, expected):
    """
    Numbers and texts that no record and no shop can hold are refused in any case.
    """
    problems = unreadable_answers(Options(given), "/cart/lines/-/options")

    assert expected == [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("given", "maximum"),
    [
        ({5: "é" * LONGEST_TEXT}, LONGEST_TEXT),
        ({5: range(MOST_ENTRIES + 1)}, MOST_ENTRIES),
    ],
)
def test_too_much_without_a_host_tells_how_much_is_allowed(given, maximum):
    """
    Texts and lists of answers have limits of their own.
    """
    (problem,) = unreadable_answers(Options(given), "/cart/lines/-/options")

    assert maximum == problem.params["maximum"]


ANSWERS = st.one_of(
    st.integers(), st.text(max_size=30), st.lists(st.integers(0, 3), max_size=3)
)


@given(st.sampled_from(KINDS), ANSWERS, st.booleans(), st.none() | st.text(max_size=5))
def test_any_answer_is_judged(kind, answer, required, pattern):
    """
    No answer makes an error, and there is at most one thing wrong with one.
    """
    assert len(codes(kind, answer, required=required, pattern=pattern)) <= 1
