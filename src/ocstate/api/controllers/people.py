"""
The calls that say who is buying and where it goes.
"""

from __future__ import annotations

from ocstate.api.call import Call, perform
from ocstate.api.parsing.arguments import Arguments
from ocstate.checkout.commands import (
    SetCustomer,
    SetPaymentAddress,
    SetShippingAddress,
)
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.people import Address, Customer
from ocstate.core.flow import Flow
from ocstate.http.response import Json


def set_customer(call: Call) -> Flow[Json]:
    """
    Say who is buying: an account by its number, or a guest.
    """
    posted = call.posted
    customer = Customer(
        customer_id=posted.whole("customer_id"),
        customer_group_id=posted.optional_whole("customer_group_id"),
        firstname=posted.text("firstname"),
        lastname=posted.text("lastname"),
        email=posted.text("email"),
        telephone=posted.text("telephone"),
        custom_field=Options(posted.answers("custom_field")),
    )
    yield from perform(call, SetCustomer(customer))
    return call.success("customer_set")


def set_payment_address(call: Call) -> Flow[Json]:
    """
    Say where it is billed.
    """
    yield from perform(call, SetPaymentAddress(_address(call.posted)))
    return call.success("address_set")


def set_shipping_address(call: Call) -> Flow[Json]:
    """
    Say where it goes; an empty list when nothing has to be sent.
    """
    if not call.must_ship([]):
        return []
    yield from perform(call, SetShippingAddress(_address(call.posted)))
    return call.success("address_set")


def _address(posted: Arguments) -> Address:
    # OpenCart wants a zone whatever the country; "0" says that it has none.
    posted.require("zone_id")
    return Address(
        firstname=posted.text("firstname"),
        lastname=posted.text("lastname"),
        company=posted.text("company"),
        address_1=posted.text("address_1"),
        address_2=posted.text("address_2"),
        postcode=posted.text("postcode"),
        city=posted.text("city"),
        zone_id=posted.whole("zone_id"),
        country_id=posted.whole("country_id"),
        custom_field=Options(posted.answers("custom_field")),
    )
