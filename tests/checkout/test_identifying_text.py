"""
Text that identifies: what was left empty is nothing, and one text is one, however it
was typed, pasted or composed.
"""

from __future__ import annotations

import unicodedata

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ocstate.checkout import (
    NO_OPTIONS,
    AddGift,
    AddLine,
    ApplyCoupon,
    ApplyVoucher,
    Checkout,
    CouponFact,
    CouponQuestion,
    Facts,
    Options,
    PaymentFact,
    PaymentMethod,
    RemoveCoupon,
    RemoveGift,
    RemoveVoucher,
    ReplaceCart,
    SetCurrency,
    SetCustomer,
    SetLanguage,
    SetPaymentMethod,
    SetShippingMethod,
    VoucherFact,
    VoucherQuestion,
    decide,
)
from ocstate.checkout.commands import NewLine
from ocstate.checkout.values.characters import canonical_code
from tests.checkout.little_shop import (
    ADA,
    EXTRAS,
    NOW,
    PRINT,
    SHIRT,
    SIZE,
    LittleShop,
    codes,
)

SHOP = LittleShop()

NOTHING = (
    *(
        "",
        " ",
        "\t\n",
        "\u00a0",
        "\u3000",
        "\u200b",
        "\ufeff",
        "\u2060",
        "\u200f",
        "\u3164",
    ),
    *(None, [], (), [""], ["", None], ["\u00a0"]),
)


@pytest.mark.parametrize("empty", NOTHING)
def test_an_empty_answer_is_none(empty):
    """
    An input that was left empty, blank or unticked is as if it had not been sent.
    """
    assert NO_OPTIONS == Options({7: empty})
    assert Options({5: 1}) == Options({5: "1", 6: empty})
    assert empty not in Options({7: empty}).values()


@pytest.mark.parametrize(
    "empty", [one for one in NOTHING if one is None or isinstance(one, str)]
)
def test_an_empty_answer_among_several_is_none(empty):
    """
    A form that sends an empty text for what is not ticked sends what is ticked.
    """
    assert Options({8: [11]}) == Options({8: ["11", empty]})


@pytest.mark.parametrize("empty", NOTHING)
def test_lines_with_and_without_an_empty_answer_are_one(empty):
    """
    Adding and replacing see one line, and an option that is not there is not missed.
    """
    bare = {SIZE: 1}
    left = {SIZE: "1", PRINT: empty, EXTRAS: empty, 99: empty}
    added = SHOP.after(
        AddLine(product_id=SHIRT, options=left),
        AddLine(product_id=SHIRT, options=bare),
    )
    lines = [NewLine(product_id=SHIRT, options=one) for one in (bare, left)]
    replaced = SHOP.after(ReplaceCart(lines=lines))

    for checkout in (added, replaced):
        (line,) = checkout.cart.lines
        assert (2, Options(bare)) == (line.quantity, line.options)


@pytest.mark.parametrize("empty", NOTHING)
def test_a_required_answer_is_still_required(empty):
    """
    What has to be chosen is not chosen by leaving it empty.
    """
    refused = SHOP.decide(Checkout(), AddLine(product_id=SHIRT, options={SIZE: empty}))

    assert ["required"] == codes(refused)


@pytest.mark.parametrize("empty", NOTHING)
def test_that_a_text_was_left_empty_is_remembered(empty):
    """
    It is no answer, but OpenCart shows it; an id that cannot be is not kept for that.
    """
    options = Options({5: 1, 6: empty, 2**70: empty})

    assert ((6,) if isinstance(empty, str) else ()) == options.left_empty
    assert [5] == list(options)
    with pytest.raises(KeyError):
        options[6]


def test_what_is_left_empty_has_bounds_too():
    """
    A list of empty inputs is a list that a client can make longer.
    """
    many = dict.fromkeys(range(1, 1002), "")
    for command in (
        AddLine(product_id=SHIRT, options={**many, SIZE: 1}),
        SetCustomer(evolve(ADA, custom_field=Options(many))),
    ):
        assert "too_many" in codes(SHOP.decide(Checkout(), command))


def test_nought_is_an_answer():
    """
    ``"0"`` is no empty text, alone or among several.
    """
    assert {1: 0, 2: (0, 3)} == dict(Options({1: " 0 ", 2: ["0", "", "3"]}))


COMPOSED, DECOMPOSED = (
    unicodedata.normalize(form, "Zoë Ångström, 서울") for form in ("NFC", "NFD")
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (COMPOSED, DECOMPOSED),
        ("Ann", "\u00a0Ann\u3000"),
        ("Ann", "\u200bAnn\ufeff\n"),
        (["a", COMPOSED], [DECOMPOSED, " a", COMPOSED]),
    ],
)
def test_a_text_is_one_however_it_was_composed(one, other):
    """
    Forms of Unicode that mean the same text, and blanks around it, make no other line.
    """
    first, second = Options({6: one}), Options({6: other})

    assert first == second
    assert hash(first) == hash(second)
    text = "OK \u00c5"
    for spelling in (text, unicodedata.normalize("NFD", text) + "\u00a0"):
        lines = [{SIZE: 1, 6: spelling}, {SIZE: 1, 6: text}]
        pattern = evolve(SHOP.products[SHIRT].options[1], pattern=None)
        product = evolve(
            SHOP.products[SHIRT], options=(SHOP.products[SHIRT].options[0], pattern)
        )
        shop = LittleShop(products={SHIRT: product})
        cart = shop.after(
            *(AddLine(product_id=SHIRT, options=each) for each in lines)
        ).cart
        assert [2] == [line.quantity for line in cart.lines]


@pytest.mark.parametrize("other", ["ann", "Ann ", "A nn", "x²", "ﬁn"])
def test_texts_that_look_different_are_different(other):
    """
    Letters, blanks inside and compatible forms are seen, so they are part of the text.
    """
    known = {"ann": "Ann", "Ann ": "Ann .", "A nn": "Ann", "x²": "x2", "ﬁn": "fin"}

    assert Options({6: other}) != Options({6: known[other]})


def test_an_engraving_is_kept_as_it_was_typed():
    """
    Comparing changes nothing: NFC would turn this letter of a name into another one.
    """
    typed = "\ufa19田"

    assert typed == Options({6: f" {typed} "})[6]
    assert Options({6: typed}) == Options({6: "神田"})


def test_control_characters_are_an_answer_to_be_refused():
    """
    What is not seen and not meant by anybody is told, not dropped.
    """
    refused = SHOP.decide(
        Checkout(), AddLine(product_id=SHIRT, options={SIZE: 1, PRINT: "\x1b\x07"})
    )

    assert ["control_character"] == codes(refused)


SPELLINGS = (
    "{}",
    " {} ",
    "{}\u00a0",
    "\u3000{}\u2003",
    "\ufeff{}\u200b",
    "\t{}\r\n",
    "\u200e{}\u200f",
    "\u202a{}\u202c",
    "\u202d{}\u202c",
    "\u2068{}\u2069",
)


def gift(code):
    """
    A gift voucher of this code.
    """
    person = "ann@example.com"
    return AddGift(
        code=code,
        from_name="Ann",
        from_email=person,
        to_name="Bob",
        to_email=person,
        voucher_theme_id=6,
        amount="20",
    )


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_pasted_code_is_the_code(spelling):
    """
    Every command that takes a code takes it out of what was copied around it.
    """

    def copied(code):
        return spelling.format(code)

    checkout = SHOP.after(
        ApplyCoupon(copied("TEN")),
        ApplyVoucher(copied("GIFT")),
        gift(copied("g1")),
        SetCurrency(copied("USD")),
        SetLanguage(copied("en-gb")),
    )

    assert ("TEN", "GIFT", "g1", "USD", "en-gb") == (
        checkout.coupons[0].code,
        checkout.vouchers[0].code,
        checkout.gifts[0].code,
        checkout.currency.code,
        checkout.language.code,
    )
    for command in (
        RemoveCoupon(copied("TEN")),
        RemoveVoucher(copied("GIFT")),
        RemoveGift(copied("g1")),
    ):
        checkout = SHOP.after(command, checkout=checkout)
    assert ((), (), ()) == (checkout.coupons, checkout.vouchers, checkout.gifts)
    assert "cod" == SetPaymentMethod(copied("cod")).code
    assert "post.slow" == SetShippingMethod(copied("post.slow")).code


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("offered", ["NFC", "NFD"])
def test_codes_are_compared_in_one_form(form, offered):
    """
    A code with an accent is one code, whichever way the client and the shop compose it.
    """
    typed, known = (unicodedata.normalize(one, "Café") for one in (form, offered))
    shop = LittleShop(
        payment=lambda state: PaymentFact(options=(PaymentMethod(code=known),)),
        coupons=frozenset({"Café"}),
        shop=evolve(SHOP.shop, payment_address_required=False),
    )

    checkout = shop.after(ApplyCoupon(typed), SetPaymentMethod(typed))
    assert "Café" == checkout.coupons[0].code
    assert known == checkout.payment_method.code


def test_upper_and_lower_case_are_for_the_host_to_say():
    """
    A code is asked as it was typed; what a host writes otherwise is kept so.
    """
    facts = Facts(
        NOW,
        [
            (
                CouponQuestion(code="ten", checkout=Checkout()),
                CouponFact(valid=True, code="TEN"),
            ),
            (VoucherQuestion(code="gift"), VoucherFact(valid=True, code="Gift")),
        ],
    )

    coupon = decide(Checkout(), ApplyCoupon("ten"), facts).checkout.coupons[0]
    voucher = decide(Checkout(), ApplyVoucher("gift"), facts).checkout.vouchers[0]
    assert ("TEN", "Gift") == (coupon.code, voucher.code)
    assert ["coupon_invalid"] == codes(SHOP.decide(Checkout(), ApplyCoupon("ten")))


@pytest.mark.parametrize("code", ["TE\u202eN", "TE\0N", "TE\nN"])
def test_what_hides_in_a_code_is_refused(code):
    """
    Controls inside, and an override that shows it in another order, are no part of one.
    """
    assert "control_character" in codes(SHOP.decide(Checkout(), ApplyCoupon(code)))


@given(st.text(max_size=12))
def test_the_canonical_code_is_its_own(text):
    """
    The one spelling of a spelling is that spelling.
    """
    once = canonical_code(text)

    assert once == canonical_code(once)


def test_a_code_that_is_no_text_is_told_by_its_field():
    """
    The one spelling is made of texts alone, and the validator says the rest.
    """
    with pytest.raises(TypeError, match=r"ApplyCoupon\.code has to be a str"):
        ApplyCoupon(5)  # type: ignore[arg-type]
    assert RemoveCoupon().code is None


def test_custom_fields_left_empty_are_not_kept():
    """
    Answers of a form follow the same rule.
    """
    customer = evolve(ADA, custom_field=Options({1: "", 2: "\u3000", 3: "0"}))

    assert {3: 0} == dict(SHOP.after(SetCustomer(customer)).customer.custom_field)
