"""
The rules for what people fill in, field by field, as one table.

The bounds are OpenCart's. Where it has none, the limit is what an order can hold. What
it lets through and should not, such as names of blanks alone, is refused. Nothing is
escaped: a text is checked and kept as it was typed, without blanks at its ends; a
plain one, such as a telephone, without anything else that is not seen either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal

from attrs import evolve, frozen

from ocstate.checkout.rules.email import is_email
from ocstate.exceptions import ConfigurationError

LARGEST_NUMBER: Final = 2**63 - 1
"""The largest number that means anything: ids and points are signed 64-bit integers."""

LONGEST_TEXT: Final = 65_535
"""Characters, and bytes in UTF-8, of the longest text that an order can hold."""

MOST_ENTRIES: Final = 1_000
"""Entries of a list that a client can make longer: answers, gifts, documents."""

Circumstance = Literal[
    "always", "never", "telephone_required", "postcode_required", "country_has_zones"
]

CIRCUMSTANCES: Final[Mapping[Circumstance, str]] = MappingProxyType(
    {
        "always": "always",
        "never": "",
        "telephone_required": "where the customer's group has to give a telephone",
        "postcode_required": "where the country requires a postcode",
        "country_has_zones": "where the country has zones",
    }
)
"""When a field has to be filled in; what a host did not say does not require it."""

CHECKS: Final[Mapping[str, Callable[[str], bool]]] = MappingProxyType(
    {"email": is_email}
)
"""What a field rule may ask for by name, beside a pattern."""

FieldKind = Literal["line", "plain", "text", "number"]
"""
A text of one line, one in which everything is seen, a text of several lines, or a whole
number.
"""


@frozen(kw_only=True)
class FieldRule:
    """
    What one field of one value may hold.

    Attributes:
        value: Where the value stands, as in paths: ``"customer"``, ``"gifts/-"`` for
            a gift to be added, the empty text for the checkout itself.
        field: The name of the attribute.
        minimum: Least length in code points, once it has to be filled in; the least
            value of a number.
        maximum: Greatest length in code points, in any case; the greatest value of a
            number.
        required: When it has to be filled in; a number is when it is not 0.
        check: Name of a check in `CHECKS` that a filled-in text has to pass.
        pattern: A regular expression that all of a filled-in text has to match.
        code: What is reported when check or pattern fail.
        opencart: OpenCart's name of the field in its errors.

    Raises:
        ConfigurationError: If there is no such check, or the pattern is none.
    """

    value: str
    field: str
    kind: FieldKind = "line"
    minimum: int = 0
    maximum: int
    required: Circumstance = "never"
    check: str = ""
    pattern: str = ""
    code: str = "pattern_mismatch"
    opencart: str = ""

    def __attrs_post_init__(self) -> None:
        if self.check and self.check not in CHECKS:
            raise ConfigurationError(f"there is no check {self.check!r}")
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ConfigurationError(f"{self.path}: no pattern: {error}") from error

    @property
    def path(self) -> str:
        """
        Return the JSON Pointer to the field.
        """
        return f"/{self.value}/{self.field}" if self.value else f"/{self.field}"


def _line(
    value: str,
    field: str,
    maximum: int,
    *,
    kind: FieldKind = "line",
    minimum: int = 0,
    required: Circumstance = "never",
) -> FieldRule:
    return FieldRule(
        value=value,
        field=field,
        kind=kind,
        minimum=minimum,
        maximum=maximum,
        required=required,
        opencart=field,
    )


def _needed(value: str, *fields: str, maximum: int) -> tuple[FieldRule, ...]:
    return tuple(
        _line(value, field, maximum, minimum=1, required="always") for field in fields
    )


def _free(value: str, maximum: int, *fields: str) -> tuple[FieldRule, ...]:
    return tuple(_line(value, field, maximum) for field in fields)


def _texts(value: str, field: str) -> FieldRule:
    return FieldRule(value=value, field=field, kind="text", maximum=LONGEST_TEXT)


def _email(value: str, field: str) -> FieldRule:
    rule = _line(value, field, 96, kind="plain", minimum=1, required="always")
    return evolve(rule, check="email", code="invalid_email")


def _number(
    value: str, field: str, required: Circumstance = "never", opencart: str = ""
) -> FieldRule:
    rule = _line(value, field, LARGEST_NUMBER, kind="number", required=required)
    return evolve(rule, opencart=opencart or field)


def _address(value: str) -> tuple[FieldRule, ...]:
    return (
        _number(value, "address_id"),
        *_needed(value, "firstname", "lastname", maximum=32),
        *_free(value, 128, "company"),
        _line(value, "address_1", 128, minimum=3, required="always"),
        *_free(value, 128, "address_2"),
        _line(value, "city", 128, minimum=2, required="always"),
        _line(
            value,
            "postcode",
            10,
            minimum=2,
            required="postcode_required",
            kind="plain",
        ),
        _number(value, "country_id", "always", "country"),
        _number(value, "zone_id", "country_has_zones", "zone"),
    )


FIELD_RULES: Final[tuple[FieldRule, ...]] = (
    _number("", "store_id"),
    *_needed("currency", "code", maximum=3),
    *_needed("language", "code", maximum=32),
    _number("customer", "customer_id"),
    _number("customer", "customer_group_id"),
    *_needed("customer", "firstname", "lastname", maximum=32),
    _email("customer", "email"),
    _line(
        "customer",
        "telephone",
        32,
        minimum=3,
        required="telephone_required",
        kind="plain",
    ),
    *_address("payment_address"),
    *_address("shipping_address"),
    *_needed("coupons/-", "code", maximum=64),
    *_needed("vouchers/-", "code", maximum=64),
    *_needed("gifts/-", "code", "from_name", maximum=64),
    _email("gifts/-", "from_email"),
    *_needed("gifts/-", "to_name", maximum=64),
    _email("gifts/-", "to_email"),
    _number("gifts/-", "voucher_theme_id", "always"),
    _texts("gifts/-", "message"),
    _number("", "reward"),
    _number("", "affiliate", opencart="affiliate_id"),
    _texts("", "comment"),
    _number("terms/-", "document_id", "always"),
    *_free("terms/-", 255, "version"),
    *_free("attribution", 255, "tracking", "source", "medium", "campaign"),
    *_free("attribution", 2_048, "referrer"),
    *_needed("settings/-", "name", maximum=64),
    *_free("cancellation", 64, "reason"),
)
"""All field rules, with OpenCart's bounds."""
