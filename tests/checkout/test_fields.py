"""
The table of field rules, walked row by row.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from attrs import evolve

from ocstate.checkout import (
    FIELD_RULES,
    LARGEST_NUMBER,
    LONGEST_TEXT,
    AddGift,
    Address,
    Attribution,
    Customer,
    FieldRule,
    Rules,
    Terms,
)
from ocstate.checkout.rules.contents import content_problems, field_problems, tidy
from ocstate.checkout.rules.fields import CHECKS, CIRCUMSTANCES
from ocstate.exceptions import ConfigurationError

TEXTS = [rule for rule in FIELD_RULES if rule.kind != "number"]
NUMBERS = [rule for rule in FIELD_RULES if rule.kind == "number"]
EVERYWHERE = frozenset(CIRCUMSTANCES) - {"never"}


def path(rule):
    """
    Name a test by the path of its rule.
    """
    return rule.path


def text_of(rule, length):
    """
    Make a text of this length that passes the rule's check.
    """
    if rule.check == "email":
        tail = "@example.com"
        return "a" * min(64, length - len(tail)) + tail.replace(
            "@", "@" + "b" * max(0, length - 64 - len(tail))
        )
    return "x" * length


def codes(rule, content, circumstances=EVERYWHERE):
    """
    Judge one field.
    """
    problems = list(content_problems(content, rule, circumstances))
    assert all(problem.path == rule.path for problem in problems)
    assert all(problem.params["field"] == rule.field for problem in problems)
    return [problem.code for problem in problems]


@pytest.mark.parametrize("rule", TEXTS, ids=path)
def test_a_text_may_be_as_long_as_its_rule_says(rule):
    """
    The longest text passes, and one character more does not, required or not.
    """
    longest = text_of(rule, rule.maximum)
    assert rule.maximum == len(longest)

    assert [] == codes(rule, longest)
    assert ["too_long"] == codes(rule, longest + "x")
    assert ["too_long"] == codes(rule, longest + "x", frozenset())


@pytest.mark.parametrize("rule", [rule for rule in TEXTS if not rule.check], ids=path)
def test_a_required_text_may_be_as_short_as_its_rule_says(rule):
    """
    The shortest text passes; a shorter one is too short, or missing, where required.
    """
    is_required = rule.required != "never"
    shortest = "x" * rule.minimum

    assert [] == codes(rule, shortest)
    assert (["required"] if is_required else []) == codes(rule, "")
    assert (["required"] if is_required else []) == codes(rule, "\u00a0")
    if rule.minimum > 1:
        assert ["too_short"] == codes(rule, shortest[1:])


@pytest.mark.parametrize(
    "rule",
    [rule for rule in TEXTS if rule.required not in ("always", "never")],
    ids=path,
)
def test_a_text_is_required_where_the_host_said_so(rule):
    """
    What no host required may be left out, and may be short.
    """
    assert [] == codes(rule, "", frozenset())
    assert [] == codes(rule, "x", frozenset())
    assert ["required"] == codes(rule, "", frozenset({rule.required}))


@pytest.mark.parametrize("rule", TEXTS, ids=path)
def test_control_characters_are_refused(rule):
    """
    Line breaks pass in texts of several lines only, other controls nowhere.
    """
    text = text_of(rule, max(rule.minimum, 30) if rule.check else rule.minimum)

    assert "control_character" in codes(rule, text + "\0x"[: rule.maximum - len(text)])
    in_lines = codes(rule, "a\nb"[: rule.maximum])
    assert (rule.kind == "text") is ("control_character" not in in_lines)


@pytest.mark.parametrize("rule", NUMBERS, ids=path)
def test_a_number_is_within_its_bounds(rule):
    """
    Numbers are whole, not negative, and fit a signed 64-bit integer.
    """
    assert [] == codes(rule, LARGEST_NUMBER)
    assert ["number_too_large"] == codes(rule, LARGEST_NUMBER + 1)
    assert ["number_too_small"] == codes(rule, -1)
    assert (["required"] if rule.required != "never" else []) == codes(rule, 0)
    assert [] == list(content_problems(None, rule))


@pytest.mark.parametrize("rule", [rule for rule in TEXTS if rule.check], ids=path)
def test_a_checked_text_passes_its_check(rule):
    """
    What is filled in and fails its check is reported with the rule's own code.
    """
    assert [rule.code] == codes(rule, "nobody")
    assert ["required"] == codes(rule, "")


def test_bounds_are_those_of_opencart():
    """
    Lengths that OpenCart checks are the ones that it checks, the larger one where its
    two addresses differ.
    """
    recorded = {
        "/customer/firstname": (1, 32),
        "/customer/lastname": (1, 32),
        "/customer/telephone": (3, 32),
        "/payment_address/address_1": (3, 128),
        "/payment_address/city": (2, 128),
        "/payment_address/postcode": (2, 10),
        "/shipping_address/city": (2, 128),
        "/gifts/-/from_name": (1, 64),
        "/gifts/-/to_name": (1, 64),
    }
    rules = {rule.path: rule for rule in FIELD_RULES}

    assert recorded == {
        name: (rules[name].minimum, rules[name].maximum) for name in recorded
    }
    assert 96 == rules["/customer/email"].maximum


@pytest.mark.parametrize(
    ("value", "of"),
    [
        ("customer", Customer()),
        ("payment_address", Address()),
        ("shipping_address", Address()),
        ("attribution", Attribution()),
        ("terms/-", Terms(document_id=1)),
    ],
)
def test_every_field_of_a_value_has_a_rule(value, of):
    """
    No text or number that a client fills in is without a limit.
    """
    derived = {
        *("country", "iso_code_2", "iso_code_3", "address_format", "zone", "zone_code"),
        *("unknown", "custom_field", "checked_at", "entered_at", "accepted_at"),
    }
    ruled = {rule.field for rule in Rules().fields_of(value)}

    assert ruled == {one for one in of.__slots__ if one != "__weakref__"} - derived


def test_a_long_text_is_measured_in_bytes_too():
    """
    A text that an order's column cannot hold is too long, however few its characters.
    """
    comment = next(rule for rule in FIELD_RULES if rule.path == "/comment")

    assert [] == codes(comment, "é" * (LONGEST_TEXT // 2))
    assert ["too_long"] == codes(comment, "é" * (LONGEST_TEXT // 2 + 1))


def test_everything_wrong_is_said_at_once():
    """
    All fields are judged, in the order of the table.
    """
    problems = field_problems(
        Customer(customer_id=-1, lastname="x" * 33, email="nobody", telephone="1"),
        Rules().fields_of("customer"),
        frozenset({"telephone_required"}),
    )

    assert [
        ("number_too_small", "/customer/customer_id"),
        ("required", "/customer/firstname"),
        ("too_long", "/customer/lastname"),
        ("invalid_email", "/customer/email"),
        ("too_short", "/customer/telephone"),
    ] == [(problem.code, problem.path) for problem in problems]


def test_nothing_personal_is_in_a_problem():
    """
    Parameters name fields and bounds, never what was filled in.
    """
    secret = "Ada\0" * 20
    customer = Customer(firstname=secret, lastname=secret, email=secret)
    problems = list(field_problems(customer, Rules().fields_of("customer")))

    assert problems
    assert "Ada" not in repr(problems)


def test_a_host_adds_and_replaces_field_rules():
    """
    A rule for the same field takes the place of the known one, others are added.
    """
    code = FieldRule(
        value="customer",
        field="lastname",
        maximum=5,
        pattern="[a-z]+",
        required="always",
    )
    rules = Rules().with_field_rules(code, evolve(code, value="loyalty", field="card"))

    assert len(FIELD_RULES) + 1 == len(rules.fields)
    assert ["pattern_mismatch"] == codes(code, "ADA")
    assert [] == codes(code, "ada")
    loyalty = field_problems(SimpleNamespace(card="123456"), rules.fields_of("loyalty"))
    assert ["too_long"] == [problem.code for problem in loyalty]
    assert ["too_long"] == [
        problem.code
        for problem in rules.content_problems("customer", "lastname", "lovelace")
    ]
    assert () == rules.fields_of("nothing")


def test_blanks_at_the_ends_are_taken_off():
    """
    Texts are kept without them, and a value without any is the very same object.
    """
    rules = Rules().fields_of("gifts/-")
    gift = AddGift(
        code="g",
        from_name=" Ada ",
        from_email="a@example.com",
        to_name="Bob",
        to_email="b@example.com",
        voucher_theme_id=6,
        amount="5",
    )

    assert "Ada" == tidy(gift, rules).from_name
    assert tidy(tidy(gift, rules), rules) == tidy(gift, rules)
    clean = tidy(gift, rules)
    assert clean is tidy(clean, rules)


def test_every_check_and_circumstance_is_known():
    """
    What rules name is in the tables that they name it from.
    """
    for rule in FIELD_RULES:
        assert not rule.check or rule.check in CHECKS
        assert rule.required in CIRCUMSTANCES


@pytest.mark.parametrize("wrong", [{"check": "phone"}, {"pattern": "("}])
def test_a_rule_that_cannot_be_applied_is_not_built(wrong):
    """
    A check that does not exist and a pattern that is none are found on creation.
    """
    with pytest.raises(ConfigurationError):
        FieldRule(value="customer", field="fax", maximum=5, **wrong)
