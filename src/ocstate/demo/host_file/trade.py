"""
The part of a host file that is trade: places, taxes, money, methods and totals.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from attrs import frozen

from ocstate.checkout.values.money import ZERO


@frozen(kw_only=True)
class Language:
    """
    A language that the shop speaks.
    """

    name: str = ""
    locale: tuple[str, ...] = ()
    decimal_point: str = "."
    thousand_point: str = ","
    sort_order: int = 0
    status: bool = True


@frozen(kw_only=True)
class Currency:
    """
    A currency; *value* is the factor from the default one.
    """

    title: str = ""
    symbol_left: str = ""
    symbol_right: str = ""
    decimal_place: int = 2
    value: Decimal
    status: bool = True


@frozen(kw_only=True)
class Zone:
    """
    A zone of a country.
    """

    name: str
    code: str = ""
    status: bool = True


@frozen(kw_only=True)
class Country:
    """
    A country and its zones.
    """

    name: str
    iso_code_2: str = ""
    iso_code_3: str = ""
    address_format: str = ""
    postcode_required: bool = False
    status: bool = True
    zones: Mapping[int, Zone] = {}


@frozen(kw_only=True)
class GeoZone:
    """
    A region of the shop's own: whole countries, or zones of them.
    """

    name: str = ""
    members: Mapping[int, Literal["all"] | tuple[int, ...]] = {}


@frozen(kw_only=True)
class TaxRate:
    """
    A tax: ``"P"`` percent, or ``"F"`` an amount a piece.
    """

    name: str = ""
    type: Literal["P", "F"]
    rate: Decimal
    geo_zone_id: int
    customer_group_ids: tuple[int, ...] = ()


@frozen(kw_only=True)
class TaxRule:
    """
    Which tax a class bears, and whose address decides about it.
    """

    tax_rate_id: int
    based: Literal["shipping", "payment", "store"]
    priority: int = 0


@frozen(kw_only=True)
class TaxClass:
    """
    What is taxed alike.
    """

    title: str = ""
    rules: tuple[TaxRule, ...] = ()


@frozen(kw_only=True)
class WeightClass:
    """
    A unit of weight; *value* of it make one of the first.
    """

    value: Decimal


@frozen(kw_only=True)
class ShippingMethod:
    """
    A way to ship; each kind looks at its own fields.

    Attributes:
        geo_zone_id: Where to, 0 for everywhere.
        total: ``free``: from which sub-total.
        rates: ``weight``: by geo zone, up to which weight it costs what.
    """

    name: str = ""
    status: bool = True
    sort_order: int = 0
    geo_zone_id: int = 0
    cost: Decimal = ZERO
    tax_class_id: int = 0
    total: Decimal = ZERO
    rates: Mapping[int, tuple[tuple[Decimal, ...], ...]] = {}


@frozen(kw_only=True)
class PaymentMethod:
    """
    A way to pay.

    Attributes:
        geo_zone_id: For whom, 0 for everybody.
        total: From which total on.
    """

    name: str = ""
    status: bool = True
    sort_order: int = 0
    geo_zone_id: int = 0
    total: Decimal = ZERO
    needs_shipping: bool = False
    only_zero_total: bool = False
    subscriptions: bool = True


@frozen(kw_only=True)
class Total:
    """
    A row of the summary.

    Attributes:
        total: For fees, the sub-total below or above which they are taken.
    """

    status: bool = True
    sort_order: int = 0
    total: Decimal = ZERO
    fee: Decimal = ZERO
    tax_class_id: int = 0
