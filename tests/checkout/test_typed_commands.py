"""
Commands that hold something else than they say are refused when they are made.
"""

from __future__ import annotations

import re
from enum import IntEnum, StrEnum
from typing import Any, get_args

import pytest
from attrs import fields

from ocstate.checkout import (
    AcceptTerms,
    AddLine,
    Command,
    LogIn,
    NewLine,
    RecordConfirmation,
    RemoveCoupon,
    ReplaceCart,
    SectionCommand,
    SetAffiliate,
    SetAttribution,
    SetComment,
    SetCustomer,
    SetLanguage,
    SetPaymentAddress,
    SetQuantity,
    SetReward,
    SetShippingAddress,
    SetShippingMethod,
    SetStore,
)

WRONG = [
    (AddLine, {"product_id": "42"}, "product_id: an int, not str"),
    (AddLine, {"product_id": None}, "product_id: an int, not NoneType"),
    (
        AddLine,
        {"product_id": 42, "quantity": "2"},
        "quantity: an int, not str",
    ),
    (AddLine, {"product_id": True}, "product_id: an int, not bool"),
    (
        SetQuantity,
        {"line_id": 1, "quantity": 2.0},
        "quantity: an int, not float",
    ),
    (SetStore, {"store_id": "1"}, "store_id: an int, not str"),
    (SetReward, {"points": "10"}, "points: an int, not str"),
    (
        SetAffiliate,
        {"affiliate_id": ""},
        "affiliate_id: an int or None, not str",
    ),
    (AcceptTerms, {"document_id": "3"}, "document_id: an int, not str"),
    (SetComment, {"comment": None}, "comment: a str, not NoneType"),
    (RemoveCoupon, {"code": 5}, "code: a str or None, not int"),
    (SetShippingMethod, {"code": b"a.b"}, "code: a str, not bytes"),
    (SetLanguage, {"code": 1}, "code: a str, not int"),
    (SetCustomer, {"customer": {}}, "customer: a Customer, not dict"),
    (LogIn, {"customer": 7}, "customer: a Customer, not int"),
    (SetPaymentAddress, {"address": {}}, "address: an Address, not dict"),
    (
        SetShippingAddress,
        {"address": None},
        "address: an Address, not NoneType",
    ),
    (
        SetAttribution,
        {"attribution": "x"},
        "attribution: an Attribution, not str",
    ),
    (
        RecordConfirmation,
        {"confirmation": 1},
        "confirmation: a Confirmation, not int",
    ),
    (ReplaceCart, {"lines": [42]}, "lines: a NewLine, not int"),
]


@pytest.mark.parametrize(("of", "given", "expected"), WRONG)
def test_a_command_of_another_type_is_refused_by_the_name_of_its_field(
    of, given, expected
):
    """
    The error names command and field, and what it should have been.
    """
    said = f"{of.__name__}.{expected.replace(':', ' has to be')}"
    with pytest.raises(TypeError, match=f"^{re.escape(said)}$"):
        of(**given)


def test_every_field_of_every_command_is_checked():
    """
    By a validator, or by the converter that makes its value.
    """
    commands = [one for one in get_args(Command) if one != SectionCommand[Any]]
    assert len(commands) > 30
    unchecked = [
        f"{of.__name__}.{one.name}"
        for of in (*commands, NewLine)
        for one in fields(of)
        if one.validator is None and one.converter is None
    ]

    # A setting holds any plain value.
    assert ["SetSetting.value"] == unchecked


def test_a_special_number_or_text_is_one():
    """
    What is a number or a text, and more, is taken.
    """
    number = IntEnum("Product", {"MUG": 42})
    code = StrEnum("Code", {"FLAT": "flat.flat"})

    assert AddLine(product_id=42) == AddLine(product_id=number.MUG)
    assert SetShippingMethod("flat.flat") == SetShippingMethod(code.FLAT)
