"""
The rules that a checkout has to keep to be confirmed, as one table.

A rule is not applied where it needs a host's word and there is none; then it says so
with the info ``not_checked``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import evolve, frozen

from ocstate.checkout.confirming import cart, discounts, methods, people
from ocstate.checkout.confirming.view import Check, View, missing
from ocstate.checkout.facts import (
    AffiliateQuestion,
    CouponQuestion,
    CurrencyQuestion,
    CustomerQuestion,
    GroupQuestion,
    PaymentQuestion,
    PlaceQuestion,
    ProductQuestion,
    Question,
    RewardQuestion,
    ShippingQuestion,
    ShopQuestion,
    VoucherQuestion,
)
from ocstate.problem import Problem, Severity


@frozen(kw_only=True)
class ConfirmRule:
    """
    Something that has to be right before a checkout is confirmed.

    Attributes:
        name: Stable; what it reports when it finds something, unless its check says
            something more precise, and what ``not_checked`` names.
        path: JSON Pointer to what it is about.
        reads: The sections it looks at.
        asks: What it wants to know of a host; nothing where the state is enough.
        severity: How serious it is.
        fix: Names of the commands that would mend it, the likeliest first.
        opencart: OpenCart's key of the message that it shows for it, if it has one.
        check: Finds what is wrong.
    """

    name: str
    path: str
    reads: tuple[str, ...]
    asks: tuple[type[Question[object]], ...] = ()
    severity: Severity = "error"
    fix: tuple[str, ...] = ()
    opencart: str = ""
    check: Check


def judged(view: View, rules: Iterable[ConfirmRule]) -> Iterator[Problem]:
    """
    Apply *rules* in their order; each says once at most that it could not judge.
    """
    for rule in rules:
        was_judged = True
        for finding in rule.check(view):
            if finding is None:
                was_judged = False
            else:
                yield evolve(finding, severity=rule.severity, fix=rule.fix)
        if not was_judged:
            yield Problem(
                "not_checked", rule.path, params={"rule": rule.name}, severity="info"
            )


# A rule has a few lines; one argument a line would hide the table.
# fmt: off
CONFIRM_RULES: Final[tuple[ConfirmRule, ...]] = (
    ConfirmRule(name="checkout_canceled", path="/cancellation",
                reads=("cancellation",), check=people.is_canceled),
    ConfirmRule(name="customer_required", path="/customer", reads=("customer",),
                fix=("SetCustomer", "LogIn"), opencart="error_customer",
                check=missing("customer_required", people.always,
                              "that nobody said who is buying")),
    ConfirmRule(name="customer_incomplete", path="/customer", reads=("customer",),
                asks=(GroupQuestion,), fix=("SetCustomer",), opencart="error_customer",
                check=people.customer_is_incomplete),
    ConfirmRule(name="account_refused", path="/customer/customer_id",
                reads=("customer",), asks=(CustomerQuestion, ShopQuestion),
                fix=("LogIn", "SetCustomer"), opencart="error_customer",
                check=people.account_is_refused),
    ConfirmRule(name="payment_address_required", path="/payment_address",
                reads=("payment_address",), asks=(ShopQuestion,),
                fix=("SetPaymentAddress",), opencart="error_payment_address",
                check=missing("payment_address_required", people.is_billed,
                    "that the shop bills to an address, and that there is none")),
    ConfirmRule(name="payment_address_wrong", path="/payment_address",
                reads=("payment_address",), asks=(PlaceQuestion,),
                fix=("SetPaymentAddress",), opencart="error_payment_address",
                check=people.payment_address_is_wrong),
    ConfirmRule(name="payment_method_required", path="/payment_method",
                reads=("payment_method",), fix=("QuotePayment", "SetPaymentMethod"),
                opencart="error_payment_method",
                check=missing("payment_method_required", methods.is_paid,
                              "that no way to pay is chosen")),
    ConfirmRule(name="payment_method_gone", path="/payment_method",
                reads=("payment_method", "payment_options"), asks=(PaymentQuestion,),
                fix=("QuotePayment", "SetPaymentMethod"),
                opencart="error_payment_method",
                check=methods.became("payment_method_gone",
                    "that the chosen way to pay is not offered any more")),
    ConfirmRule(name="payment_method_stale", path="/payment_method",
                reads=("payment_method",), asks=(PaymentQuestion,), severity="warning",
                fix=("QuotePayment", "SetPaymentMethod"),
                check=methods.payment_method_is_stale),
    ConfirmRule(name="shipping_address_required", path="/shipping_address",
                reads=("shipping_address", "cart"), asks=(ProductQuestion,),
                fix=("SetShippingAddress",), opencart="error_shipping_address",
                check=missing("shipping_address_required", people.is_sent,
                    "that something has to be sent, and that nobody said where to")),
    ConfirmRule(name="shipping_address_wrong", path="/shipping_address",
                reads=("shipping_address", "cart"),
                asks=(PlaceQuestion, ProductQuestion), fix=("SetShippingAddress",),
                opencart="error_shipping_address",
                check=people.shipping_address_is_wrong),
    ConfirmRule(name="shipping_method_required", path="/shipping_method",
                reads=("shipping_method", "cart"), asks=(ProductQuestion,),
                fix=("QuoteShipping", "SetShippingMethod"),
                opencart="error_shipping_method",
                check=missing("shipping_method_required", methods.is_sent,
                    "that something has to be sent, and that no way to ship is chosen")
                ),
    ConfirmRule(name="shipping_method_gone", path="/shipping_method",
                reads=("shipping_method", "shipping_quotes"), asks=(ShippingQuestion,),
                fix=("QuoteShipping", "SetShippingMethod"),
                opencart="error_shipping_method",
                check=methods.became("shipping_method_gone",
                    "that the chosen way to ship is not offered any more")),
    ConfirmRule(name="shipping_method_stale", path="/shipping_method",
                reads=("shipping_method", "cart"), asks=(ShippingQuestion,),
                severity="warning", fix=("QuoteShipping", "SetShippingMethod"),
                check=methods.shipping_method_is_stale),
    ConfirmRule(name="shipping_price_increased", path="/shipping_method",
                reads=("shipping_method", "shipping_quotes"), asks=(ShippingQuestion,),
                severity="warning", fix=("SetShippingMethod",),
                check=methods.became("shipping_price_increased",
                    "that the chosen way to ship costs more than when it was chosen")),
    ConfirmRule(name="shipping_price_decreased", path="/shipping_method",
                reads=("shipping_method", "shipping_quotes"), asks=(ShippingQuestion,),
                severity="info", check=methods.became("shipping_price_decreased",
                    "that the chosen way to ship costs less than when it was chosen")),
    ConfirmRule(name="cart_empty", path="/cart", reads=("cart", "gifts"),
                fix=("AddLine", "AddGift"), opencart="error_stock",
                check=cart.cart_is_empty),
    ConfirmRule(name="lines_wrong", path="/cart/lines", reads=("cart",),
                asks=(ProductQuestion,), fix=("RemoveLine", "AddLine"),
                opencart="error_stock", check=cart.lines_are_wrong),
    ConfirmRule(name="out_of_stock", path="/cart/lines", reads=("cart",),
                asks=(ProductQuestion, ShopQuestion), fix=("SetQuantity", "RemoveLine"),
                opencart="error_stock", check=cart.stock_is_short),
    ConfirmRule(name="below_minimum", path="/cart/lines", reads=("cart",),
                asks=(ProductQuestion,), fix=("SetQuantity", "RemoveLine"),
                opencart="error_minimum", check=cart.minimum_is_missed),
    ConfirmRule(name="currency_unknown", path="/currency", reads=("currency",),
                asks=(CurrencyQuestion,), fix=("SetCurrency",),
                opencart="error_currency", check=discounts.currency_is_unknown),
    ConfirmRule(name="coupon_invalid", path="/coupons", reads=("coupons",),
                asks=(CouponQuestion,), severity="warning",
                fix=("RemoveCoupon", "ApplyCoupon"), check=discounts.coupons_fail),
    ConfirmRule(name="voucher_invalid", path="/vouchers", reads=("vouchers",),
                asks=(VoucherQuestion,), severity="warning",
                fix=("RemoveVoucher", "ApplyVoucher"), check=discounts.vouchers_fail),
    ConfirmRule(name="reward_too_high", path="/reward",
                reads=("reward", "cart", "customer"), asks=(RewardQuestion,),
                fix=("SetReward",), opencart="error_maximum",
                check=discounts.reward_is_too_high),
    ConfirmRule(name="affiliate_unknown", path="/affiliate", reads=("affiliate",),
                asks=(AffiliateQuestion,), fix=("SetAffiliate",),
                check=discounts.affiliate_is_unknown),
    ConfirmRule(name="terms_required", path="/terms", reads=("terms",),
                fix=("AcceptTerms",), check=discounts.terms_are_missing),
)
# fmt: on
"""All confirm rules."""
