"""
Commands that choose what a shop offers, and a host's own.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, TypeGuard, TypeVar, runtime_checkable

from attrs import field, frozen

from ocstate.checkout.commands.typed import NUMBER, TEXT, code
from ocstate.checkout.values.settings import Setting

SectionT = TypeVar("SectionT")


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


@frozen
class SetCurrency:
    """
    Choose the currency that amounts are shown in, by its exact code.
    """

    code: str = field(converter=code, validator=TEXT)


@frozen
class SetLanguage:
    """
    Choose the language, by its exact code.
    """

    code: str = field(converter=code, validator=TEXT)


@frozen
class SetStore:
    """
    Choose the shop of a multi-store host.
    """

    store_id: int = field(validator=NUMBER)


@frozen(kw_only=True)
class SetSetting:
    """
    Set the host's own configuration of this session; None removes it.
    """

    name: str = field(validator=TEXT)
    value: Setting


@runtime_checkable
class SectionCommand(Protocol[SectionT]):
    """
    A host's own command on one of its own sections.

    It goes through the same deciding, encoding and deciding again as all others.
    """

    section: ClassVar[str]

    def apply(self, value: SectionT | None, /) -> SectionT | None:
        """
        Return what becomes of the section; None removes it. Must be pure.

        Args:
            value: The section as it is, None when there is none.

        Raises:
            CommandRefused: To leave everything as it is.
        """
        ...


def is_section_command(given: object) -> TypeGuard[SectionCommand[Any]]:
    """
    Tell whether *given* has the shape of a host's own command.

    By its two names: to ask a protocol at run time costs more than to decide.
    """
    has_shape = hasattr(given, "section") and hasattr(given, "apply")
    return has_shape and not isinstance(given, type)
