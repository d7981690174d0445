"""
Direction marks: taken off what is pasted, kept in what is written, and no disguise.
"""

from __future__ import annotations

import pytest
from attrs import evolve

from ocstate.checkout import (
    AddGift,
    AddLine,
    Checkout,
    SetComment,
    SetCustomer,
    SetPaymentAddress,
    SetShippingAddress,
)
from tests.checkout.little_shop import ADA, HOME, SHIRT, SIZE, LittleShop, codes

SHOP = LittleShop()

PASTED = (
    "\u202a{}\u202c",
    "\u202d{}\u202c",
    "\u2066{}\u2069",
    "\u2068{}\u2069",
    "\u200e{}",
    "\u061c{}\u200f",
    "\ufeff{}\u200b",
    "\u00a0{}\u3000",
    "{}\u2060",
)


@pytest.mark.parametrize("pasted", PASTED)
@pytest.mark.parametrize(
    ("field", "text"), [("telephone", "+49 40 5550100"), ("email", "ada@example.com")]
)
def test_marks_around_a_telephone_are_taken_off(pasted, field, text):
    """
    Address books put marks around what they copy; nobody sees them, nobody keeps them.
    """
    customer = evolve(ADA, **{field: pasted.format(text)})

    assert text == getattr(SHOP.after(SetCustomer(customer)).customer, field)


@pytest.mark.parametrize("unseen", ["\ufe0d", "\ufe0e", "\u00ad", "\u200d", "\ufffc"])
def test_whatever_is_not_seen_is_taken_off_a_telephone(unseen):
    """
    A document leaves variation selectors and soft hyphens inside a number.
    """
    customer = evolve(ADA, telephone=f"+1{unseen}-555{unseen}-0100")

    assert "+1-555-0100" == SHOP.after(SetCustomer(customer)).customer.telephone


def test_a_telephone_is_as_long_as_it_is_seen():
    """
    Bounds count what is left, both ways.
    """
    long = evolve(ADA, telephone="\u202a" + "5" * 32 + "\u202c")
    short = evolve(ADA, telephone="\u200e\u200e5\u200f1\u200f")
    shop = LittleShop(
        groups={1: evolve(SHOP.groups[1], telephone_required=True)},
    )

    assert "5" * 32 == SHOP.after(SetCustomer(long)).customer.telephone
    assert ["too_short"] == codes(shop.decide(Checkout(), SetCustomer(short)))


def test_postcodes_and_gifts_are_plain_too():
    """
    Every field that nobody writes from right to left loses its marks.
    """
    address = evolve(HOME, postcode="\u202aSW1Y 4JH\u202c")
    for of in (SetPaymentAddress, SetShippingAddress):
        after = SHOP.after(of(address))
        assert "SW1Y 4JH" in (
            getattr(after.payment_address, "postcode", ""),
            getattr(after.shipping_address, "postcode", ""),
        )
    gift = AddGift(
        code="g",
        from_name="Ann",
        from_email="\u2068ann@example.com\u2069",
        to_name="Bob",
        to_email="bob@example.com\u200e",
        voucher_theme_id=6,
        amount="20",
    )
    (kept,) = SHOP.after(gift).gifts
    assert ("ann@example.com", "bob@example.com") == (kept.from_email, kept.to_email)


WRITTEN = (
    "דנה\u200f",
    "\u200eA\u200e",
    "\u061cسمر",
    "\u2067דנה\u2069 (3)",
    "\u2068abc\u2069 דנה",
    "\u202bדנה\u202c",
)


@pytest.mark.parametrize("text", WRITTEN)
def test_names_and_comments_keep_their_marks(text):
    """
    Right-to-left text beside digits and brackets needs them to be read.
    """
    after = SHOP.after(
        SetCustomer(evolve(ADA, firstname=text, lastname=text)),
        SetPaymentAddress(
            evolve(HOME, company=text, city=text, address_1=text + "   1")
        ),
        SetComment(f"{text}\n{text}"),
        AddLine(product_id=SHIRT, options={SIZE: 1}),
    )

    assert (text, text, text, f"{text}\n{text}") == (
        after.customer.firstname,
        after.payment_address.company,
        after.payment_address.city,
        after.comment,
    )


@pytest.mark.parametrize("override", ["\u202e", "\u202d"])
def test_overrides_are_refused(override):
    """
    What shows letters in another order than they are kept is a disguise.
    """
    text = f"Ada{override}ecalevoL\u202c"
    for command in (
        SetCustomer(evolve(ADA, firstname=text)),
        SetShippingAddress(evolve(HOME, city=text)),
        SetComment(text),
        AddLine(product_id=SHIRT, options={SIZE: 1, 6: text}),
    ):
        assert "control_character" in codes(SHOP.decide(Checkout(), command))


def test_an_override_that_turns_digits_is_no_telephone():
    """
    U+202E shows a number backwards, so what is seen is not what would be called.
    """
    turned = evolve(ADA, telephone="\u202e0010555\u202c")

    assert ["control_character"] == codes(SHOP.decide(Checkout(), SetCustomer(turned)))
