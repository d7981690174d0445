"""
Tells which tests run a line, and runs some tests and no others.

:mod:`scripts.mutants` starts it as a program in a copy of the repository; what it is to
do comes in as JSON, since there are more tests than a command line holds.
"""

from __future__ import annotations

import ast
import json
import resource
import sys
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import define, field
from coverage import Coverage, CoverageData
from hypothesis import Phase, settings

# Tests that judge the form of the source would notice any mutant, and those that kill
# processes or change every byte of a file take too long.
TESTS: Final = (
    "tests/core",
    "tests/checkout",
    "tests/host",
    "tests/api",
    "tests/adapters/test_two_cookies.py",
    "tests/adapters/test_two_cookies_in_trouble.py",
    "tests/shells/test_cancellation.py",
    "tests/shells/test_counts.py",
    "tests/shells/test_late_damage.py",
    "tests/shells/test_late_writes.py",
    "tests/shells/test_scenarios.py",
    "tests/shells/test_turns.py",
    "tests/test_generated_docs.py",
    "tests/test_privacy.py",
    "tests/test_wrong_use.py",
)
# What all tests of a room and what all others may take for one mutant, in seconds.
MOST: Final = 20.0
# A mutant may loop, and may collect things while it does.
_MEMORY: Final = 3 << 30
# What runs before the first test is noted under this name.
_NO_TEST: Final = ""
_LINES, _SECONDS = ".lines", "seconds.json"


class Witnesses:
    """
    Which tests run which line, and how long each takes.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._data = CoverageData(str(place / _LINES))
        self._data.read()
        self._known: dict[str, dict[int, list[str]]] = {}
        self._seconds: dict[str, float] = json.loads((place / _SECONDS).read_text())

    def of(self, path: str, line: int) -> Iterator[list[str]]:
        """
        Yield the tests that may notice a fault in a line: its room's own, and others.

        A line is noticed by who runs its statement. One that runs as modules are
        imported and tests collected, or never, anybody may notice; who looks at all
        modules is asked first, and then who runs something of this one. Who takes less
        time comes first, too.
        """
        found = self._contexts(path)
        noticed = _all_of(found.get(at, ()) for at in self._statement(path, line))
        ranks: dict[str, int] = {}
        if not noticed or _NO_TEST in noticed:
            ranks = dict.fromkeys(self._seconds, 2)
            ranks |= dict.fromkeys(_all_of(found.values()), 1)
            # Tests that stand in no room look at all of them.
            ranks |= {test: 0 for test in ranks if test.count("/") == 1}
        ranks |= dict.fromkeys(noticed, 0)
        ranks.pop(_NO_TEST, None)
        own = f"tests/{Path(path).parts[2]}/"
        for near in (True, False):
            some = [test for test in ranks if test.startswith(own) is near]
            some.sort(key=lambda test: (ranks[test], self._seconds[test]))
            yield list(self._within_reason(some))

    def seconds(self, tests: Sequence[str]) -> float:
        """
        How long some tests take together.
        """
        return sum(self._seconds[test] for test in tests)

    def _contexts(self, path: str) -> dict[int, list[str]]:
        if path not in self._known:
            found = self._data.contexts_by_lineno(str(self._place / path))
            self._known[path] = found
        return self._known[path]

    def _statement(self, path: str, line: int) -> range:
        """
        Return the lines of the innermost statement that a line belongs to.
        """
        lines = range(line, line + 1)
        # Inner statements come after those they stand in.
        for node in ast.walk(ast.parse((self._place / path).read_text())):
            if not isinstance(node, ast.stmt):
                continue
            end = node.end_lineno or node.lineno
            if node.lineno <= line <= end:
                # Whoever runs a clause of a compound statement runs its head.
                compound = hasattr(node, "body") or hasattr(node, "cases")
                lines = range(node.lineno, (line if compound else end) + 1)
        return lines

    def _within_reason(self, tests: Sequence[str]) -> Iterator[str]:
        left = MOST
        for test in tests:
            left -= self._seconds[test]
            if left < 0:
                return
            yield test


@define
class _Noting:
    """
    Notes which lines each test runs, and how long it takes.
    """

    coverage: Coverage
    seconds: dict[str, float] = field(factory=dict)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self.coverage.switch_context(item.nodeid)
        started = time.perf_counter()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.perf_counter() - started


@define
class _Choosing:
    """
    Leaves those tests that were asked for, files that take less time first.
    """

    tests: Sequence[str]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = set(self.tests)
        # Those of one file stay together, since they share what it sets up.
        files = list(dict.fromkeys(map(_file, self.tests)))
        items[:] = [item for item in items if item.nodeid in chosen]
        items.sort(key=lambda item: files.index(_file(item.nodeid)))


class _Hasty:
    """
    Keeps Hypothesis from making an example smaller: one that fails is enough.
    """

    def pytest_load_initial_conftests(self) -> None:
        phases = [Phase.explicit, Phase.generate]
        settings.register_profile("mutants", phases=phases)
        settings.load_profile("mutants")


def _all_of(tests: Iterable[Sequence[str]]) -> set[str]:
    return set(chain.from_iterable(tests))


def _file(test: str) -> str:
    return test.partition("::")[0]


def _pytest(*arguments: str, plugin: object) -> int:
    quick = ("-x", "-qq", "--assert=plain", "--hypothesis-seed=0")
    off = ("-p", "no:cacheprovider", "-p", "no:xdist")
    return pytest.main([*quick, *off, *arguments], plugins=[_Hasty(), plugin])


def _note(place: Path) -> int:
    sources = place / "src" / "ocstate"
    coverage = Coverage(
        data_file=str(place / _LINES),
        include=[str(sources / room / "*") for room in ("core", "checkout")],
        config_file=False,
    )
    coverage.start()
    noting = _Noting(coverage)
    outcome = _pytest(*TESTS, plugin=noting)
    coverage.stop()
    coverage.save()
    (place / _SECONDS).write_text(json.dumps(noting.seconds))
    if Path(sys.modules["ocstate"].__file__ or "").parent != sources:
        print("what was tested is not the copy", file=sys.stderr)
        return 1
    return outcome


def main() -> None:
    """
    Run the tests that standard input lists, or all of them and note what they run.
    """
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    tests = json.load(sys.stdin)
    if tests is None:
        sys.exit(_note(Path.cwd()))
    files = dict.fromkeys(map(_file, tests))
    sys.exit(_pytest(*files, plugin=_Choosing(tests)))


if __name__ == "__main__":
    main()
