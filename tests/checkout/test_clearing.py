"""
What the classic API clears, row by row of OpenCart's behaviour.
"""

from __future__ import annotations

import pytest
from attrs import evolve

from ocstate.checkout import (
    CLASSIC_CLEARING,
    SECTIONS,
    AcceptTerms,
    AddGift,
    AddLine,
    ApplyCoupon,
    ApplyVoucher,
    Attribution,
    Cancel,
    ClearCart,
    Confirmation,
    Forget,
    LogIn,
    LogOut,
    Money,
    NewLine,
    QuotePayment,
    QuoteShipping,
    RecordConfirmation,
    RemoveCoupon,
    RemoveGift,
    RemoveLine,
    RemoveVoucher,
    ReplaceCart,
    SetAffiliate,
    SetAttribution,
    SetComment,
    SetCurrency,
    SetCustomer,
    SetLanguage,
    SetPaymentAddress,
    SetPaymentMethod,
    SetQuantity,
    SetReward,
    SetSetting,
    SetShippingAddress,
    SetShippingMethod,
    SetStore,
    ShowTotal,
    State,
    clear_as_opencart,
)
from ocstate.checkout.deciding.handlers import HANDLERS
from tests.checkout.little_shop import ADA, BOOK, HOME, MUG, NOW, LittleShop

SHOP = LittleShop()
GIFT = AddGift(
    code="g1",
    from_name="Ada",
    from_email="ada@example.com",
    to_name="Bob",
    to_email="bob@example.com",
    voucher_theme_id=6,
    amount=10,
)
CONFIRMATION = Confirmation(order_id=5, confirmed_at=NOW)


def filled(product_id):
    """
    Return a checkout that has something of all that may be cleared.
    """
    sent = SHOP.after(
        SetCustomer(evolve(ADA, customer_id=7)),
        AddLine(product_id=MUG, quantity=2),
        SetPaymentAddress(HOME),
        SetShippingAddress(HOME),
        QuoteShipping(),
        SetShippingMethod("post.slow"),
        ApplyCoupon("TEN"),
        ApplyVoucher("GIFT"),
        GIFT,
        SetReward(10),
        QuotePayment(),
        SetPaymentMethod("cod"),
    )
    if product_id == MUG:
        return sent
    return SHOP.after(AddLine(product_id=BOOK), RemoveLine(line_id=1), checkout=sent)


SHIPPING = {"shipping_quotes", "shipping_method"}
PAYMENT = {"payment_options", "payment_method"}

# Every command, with what is cleared after it, and what where nothing is sent.
CLEARED = [
    (AddLine(product_id=MUG), SHIPPING | PAYMENT, None),
    (ReplaceCart([NewLine(product_id=MUG)]), SHIPPING | PAYMENT, None),
    (SetQuantity(line_id=1, quantity=5), SHIPPING | PAYMENT | {"reward"}, None),
    (RemoveLine(line_id=9), SHIPPING | PAYMENT | {"reward"}, None),
    (ClearCart(), SHIPPING | PAYMENT | {"reward"}, None),
    (GIFT, SHIPPING | PAYMENT, None),
    (RemoveGift("g1"), SHIPPING | PAYMENT | {"reward"}, None),
    (SetCurrency("EUR"), SHIPPING, None),
    (SetPaymentAddress(HOME), PAYMENT, None),
    (SetShippingAddress(HOME), SHIPPING, SHIPPING | {"shipping_address"}),
    (QuoteShipping(), {"shipping_method"}, None),
    (QuotePayment(), {"payment_method"}, None),
    (SetShippingMethod("post.slow"), set(), SHIPPING | {"shipping_address"}),
    (RecordConfirmation(confirmation=CONFIRMATION), set(), None),
    (ShowTotal(Money("57.80", "EUR")), set(), None),
    (Cancel(), set(), None),
    (SetPaymentMethod("cod"), set(), None),
    (SetCustomer(ADA), set(), None),
    (SetLanguage("en-gb"), set(), None),
    (SetStore(1), set(), None),
    (SetSetting(name="a", value=1), set(), None),
    (ApplyCoupon("TEN"), set(), None),
    (RemoveCoupon(), set(), None),
    (ApplyVoucher("GIFT"), set(), None),
    (RemoveVoucher(), set(), None),
    (SetReward(5), set(), None),
    (SetAffiliate(3), set(), None),
    (SetComment("x"), set(), None),
    (AcceptTerms(document_id=1), set(), None),
    (SetAttribution(Attribution()), set(), None),
    (LogIn(ADA), set(), None),
    (LogOut(), set(), None),
    (Forget(), set(), None),
]


@pytest.mark.parametrize("product_id", [MUG, BOOK], ids=["sent", "downloaded"])
@pytest.mark.parametrize(
    ("command", "cleared", "without_shipping"),
    CLEARED,
    ids=[type(row[0]).__name__ for row in CLEARED],
)
def test_a_command_clears_what_opencart_clears(
    command, cleared, without_shipping, product_id
):
    """
    After each command, exactly the sections of OpenCart's own call are cleared.
    """
    before = filled(product_id)
    expected = cleared
    if product_id == BOOK and without_shipping is not None:
        expected = without_shipping
    after = clear_as_opencart(before, before, command)

    assert expected == {
        name for name in SECTIONS if getattr(before, name) != getattr(after, name)
    }
    for name in expected:
        assert getattr(State(), name) == getattr(after, name)
    if not expected:
        assert before is after


def test_every_command_has_a_row_above():
    """
    The table of this test names each command once.
    """
    assert set(HANDLERS) == {type(row[0]) for row in CLEARED}
    assert {one.command for one in CLASSIC_CLEARING} <= set(HANDLERS)
    assert {name for one in CLASSIC_CLEARING for name in one.sections} <= set(SECTIONS)


@pytest.mark.parametrize("product_id", [MUG, BOOK], ids=["sent", "downloaded"])
def test_an_order_clears_what_it_uses_up_and_nothing_else(product_id):
    """
    What goes with an order is one table for all; where it went to stays.
    """
    before = filled(product_id)
    command = RecordConfirmation(confirmation=CONFIRMATION)
    after = SHOP.decide(before, command).checkout

    assert after is clear_as_opencart(before, after, command)
    assert before.shipping_address == after.shipping_address


def test_what_is_clear_already_stays_the_same_object():
    """
    Clearing nothing writes nothing.
    """
    before = SHOP.after(AddLine(product_id=MUG))

    assert before is clear_as_opencart(before, before, AddLine(product_id=MUG))
