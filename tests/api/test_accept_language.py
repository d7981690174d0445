"""
``Accept-Language``: what a header says, and which of a shop's languages it means.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.api.accept_language import (
    LanguageRange,
    find_language,
    parse_ranges,
    shortened,
)
from ocstate.checkout.facts import OfferedLanguage

TWO = (
    OfferedLanguage(code="en-gb", locale="en-GB,en_GB.UTF-8,en_GB,english"),
    OfferedLanguage(code="sv-se", locale=("sv-SE", "sv_FI.UTF-8@euro", "svenska")),
)
MANY = (
    *(OfferedLanguage(code=code) for code in ("en-us", "en-gb", "pt", "pt-br", "zh")),
    OfferedLanguage(code="Zh_Hant_TW", locale=("zh-TW",)),
    OfferedLanguage(code="nynorsk", locale=("nn-NO", "no")),
)


@pytest.mark.parametrize(
    ("header", "ranges"),
    [
        ("", []),
        ("SV", [("sv", 1)]),
        ("sv;q=0.3, en-GB", [("en-gb", 1), ("sv", 0.3)]),
        ("a,b;q=0.9,c;q=0.90,*;q=0", [("a", 1), ("b", 0.9), ("c", 0.9), ("*", 0)]),
        ("sv ;\tQ=0.5 ,\ten", [("en", 1), ("sv", 0.5)]),
        ("sv;q=1.001, en;q=2, fi;q=-1, da;q=0.1234, nb;q=, no;level=1", []),
        ("sv_SE, toolonganame, -de, de-, d*, *-CH, 123, \u00e4", []),
        ("sv\u00a0, en\n", []),
        (",,;q=1,sv,,", [("sv", 1)]),
        ("sv;q=0.2,sv;q=0.7,SV;q=0.1", [("sv", 0.7)]),
    ],
)
def test_a_header_is_read_item_by_item(header, ranges):
    """
    The best first, in the order of the header where equal; what is no item is left out.
    """
    assert ranges == [(one.text, one.quality) for one in parse_ranges(header)]


@pytest.mark.parametrize(
    ("header", "offered", "code"),
    [
        # Basic filtering: a range finds what begins with it.
        ("sv", TWO, "sv-se"),
        ("en", MANY, "en-gb"),
        ("pt", MANY, "pt"),
        ("pt-BR, pt;q=0.9", MANY, "pt-br"),
        ("zh-Hant", MANY, "Zh_Hant_TW"),
        ("e, s", TWO, None),
        # Lookup: a range is shortened from its end, single letters with it.
        ("pt-PT", MANY, "pt"),
        ("zh-Hans-x-private", MANY, "zh"),
        # Its locale's names, in both ways.
        ("english", TWO, "en-gb"),
        ("sv-FI", TWO, "sv-se"),
        ("nn", MANY, "nynorsk"),
        ("no-NO", MANY, "nynorsk"),
        ("zh-tw", MANY, "zh"),
        ("zh-tw", MANY[5:], "Zh_Hant_TW"),
        # By quality, whatever the way.
        ("sv-NO, en;q=0.9", (*TWO, OfferedLanguage(code="sv")), "sv"),
        ("fi, sv;q=0.4, en;q=0.5", TWO, "en-gb"),
        # What is excluded is not found, unless more is said of it.
        ("en;q=0, *", TWO, "sv-se"),
        ("en;q=0, en-us;q=0.1", MANY, "en-us"),
        ("*;q=0, sv;q=0.1", TWO, "sv-se"),
        ("sv;q=0", TWO, None),
        ("sv-se;q=0, sv", TWO, None),
        # Anything will do: the shop's own.
        ("*", TWO, None),
        ("fi, *;q=0.1", TWO, None),
        ("fi, da", TWO, None),
        ("", TWO, None),
        ("sv", (), None),
    ],
)
def test_the_best_range_that_finds_a_language_counts(header, offered, code):
    """
    By its code first, then by the names of its locale.
    """
    assert code == find_language(parse_ranges(header), offered, "en-gb")


def test_a_range_is_shortened_from_its_end():
    """
    As in RFC 4647 section 3.4.
    """
    assert [
        "zh-hant-cn-x-private1-private2",
        "zh-hant-cn-x-private1",
        "zh-hant-cn",
        "zh-hant",
        "zh",
    ] == list(shortened("zh-hant-cn-x-private1-private2"))


TAGS = st.from_regex(r"[a-z]{1,3}(-[a-z0-9]{1,3}){0,2}", fullmatch=True)
HEADERS = st.lists(
    st.tuples(TAGS | st.just("*"), st.sampled_from(["", ";q=0", ";q=0.5", ";q=9"])),
    max_size=6,
).map(lambda items: ",".join(map("".join, items)))


@given(HEADERS | st.text(), st.lists(TAGS, unique=True, max_size=5))
def test_any_header_finds_one_that_is_offered_or_none(header, codes):
    """
    And a language that is asked for by its own code alone is always found.
    """
    offered = [OfferedLanguage(code=code) for code in codes]
    found = find_language(parse_ranges(header), offered, "en")

    assert found in (None, *codes)
    for code in codes:
        assert code == find_language([LanguageRange(code)], offered, "en")


def test_a_header_without_end_is_read_from_its_beginning():
    """
    What stands far behind says nothing, and one item as long as the header neither.
    """
    assert 50 == len(parse_ranges(",".join(f"l-{at}" for at in range(9999))))
    assert () == parse_ranges("a-" * 100_000)
    assert () == parse_ranges(" " * 100_000 + "sv")
