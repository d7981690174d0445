"""
Commands on the cart.
"""

from __future__ import annotations

from attrs import field, frozen
from attrs.validators import deep_iterable

from ocstate.checkout.commands.typed import NUMBER, Typed
from ocstate.checkout.values.options import NO_OPTIONS, Options, options_of


@frozen(kw_only=True)
class NewLine:
    """
    A product as it is put into a cart.
    """

    product_id: int = field(validator=NUMBER)
    quantity: int = field(default=1, validator=NUMBER)
    options: Options = field(default=NO_OPTIONS, converter=options_of)
    subscription_plan_id: int = field(default=0, validator=NUMBER)


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

    line_id: int = field(validator=NUMBER)
    quantity: int = field(validator=NUMBER)


@frozen(kw_only=True)
class RemoveLine:
    """
    Take a line out of the cart; one that is not there is reported, not refused.
    """

    line_id: int = field(validator=NUMBER)


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

    lines: tuple[NewLine, ...] = field(
        converter=tuple[NewLine, ...], validator=deep_iterable(Typed(NewLine))
    )
