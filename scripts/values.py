"""
Every value class of the domain, and what a session has for its user.
"""

from __future__ import annotations

import inspect
from typing import Final, get_args

import attrs

from ocstate import AsyncSession, Session, checkout
from ocstate.checkout.commands import Command, SectionCommand
from scripts.described import defaults_of, members_of, signature_of
from scripts.docstrings import parse, table

_OF_A_SESSION: Final = (
    *("token", "refused", "is_new", "handle", "subjects", "checkout", "data", "get"),
    *("section", "warnings", "unreadable", "was_read", "cookie_due", "is_closed"),
    *("do", "update", "price", "confirm", "load", "close", "discard", "identify"),
    *("rotate", "revoke"),
)
"""What is covered, in the order in which it is shown."""

_DECIDING: Final = frozenset(
    ("Decision", "Event", "Problem", "Facts", "Order", "Price", "NewLine", "Part")
)
_RULES: Final = frozenset(
    ("Clearing", "ConfirmRule", "Dependency", "FieldRule", "Input", "Rules", "UsedUp")
)


def session() -> str:
    """
    Return a table of what a session has for its user.

    Raises:
        ValueError: If the face shows more of it, or less.
    """
    said = {name: parse(member).summary for name, member in members_of(Session)}
    if said.keys() != set(_OF_A_SESSION):
        raise ValueError(f"differs: {sorted(said.keys() ^ set(_OF_A_SESSION))}")
    awaited = {
        name
        for name in said
        if inspect.iscoroutinefunction(vars(AsyncSession).get(name))
    }
    rows = [
        [f"`{name}`" + (" (awaited under asyncio)" * (name in awaited)), said[name]]
        for name in _OF_A_SESSION
    ]
    return table(["name", "what it is"], rows)


def values(group: str) -> str:
    """
    Return a section for each class of one group: its fields, and what else it has.
    """
    found = [one for one in _classes() if _group(one) == group]
    return "\n\n".join(map(_section, found))


def _classes() -> list[type]:
    """
    List the classes that the domain exports, in the order of their names.
    """
    exported = (getattr(checkout, name) for name in checkout.__all__)
    # Protocols promise something of other classes, and are no values.
    kinds = [
        one
        for one in exported
        if isinstance(one, type) and not getattr(one, "_is_protocol", False)
    ]
    return sorted(kinds, key=lambda kind: kind.__name__)


def _group(kind: type) -> str:
    name = kind.__name__
    if kind in (*get_args(Command), SectionCommand):
        return "commands"
    if name in _DECIDING:
        return "deciding"
    if name in _RULES:
        return "rules"
    if name.endswith("Question"):
        return "questions"
    if name.endswith("Fact") or name in ("PricedLine", "TotalRow"):
        return "facts"
    return "purchase"


def _call(kind: type, name: str, member: object) -> str:
    return "" if isinstance(member, property) else signature_of(getattr(kind, name))


def _section(kind: type) -> str:
    docstring = parse(kind)
    parts = [f"### `{kind.__name__}`", docstring.text]
    said: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        said |= parse(each).entries("Attributes")
    if attrs.has(kind):
        defaults = defaults_of(kind)
        # As they are written: attrs' own notes of them change when they are resolved.
        annotations = {
            name: written
            for each in reversed(kind.__mro__)
            for name, written in inspect.get_annotations(each).items()
        }
        rows = [
            [
                f"`{one.alias or one.name}`",
                f"`{annotations[one.name]}`",
                defaults.get(one.alias or one.name) or "required",
                said.get(one.name, ""),
            ]
            for one in attrs.fields(kind)
            if one.init and not one.name.startswith("_") and one.name != "unknown"
        ]
        if rows:
            parts.append(table(["field", "type", "default", "meaning"], rows))
        fields = {one.name for one in attrs.fields(kind)}
    else:
        fields = set[str]()
        rows = [[f"`{name}`", text] for name, text in said.items()]
        if rows:
            parts.append(table(["attribute", "meaning"], rows))
    rows = [
        [f"`{name}{_call(kind, name, member)}`", parse(member).summary]
        for name, member in members_of(kind)
        if name not in fields | said.keys() and not isinstance(member, str)
    ]
    if rows:
        parts.append(table(["it has", "which does"], rows))
    return "\n\n".join(parts)
