"""
The codec beside others: what a request does to the stored bytes of a session.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, cast

import msgpack  # type: ignore[import-untyped]
from attrs import evolve

from benchmarks.rounds import Case
from benchmarks.sessions import COMMITS, DATA, filled, plain
from benchmarks.structs import structs
from ocstate.checkout.checkout import Checkout
from ocstate.checkout.values.cart import Row
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.people import Address
from ocstate.checkout.values.state import SECTIONS
from ocstate.core.record.codec import Codec

REFERENCES = ("msgspec Struct", "msgpack dict")
SIZES = (5, 100, 1000)
GOALS = {
    ("add a line", 5): 0.8,
    ("add a line", 100): 0.8,
    ("add a line", 1000): 0.08,
    ("change a quantity", 5): 0.8,
    ("change a quantity", 100): 0.8,
    ("change a quantity", 1000): 0.08,
    ("read a field", 5): 0.6,
    ("touch", 5): 0.6,
}
"""The largest ratio of ocstate's time to the reference's that is still good."""

_OPTIONS: dict[int, int | str] = {250: 12, 950: "Engraving"}
_PRODUCT = 42
_POSTCODE = "SW1Y 4JX"

Works = Mapping[str, Case]
"""A case by the work that it does."""


def groups() -> Iterator[tuple[str, int, Mapping[str, Case]]]:
    """
    Yield what is measured together: work, number of lines, and a case for each codec.
    """
    for lines in SIZES:
        ways = {"ocstate": ours(lines), **others(lines)}
        for work in ways["ocstate"]:
            yield work, lines, {name: works[work] for name, works in ways.items()}


def ours(lines: int) -> Works:
    """
    Return what ocstate does, through the values that its users handle.
    """
    codec = Codec()
    payload = codec.encode(filled(lines), data=DATA, commits=COMMITS)
    row = Row(options=Options(_OPTIONS))
    last = lines - 1

    def add() -> bytes:
        decoded = codec.decode(payload)
        checkout = decoded.checkout
        cart = checkout.cart.add(product_id=_PRODUCT, quantity=1, row=row)
        return codec.encode(checkout.evolve(cart=cart), base=decoded)

    def quantity() -> bytes:
        decoded = codec.decode(payload)
        checkout = decoded.checkout
        held = checkout.cart.lines
        changed = held.with_quantity(last, held.quantities[last] + 1)
        cart = checkout.cart.holding(changed)
        return codec.encode(checkout.evolve(cart=cart), base=decoded)

    def address() -> bytes:
        decoded = codec.decode(payload)
        checkout = decoded.checkout
        changed = evolve(_address(checkout), postcode=_POSTCODE)
        return codec.encode(checkout.evolve(shipping_address=changed), base=decoded)

    def read() -> str:
        return _address(codec.decode(payload).checkout).city

    def touch() -> bytes:
        # When it was seen stands in the record, so the payload stays as it is.
        decoded = codec.decode(payload)
        return codec.encode(decoded.checkout, base=decoded)

    def view() -> int:
        held = codec.decode(payload).checkout.cart.lines
        return sum(line.quantity + len(line.options) for line in held)

    def read_all() -> int:
        checkout = codec.decode(payload).checkout
        sections = [getattr(checkout, name) for name in SECTIONS]
        return len(sections) + len(list(checkout.cart.lines))

    return {
        "add a line": add,
        "change a quantity": quantity,
        "set a postcode": address,
        "read a field": read,
        "touch": touch,
        "view the cart": view,
        "read everything": read_all,
    }


def _address(checkout: Checkout) -> Address:
    if checkout.shipping_address is None:
        raise ValueError("the session of the benchmark has an address")
    return checkout.shipping_address


def others(lines: int) -> Mapping[str, Works]:
    """
    Return what the same costs where a session is one value, read and written whole.
    """
    session = plain(filled(lines))
    found: dict[str, Works] = {
        "json dict": _whole(session, _json, json.loads),
        "pickle dict": _whole(session, _pickle, pickle.loads),
        "msgpack dict": _whole(session, _msgpack, msgpack.unpackb),
    }
    with suppress(ImportError):
        orjson = import_module("orjson")
        found["orjson dict"] = _whole(session, orjson.dumps, orjson.loads)
    with suppress(ImportError):
        row = Row(options=Options(_OPTIONS))
        found[REFERENCES[0]] = structs(filled(lines), row, _PRODUCT, _POSTCODE)
    return found


def _json(session: object) -> bytes:
    return json.dumps(session, separators=(",", ":")).encode()


def _pickle(session: object) -> bytes:
    return pickle.dumps(session, protocol=5)


def _msgpack(session: object) -> bytes:
    return cast("bytes", msgpack.packb(session))


def _whole(
    session: object,
    dumps: Callable[[Any], bytes],
    loads: Callable[[bytes], Any],
) -> Works:
    payload = dumps(session)
    options = {str(key): answer for key, answer in _OPTIONS.items()}

    def add() -> bytes:
        held = loads(payload)
        for line in held["lines"]:
            if line["product_id"] == _PRODUCT and line["row"]["options"] == options:
                line["quantity"] += 1
                break
        else:
            held["lines"].append(
                {
                    "line_id": held["next_line_id"],
                    "product_id": _PRODUCT,
                    "quantity": 1,
                    "row": {"options": options},
                }
            )
            held["next_line_id"] += 1
        return dumps(held)

    def quantity() -> bytes:
        held = loads(payload)
        held["lines"][-1]["quantity"] += 1
        return dumps(held)

    def address() -> bytes:
        held = loads(payload)
        held["shipping_address"]["postcode"] = _POSTCODE
        return dumps(held)

    def read() -> Any:
        return loads(payload)["shipping_address"]["city"]

    def touch() -> bytes:
        return dumps(loads(payload))

    def view() -> int:
        held = loads(payload)["lines"]
        return sum(line["quantity"] + len(line["row"]["options"]) for line in held)

    return {
        "add a line": add,
        "change a quantity": quantity,
        "set a postcode": address,
        "read a field": read,
        "touch": touch,
        "view the cart": view,
        "read everything": lambda: loads(payload),
    }
