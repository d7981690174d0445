"""
Commands that ask for offers and choose among them.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.commands.typed import TEXT, code


@frozen
class QuoteShipping:
    """
    Ask the host for the ways to ship, and keep its offer.
    """


@frozen
class QuotePayment:
    """
    Ask the host for the ways to pay, and keep its offer.
    """


@frozen
class SetShippingMethod:
    """
    Choose a way to ship by its exact code among the current quotes.

    Where no host quotes anything, any code is taken, and ``not_checked`` is said.
    """

    code: str = field(converter=code, validator=TEXT)


@frozen
class SetPaymentMethod:
    """
    Choose a way to pay by its exact code among the current options.

    Where no host offers anything, any code is taken, and ``not_checked`` is said.
    """

    code: str = field(converter=code, validator=TEXT)
