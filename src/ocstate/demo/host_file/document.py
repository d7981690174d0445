"""
A host file: one shop in one JSON document, read into frozen values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Final, Literal

from attrs import frozen

from ocstate.demo.host_file.goods import Coupon, Product, SubscriptionPlan, Voucher
from ocstate.demo.host_file.people import ApiCredential, Customer, CustomField, Named
from ocstate.demo.host_file.reading import read
from ocstate.demo.host_file.trade import (
    Country,
    Currency,
    GeoZone,
    Language,
    PaymentMethod,
    ShippingMethod,
    TaxClass,
    TaxRate,
    Total,
    WeightClass,
)
from ocstate.exceptions import ConfigurationError

FORMAT: Final = "ocstate-host/1"


@frozen(kw_only=True)
class Settings:
    """
    The switches of a shop.

    Attributes:
        currency: Code of the one that amounts are in.
        language: Code of the one that stands in for others.
        country_id: Where the shop is, like *zone_id*.
        tax: Prices are shown with tax.
        tax_default: For which kind of rule the shop's address stands in for one that
            is not known yet.
        customer_group_id: Of whoever is in no other group.
        customer_group_display: The groups that a client may name.
        checkout_guest: Whoever has no account may order.
        checkout_payment_address: An order needs an address to bill; 4.1: false if not
            said.
        telephone_required: A customer has to give one; 4.1: false if not said.
        stock_checkout: Orders are taken that the stock does not cover; with
            *stock_warning* the cart says so all the same.
        order_status_id: Of an order for which nobody names a status.
        processing_status: With *complete_status*, the statuses that take stock and use
            up coupons, vouchers, points and credit.
        rounding: ``"piece"`` rounds what a piece costs in the currency that is shown,
            and multiplies, so that what is shown adds up; ``"opencart"`` rounds each
            amount by itself, and shows options that were left empty, as OpenCart does.
        time_zone: IANA name of the zone whose days the dates of coupons and prices are;
            ``"UTC"`` if not said.
        voucher_min: The least that a gift voucher may be worth, *voucher_max* the most.
        weight_class_id: The unit that weights are summed in.
        session_expire: Seconds that a session lives without use; *api_session_expire*
            the same of one that an API client has.
    """

    name: str = ""
    currency: str
    language: str
    country_id: int = 0
    zone_id: int = 0
    tax: bool = True
    tax_default: Literal["shipping", "payment", ""] = ""
    customer_group_id: int = 1
    customer_group_display: tuple[int, ...] = ()
    checkout_guest: bool = True
    checkout_payment_address: bool = True
    telephone_required: bool = True
    stock_checkout: bool = False
    stock_warning: bool = False
    order_status_id: int = 1
    processing_status: tuple[int, ...] = ()
    complete_status: tuple[int, ...] = ()
    rounding: Literal["opencart", "piece"] = "opencart"
    time_zone: tzinfo = UTC
    voucher_min: Decimal | None = None
    voucher_max: Decimal | None = None
    weight_class_id: int = 1
    session_expire: int | None = None
    api_session_expire: int | None = None


@frozen(kw_only=True)
class Store:
    """
    One shop of several.

    Attributes:
        settings: All its switches, None where it has none of its own.
    """

    name: str = ""
    settings: Settings | None = None


@frozen(kw_only=True)
class Document:
    """
    A whole shop at its start.

    Attributes:
        generation: Whose rules it follows where they differ.
        stores: The shops of several that share all this; number 0 is always there.
    """

    format: Literal["ocstate-host/1"]
    generation: Literal["3.0", "4.1"] = "3.0"
    settings: Settings
    stores: Mapping[int, Store]
    api_credentials: Mapping[int, ApiCredential] = {}
    languages: Mapping[str, Language] = {}
    currencies: Mapping[str, Currency] = {}
    customer_groups: Mapping[int, Named] = {}
    customers: Mapping[int, Customer] = {}
    custom_fields: Mapping[int, CustomField] = {}
    countries: Mapping[int, Country] = {}
    geo_zones: Mapping[int, GeoZone] = {}
    tax_rates: Mapping[int, TaxRate] = {}
    tax_classes: Mapping[int, TaxClass] = {}
    weight_classes: Mapping[int, WeightClass] = {}
    products: Mapping[int, Product] = {}
    subscription_plans: Mapping[int, SubscriptionPlan] = {}
    coupons: Mapping[int, Coupon] = {}
    vouchers: Mapping[int, Voucher] = {}
    voucher_themes: Mapping[int, Named] = {}
    shipping_methods: Mapping[str, ShippingMethod] = {}
    payment_methods: Mapping[str, PaymentMethod] = {}
    totals: Mapping[str, Total] = {}
    order_statuses: Mapping[int, Named] = {}

    def settings_of(self, store_id: int) -> Settings:
        """
        Return the switches of a shop; of one that is not there, the general ones.
        """
        store = self.stores.get(store_id)
        return store.settings or self.settings if store else self.settings


# What a switch means that a file does not mention, where a generation has its own way.
_DEFAULTS: Final[Mapping[str, Mapping[str, bool]]] = {
    "4.1": {"telephone_required": False, "checkout_payment_address": False},
}


def parse(text: str | bytes) -> Document:
    """
    Read a host file's text.

    Raises:
        ConfigurationError: If it is no JSON, or `read_document` refuses it.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"a host file is JSON in UTF-8: {error}") from error
    if not isinstance(data, dict):
        raise ConfigurationError("a host file holds one JSON object")
    return read_document(data)


def read_document(data: Mapping[str, object]) -> Document:
    """
    Read a decoded host file. Unknown keys are ignored.

    Raises:
        ConfigurationError: If it is of another format, or malformed: every fault is
            named by its JSON Pointer.
    """
    if data.get("format") != FORMAT:
        raise ConfigurationError(f"/format must be {FORMAT!r}")
    filled = {**data}
    settings = _mapping(data.get("settings"))
    if settings is not None:
        defaults = _DEFAULTS.get(str(data.get("generation")), {})
        filled["settings"] = settings = {**defaults, **settings}
    stores = _mapping(data.get("stores", {}))
    if stores is not None:
        filled["stores"] = {"0": {}} | {
            number: _with_general(store, settings) for number, store in stores.items()
        }
    return read(Document, filled)


def _with_general(store: object, general: Mapping[str, object] | None) -> object:
    # A shop's own switches stand over the general ones, so it is read with both.
    known = _mapping(store)
    own = _mapping(known.get("settings")) if known else None
    if not known or not own or not general:
        return store
    return {**known, "settings": {**general, **own}}


def _mapping(value: object) -> Mapping[str, object] | None:
    return value if isinstance(value, Mapping) else None
