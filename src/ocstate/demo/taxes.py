"""
Which taxes an amount bears, and how much each of them is.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen

from ocstate.checkout.values.money import ZERO
from ocstate.checkout.values.state import State
from ocstate.demo.geography import Place, is_inside, place_of, shop_place
from ocstate.demo.host_file.document import Document, Settings
from ocstate.demo.host_file.trade import TaxRate
from ocstate.demo.reckoning import Reckoning

Rates = tuple[tuple[int, TaxRate], ...]
"""Tax rates with their numbers, the first by priority first."""


@frozen(kw_only=True)
class Taxes:
    """
    The taxes of one checkout: they follow its addresses and its customer group.

    Attributes:
        places: Whose place decides, by what a rule is based on; None while unknown.
    """

    document: Document
    group: int
    places: Mapping[str, Place | None]

    def rates(self, tax_class_id: int) -> Rates:
        """
        Return the rates that a tax class bears here, each only once.

        A class that does not exist bears none.
        """
        tax_class = self.document.tax_classes.get(tax_class_id)
        if tax_class is None:
            return ()
        found: dict[int, TaxRate] = {}
        for rule in sorted(tax_class.rules, key=lambda each: each.priority):
            rate = self.document.tax_rates.get(rule.tax_rate_id)
            if (
                rate is not None
                and self.group in rate.customer_group_ids
                and is_inside(self.document, rate.geo_zone_id, self.places[rule.based])
            ):
                found[rule.tax_rate_id] = rate
        return tuple(found.items())

    def on(self, amount: Decimal, tax_class_id: int) -> Decimal:
        """
        Return all taxes on one piece that costs *amount*.
        """
        return sum((tax(rate, amount) for _, rate in self.rates(tax_class_id)), ZERO)


def taxes_of(document: Document, settings: Settings, state: State, group: int) -> Taxes:
    """
    Return the taxes of a checkout.

    The shop's own address stands in for one that is not known, if it is so configured.
    """
    shop = shop_place(settings)
    places: dict[str, Place | None] = {
        "shipping": place_of(state.shipping_address),
        "payment": place_of(state.payment_address),
        "store": shop,
    }
    if settings.tax_default and places[settings.tax_default] is None:
        places[settings.tax_default] = shop
    return Taxes(document=document, group=group, places=places)


@frozen(kw_only=True)
class Taxed:
    """
    An amount and each tax that it bears, as they are computed and add up.
    """

    net: Decimal
    taxes: tuple[tuple[int, TaxRate, Decimal], ...] = ()

    @property
    def gross(self) -> Decimal:
        """
        Return the amount with all its taxes.
        """
        return sum((value for _, _, value in self.taxes), self.net)

    def times(self, quantity: int) -> Taxed:
        """
        Return the same of so many pieces.
        """
        return Taxed(
            net=self.net * quantity,
            taxes=tuple(
                (number, rate, value * quantity) for number, rate, value in self.taxes
            ),
        )


def taxed(reckoning: Reckoning, amount: Decimal, rates: Rates) -> Taxed:
    """
    Return an amount of the default currency with its taxes, in what is computed in.

    Where that has steps, the amount with all taxes is rounded, for it is what is paid,
    and the amount without them; what lies between is shared out among the taxes, each
    getting what the sum up to it rounds to.
    """
    exact = reckoning.converted(amount)
    net = before = reckoning.rounded(exact)
    taxes: list[tuple[int, TaxRate, Decimal]] = []
    for number, rate in rates:
        each = reckoning.converted(tax(rate, amount))
        if reckoning.step is not None:
            exact += each
            after = reckoning.rounded(exact)
            before, each = after, after - before
        taxes.append((number, rate, each))
    return Taxed(net=net, taxes=tuple(taxes))


def tax(rate: TaxRate, amount: Decimal) -> Decimal:
    """
    Return one tax on one piece that costs *amount*; taxes do not compound.
    """
    return rate.rate if rate.type == "F" else amount * rate.rate / 100
