"""
Commands that say in which shop, currency and language it is bought.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.commands.typed import NUMBER, TEXT, code
from ocstate.checkout.values.settings import Setting


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
