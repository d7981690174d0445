"""
What becomes of shop, money, discounts, consent and a host's own sections.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pytest
from attrs import evolve, frozen

from ocstate.checkout import (
    LARGEST_NUMBER,
    LONGEST_TEXT,
    MOST_ENTRIES,
    NOTHING_ASKED,
    AcceptTerms,
    AddGift,
    AddLine,
    ApplyCoupon,
    ApplyVoucher,
    Attribution,
    Checkout,
    Confirmation,
    Currency,
    Gift,
    Language,
    RecordConfirmation,
    RemoveCoupon,
    RemoveGift,
    RemoveVoucher,
    SetAffiliate,
    SetAttribution,
    SetComment,
    SetCurrency,
    SetCustomer,
    SetLanguage,
    SetQuantity,
    SetReward,
    SetSetting,
    SetShippingAddress,
    SetStore,
    Settings,
    ShopFact,
    Terms,
    decide,
    questions,
)
from ocstate.checkout.deciding.gifts import LARGEST_AMOUNT
from ocstate.exceptions import CommandRefused, UsageError
from ocstate.problem import Problem
from tests.checkout.little_shop import (
    ADA,
    HOME,
    MUG,
    NOW,
    LittleShop,
    codes,
    found,
)

SHOP = LittleShop()
ADA_7 = SetCustomer(evolve(ADA, customer_id=7))


def gift(**changes):
    """
    Make a gift voucher that can be bought.
    """
    known = {
        "code": "g1",
        "from_name": "Ada",
        "from_email": "ada@example.com",
        "to_name": "Bob",
        "to_email": "bob@example.com",
        "voucher_theme_id": 6,
        "message": "Happy\nbirthday",
        "amount": "10",
    }
    return AddGift(**{**known, **changes})


@pytest.mark.parametrize(
    ("command", "section", "value"),
    [
        (SetStore(1), "store_id", 1),
        (SetCurrency("USD"), "currency", Currency(code="USD", value=Decimal("1.25"))),
        (SetLanguage("en-gb"), "language", Language(code="en-gb")),
        (
            SetSetting(name="theme", value="dark"),
            "settings",
            Settings({"theme": "dark"}),
        ),
        (SetAffiliate(3), "affiliate", 3),
        (SetComment(" ring\ntwice "), "comment", "ring\ntwice"),
        (
            AcceptTerms(document_id=5, version="2"),
            "terms",
            (Terms(document_id=5, version="2", accepted_at=NOW),),
        ),
        (
            SetAttribution(Attribution(source=" news ", entered_at=1.0)),
            "attribution",
            Attribution(source="news", entered_at=NOW),
        ),
    ],
)
def test_what_is_right_is_kept_once(command, section, value):
    """
    The section holds it, and the same command again leaves the very same checkout.
    """
    decision = SHOP.decide(Checkout(), command)

    assert () == decision.problems
    assert value == getattr(decision.checkout, section)
    assert 1 == len(decision.events)
    again = SHOP.decide(decision.checkout, command, at=NOW + 5)
    assert decision.checkout is again.checkout
    assert () == again.events


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (SetStore(9), [("unknown_store", "/store_id")]),
        (SetStore(-1), [("number_too_small", "/store_id")]),
        (SetStore(2**70), [("number_too_large", "/store_id")]),
        (SetCurrency("usd"), [("unknown_currency", "/currency/code")]),
        (SetCurrency(""), [("required", "/currency/code")]),
        (
            SetCurrency("EURO"),
            [("too_long", "/currency/code"), ("unknown_currency", "/currency/code")],
        ),
        (SetLanguage("EN-GB"), [("unknown_language", "/language/code")]),
        (SetLanguage("x" * 300), [("too_long", "/language/code")]),
        (SetSetting(name="", value=1), [("required", "/settings/-/name")]),
        (SetSetting(name="a/b", value="\0"), [("control_character", "/settings/a~1b")]),
        (
            SetSetting(name="n", value="x" * (LONGEST_TEXT + 1)),
            [("too_long", "/settings/n")],
        ),
        (
            SetSetting(name="n", value=-LARGEST_NUMBER - 1),
            [("number_too_large", "/settings/n")],
        ),
        (ApplyCoupon("ten"), [("coupon_invalid", "/coupons/-")]),
        (ApplyCoupon(""), [("required", "/coupons/-/code")]),
        (ApplyVoucher("gift"), [("voucher_invalid", "/vouchers/-")]),
        (ApplyVoucher("\0"), [("required", "/vouchers/-/code")]),
        (ApplyVoucher("a\0b"), [("control_character", "/vouchers/-/code")]),
        (SetReward(-5), [("number_too_small", "/reward")]),
        (SetReward(2**70), [("number_too_large", "/reward")]),
        (
            SetReward(5),
            [("reward_exceeds_balance", "/reward"), ("reward_exceeds_cart", "/reward")],
        ),
        (SetAffiliate(4), [("unknown_affiliate", "/affiliate")]),
        (SetAffiliate(-4), [("number_too_small", "/affiliate")]),
        (SetComment("a\0b"), [("control_character", "/comment")]),
        (AcceptTerms(document_id=0), [("required", "/terms/-/document_id")]),
        (
            SetAttribution(Attribution(tracking="x" * 256, referrer="a\nb")),
            [
                ("too_long", "/attribution/tracking"),
                ("control_character", "/attribution/referrer"),
            ],
        ),
        (
            gift(code="", to_email="bob", voucher_theme_id=7, amount="0"),
            [
                ("required", "/gifts/-/code"),
                ("invalid_email", "/gifts/-/to_email"),
                ("amount_too_small", "/gifts/-/amount"),
                ("unknown_gift_theme", "/gifts/-/voucher_theme_id"),
            ],
        ),
        (gift(voucher_theme_id=0), [("required", "/gifts/-/voucher_theme_id")]),
        (gift(amount="-5"), [("amount_too_small", "/gifts/-/amount")]),
        (gift(amount="NaN"), [("amount_too_small", "/gifts/-/amount")]),
        (gift(amount="1e12"), [("amount_too_large", "/gifts/-/amount")]),
    ],
)
def test_what_is_wrong_is_refused_in_full(command, expected):
    """
    Everything wrong is said with its place and a way on, and nothing changes.
    """
    checkout = Checkout()
    decision = SHOP.decide(checkout, command)

    assert expected == found(decision)
    assert decision.refused
    assert decision.checkout is checkout
    assert all((type(command).__name__,) == one.fix for one in decision.problems)


@pytest.mark.parametrize(
    "command",
    [
        SetStore(-1),
        SetStore(2**70),
        SetCurrency(""),
        SetCurrency("\ud800"),
        SetLanguage("x" * 300),
        ApplyCoupon("a\0b"),
        ApplyVoucher(""),
        SetReward(0),
        SetReward(-1),
        SetAffiliate(None),
        SetAffiliate(-1),
        SetComment("x"),
        AcceptTerms(document_id=1),
    ],
)
def test_nobody_is_asked_about_what_cannot_be(command):
    """
    A host does not have to defend itself against odd numbers and texts.
    """
    assert () == questions(Checkout(), command)


def test_without_a_host_codes_are_taken_as_they_are():
    """
    Nothing is confirmed then, and a later word of a host is news.
    """
    unasked = Checkout()
    commands = (
        SetCurrency("USD"),
        SetLanguage("en-gb"),
        ApplyCoupon("TEN"),
        ApplyVoucher("GIFT"),
        gift(),
        SetAffiliate(3),
        SetReward(20),
        SetStore(5),
    )
    for command in commands:
        decision = decide(unasked, command, NOTHING_ASKED)
        assert () == decision.problems
        unasked = decision.checkout
        assert unasked is decide(unasked, command, NOTHING_ASKED).checkout

    for section in ("currency", "language", "coupons", "vouchers"):
        value = getattr(unasked, section)
        (one,) = value if isinstance(value, tuple) else (value,)
        assert one.checked_at is None
    asked = SHOP.after(*commands[:4], checkout=unasked)
    assert NOW == asked.currency.checked_at == asked.language.checked_at
    assert NOW == asked.coupons[0].checked_at == asked.vouchers[0].checked_at
    for command in commands[:4]:
        assert asked is decide(asked, command, NOTHING_ASKED).checkout
        assert asked is SHOP.decide(asked, command, at=NOW + 1).checkout


def test_a_host_that_folds_codes_does_not_make_them_equal():
    """
    A currency of another spelling is not the one that was asked for.
    """
    folding = LittleShop(
        currencies={"usd": Currency(code="USD"), "EUR": Currency(code="eur")},
        languages={"EN": Language(code="en"), "de": Language(code="DE")},
    )

    for code in ("usd", "EUR"):
        decision = folding.decide(Checkout(), SetCurrency(code))
        assert ["unknown_currency"] == codes(decision)
    for code in ("EN", "de"):
        decision = folding.decide(Checkout(), SetLanguage(code))
        assert ["unknown_language"] == codes(decision)


def test_settings_of_another_type_are_others():
    """
    True is not 1; None removes a setting, and one that is not there changes nothing.
    """
    checkout = SHOP.after(SetSetting(name="beta", value=1))
    changed = SHOP.decide(checkout, SetSetting(name="beta", value=True)).checkout

    assert changed is not checkout
    assert changed.settings["beta"] is True
    removed = SHOP.after(SetSetting(name="beta", value=None), checkout=changed)
    assert {} == dict(removed.settings)
    absent = SHOP.decide(removed, SetSetting(name="beta", value=None))
    assert removed is absent.checkout


def test_lists_that_a_client_can_make_longer_are_bounded():
    """
    Settings, accepted documents and gifts end at the same number.
    """
    numbers = range(1, MOST_ENTRIES + 1)
    known = Gift(code="g", amount=Decimal(1))
    checkout = Checkout(
        settings=Settings((f"s{one}", one) for one in numbers),
        terms=tuple(Terms(document_id=one) for one in numbers),
        gifts=tuple(evolve(known, code=f"c{one}") for one in numbers),
    )

    for command, path in (
        (SetSetting(name="x", value=1), "/settings"),
        (AcceptTerms(document_id=MOST_ENTRIES + 1), "/terms"),
        (gift(), "/gifts"),
    ):
        assert [("too_many", path)] == found(SHOP.decide(checkout, command))
    for command in (
        SetSetting(name="s1", value=7),
        SetSetting(name="s1", value=None),
        AcceptTerms(document_id=1, version="2"),
    ):
        assert not SHOP.decide(checkout, command).refused


def test_a_coupon_takes_the_place_of_another():
    """
    One coupon and one gift voucher at a time; they are taken back by code or all.
    """
    shop = LittleShop(coupons=frozenset({"A", "B"}), vouchers=frozenset({"A", "B"}))
    for apply, remove, section in (
        (ApplyCoupon, RemoveCoupon, "coupons"),
        (ApplyVoucher, RemoveVoucher, "vouchers"),
    ):
        checkout = shop.after(apply("A"), apply("B"))
        assert ["B"] == [one.code for one in getattr(checkout, section)]
        other = shop.decide(checkout, remove("A"))
        assert [("nothing_to_remove", f"/{section}")] == found(other)
        assert checkout is other.checkout
        for code in ("B", None):
            assert () == getattr(shop.after(remove(code), checkout=checkout), section)


def test_a_coupon_is_asked_about_again_when_it_matters():
    """
    Applied again on another cart, a coupon is kept for that cart.
    """
    before = SHOP.after(ApplyCoupon("TEN"))
    after = SHOP.after(AddLine(product_id=MUG), ApplyCoupon("TEN"), checkout=before)

    assert before.coupons == after.coupons
    assert before.coupons[0].checked_for != after.coupons[0].checked_for


def test_points_are_used_up_to_both_limits():
    """
    A whole number from 0 to the balance and to what the cart can be paid with.
    """
    checkout = SHOP.after(ADA_7, AddLine(product_id=MUG, quantity=60))
    assert ["reward_exceeds_balance"] == codes(SHOP.decide(checkout, SetReward(501)))
    fewer = SHOP.after(SetQuantity(line_id=1, quantity=2), checkout=checkout)
    decision = SHOP.decide(fewer, SetReward(21))
    assert [("reward_exceeds_cart", "/reward")] == found(decision)
    assert {"maximum": 20} == decision.problems[0].params

    used = SHOP.after(SetReward(20), checkout=fewer)
    assert 20 == used.reward
    assert used is SHOP.decide(used, SetReward(20)).checkout
    assert SHOP.after(SetReward(0), checkout=used).reward is None


def test_nobody_is_paid_when_nobody_is_named():
    """
    None and 0 remove the affiliate.
    """
    checkout = SHOP.after(SetAffiliate(3))

    assert SHOP.after(SetAffiliate(0), checkout=checkout).affiliate is None
    assert SHOP.after(SetAffiliate(None), checkout=checkout).affiliate is None


def test_a_gift_is_kept_in_the_default_currency():
    """
    The amount that was typed is converted first, and the bounds are held to that.
    """
    shop = LittleShop(shop=ShopFact(gift_minimum=Decimal(8), gift_maximum=Decimal(100)))
    checkout = shop.after(SetCurrency("USD"))
    (kept,) = shop.after(gift(from_name=" Ada "), checkout=checkout).gifts

    assert (Decimal("8.0000"), "Gift", "Ada") == (
        kept.amount,
        kept.description,
        kept.from_name,
    )
    for typed, expected in (
        ("9.99", "amount_too_small"),
        ("125.01", "amount_too_large"),
    ):
        decision = shop.decide(checkout, gift(amount=typed))
        assert [expected] == codes(decision)
    assert {"field": "amount", "maximum": "100.0000"} == decision.problems[0].params


@pytest.mark.parametrize("factor", ["0", "-1", "NaN", "1e-999999"])
def test_a_factor_that_makes_no_amount_makes_no_gift(factor):
    """
    Whatever a host says of a currency, an amount is a number or is refused.
    """
    currency = Currency(code="ODD", value=Decimal(factor))
    decision = SHOP.decide(Checkout(currency=currency), gift())

    assert decision.refused
    assert decision.problems[0].code.startswith("amount_too_")


def test_gifts_have_codes_of_their_own():
    """
    The same gift again is the same gift, another one of that code is refused.
    """
    checkout = SHOP.after(gift(), gift(code="g2", amount=str(LARGEST_AMOUNT)))

    assert checkout is SHOP.decide(checkout, gift()).checkout
    other = SHOP.decide(checkout, gift(amount="11"))
    assert [("duplicate_gift", "/gifts/-/code")] == found(other)
    assert ("RemoveGift",) == other.problems[0].fix
    removed = SHOP.decide(checkout, RemoveGift("g1"))
    assert ["g2"] == [one.code for one in removed.checkout.gifts]
    absent = SHOP.decide(removed.checkout, RemoveGift("g1"))
    assert [("nothing_to_remove", "/gifts")] == found(absent)
    assert removed.checkout is absent.checkout


def test_another_version_of_a_document_takes_the_place_of_the_last():
    """
    Accepting is for exactly one version; other documents stay accepted.
    """
    checkout = SHOP.after(
        AcceptTerms(document_id=5, version="1"),
        AcceptTerms(document_id=6),
        AcceptTerms(document_id=5, version="2"),
    )

    assert [(6, ""), (5, "2")] == [
        (one.document_id, one.version) for one in checkout.terms
    ]


def test_another_source_is_noted_at_its_own_time():
    """
    Where a customer came from is replaced by where they came from since.
    """
    checkout = SHOP.after(SetAttribution(Attribution(source="news")))
    later = SHOP.decide(
        checkout, SetAttribution(Attribution(source="search")), at=NOW + 9
    ).checkout

    assert ("search", NOW + 9) == (
        later.attribution.source,
        later.attribution.entered_at,
    )


def test_a_confirmation_takes_what_the_order_used_up():
    """
    Who bought it and where it goes stay, as after an order of OpenCart.
    """
    checkout = SHOP.after(
        ADA_7, AddLine(product_id=MUG, quantity=2), SetShippingAddress(HOME), gift()
    )
    command = RecordConfirmation(
        confirmation=Confirmation(order_id=99, confirmed_at=NOW)
    )
    decision = SHOP.decide(checkout, command)
    after = decision.checkout

    assert ("99", command.confirmation) == (after.order_id, after.confirmation)
    assert after.cart.is_empty
    assert 2 == after.cart.next_line_id
    assert () == after.gifts
    for section in ("customer", "shipping_address"):
        assert getattr(checkout, section) is getattr(after, section)
    assert {"order_id": "99"} == decision.events[0].params
    assert after is SHOP.decide(after, command).checkout


def test_an_order_that_is_noted_twice_takes_nothing_twice():
    """
    What was put in since it was noted first is of the next purchase.
    """
    command = RecordConfirmation(
        confirmation=Confirmation(order_id=99, confirmed_at=NOW)
    )
    done = SHOP.after(AddLine(product_id=MUG, quantity=2), command)
    more = SHOP.after(AddLine(product_id=MUG, quantity=3), gift(), checkout=done)

    assert more is SHOP.decide(more, command).checkout


def test_a_second_order_of_the_same_cart_is_refused():
    """
    Whoever comes later learns that there is an order already, and it stays noted.
    """
    first, second = (
        RecordConfirmation(confirmation=Confirmation(order_id=number, confirmed_at=NOW))
        for number in (98, 99)
    )
    full = SHOP.after(AddLine(product_id=MUG))
    done = SHOP.after(first, checkout=full)
    decision = SHOP.decide(done, second)

    assert [("already_confirmed", "/confirmation")] == found(decision)
    assert decision.checkout is done
    for command in (AddLine(product_id=MUG), gift()):
        more = SHOP.after(command, second, checkout=done)
        assert "99" == more.order_id == more.confirmation.order_id


@frozen
class EarnPoints:
    """
    A command of a host's own.
    """

    section: ClassVar[str] = "loyalty"

    points: int

    def apply(self, value):
        """
        Add points; at 0 the section goes.
        """
        if self.points < 0:
            raise CommandRefused([Problem("too_greedy", "/extras/loyalty")])
        if self.points > 100:
            raise CommandRefused([Problem("odd", severity="warning")])
        return None if self.points == 0 else (value or 0) + self.points


def test_a_host_has_commands_of_its_own():
    """
    They change their section through the same deciding, or leave everything alone.
    """
    decision = SHOP.decide(Checkout(), EarnPoints(5))
    assert {"loyalty": 5} == dict(decision.checkout.extras)
    assert "section_changed" == decision.events[0].name
    assert {"section": "loyalty"} == decision.events[0].params
    more = SHOP.after(EarnPoints(5), checkout=decision.checkout)
    assert 10 == more.extras["loyalty"]
    assert {} == dict(SHOP.after(EarnPoints(0), checkout=more).extras)
    nothing = Checkout()
    assert nothing is SHOP.decide(nothing, EarnPoints(0)).checkout


def test_what_a_hosts_command_refuses_is_refused():
    """
    Its problems are the decision's; one error at least says that it was refused.
    """
    assert [("too_greedy", "/extras/loyalty")] == found(
        SHOP.decide(Checkout(), EarnPoints(-1))
    )
    odd = SHOP.decide(Checkout(), EarnPoints(101))
    assert ["odd", "section_refused"] == codes(odd)
    assert odd.refused


def test_what_is_no_command_is_no_command():
    """
    Asking and deciding both say so at once.
    """
    for call in (
        lambda: questions(Checkout(), "buy"),
        lambda: decide(Checkout(), ADA, NOTHING_ASKED),
    ):
        with pytest.raises(UsageError, match="no command"):
            call()
