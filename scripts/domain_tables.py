"""
The tables of the domain as Markdown, for the reference.
"""

from __future__ import annotations

from collections.abc import Iterable

from ocstate.checkout.codes import CODES, ENGLISH
from ocstate.checkout.confirming.rules import RULES, Rules
from ocstate.checkout.confirming.used_up import USED_UP
from ocstate.checkout.deciding.clearing import CLASSIC_CLEARING
from ocstate.checkout.deciding.handlers import HANDLERS
from ocstate.checkout.derived.dependencies import DEPENDENCIES, INPUTS
from ocstate.checkout.rules.fields import CIRCUMSTANCES, FieldRule
from scripts.docstrings import table


def render_field_rules(rules: Rules = RULES) -> str:
    """
    Render what each field may hold.
    """
    return table(
        ("field", "kind", "bounds", "required", "has to be", "code", "OpenCart"),
        (
            (
                f"`{rule.path}`",
                rule.kind,
                _bounds(rule),
                CIRCUMSTANCES[rule.required],
                _form(rule),
                _code(rule.code) if rule.check or rule.pattern else "",
                _code(rule.opencart),
            )
            for rule in rules.fields
        ),
    )


def render_confirm_rules(rules: Rules = RULES) -> str:
    """
    Render what has to be right before a checkout is confirmed.
    """
    return table(
        ("rule", "path", "finds", "reads", "asks", "severity", "mended by", "OpenCart"),
        (
            (
                _code(rule.name),
                _code(rule.path),
                _sentence(rule.check.__doc__).removeprefix("Find "),
                _codes(rule.reads),
                _codes(kind.__name__.removesuffix("Question") for kind in rule.asks),
                rule.severity,
                _codes(rule.fix),
                _code(rule.opencart),
            )
            for rule in rules.confirm
        ),
    )


def render_dependencies() -> str:
    """
    Render what each derived fact depends on.
    """
    return table(
        ("derived", "kept in", "depends on"),
        (
            (_code(name), _code(one.section), _codes(one.inputs))
            for name, one in DEPENDENCIES.items()
        ),
    )


def render_inputs() -> str:
    """
    Render what each input means.
    """
    return table(
        ("input", "section", "what of it"),
        (
            (_code(name), _code(one.section), one.meaning)
            for name, one in INPUTS.items()
        ),
    )


def render_used_up() -> str:
    """
    Render what an order takes of each section.
    """
    return table(
        ("section", "the order takes"),
        ((_code(one.section), one.meaning) for one in USED_UP),
    )


def render_clearing() -> str:
    """
    Render what the classic API clears after each command.
    """
    return table(
        ("command", "when", "clears"),
        (
            (
                _code(one.command.__name__),
                one.when.replace("_", " "),
                _codes(one.sections),
            )
            for one in CLASSIC_CLEARING
        ),
    )


def render_commands() -> str:
    """
    Render each command with what it may change and what it is called afterwards.
    """
    return table(
        ("command", "meaning", "changes", "event"),
        (
            (
                _code(command.__name__),
                _sentence(command.__doc__),
                _codes(handler.changes),
                _code(handler.event),
            )
            for command, handler in HANDLERS.items()
        ),
    )


def render_codes() -> str:
    """
    Render every code with its parameters and its English text.
    """
    return table(
        ("code", "parameters", "text"),
        (
            (_code(code), _codes(params), ENGLISH[code])
            for code, params in CODES.items()
        ),
    )


def _bounds(rule: FieldRule) -> str:
    least = f"{rule.minimum} to " if rule.minimum else "up to "
    return f"{least}{rule.maximum}"


def _form(rule: FieldRule) -> str:
    return rule.check or (_code(rule.pattern) if rule.pattern else "")


def _sentence(docstring: str | None) -> str:
    paragraph = (docstring or "").strip().split("\n\n")[0]
    return " ".join(paragraph.split()).removesuffix(".")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _codes(texts: Iterable[str]) -> str:
    return ", ".join(_code(text) for text in texts)
