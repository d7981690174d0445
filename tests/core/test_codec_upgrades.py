"""
Records of older schemas: each is taken to today's, step by step.
"""

from __future__ import annotations

import msgpack
import pytest

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.values.people import Customer
from ocstate.core.record.codec import Codec
from ocstate.core.record.sections import SCHEMA, UPGRADES
from ocstate.exceptions import DecodeError
from tests.core import states

OLD = Codec()


def shouted(values):
    """
    From 1 to 2: comments are in capitals.
    """
    return {**values, "comment": values["comment"].upper()}


def numbered(values):
    """
    From 3 to 4: the order's number is made of the comment, which goes.
    """
    kept = {name: value for name, value in values.items() if name != "comment"}
    return {**kept, "order_id": len(values["comment"])}


def test_todays_schema_needs_no_upgrade():
    """
    Nothing is upgraded from today's schema or beyond.
    """
    assert all(0 < number < SCHEMA for number in UPGRADES)
    assert SCHEMA == OLD.schema == OLD.empty().schema


def test_an_old_record_is_upgraded_step_by_step():
    """
    Steps are taken in order; a schema that changed nothing needs none.
    """
    new = Codec(schema=5, upgrades={3: numbered, 1: shouted})
    checkout = Checkout(comment="ring", customer=Customer(firstname="Ada"))
    payload = OLD.encode(checkout, data={"seen": 1}, commits=("a",))
    decoded = new.decode(payload)

    assert 5 == decoded.schema
    assert ("", "4") == (decoded.checkout.comment, decoded.checkout.order_id)
    assert "Ada" == decoded.checkout.customer.firstname
    assert ({"seen": 1}, ("a",)) == (dict(decoded.data), decoded.commits)
    assert 5 == states.take_apart(decoded.payload)[0]


def test_an_upgraded_record_is_not_upgraded_again():
    """
    What was upgraded is written under today's number.
    """
    new = Codec(schema=2, upgrades={1: shouted})
    decoded = new.decode(OLD.encode(Checkout(comment="ring")))
    after = new.encode(decoded.checkout.evolve(order_id="7"), base=decoded)

    assert "RING" == new.decode(after).checkout.comment
    assert 2 == states.take_apart(after)[0]


def test_what_an_upgrade_does_not_know_survives():
    """
    Sections that this version does not know pass an upgrade untouched.
    """
    sections = [
        (17, b"\xa4ring"),
        (99, b"\x01\x02"),
        (128, msgpack.packb(["loyalty", 1, []])),
    ]
    decoded = Codec(schema=2, upgrades={1: shouted}).decode(
        states.put_together(1, sections)
    )

    assert [(17, b"\xa4RING"), *sections[1:]] == states.take_apart(decoded.payload)[1]


@pytest.mark.parametrize(
    "changes",
    [{"comment": "new"}, {"comment": ""}, {"order_id": "7"}],
    ids=["replaces", "removes", "adds"],
)
def test_a_later_versions_number_is_never_lowered(changes):
    """
    Whatever an older version does to a record, its upgrades are not due once more.
    """
    payload = Codec(schema=9).encode(Checkout(comment="old"))
    decoded = OLD.decode(payload)
    after = OLD.encode(decoded.checkout.evolve(**changes), base=decoded)

    assert 9 == states.take_apart(after)[0] == OLD.decode(after).schema


def test_a_schema_without_a_change_rewrites_nothing():
    """
    A record whose sections mean the same is read as it is, and gets today's number
    when it is written next.
    """
    new = Codec(schema=3, upgrades={7: shouted})
    payload = OLD.encode(Checkout(comment="ring"))
    decoded = new.decode(payload)

    assert payload is decoded.payload
    assert payload is new.encode(decoded.checkout, base=decoded)
    after = new.encode(decoded.checkout.evolve(comment="twice"), base=decoded)
    assert (3, [(17, b"\xa5twice")]) == states.take_apart(after)


@pytest.mark.parametrize("body", [b"\xc1", b"\x07"])
def test_an_upgrade_that_fails_says_so(body):
    """
    Whatever goes wrong in an upgrade, the record is unreadable and stays as it is.
    """
    payload = states.put_together(1, [(17, body)])
    with pytest.raises(DecodeError) as caught:
        Codec(schema=2, upgrades={1: shouted}).decode(payload)

    assert ("bad_upgrade", 1) == (caught.value.reason, caught.value.schema)


def test_an_upgrade_may_not_make_it_too_large():
    """
    The limits hold for what comes of an upgrade.
    """
    new = Codec(schema=2, upgrades={1: lambda values: {"comment": "x" * 2**20}})
    with pytest.raises(DecodeError) as caught:
        new.decode(OLD.encode(Checkout(comment="ring")))

    assert "too_large" == caught.value.reason
