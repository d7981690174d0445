"""
What a text is made of.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout.values.characters import (
    has_hidden,
    is_longer,
    is_visible,
    plain,
    trimmed,
)


@pytest.mark.parametrize(
    "blank",
    [one for one in map(chr, range(0x110000)) if one.isspace()]
    + list("\0\u180e\u200b\u2060\ufeff\u115f\u1160\u2800\u3164\uffa0"),
)
def test_blanks_of_every_kind_are_taken_off_both_ends(blank):
    """
    Whitespace goes, with or without width, and letters drawn as nothing; inside they
    stay.
    """
    inside = f"a{blank}b"
    assert inside == trimmed(f"{blank} {blank}{inside}{blank}\t{blank}")


@pytest.mark.parametrize(
    "kept", ["\u200f", "\u2069", "\u200d", "\u200c", "\ufe0f", "\U000e007f", "\u0301"]
)
def test_what_is_part_of_the_writing_is_no_blank(kept):
    """
    Marks, joiners, variations and the end of a flag stay at the end of a text.
    """
    assert f"a{kept}" == trimmed(f" a{kept} ")


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u00a0", "\u3000", "\u200b", "\u2800", "\u3164", "\t\n", "\ufeff"],
)
def test_what_cannot_be_seen_is_not_visible(text):
    """
    Blanks of every kind, and letters drawn as nothing, are nothing to see.
    """
    assert not is_visible(text)
    assert is_visible(text + "a" + text)


@pytest.mark.parametrize(
    "text", ["\0", "\x1b", "\x7f", "\x85", "\u2028", "\u202d", "\u202e", "\ud800"]
)
def test_control_characters_are_hidden_everywhere(text):
    """
    Controls, overrides and halves of a pair are found in lines and in texts.
    """
    assert has_hidden(f"a{text}b")
    assert has_hidden(f"a{text}b", in_lines=True)


@pytest.mark.parametrize("text", ["\n", "\r\n", "\t"])
def test_line_breaks_are_hidden_in_one_line_only(text):
    """
    A text of several lines may have line breaks and tabs.
    """
    assert has_hidden(f"a{text}b")
    assert not has_hidden(f"a{text}b", in_lines=True)


@pytest.mark.parametrize(
    "text",
    [
        *("Ada", "Łukasz", "李", "O\u2019Hara", "ن\u200cم", "👩\u200d🚀"),
        *("דנה\u200f", "\u061cسمر", "\u2067דנה\u2069 (3)", "\u202bדנה\u202c"),
    ],
)
def test_names_of_the_world_are_not_hidden(text):
    """
    Letters of every script, joiners between them and the marks that turn right-to-left
    text the right way, are no control characters.
    """
    assert is_visible(text)
    assert not has_hidden(text)


@given(st.text(max_size=30), st.integers(0, 30), st.integers(0, 90))
def test_length_counts_code_points_and_bytes(text, maximum, in_bytes):
    """
    A text is too long by its code points or by its bytes in UTF-8.
    """
    size = len(text.encode("utf-8", "surrogatepass"))

    expected = len(text) > maximum or size > in_bytes
    assert expected is is_longer(text, maximum, in_bytes=in_bytes)


def test_a_code_point_has_up_to_four_bytes():
    """
    Few code points may be many bytes.
    """
    assert not is_longer("\U0001f469" * 3, 3, in_bytes=12)
    assert is_longer("\U0001f469" * 3, 3, in_bytes=11)


@pytest.mark.parametrize("one", "\u034f\ufe00\ufe0f\ufffc\u00ad\u200d\u115f\u202b")
def test_a_plain_text_holds_nothing_unseen(one):
    """
    Selectors, joiners, marks of direction and letters drawn as nothing are dropped.
    """
    assert "ab" == plain(f"{one}a{one}b{one}")


@pytest.mark.parametrize("one", "\u034e\u0350\ufdff\ufe10\ufffd\u202e\u0301")
def test_a_plain_text_keeps_what_is_seen_or_to_be_refused(one):
    """
    What stands beside the unseen in Unicode stays, and so do overrides.
    """
    assert f"a{one}b" == plain(f"a{one}b")
