"""
Renderers of the generated blocks, by the name that stands in a page's mark.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final, get_args

import attrs

import ocstate
from ocstate import exceptions, protocols
from ocstate.checkout.commands import Command
from ocstate.exceptions import OcstateError
from ocstate.stores import open_store
from ocstate.stores.file import FileStore
from ocstate.stores.memory import MemoryStore
from ocstate.stores.sqlite import SqliteStore
from scripts import api_tables as api
from scripts import domain_tables as checkout
from scripts.calls import calls
from scripts.described import (
    defaults_of,
    member_text,
    members_of,
    shown,
    signature_of,
)
from scripts.docstrings import literal_blocks, parse, simple_tables, table
from scripts.values import session, values

ROOT = Path(__file__).parents[1]

_POWERS = ("Purge", "Scan", "BySubject", "Outbox", "Once")


def _found(name: str) -> object:
    """
    Import what *name* names: a module, or something in one.
    """
    module, _, attribute = name.rpartition(".")
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        found: object = getattr(import_module(module), attribute)
        return found


def _class(name: str) -> type:
    found = _found(name)
    if not isinstance(found, type):
        raise TypeError(f"{name} is no class")
    return found


def settings(name: str) -> str:
    """
    Return a table of what a class can be given, with defaults.
    """
    documented = _class(name)
    docstring = parse(documented)
    said = docstring.entries("Attributes") | docstring.entries("Args")
    rows = [
        [f"`{argument}`", default or "required", said.get(argument, "")]
        for argument, default in defaults_of(documented).items()
    ]
    return table(["setting", "default", "meaning"], rows)


def presets(name: str) -> str:
    """
    Return a table of the values that a class's own functions without arguments make.
    """
    documented = _class(name)
    fields = [one.name for one in attrs.fields(documented)]
    rows = []
    for member, made in vars(documented).items():
        if isinstance(made, classmethod) and not member.startswith("_"):
            value = getattr(documented, member)()
            values = [shown(getattr(value, field)) for field in fields]
            rows.append([f"`{documented.__name__}.{member}()`", *values])
    return table(["preset", *(f"`{field}`" for field in fields)], rows)


def kinds(name: str) -> str:
    """
    Return a table of a class whose every field is a value of one other class.
    """
    documented = _class(name)
    said = parse(documented).entries("Attributes")
    made: object = documented()
    values = {one.name: getattr(made, one.name) for one in attrs.fields(documented)}
    fields = [one.name for one in attrs.fields(type(next(iter(values.values()))))]
    rows = [
        [
            f"`{kind}`",
            *(shown(getattr(value, field)) for field in fields),
            said[kind].partition(":")[0],
        ]
        for kind, value in values.items()
    ]
    return table(["kind", *(f"`{field}`" for field in fields), "when"], rows)


def theory(name: str, number: str, *head: str) -> str:
    """
    Return one of the tables in a module's docstring.
    """
    return simple_tables(_found(name), head)[int(number) - 1]


def tree(name: str) -> str:
    """
    Return the drawing in a module's docstring.
    """
    return "\n\n".join(f"```text\n{one}\n```" for one in literal_blocks(_found(name)))


def errors() -> str:
    """
    Return a section for each error of the tree, in its order.
    """
    parts = []
    for name in re.findall(r"[A-Z]\w+", literal_blocks(exceptions)[0]):
        error = getattr(exceptions, name, None)
        if isinstance(error, type) and issubclass(error, OcstateError):
            parts.append(f"### `{name}`\n\n{parse(error).markdown()}")
    return "\n\n".join(parts)


def face() -> str:
    """
    Return a section for each name of the face; of an asynchronous one, what differs.
    """
    names: dict[str, type] = {name: getattr(ocstate, name) for name in ocstate.__all__}
    parts = []
    for name, documented in names.items():
        parts.append(f"### `{name}`")
        if issubclass(documented, OcstateError):
            summary = parse(documented).summary
            parts.append(f"{summary} See [the errors](exceptions.md#{name.lower()}).")
            continue
        parts.append(f"`{name}{signature_of(documented)}`")
        parts.append(parse(documented).markdown())
        like = names.get(name.removeprefix("Async"), documented)
        if like is documented:
            parts += [member_text(documented, *each) for each in members_of(documented)]
        else:
            own = [
                each for each in members_of(documented) if each[0] in vars(documented)
            ]
            parts += [member_text(documented, *each) for each in own]
            parts.append(
                f"All else is as in [`{like.__name__}`](#{like.__name__.lower()})."
            )
    return "\n\n".join(parts)


def arguments() -> str:
    """
    Return a table of what each command is told, with defaults.
    """
    rows = []
    for command in get_args(Command):
        if attrs.has(command):
            defaults = defaults_of(command)
            told = [f"`{name}`" for name, default in defaults.items() if not default]
            may = [f"`{name}`" for name, default in defaults.items() if default]
            row = [", ".join(names) for names in (told, may)]
            rows.append([f"`{command.__name__}`", *row])
    return table(["command", "has to be told", "may be told"], rows)


def stores() -> str:
    """
    Return a table of the stores and the extra powers that each one has.
    """
    shipped = (MemoryStore, FileStore, SqliteStore)
    rows = []
    for name in _POWERS:
        power: type = getattr(protocols, name)
        has = ["yes" if issubclass(store, power) else "no" for store in shipped]
        rows.append([f"`{name}`", parse(power).summary, *has])
    return table(["power", "for", *(f"`{store.__name__}`" for store in shipped)], rows)


def store_urls() -> str:
    """
    Return the list of the URLs that open stores, and their options.
    """
    return parse(open_store).text.partition("\n\n")[2]


def example(path: str) -> str:
    """
    Return a program of the repository: what it says of itself, then its code.
    """
    source = (ROOT / path).read_text("utf-8")
    tree = ast.parse(source)
    said = parse(ast.get_docstring(tree) or "").text
    code = "".join(source.splitlines(keepends=True)[tree.body[1].lineno - 1 :])
    return f"{said}\n\n```python\n{code.strip()}\n```"


BLOCKS: Final[Mapping[str, Callable[..., str]]] = {
    "api-calls": calls,
    "api-codes": api.render_codes,
    "api-deviations": api.render_deviations,
    "api-limits": api.render_limits,
    "api-routes": api.render_routes,
    "arguments": arguments,
    "clearing": checkout.render_clearing,
    "commands": checkout.render_commands,
    "confirm-rules": checkout.render_confirm_rules,
    "dependencies": checkout.render_dependencies,
    "errors": errors,
    "example": example,
    "face": face,
    "field-rules": checkout.render_field_rules,
    "inputs": checkout.render_inputs,
    "kinds": kinds,
    "presets": presets,
    "problems": checkout.render_codes,
    "session": session,
    "settings": settings,
    "store-urls": store_urls,
    "stores": stores,
    "theory": theory,
    "tree": tree,
    "used-up": checkout.render_used_up,
    "values": values,
}
