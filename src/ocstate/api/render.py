"""
The bodies of answers, in OpenCart 3.0's own keys and types.

Ids and quantities are texts there, counted things are numbers, and what is empty is a
list even where a mapping is meant. Amounts are texts as a customer reads them:
converted, rounded, with symbols and separators.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ocstate.api.locale import Locale
from ocstate.checkout.facts import PricedLine, PriceFact
from ocstate.checkout.values.discounts import Gift
from ocstate.checkout.values.line import Line
from ocstate.checkout.values.methods import (
    PaymentOptions,
    QuoteGroup,
    Quotes,
    ShippingMethod,
)
from ocstate.checkout.values.money import Currency, Language
from ocstate.checkout.values.state import State
from ocstate.http.response import Json

_Object = Mapping[str, Json]


def price_list(state: State, prices: PriceFact | None, locale: Locale) -> _Object:
    """
    Render the cart with its gift vouchers and the summary.

    Args:
        prices: None from a host that knows no prices; then lines have none.
    """
    if prices is None:
        prices = PriceFact(lines=tuple(map(_unpriced, state.cart.lines)))
    return {
        "products": [_product(line, locale) for line in prices.lines],
        "vouchers": [_gift(gift, locale) for gift in state.gifts],
        "totals": [
            {"title": row.title, "text": _shown(row.value, locale, row.shown)}
            for row in prices.totals
        ],
    }


def below_minimum(prices: PriceFact) -> tuple[PricedLine, ...]:
    """
    Return a line of each product that the cart has too few of, all lines together.
    """
    quantities: dict[int, int] = {}
    for line in prices.lines:
        before = quantities.get(line.product_id, 0)
        quantities[line.product_id] = before + line.quantity
    first = {line.product_id: line for line in reversed(prices.lines)}
    return tuple(
        first[product_id]
        for product_id, quantity in quantities.items()
        if quantity < first[product_id].minimum
    )


def shipping_list(quotes: Quotes | None, locale: Locale) -> Json:
    """
    Render what was quoted, by the code of its group; an empty list for nothing.
    """
    groups = () if quotes is None else quotes.groups
    return {group.code: _group(group, locale) for group in groups} or []


def payment_list(options: PaymentOptions | None) -> Json:
    """
    Render the ways to pay, by code; an empty list for none.
    """
    return {
        option.code: {
            "code": option.code,
            "title": option.name,
            "terms": option.terms,
            "sort_order": str(option.sort_order),
        }
        for option in options or ()
    } or []


def _unpriced(line: Line) -> PricedLine:
    return PricedLine(
        line_id=line.line_id,
        product_id=line.product_id,
        name="",
        quantity=line.quantity,
        shipping=line.row.shipping is not False,
        minimum=line.row.minimum or 1,
    )


def _product(line: PricedLine, locale: Locale) -> _Object:
    return {
        "cart_id": str(line.line_id),
        "product_id": str(line.product_id),
        "name": line.name,
        "model": line.model,
        "option": [
            {
                "product_option_id": str(option_id),
                "product_option_value_id": str(value_id) if value_id else "",
                "name": name,
                "value": value,
                "type": kind,
            }
            for option_id, value_id, name, value, kind in line.options
        ],
        "quantity": str(line.quantity),
        "stock": line.in_stock,
        "shipping": "1" if line.shipping else "0",
        "price": _shown(line.price_with_tax, locale, line.price_shown),
        "total": _shown(line.total_with_tax, locale, line.total_shown),
        "reward": line.reward,
    }


def _gift(gift: Gift, locale: Locale) -> _Object:
    return {
        "code": gift.code,
        "description": gift.description,
        "from_name": gift.from_name,
        "from_email": gift.from_email,
        "to_name": gift.to_name,
        "to_email": gift.to_email,
        "voucher_theme_id": str(gift.voucher_theme_id),
        "message": gift.message,
        "price": _shown(gift.amount, locale),
        "amount": _plain(gift.amount),
    }


def _group(group: QuoteGroup, locale: Locale) -> _Object:
    return {
        "title": group.name,
        "quote": {
            quote.code.partition(".")[2]: _quote(quote, locale)
            for quote in group.quotes
        }
        or [],
        "sort_order": str(group.sort_order),
        "error": group.error or False,
    }


def _quote(quote: ShippingMethod, locale: Locale) -> _Object:
    return {
        "code": quote.code,
        "title": quote.name,
        # Clients written in PHP or JavaScript take "0.00" and "0" for something.
        "cost": _plain(quote.cost) if quote.cost else 0,
        "tax_class_id": str(quote.tax_class_id) if quote.tax_class_id else 0,
        "text": _shown(quote.cost_with_tax, locale),
    }


def _shown(amount: Decimal, locale: Locale, shown: Decimal | None = None) -> str:
    if shown is not None:
        return format_shown(shown, locale.currency, locale.language)
    return format_amount(amount, locale.currency, locale.language)


def _plain(amount: Decimal) -> str:
    """
    Spell an amount of the default currency with two decimals, or more if it has more.
    """
    whole, _, part = f"{amount:f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


def format_amount(amount: Decimal, currency: Currency, language: Language) -> str:
    """
    Show an amount of the shop's default currency in another *currency*.

    Half a unit is rounded away from zero, and nothing is shown as less than nothing
    that rounds to zero.
    """
    return format_shown(currency.rounded(amount), currency, language)


def format_shown(shown: Decimal, currency: Currency, language: Language) -> str:
    """
    Show an amount that is in *currency* already, with as many decimals as it has.

    A sign stands behind the left symbol, as OpenCart has it.
    """
    whole, _, part = f"{abs(shown):,f}".partition(".")
    text = whole.replace(",", language.thousand_point)
    if part:
        text += language.decimal_point + part
    sign = "-" if shown < 0 else ""
    return f"{currency.symbol_left}{sign}{text}{currency.symbol_right}"
