"""
What each call of the API is told and answers, checked against the code that does it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

import ocstate.api
from ocstate.api.routes import CLASSIC
from scripts.docstrings import table

_API = Path(ocstate.api.__file__).parent

_READERS = frozenset(
    (
        *("answers", "decimal", "optional_text", "optional_whole", "require"),
        *("rows", "text", "whole"),
    )
)
"""The methods of `Arguments` that look at a field by its name."""


@frozen(kw_only=True)
class Told:
    """
    What calls of one kind are told, and what they answer.

    Attributes:
        names: The calls, the recorded name first.
        posted: Fields of the body, and what each holds.
        answer: Keys of the answer beside ``success``, and what each holds.
        succeeds: Whether a call that did it answers ``success``.
        note: What else there is to know.
    """

    names: tuple[str, ...]
    posted: Mapping[str, str] = field(default=MappingProxyType[str, str]({}))
    answer: Mapping[str, str] = field(default=MappingProxyType[str, str]({}))
    succeeds: bool = True
    note: str = ""


_ADDRESS = {
    "firstname": "required",
    "lastname": "required",
    "company": "",
    "address_1": "required",
    "address_2": "",
    "postcode": "required where the country wants one",
    "city": "required",
    "country_id": "required, a number",
    "zone_id": "required, a number; `0` where the country has no zones",
    "custom_field[ID]": "an answer, or a list of answers, to a field of the shop's own",
}

_CHOSEN = "a code as it was listed, such as "

CALLS: Final[tuple[Told, ...]] = (
    Told(
        names=("api/login",),
        posted={"username": "`Default` when it is left out", "key": "required"},
        answer={"api_token": "the token; the cookie `OCSESSID` holds the same"},
        note="A refused login answers `[]`.",
    ),
    Told(names=("api/currency",), posted={"currency": "required, such as `EUR`"}),
    Told(
        names=("api/customer",),
        posted={
            "customer_id": "a number; `0` or nothing for a guest",
            "customer_group_id": "a number; the shop's own default when left out",
            "firstname": "required",
            "lastname": "required",
            "email": "required",
            "telephone": "required where the customer's group wants one",
            "custom_field[ID]": "an answer, or a list of answers",
        },
    ),
    Told(
        names=("api/cart/add", "api/cart/addProduct"),
        posted={
            "product_id": "required, a number",
            "quantity": "a number; 1 when it is left out",
            "option[ID]": "the id of a value, a list of ids, or a text",
            "subscription_plan_id": "a number",
            "product[N][…]": "a list of the same fields, `quantity` required: it "
            "becomes the whole cart, and counts before `product_id`",
        },
    ),
    Told(
        names=("api/cart/edit",),
        posted={
            "key": "required, the `cart_id` of a line",
            "quantity": "required, a number; `0` takes the line out",
        },
    ),
    Told(
        names=("api/cart/remove",),
        posted={"key": "required, the `cart_id` of a line or the `code` of a voucher"},
    ),
    Told(
        names=("api/cart/products",),
        answer={
            "products": "lines: `cart_id`, `product_id`, `name`, `model`, `option`, "
            "`quantity`, `shipping`, `price`, `total` as texts, `stock` as true or "
            "false, `reward` as a number",
            "products[].option": "what was chosen: `product_option_id`, "
            "`product_option_value_id`, `name`, `value`, `type`",
            "vouchers": "gift vouchers that are bought: `code`, `description`, "
            "`from_name`, `from_email`, `to_name`, `to_email`, `voucher_theme_id`, "
            "`message`, `price`, `amount`",
            "totals": "rows of the summary: `title`, `text`",
            "error": "only where something is wrong: `stock` a text, `minimum` a "
            "list of texts",
        },
        succeeds=False,
    ),
    Told(names=("api/coupon",), posted={"coupon": "required, a code"}),
    Told(names=("api/voucher",), posted={"voucher": "required, a code"}),
    Told(
        names=("api/voucher/add",),
        posted={
            "from_name": "required",
            "from_email": "required",
            "to_name": "required",
            "to_email": "required",
            "voucher_theme_id": "required, a number",
            "amount": "required, such as `25.00`, in the shop's own currency",
            "message": "",
            "voucher[N][…]": "a list of the same fields, in their place",
        },
    ),
    Told(names=("api/reward",), posted={"reward": "required, points; at least 1"}),
    Told(
        names=("api/reward/maximum",),
        answer={"maximum": "a number"},
        succeeds=False,
    ),
    Told(
        names=("api/reward/available",),
        answer={"points": "a number, as a text"},
        succeeds=False,
    ),
    Told(names=("api/payment/address", "api/payment_address"), posted=_ADDRESS),
    Told(
        names=("api/shipping/address", "api/shipping_address"),
        posted=_ADDRESS,
        note="`[]` when nothing has to be sent.",
    ),
    Told(
        names=("api/payment/methods", "api/payment_methods"),
        answer={
            "payment_methods": "by code: `code`, `title`, `terms`, `sort_order`; `[]` "
            "for none",
            "error": "why there is none",
        },
        succeeds=False,
    ),
    Told(
        names=("api/shipping/methods", "api/shipping_methods"),
        answer={
            "shipping_methods": "groups by code: `title`, `quote`, `sort_order`, "
            "`error` a text or false; `[]` for none",
            "shipping_methods{}.quote": "by the second half of the code: `code`, "
            "`title`, `cost`, `tax_class_id`, `text`",
            "error": "why there is none",
        },
        succeeds=False,
    ),
    Told(
        names=("api/payment/method", "api/payment_method"),
        posted={"payment_method": f"required, {_CHOSEN}`cod`"},
    ),
    Told(
        names=("api/shipping/method", "api/shipping_method"),
        posted={"shipping_method": f"required, {_CHOSEN}`flat.flat`"},
        note="`[]` when nothing has to be sent.",
    ),
    Told(
        names=("api/order/add", "api/order&call=confirm"),
        posted={
            "comment": "the customer's remark",
            "affiliate_id": "who is paid a commission; `0` for nobody",
            "order_status_id": "the status that the order gets; the shop's own "
            "default when it is left out",
            "payment_method": f"{_CHOSEN}`cod`",
            "shipping_method": f"{_CHOSEN}`flat.flat`",
        },
        answer={"order_id": "the shop's number, as a number"},
        note="What is left out stays as it was chosen before. `api/order&call=confirm` "
        "answers a repeated call with the order that was placed.",
    ),
)
"""All calls of the profile ``classic``."""


def calls() -> str:
    """
    Return a section for each call: its fields, and the keys of its answer.

    Raises:
        ValueError: If a call, a field or a key is missing here, or is there no more.
    """
    _check()
    return "\n\n".join(map(_section, CALLS))


def _section(told: Told) -> str:
    parts = ["### " + ", ".join(f"`{name}`" for name in told.names)]
    if told.posted:
        rows = [[f"`{name}`", text] for name, text in told.posted.items()]
        parts.append(table(["field", "holds"], rows))
    else:
        parts.append("It takes no fields.")
    answer = {"success": "a text"} if told.succeeds else {}
    rows = [[f"`{name}`", text] for name, text in (answer | {**told.answer}).items()]
    parts.append(table(["answer", "holds"], rows))
    if told.note:
        parts.append(told.note)
    return "\n\n".join(parts)


def _check() -> None:
    """
    Compare the table with the routes, and with what the controllers read and write.
    """
    names = {name for told in CALLS for name in told.names}
    if names != CLASSIC.keys():
        raise ValueError(f"calls differ: {sorted(names ^ CLASSIC.keys())}")
    fields = {name.partition("[")[0] for told in CALLS for name in told.posted}
    read = {name for tree in _trees("controllers") for name in _read(tree)}
    if fields != read:
        raise ValueError(f"posted fields differ: {sorted(fields ^ read)}")
    text = "".join(
        f"`{key}` {said}" for told in CALLS for key, said in told.answer.items()
    )
    written = {
        key
        for folder in ("controllers", "render.py")
        for tree in _trees(folder)
        for key in _keys(tree)
    }
    if unsaid := sorted(key for key in written if f"`{key}`" not in text):
        raise ValueError(f"keys of answers are not told: {unsaid}")


def _trees(where: str) -> Iterator[ast.Module]:
    path = _API / where
    for each in sorted(path.glob("*.py")) if path.is_dir() else [path]:
        yield ast.parse(each.read_text("utf-8"))


def _read(tree: ast.Module) -> Iterator[str]:
    """
    Find the names of fields that are read: the first argument of each reading.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr=method),
                args=[ast.Constant(value=str(name)), *_],
            ) if method in _READERS:
                yield name
            case _:
                pass


def _keys(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key in node.keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value
