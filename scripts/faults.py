"""
Makes the mutants of a module: its source with one fault in it.

Cosmic Ray makes the faults; a seed chooses among all of them, so that a score can be
repeated.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT: Final = Path(__file__).resolve().parent.parent
ROOMS: Final = ("src/ocstate/core", "src/ocstate/checkout")
# Python leaves it open whether two equal values are one object; and types are joined
# with a bar, in whose place every other operator fails as soon as it is met.
LEFT_OUT: Final = re.compile("(Eq_Is|NotEq_IsNot|BinaryOperator_BitOr_.*)$")


@frozen
class Mutant:
    """
    One fault.

    Attributes:
        path: The module, from the root of the repository.
        line: Where it is planted.
        source: The module with the fault in it.
    """

    path: str
    line: int
    operator: str
    source: str = field(repr=False, eq=False)

    def __str__(self) -> str:
        was, now = self._lines()
        return f"{self.path}:{self.line} {self.operator}\n  - {was}\n  + {now}"

    def _lines(self) -> tuple[str, str]:
        before = (ROOT / self.path).read_text().splitlines()
        after = self.source.splitlines()
        for was, now in zip(before, after, strict=False):
            if was != now:
                return was.strip(), now.strip()
        return before[self.line - 1].strip(), ""


def places(path: str) -> Iterator[tuple[str, int, str, int]]:
    """
    Yield where a module can be changed, in a settled order.

    Each place is a path, a line, an operator and which of its occurrences it is.
    """
    tree = get_ast((ROOT / path).read_text())
    for name, operator in _operators():
        starts = (
            start
            for node in ast_nodes(tree)
            for start, _ in operator.mutation_positions(node)
        )
        for number, (line, _) in enumerate(starts):
            yield path, line, name, number


def mutant(path: str, line: int, name: str, number: int) -> Mutant | None:
    """
    Make the mutant of one place, or None where there is none.

    There is none where nothing of Python comes out, or nothing that Python notices:
    docstrings and the annotations of functions are not evaluated, and that a parameter
    has to be named, or must not be, is judged where types are.
    """
    source = (ROOT / path).read_text()
    try:
        mutated: str | None = mutate_code(source, get_operator(name)(), number)
        if mutated is None or _meaning(mutated) == _meaning(source):
            return None
    except (AttributeError, SyntaxError):
        # Cosmic Ray takes the slash among parameters for a division, and finds
        # exceptions in dotted names that it cannot replace.
        return None
    return Mutant(path, line, name.partition("/")[2], mutated)


def _operators() -> Iterator[tuple[str, Any]]:
    for name in sorted(operator_names()):
        operator = get_operator(name)
        if not operator.arguments() and not LEFT_OUT.search(name):
            yield name, operator()


def _meaning(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.arguments):
            node.args = [*node.posonlyargs, *node.args, *node.kwonlyargs]
            node.defaults = [*node.defaults, *filter(None, node.kw_defaults)]
            node.posonlyargs, node.kwonlyargs, node.kw_defaults = [], [], []
    return ast.dump(tree)


def sampled(seed: int) -> Iterator[Mutant]:
    """
    Yield all mutants in the order that *seed* gives them, as they are made.
    """
    paths = sorted(
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    )
    found = [place for path in paths for place in places(path)]
    # A seed that decides what is tried, and keeps no secret.
    random.Random(seed).shuffle(found)  # noqa: S311
    made = (mutant(*place) for place in found)
    return (one for one in made if one is not None)
