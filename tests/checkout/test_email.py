"""
Addresses, held against what PHP's own filter said of them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout import Rules
from ocstate.checkout.rules.email import is_email

ROWS = json.loads(Path(__file__).parents[1].joinpath("data/email.json").read_text())


def test_recorded_addresses_are_judged_as_recorded():
    """
    Of all recorded addresses, those are accepted that OpenCart accepts as typed.
    """
    recorded = [(text, bool(valid)) for text, valid, _ in ROWS["rows"]]
    longest = 96

    assert len(recorded) > 3_000
    assert [] == [
        (text, valid)
        for text, valid in recorded
        if (len(text) <= longest and is_email(text)) is not valid
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ada@[192.0.2.1]", True),
        ("ada@[192.0.2.01]", False),
        ("ada@[192.0.2.1", False),
        ("ada@[IPv6:2001:db8::1]", True),
        ("ada@[ipv6:2001:db8::1]", True),
        ("ada@[IPv6:1:2:3:4:5:6:7:8]", True),
        ("ada@[IPv6:1:2:3:4:5:6::]", True),
        ("ada@[IPv6:1:2:3:4:5:6:7::]", False),
        ("ada@[IPv6:1:2:3:4:5:6:192.0.2.1]", True),
        ("ada@[IPv6:1:2:3:4:5::192.0.2.1]", False),
        ("ada@[IPv6:fe80::1%eth0]", False),
        ("ada@[IPv6:1:2]", False),
        ('"ada@home"@example.com', True),
        ('"a\\"b"@example.com', True),
        ('"a\\@example.com', False),
        ('""@example.com', True),
        ("a" * 64 + "@example.com", True),
        ("a" * 65 + "@example.com", False),
        ('"' + "a" * 64 + '"@example.com', True),
        ('"' + "a" * 65 + '"@example.com', False),
        ("a@" + ".".join(["b" * 63] * 3) + "." + "c" * 60, True),
        ("a@" + ".".join(["b" * 63] * 3) + "." + "c" * 61, False),
        ("a@" + "b." * 160 + "com", False),
        ('"".' + "a" * 305 + "@example.com", True),
        ('"".' + "a" * 306 + "@example.com", False),
        ("", False),
    ],
)
def test_the_corners_are_those_of_the_filter(text, expected):
    """
    Literals, quotes and lengths are judged as PHP's filter judges them.
    """
    assert expected is is_email(text)


@given(st.text(max_size=400))
def test_any_text_is_judged(text):
    """
    No text makes an error, and whatever is accepted has one domain and is ASCII.
    """
    if is_email(text):
        assert text.isascii()
        assert "@" in text


def test_every_rule_for_addresses_uses_the_filter():
    """
    The customer's address and both addresses of a gift go through this filter.
    """
    checked = {rule.path for rule in Rules().fields if rule.check == "email"}

    assert {"/customer/email", "/gifts/-/from_email", "/gifts/-/to_email"} == checked
