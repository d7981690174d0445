"""
The codes of all problems, and the parameters that each comes with.

Codes and parameters are covered by the promise of the version number; texts are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["CODES"]

CODES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        # What is filled in.
        "required": ("field",),
        "too_short": ("field", "minimum"),
        "too_long": ("field", "maximum"),
        "too_many": ("field", "maximum"),
        "number_too_small": ("field", "minimum"),
        "number_too_large": ("field", "maximum"),
        "amount_too_small": ("field", "minimum"),
        "amount_too_large": ("field", "maximum"),
        "control_character": ("field",),
        "pattern_mismatch": ("field",),
        "invalid_email": ("field",),
        "invalid_date": ("field",),
        "invalid_time": ("field",),
        "invalid_datetime": ("field",),
        "unknown_choice": ("field",),
        "wrong_kind": ("field",),
        # The cart.
        "cart_empty": (),
        "cart_full": ("maximum",),
        "unknown_line": ("line_id",),
        "product_unavailable": ("product_id",),
        "unknown_option": ("product_option_id",),
        "unknown_plan": ("subscription_plan_id",),
        "plan_required": ("product_id",),
        "out_of_stock": ("product_id", "available"),
        "below_minimum": ("product_id", "minimum"),
        # People and places.
        "customer_required": (),
        "account_required": (),
        "unknown_customer": ("customer_id",),
        "unknown_customer_group": ("customer_group_id",),
        "payment_address_required": (),
        "shipping_address_required": (),
        "unknown_country": ("country_id",),
        "unknown_zone": ("zone_id",),
        # Ways to ship and to pay.
        "nothing_to_ship": (),
        "no_shipping_offered": (),
        "shipping_quotes_missing": (),
        "unknown_shipping_method": (),
        "shipping_method_required": (),
        "shipping_method_stale": ("because",),
        "shipping_method_gone": ("because",),
        "shipping_price_increased": ("was", "now", "because"),
        "shipping_price_decreased": ("was", "now", "because"),
        "no_payment_offered": (),
        "payment_options_missing": (),
        "unknown_payment_method": (),
        "payment_method_required": (),
        "payment_method_stale": ("because",),
        "payment_method_gone": ("because",),
        # Shop, currency and language.
        "unknown_store": ("store_id",),
        "unknown_currency": (),
        "unknown_language": (),
        # Discounts and gifts.
        "coupon_invalid": (),
        "voucher_invalid": (),
        "unknown_gift_theme": ("voucher_theme_id",),
        "duplicate_gift": (),
        "reward_exceeds_balance": ("points",),
        "reward_exceeds_cart": ("maximum",),
        "reward_removed": (),
        "unknown_affiliate": ("affiliate_id",),
        # The order.
        "price_changed": (),
        "unknown_order_status": (),
        # All else.
        "nothing_to_remove": (),
        "terms_required": ("document_id", "version"),
        "already_confirmed": (),
        "section_refused": ("section",),
        "not_checked": ("rule",),
    }
)
"""Every code that the library reports, with the names of its parameters."""
