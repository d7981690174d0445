"""
The one table of all calls: names, methods, shapes of errors, and what answers them.

Documentation and lookup both read it, so that there is nothing that only one of them
knows. A profile is a dialect: the calls that it has, and what follows from a command.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from attrs import evolve, field, frozen

from ocstate.api.call import Controller
from ocstate.api.controllers.access import log_in
from ocstate.api.controllers.cart import (
    add_to_cart,
    edit_cart,
    list_cart,
    remove_from_cart,
)
from ocstate.api.controllers.discounts import (
    add_gift,
    apply_coupon,
    apply_voucher,
    set_currency,
    set_reward,
    show_available_points,
    show_maximum_points,
)
from ocstate.api.controllers.methods import (
    list_payment_methods,
    list_shipping_methods,
    set_payment_method,
    set_shipping_method,
)
from ocstate.api.controllers.orders import place_order
from ocstate.api.controllers.people import (
    set_customer,
    set_payment_address,
    set_shipping_address,
)
from ocstate.api.errors import ApiProblem, Shape
from ocstate.api.parsing.arguments import trimmed
from ocstate.api.parsing.nesting import Fields
from ocstate.checkout.deciding.clearing import clear_as_opencart
from ocstate.core.changes import Then
from ocstate.exceptions import ConfigurationError

Get = Literal["read", "keeps the offer", "posts nothing", "programs only", "refused"]
"""What a GET does: it reads; it asks for an offer and keeps it, as a POST does, but by
a cookie it leaves a choice that is still right; it is a POST of nothing, which cannot
change anything; it is served unless a browser may have sent it; or it is refused.
"""


@frozen
class Route:
    """
    One call.

    Attributes:
        name: Normalised; with ``&call=`` where that names the call.
        gist: What it does, in a sentence.
        shape: How errors are told, and missing permission too.
        section: What the posted fields belong to, the beginning of their paths.
        get: What a GET does; POST is served by every call.
        changes: Whether it may change the session, so that a browser may send it for
            trusted pages only.
        opens: Whether it opens a session instead of needing one.
        renews: Whether a token that is old enough may be renewed with it: not where
            the call may have to be repeated, with the token that the client knew.
    """

    name: str
    controller: Controller = field(repr=False)
    gist: str
    shape: Shape = field(default=Shape(kind="text"), kw_only=True)
    section: tuple[str, ...] = field(default=(), kw_only=True)
    get: Get = field(default="posts nothing", kw_only=True)
    changes: bool = field(default=True, kw_only=True)
    opens: bool = field(default=False, kw_only=True)
    renews: bool = field(default=True, kw_only=True)


_FIELDS = Shape(kind="fields")
_ORDER = (
    "customer",
    "payment_address",
    "payment_method",
    "shipping_address",
    "shipping_method",
    "cart_empty",
    "out_of_stock",
    "below_minimum",
)

_DOCUMENTED_ORDER = (
    "below_minimum",
    "out_of_stock",
    "payment_method",
    "payment_address",
    "shipping_method",
    "shipping_address",
    "cart_empty",
    "customer",
)

_CUSTOMER = Shape(kind="fields", keys={"customer_id": "warning"})
_LINE = Shape(kind="fields", keys={"product_id": "store"})

# A row may have two lines.
# fmt: off
_RECORDED: tuple[Route, ...] = (
    Route("api/login", log_in, "Open a session with a username and a key.",
          shape=_FIELDS, opens=True),
    Route("api/currency", set_currency, "Choose the currency."),
    Route("api/customer", set_customer, "Say who is buying.",
          shape=_CUSTOMER, section=("customer",)),
    Route("api/cart/add", add_to_cart,
          "Put a product into the cart, or make a list of products the cart.",
          shape=_LINE, section=("cart", "lines", "-")),
    Route("api/cart/edit", edit_cart, "Set the quantity of a line."),
    Route("api/cart/remove", remove_from_cart,
          "Take a line or a gift voucher out of the cart."),
    Route("api/cart/products", list_cart, "Show the cart and the summary.",
          shape=_FIELDS, get="read", changes=False),
    Route("api/coupon", apply_coupon, "Enter a coupon."),
    Route("api/voucher", apply_voucher, "Enter a gift voucher to pay with."),
    Route("api/voucher/add", add_gift, "Buy a gift voucher for somebody.",
          shape=_FIELDS, section=("gifts", "-")),
    Route("api/reward", set_reward, "Say how many reward points to use."),
    Route("api/reward/maximum", show_maximum_points,
          "Tell how many points the cart can be paid with.", get="read", changes=False),
    Route("api/reward/available", show_available_points,
          "Tell how many points the customer has.", get="read", changes=False),
    Route("api/payment/address", set_payment_address, "Say where it is billed.",
          shape=_FIELDS, section=("payment_address",)),
    Route("api/shipping/address", set_shipping_address, "Say where it goes.",
          shape=_FIELDS, section=("shipping_address",)),
    Route("api/payment/methods", list_payment_methods,
          "Show the ways to pay, and keep them; none is chosen then.",
          get="keeps the offer"),
    Route("api/shipping/methods", list_shipping_methods,
          "Show the ways to ship, and keep them; none is chosen then.",
          get="keeps the offer"),
    Route("api/payment/method", set_payment_method, "Choose a way to pay."),
    Route("api/shipping/method", set_shipping_method, "Choose a way to ship."),
    Route("api/order/add", place_order,
          "Make an order of the checkout, or tell which one was made of it.",
          shape=Shape(kind="text", gravity=_ORDER), get="refused", renews=False),
)
# fmt: on
"""What OpenCart 3.0 has, in its recorded shapes."""

_BY_NAME = {route.name: route for route in _RECORDED}


def documented(name: str, like: str) -> Route:
    """
    Make a route that only the original documentation has, of one that OpenCart has.

    Its errors are an object with ``warning`` always.
    """
    shape = Shape(kind="documented", gravity=_DOCUMENTED_ORDER)
    return evolve(_BY_NAME[like], name=name, shape=shape)


_DOCUMENTED: tuple[Route, ...] = (
    documented("api/cart/addProduct", "api/cart/add"),
    documented("api/payment_address", "api/payment/address"),
    documented("api/shipping_address", "api/shipping/address"),
    documented("api/payment_methods", "api/payment/methods"),
    documented("api/shipping_methods", "api/shipping/methods"),
    documented("api/payment_method", "api/payment/method"),
    documented("api/shipping_method", "api/shipping/method"),
    evolve(
        _BY_NAME["api/order/add"],
        name="api/order&call=confirm",
        get="programs only",
        shape=Shape(kind="documented", gravity=_DOCUMENTED_ORDER, by_section=True),
    ),
)
"""What only the original documentation has."""

CLASSIC: Final[Mapping[str, Route]] = MappingProxyType(
    {route.name: route for route in (*_RECORDED, *_DOCUMENTED)}
)
"""All calls of the profile ``classic``, by name."""


@frozen(kw_only=True)
class Profile:
    """
    What a generation of clients expects.

    Attributes:
        then: What it makes of the checkout behind every accepted command.
    """

    name: str
    routes: Mapping[str, Route] = field(repr=False)
    then: Then | None = None


PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {"classic": Profile(name="classic", routes=CLASSIC, then=clear_as_opencart)}
)
"""Every profile by name; ``classic`` is OpenCart 2 and 3 and the documentation."""


def find_profile(name: str) -> Profile:
    """
    Return the profile of this name.

    Raises:
        ConfigurationError: If there is none.
    """
    if name not in PROFILES:
        raise ConfigurationError(
            f"there is no profile {name!r}, only {', '.join(PROFILES)}"
        )
    return PROFILES[name]


def find_route(query: Fields, routes: Mapping[str, Route]) -> Route:
    """
    Find the call that a query names.

    The name is normalised once, then looked up exactly: blanks at the ends go, and
    the dot before a method is a slash, so that ``api/cart.addProduct`` is
    ``api/cart/addProduct``. Of ``api/order``, ``call`` names the call; what was meant
    to part them may have been escaped.

    Raises:
        ApiProblem: If there is no such call.
    """
    name = _text(query, "route").replace(".", "/")
    for mark in "&=":
        name = mark.join(map(trimmed, name.split(mark)))
    if name == "api/order":
        name = f"{name}&call={_text(query, 'call')}"
    route = routes.get(name)
    if route is None:
        raise ApiProblem(404, "unknown_route")
    return route


def _text(query: Fields, name: str) -> str:
    value = query.get(name)
    return trimmed(value) if isinstance(value, str) else ""
