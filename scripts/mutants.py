"""
Plant faults in the heart of ocstate, one at a time, and count those that tests notice.

Cosmic Ray makes the faults; a seed chooses among all of them, so that a score can be
repeated. Each is tried in a copy of the repository, never in the repository itself.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from attrs import field, frozen
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("src/ocstate/core", "src/ocstate/checkout")
# What survives one round of tests meets the next one; a room's own come first.
ROUNDS = (
    "tests/core",
    "tests/checkout",
    "tests/shells/test_scenarios.py",
    "tests/test_wrong_use.py",
)
# Python leaves it open whether two equal values are one object; and types are joined
# with a bar, in whose place every other operator fails as soon as it is met.
LEFT_OUT = re.compile("(Eq_Is|NotEq_IsNot|BinaryOperator_BitOr_.*)$")
NOT_NEEDED = (".git", ".venv", "__pycache__", "dist", "node_modules")
# A mutant may loop, and may collect things while it does.
MEMORY = 3 << 30
PYTEST = f"""
import resource, sys, pytest

class Hasty:
    def pytest_load_initial_conftests(self):
        # An example that fails kills; a smaller one kills no better.
        from hypothesis import Phase, settings
        phases = [Phase.explicit, Phase.generate]
        settings.register_profile("mutants", phases=phases)
        settings.load_profile("mutants")

resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
sys.exit(pytest.main(sys.argv[1:], plugins=[Hasty()]))
"""


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


@frozen
class Verdict:
    """
    What became of a mutant.

    Attributes:
        outcome: ``"killed"``, ``"stuck"`` (it took too long) or ``"survived"``.
    """

    mutant: Mutant
    outcome: str


class Tree:
    """
    A copy of what the tests need, in which one mutant after the other is planted.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        shutil.copytree(ROOT, place, ignore=_what_is_not_needed)

    def warm(self) -> dict[str, float]:
        """
        Run all rounds without a mutant, and return how many seconds each may take.
        """
        timeouts = {}
        for tests in ROUNDS:
            started = time.monotonic()
            if self._run(tests, 900.0, writes=True) != "survived":
                sys.exit(f"{tests} fail without any mutant")
            timeouts[tests] = 15 + 2 * (time.monotonic() - started)
        return timeouts

    def plant(self, mutant: Mutant, timeouts: Mapping[str, float]) -> Verdict:
        """
        Try one mutant, and leave the copy as it was.
        """
        target, room = self.place / mutant.path, Path(mutant.path).parts
        target.write_text(mutant.source)
        try:
            for tests in sorted(ROUNDS, key=lambda one: Path(one).name not in room):
                outcome = self._run(tests, timeouts[tests])
                if outcome != "survived":
                    return Verdict(mutant, outcome)
            return Verdict(mutant, "survived")
        finally:
            # With its old date, so that its compiled form is right again.
            shutil.copy2(ROOT / mutant.path, target)

    def _run(self, tests: str, timeout: float, *, writes: bool = False) -> str:
        command = [sys.executable, "-c", PYTEST, "-x", "-qq", "--hypothesis-seed=0"]
        environment = {
            **os.environ,
            "OCSTATE_EXAMPLES": "10",
            "PYTHONPATH": str(self.place / "src"),
        }
        if not writes:
            # Compiled forms are told apart by whole seconds.
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
        try:
            done = subprocess.run(  # noqa: S603 - its own tests
                [*command, "-p", "no:cacheprovider", tests],
                cwd=self.place,
                env=environment,
                stdout=None if writes else subprocess.DEVNULL,
                stderr=None if writes else subprocess.DEVNULL,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "stuck"
        return "killed" if done.returncode else "survived"


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
    docstrings and the annotations of functions are not evaluated.
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
    return ast.dump(tree)


def _what_is_not_needed(folder: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if name in NOT_NEEDED]


def sampled(number: int, seed: int) -> list[Mutant]:
    """
    Choose so many of all mutants.
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
    return list(islice((one for one in made if one is not None), number))


def judged(chosen: Sequence[Mutant], jobs: int) -> Iterator[Verdict]:
    """
    Try the mutants, *jobs* at a time, and yield what becomes of them in their order.
    """
    with tempfile.TemporaryDirectory(prefix="mutants-") as place:
        trees: SimpleQueue[Tree] = SimpleQueue()
        made = [Tree(Path(place) / str(number)) for number in range(jobs)]

        def judge(mutant: Mutant) -> Verdict:
            tree = trees.get()
            try:
                return tree.plant(mutant, timeouts)
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(jobs) as pool:
            warmed = list(pool.map(Tree.warm, made))
            timeouts = {tests: max(one[tests] for one in warmed) for tests in ROUNDS}
            for tree in made:
                trees.put(tree)
            yield from pool.map(judge, chosen)


def main() -> None:
    """
    Print every mutant that survives, and the score.
    """
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=200, help="how many to try")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    options = parser.parse_args()
    chosen = sampled(options.sample, options.seed)
    print(f"{len(chosen)} mutants, seed {options.seed}", flush=True)
    survived = 0
    for verdict in judged(chosen, options.jobs):
        if verdict.outcome == "survived":
            survived += 1
            print(verdict.mutant, flush=True)
    share = 100 * (len(chosen) - survived) / max(len(chosen), 1)
    print(f"{len(chosen) - survived} of {len(chosen)} killed: {share:.1f} %")


if __name__ == "__main__":
    main()
