"""
The session as `msgspec.Struct` classes: typed, C-coded, read and written whole.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from attrs import fields, has

from benchmarks.rounds import Case
from benchmarks.sessions import COMMITS, DATA
from ocstate.checkout.checkout import Checkout
from ocstate.checkout.values.lines import Line, Row
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.state import State

_SECTIONS = (
    "customer payment_address shipping_address shipping_method payment_method "
    "currency language coupons comment"
).split()


class _Mirror:
    """
    Classes with the same fields as ocstate's own.

    In the shape that suits msgspec best: mutable, arrays instead of maps.
    """

    def __init__(self, msgspec: Any) -> None:
        self._msgspec = msgspec
        self._made: dict[type, Any] = {}

    def type_of(self, hint: Any) -> Any:
        """
        Return what stands in a Struct for an annotation of ocstate.
        """
        if hint is Options:
            return dict[int, int | str | list[int | str]]
        if isinstance(hint, type) and has(hint):
            if hint not in self._made:
                hints = get_type_hints(hint)
                self._made[hint] = self._msgspec.defstruct(
                    hint.__name__,
                    [
                        (one.name, self.type_of(hints[one.name]))
                        for one in fields(hint)
                        if one.name != "unknown"
                    ],
                    array_like=True,
                )
            return self._made[hint]
        if get_origin(hint) is UnionType:
            of, _ = get_args(hint)
            return self.type_of(of) | None
        if get_origin(hint) is tuple:
            return list[self.type_of(get_args(hint)[0])]  # type: ignore[misc]
        return hint

    def value_of(self, value: Any) -> Any:
        """
        Return the same value, of these classes.
        """
        if isinstance(value, Options):
            return dict(value)
        if isinstance(value, tuple):
            return [self.value_of(one) for one in value]
        if not has(type(value)):
            return value
        held = (one.name for one in fields(type(value)) if one.name != "unknown")
        made = self.type_of(type(value))
        return made(*(self.value_of(getattr(value, name)) for name in held))


def structs(
    checkout: Checkout, added: Row, product_id: int, postcode: str
) -> dict[str, Case]:
    """
    Return what msgspec does; the arguments are what the works put in.

    Raises:
        ImportError: If it is not installed.
    """
    msgspec = import_module("msgspec")
    mirror = _Mirror(msgspec)
    hints = get_type_hints(State)
    session_type = msgspec.defstruct(
        "Session",
        [
            *((name, mirror.type_of(hints[name])) for name in _SECTIONS),
            ("lines", list[mirror.type_of(Line)]),  # type: ignore[misc]
            ("next_line_id", int),
            ("data", dict[str, Any]),
            ("commits", list[str]),
        ],
        array_like=True,
    )
    dumps: Callable[[Any], bytes] = msgspec.msgpack.Encoder().encode
    loads = msgspec.msgpack.Decoder(session_type).decode
    payload = dumps(
        session_type(
            *(mirror.value_of(getattr(checkout, name)) for name in _SECTIONS),
            [mirror.value_of(line) for line in checkout.cart.lines],
            checkout.cart.next_line_id,
            DATA,
            list(COMMITS),
        )
    )
    line_type = mirror.type_of(Line)
    row = mirror.value_of(added)
    options = row.options

    def add() -> bytes:
        held = loads(payload)
        for line in held.lines:
            if line.product_id == product_id and line.row.options == options:
                line.quantity += 1
                break
        else:
            held.lines.append(line_type(held.next_line_id, product_id, 1, row))
            held.next_line_id += 1
        return dumps(held)

    def quantity() -> bytes:
        held = loads(payload)
        held.lines[-1].quantity += 1
        return dumps(held)

    def address() -> bytes:
        held = loads(payload)
        held.shipping_address.postcode = postcode
        return dumps(held)

    def view() -> int:
        held = loads(payload).lines
        return sum(line.quantity + len(line.row.options) for line in held)

    return {
        "add a line": add,
        "change a quantity": quantity,
        "set a postcode": address,
        "read a field": lambda: loads(payload).shipping_address.city,
        "touch": lambda: dumps(loads(payload)),
        "view the cart": view,
        "read everything": lambda: loads(payload),
    }
