"""
Commands on the cart.
"""

from __future__ import annotations

from attrs import field, frozen

from ocstate.checkout.options import NO_OPTIONS, Options, options_of

__all__ = [
    "AddLine",
    "ClearCart",
    "NewLine",
    "RemoveLine",
    "ReplaceCart",
    "SetQuantity",
]


@frozen(kw_only=True)
class NewLine:
    """
    A product as it is put into a cart.
    """

    product_id: int
    quantity: int = 1
    options: Options = field(default=NO_OPTIONS, converter=options_of)
    subscription_plan_id: int = 0


@frozen(kw_only=True)
class AddLine(NewLine):
    """
    Put a product into the cart, or more of it; commutative.
    """


@frozen(kw_only=True)
class SetQuantity:
    """
    Set how many of a line there are; 0 removes it.
    """

    line_id: int
    quantity: int


@frozen(kw_only=True)
class RemoveLine:
    """
    Take a line out of the cart; one that is not there is reported, not refused.
    """

    line_id: int


@frozen
class ClearCart:
    """
    Take everything out of the cart.
    """


@frozen
class ReplaceCart:
    """
    Make these lines the whole cart, all or none of them.
    """

    lines: tuple[NewLine, ...] = field(converter=tuple[NewLine, ...])
