"""
No regular expression that a stranger's bytes meet goes back and forth in them.
"""

from __future__ import annotations

import inspect
import re
from types import ModuleType

import pytest

from ocstate.api import locale
from ocstate.api.parsing import arguments, forms, multipart, nesting, token
from ocstate.core import cookies, setup
from ocstate.http import caching, forwarded, networks, origins
from tests.api.backtracking import MOST, attacks, end, steps

MODULES = [
    *(arguments, forms, locale, multipart, nesting, origins, token),
    *(caching, forwarded, networks, cookies, setup),
]
SIZE = 12

# What an application's author writes, and nobody else.
WRITTEN_BY_US = {"_DOMAIN"}


def patterns(module: ModuleType) -> dict[str, re.Pattern]:
    """
    Find a module's expressions.
    """
    found = {
        name: each for name, each in vars(module).items() if name not in WRITTEN_BY_US
    }
    return {name: each for name, each in found.items() if isinstance(each, re.Pattern)}


def is_searched(module: ModuleType, name: str) -> bool:
    """
    Tell whether a module looks for an expression anywhere in a text.
    """
    uses = re.findall(rf"\b{name}\.(\w+)", inspect.getsource(module))
    return not set(uses) <= {"fullmatch"}


def looks_back(pattern: re.Pattern, *, anywhere: bool) -> tuple[str, str] | None:
    """
    Find an attack for which twice as much takes more than about twice the steps more.
    """

    def grows(begun: str, unit: str, size: int) -> bool:
        one, two, four = (
            steps(pattern, f"{begun}{unit * each}\x01", anywhere=anywhere)
            for each in (size, 2 * size, 4 * size)
        )
        return four > MOST or four - two > 2.5 * (two - one) + 4 * size

    for attack in attacks(pattern):
        # At the end of a bounded repetition the steps leap, but once.
        if all(grows(*attack, size) for size in (SIZE, 4 * SIZE)):
            return attack
    return None


@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param(module, name, id=f"{module.__name__}.{name}")
        for module in MODULES
        for name in patterns(module)
    ],
)
def test_an_expression_takes_steps_for_each_character_once(module, name):
    """
    Whatever is repeated behind whatever beginning.
    """
    pattern = patterns(module)[name]

    assert looks_back(pattern, anywhere=is_searched(module, name)) is None


@pytest.mark.parametrize(
    ("source", "anywhere"),
    [
        (r"\s*\s*x", False),
        (r"(?:a+)+b", False),
        (r"\s*x", True),
        (r"a=(?:0|0)*;", False),
        (r"[a-z]*=[a0]*[a-z]*;", False),
        (rb'"(?:[^"\\]|\\?.)*"', False),
    ],
)
def test_an_expression_that_looks_back_is_found(source, anywhere):
    """
    The measure sees what it is for.
    """
    assert looks_back(re.compile(source), anywhere=anywhere)


@pytest.mark.parametrize("module", MODULES)
def test_the_steps_are_those_of_the_engine(module):
    """
    What is counted finds the matches that Python's own engine finds.
    """
    for name, pattern in patterns(module).items():
        for begun, unit in attacks(pattern):
            text = f"{begun}{unit * 3}"
            given = text if isinstance(pattern.pattern, str) else text.encode("latin-1")
            match = pattern.match(given)
            found = end(pattern, text)
            assert found == (match and match.end()), (name, text)
