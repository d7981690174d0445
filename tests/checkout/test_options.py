"""
Options in their one canonical form, and settings.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout import (
    NO_OPTIONS,
    AddLine,
    Address,
    Customer,
    Options,
    Settings,
)

SCALARS = st.one_of(
    st.integers(0, 10**17), st.text(max_size=4), st.sampled_from(["0", "7", "00", "-1"])
)
ANSWERS = st.one_of(SCALARS, st.lists(SCALARS, max_size=4))
GIVEN = st.dictionaries(st.integers(0, 50), ANSWERS, max_size=5)


@given(GIVEN, st.randoms())
def test_the_order_of_clicks_does_not_matter(given, random):
    """
    Options are equal, and hash equally, whatever the order of ids and of choices.
    """
    shuffled = list(given.items())
    random.shuffle(shuffled)
    other = [
        (key, random.sample(value, len(value)) if isinstance(value, list) else value)
        for key, value in shuffled
    ]

    assert Options(given) == Options(other)
    assert hash(Options(given)) == hash(Options(other))


def test_two_spellings_of_one_choice_stand_in_the_same_place():
    """
    A letter and its mark are sorted as the letter that they make together.
    """
    together, apart = Options({5: ["\u00e9", "f"]}), Options({5: ["f", "e\u0301"]})

    assert together == apart
    assert hash(together) == hash(apart)


@given(GIVEN)
def test_the_canonical_form_is_its_own(given):
    """
    Making options of options changes nothing.
    """
    once = Options(given)

    assert once == Options(once) == Options(once.items_)
    assert dict(once) == {key: one for key, one in once.items_ if one != ""}
    assert len(once) == len(list(once)) <= len(given)


@given(GIVEN)
def test_ids_sent_as_texts_are_the_same(given):
    """
    A form sends every number as text, and means the same.
    """

    def as_text(value):
        if isinstance(value, list):
            return [as_text(one) for one in value]
        return str(value) if isinstance(value, int) else value

    assert Options(given) == Options(
        {key: as_text(value) for key, value in given.items()}
    )


def test_zero_is_a_value_and_odd_spellings_stay_texts():
    """
    ``"0"`` is the number 0; what is not how a number is written keeps its spelling.
    """
    options = Options({1: "0", 2: "007", 3: "+1", 4: ["9", "10", 9, "x"], 5: "٣"})

    assert (0, "007", "+1", (9, 10, "x"), "٣") == tuple(options.values())


@pytest.mark.parametrize("number", [2**63, -(2**63)])
def test_nothing_under_a_number_that_cannot_be_is_nothing(number):
    """
    What was left empty is kept under a number that has an encoding, and no other.
    """
    smaller = number - (1 if number > 0 else -1)

    assert Options().items_ == Options({number: ""}).items_
    assert Options({smaller: ""}).items_
    assert Options({number: "x"}).items_


def test_an_option_that_is_not_there_is_missed():
    """
    Options are a mapping: what is not there raises, and `get` has a default.
    """
    with pytest.raises(KeyError):
        NO_OPTIONS[1]
    assert NO_OPTIONS.get(1) is None


def test_answers_stay_out_of_logs():
    """
    What people typed may be personal, so only ids are shown.
    """
    assert "Options(3, 5)" == repr(Options({5: "Ada", 3: 1}))


def test_settings_are_sorted_and_replaced_by_name():
    """
    Settings are a sorted mapping; None removes one.
    """
    settings = Settings({"b": 1, "a": True}).with_setting("c", "x")

    assert ["a", "b", "c"] == list(settings)
    assert "x" == settings["c"]
    assert Settings({"a": True, "c": "x"}) == settings.with_setting("b", None)
    assert 3 == len(settings)
    with pytest.raises(KeyError):
        settings["d"]


def test_values_take_a_plain_mapping_too():
    """
    Wherever options are a part, a mapping is brought into their canonical form.
    """
    expected = Options({7: 3})
    assert expected == Customer(custom_field={"7": "3"}).custom_field
    assert expected == Address(custom_field={7: 3}).custom_field
    assert expected == AddLine(product_id=1, options={7: "3"}).options
