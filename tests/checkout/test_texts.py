"""
Codes, their parameters and their texts, and the tables as they are printed.
"""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import ocstate.checkout
from ocstate.checkout import (
    CLASSIC_CLEARING,
    CODES,
    CONFIRM_RULES,
    DEPENDENCIES,
    ENGLISH,
    FIELD_RULES,
    INPUTS,
    Problem,
    translate,
)
from ocstate.checkout.deciding.handlers import HANDLERS
from ocstate.checkout.rules.answers import MOMENTS
from scripts.domain_tables import (
    render_clearing,
    render_codes,
    render_commands,
    render_confirm_rules,
    render_dependencies,
    render_field_rules,
    render_inputs,
)

SOURCES = sorted(Path(ocstate.checkout.__file__).parent.rglob("*.py"))
MAKERS = {"Problem", "Problem.of", "beyond", "missing", "methods.became"}


def written_codes():
    """
    Find the codes that are written out where problems are made.
    """
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = ast.unparse(node.func)
                first = node.args[0]
                makes = name in MAKERS
                if makes and isinstance(first, ast.Constant):
                    yield first.value


def placeholders(template):
    """
    Name what a template puts in.
    """
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_text_of_its_parameters(code):
    """
    A text shows each parameter of its code, and nothing else.
    """
    assert set(CODES[code]) == placeholders(ENGLISH[code])
    params = dict.fromkeys(CODES[code], "firstname")
    text = translate(Problem(code, params=params))
    assert "{" not in text
    assert text[0].isupper() or text[0].isdigit()


def test_every_code_that_is_used_is_registered():
    """
    Codes written in the source, in the tables and in the forms of moments are known.
    """
    written = set(written_codes())
    derived = {rule.code for rule in FIELD_RULES} | {
        code for _, code in MOMENTS.values()
    }

    assert len(written) > 40
    assert written | derived <= set(CODES)


def test_every_text_is_used():
    """
    Texts are of codes, of fields and of inputs; there is no other.
    """
    rest = set(ENGLISH) - set(CODES)
    fields = {name for name in rest if name.startswith("field.")}
    inputs = {name for name in rest if name.startswith("input.")}

    assert rest == fields | inputs
    assert {f"input.{name}" for name in INPUTS} | {"input.offer"} == inputs
    ruled = {f"field.{rule.field}" for rule in FIELD_RULES}
    assert ruled <= fields


def test_the_documentations_own_warnings_are_kept_word_for_word():
    """
    Clients of the original documentation look for these texts.
    """
    assert "Customer data required" == translate(Problem("customer_required"))
    assert "Cart is empty" == translate(Problem("cart_empty"))
    assert "Shipping address required" == translate(
        Problem("shipping_address_required")
    )


def test_names_are_shown_in_the_language_of_the_text():
    """
    Fields and inputs have names in a language; what has none is shown as it is.
    """
    short = Problem("too_short", params={"field": "firstname", "minimum": 1})
    own = Problem("required", params={"field": "VAT code"})
    stale = Problem(
        "payment_method_stale",
        params={"because": "cart payment_destination payment_address later"},
    )
    german = {
        "too_short": "{field}: mindestens {minimum} Zeichen",
        "field.firstname": "Vorname",
    }

    assert "First name needs at least 1 characters" == translate(short)
    assert "Vorname: mindestens 1 Zeichen" == translate(short, german)
    assert "VAT code is required" == translate(own)
    assert translate(stale).endswith("changed: cart, payment address, later")
    assert "required" == translate(own, german)
    assert "own_code" == translate(Problem("own_code"))


def test_texts_with_braces_are_shown_as_they_are():
    """
    A parameter is never taken for a template.
    """
    problem = Problem("required", params={"field": "{maximum} {0}"})

    assert "{maximum} {0} is required" == translate(problem)


@pytest.mark.parametrize(
    ("render", "rows"),
    [
        (render_commands, HANDLERS),
        (render_field_rules, FIELD_RULES),
        (render_confirm_rules, CONFIRM_RULES),
        (render_dependencies, DEPENDENCIES),
        (render_inputs, INPUTS),
        (render_clearing, CLASSIC_CLEARING),
        (render_codes, CODES),
    ],
)
def test_every_row_of_a_table_is_printed(render, rows):
    """
    A table has a head, a line and each of its rows, all with as many cells.
    """
    lines = render().splitlines()

    assert len(rows) + 2 == len(lines)
    assert 1 == len({line.replace("\\|", "").count("|") for line in lines})
    assert lines[1].strip("| -") == ""


def test_a_row_reads_as_it_is_meant():
    """
    Bounds and circumstances are written out, findings and codes named.
    """
    fields = render_field_rules()

    assert "/shipping_address/city` | line | 2 to 128 | always" in fields
    assert "/customer/telephone` | plain | 3 to 32 | where the" in fields
    assert "/company` | line | up to 128 |" in fields
    assert "| `cart_empty` | `/cart` | that there is no line" in render_confirm_rules()
    assert "| `cart_empty` |  | Cart is empty |" in render_codes()


@pytest.mark.parametrize("template", ["{minimum} at least", "{} at least"])
def test_a_text_that_wants_what_there_is_not_is_replaced_by_the_code(template):
    """
    A host's own problem or text cannot make an error of showing it.
    """
    assert "too_short" == translate(Problem("too_short"), {"too_short": template})
