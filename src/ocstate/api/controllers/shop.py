"""
The call that chooses a currency.
"""

from __future__ import annotations

from ocstate.api.call import Call, perform
from ocstate.checkout.commands import SetCurrency
from ocstate.core.flow import Flow
from ocstate.http.response import Json


def set_currency(call: Call) -> Flow[Json]:
    """
    Choose the currency that amounts are shown in.
    """
    yield from perform(call, SetCurrency(call.posted.text("currency")))
    return call.success("currency_set")
