"""
A checkout where no host answers, or one that answers only a part.
"""

from __future__ import annotations

import pytest

from ocstate.checkout import (
    AddLine,
    ProductFact,
    QuotePayment,
    QuoteShipping,
    SetCustomer,
    SetPaymentAddress,
    SetPaymentMethod,
    SetShippingAddress,
    SetShippingMethod,
    ShopFact,
)
from ocstate.host import Host
from ocstate.stores.memory import MemoryStore
from ocstate.sync import Sessions
from tests.checkout.little_shop import ADA, HOME, MUG


class Goods:
    """
    A shop that knows its products and itself, and nothing of sending or paying.
    """

    def shops(self, questions):
        """
        Tell how the shop is set up.
        """
        return [ShopFact() for _ in questions]

    def products(self, questions):
        """
        Sell everything.
        """
        return [
            ProductFact(product_id=one.product_id, buyable=True) for one in questions
        ]


GOODS = Goods()


@pytest.mark.parametrize(
    "host",
    [None, Host(shops=GOODS, catalog=GOODS)],
    ids=["none", "part"],
)
@pytest.mark.parametrize("asks_first", [False, True])
def test_a_checkout_becomes_ready_where_nobody_ships_or_takes_payment(host, asks_first):
    """
    Nothing that only a host could say stands in the way, and that is said.
    """
    sessions = Sessions(MemoryStore(), host)
    with sessions.open() as session:
        session.do(SetCustomer(ADA))
        session.do(SetPaymentAddress(HOME))
        session.do(SetShippingAddress(HOME))
        session.do(AddLine(product_id=MUG))
        if asks_first:
            session.do(QuoteShipping())
            session.do(QuotePayment())
        codes = [
            problem.code
            for command in (SetShippingMethod("a.b"), SetPaymentMethod("c"))
            for problem in session.do(command).problems
        ]
    with sessions.open(session.token) as session:
        checkout = session.checkout
        missing = checkout.missing()

    assert ["not_checked", "not_checked"] == codes
    assert ("a.b", "c") == (checkout.shipping_method.code, checkout.payment_method.code)
    assert {"not_checked"} == {problem.code for problem in missing}
    assert {"info"} == {problem.severity for problem in missing}
    rules = {problem.params["rule"] for problem in missing}
    assert {"shipping_method_stale", "payment_method_stale"} <= rules
