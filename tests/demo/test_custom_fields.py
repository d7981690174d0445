"""
Fields of a shop's own that are chosen: they can be answered, with what there is.
"""

from __future__ import annotations

import pytest

from tests.api.calls import ANN, HOME, Shop


def shop(kind, values, location="account"):
    """
    A shop that asks everybody one field, 9, which has to be answered.
    """
    field = {
        "name": "Colour",
        "type": kind,
        "location": location,
        "status": True,
        "customer_groups": {"1": {"required": True}},
        "values": values,
    }
    return Shop({"custom_fields": {"9": field}}).log_in()


def answer(shop, given, location):
    """
    Answer it where it is asked; return the answer and the codes of what is wrong.
    """
    form = {"custom_field": {"9": given} if given is not None else {}}
    if location == "account":
        said = shop.call("api/customer", {**ANN, **form})
    else:
        said = shop.call("api/payment/address", {**HOME, **form})
    return "success" in said.json, said.header("Ocstate-Problems").partition(";")[0]


LISTED = {"31": {"name": "Red"}, "32": "Blue"}


@pytest.mark.parametrize("location", ["account", "address"])
@pytest.mark.parametrize(
    ("kind", "values", "given", "wrong"),
    [
        ("select", LISTED, "31", ""),
        ("radio", LISTED, "32", ""),
        ("checkbox", LISTED, ["31", "32"], ""),
        ("checkbox", LISTED, "31", ""),
        ("checkbox", LISTED, ["", "31"], ""),
        ("select", None, "31", ""),
        ("radio", None, "7", ""),
        ("checkbox", None, ["7", "8"], ""),
        ("select", LISTED, "33", "unknown_choice"),
        ("radio", LISTED, "Red", "unknown_choice"),
        ("checkbox", LISTED, ["31", "33"], "unknown_choice"),
        ("select", None, "Red", "unknown_choice"),
        ("radio", None, "0", "unknown_choice"),
        ("checkbox", None, ["7", "x"], "unknown_choice"),
        ("select", LISTED, ["31", "32"], "wrong_kind"),
        ("radio", None, ["7", "8"], "wrong_kind"),
        ("select", LISTED, "", "required"),
        ("checkbox", LISTED, [""], "required"),
        ("radio", LISTED, None, "required"),
        ("select", {}, "31", "unknown_choice"),
    ],
)
def test_a_field_that_is_chosen_can_be_answered(location, kind, values, given, wrong):
    """
    Ids of listed choices are taken, or any id where the shop's file lists none.
    """
    assert (not wrong, wrong) == answer(shop(kind, values, location), given, location)


def test_what_was_chosen_is_kept():
    """
    The session holds ids, in one order.
    """
    here = shop("checkbox", LISTED)
    answer(here, ["32", "31"], "account")

    (session,) = [here.sessions.open(here.token)]
    with session:
        assert {9: (31, 32)} == dict(session.checkout.customer.custom_field)
