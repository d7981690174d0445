"""
Plant faults in the heart of ocstate, one at a time, and count those that tests notice.

A first run notes which tests run which line; a mutant then meets those alone. Each is
tried in a copy of the repository, never in the repository itself. Ctrl-C ends a run
with the score so far, and --skip goes on behind those that were tried.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

from attrs import frozen

from scripts.faults import ROOT, Mutant, sampled
from scripts.witnesses import Witnesses

NOT_NEEDED = (".git", ".venv", "__pycache__", "dist", "node_modules")
# How often the score so far is told.
EVERY = 20


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

    def warm(self) -> Witnesses:
        """
        Run all tests without a mutant, and return which of them run which line.
        """
        shutil.copytree(ROOT, self.place, ignore=_what_is_not_needed)
        if self._run(None, 3600.0) != "survived":
            sys.exit("tests fail without any mutant")
        return Witnesses(self.place)

    def plant(self, mutant: Mutant, witnesses: Witnesses) -> Verdict:
        """
        Try one mutant, and leave the copy as it was.
        """
        target = self.place / mutant.path
        # Before it is planted: who notices depends on how the module was.
        rounds = list(witnesses.of(mutant.path, mutant.line))
        target.write_text(mutant.source)
        try:
            for tests in filter(None, rounds):
                outcome = self._run(tests, 30 + 3 * witnesses.seconds(tests))
                if outcome != "survived":
                    return Verdict(mutant, outcome)
            return Verdict(mutant, "survived")
        finally:
            # With its old date, so that its compiled form is right again.
            shutil.copy2(ROOT / mutant.path, target)

    def _run(self, tests: Sequence[str] | None, timeout: float) -> str:
        environment = {
            **os.environ,
            "OCSTATE_EXAMPLES": "10",
            "PYTHONPATH": str(self.place / "src"),
            # Compiled forms are told apart by whole seconds, so a mutant leaves none.
            "PYTHONDONTWRITEBYTECODE": "" if tests is None else "1",
        }
        try:
            done = subprocess.run(
                [sys.executable, "-m", "scripts.witnesses"],
                cwd=self.place,
                env=environment,
                input=json.dumps(tests),
                stdout=None if tests is None else subprocess.DEVNULL,
                stderr=None if tests is None else subprocess.DEVNULL,
                text=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "stuck"
        # Five is for no tests at all: a mutant may change what tests are called.
        return "survived" if done.returncode in {0, 5} else "killed"


def _what_is_not_needed(folder: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if name in NOT_NEEDED]


def judged(mutants: Iterator[Mutant], jobs: int) -> Iterator[Verdict]:
    """
    Try the mutants, *jobs* at a time, and yield what becomes of them in their order.
    """
    with tempfile.TemporaryDirectory(prefix="mutants-") as place:
        first = Tree(Path(place) / "0")
        witnesses = first.warm()
        trees: SimpleQueue[Tree] = SimpleQueue()
        trees.put(first)
        for number in range(1, jobs):
            another = Path(place) / str(number)
            trees.put(Tree(Path(shutil.copytree(first.place, another))))

        def judge(mutant: Mutant) -> Verdict:
            tree = trees.get()
            try:
                return tree.plant(mutant, witnesses)
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(jobs) as pool:
            while some := list(islice(mutants, 10 * jobs)):
                yield from pool.map(judge, some)


def report(verdicts: Iterator[Verdict], skipped: int) -> None:
    """
    Print every mutant that survives as it does, now and then the score, and the score.
    """
    counts: Counter[str] = Counter()
    try:
        for number, verdict in enumerate(verdicts, skipped + 1):
            counts[verdict.outcome] += 1
            if verdict.outcome == "survived":
                print(f"{number}: {verdict.mutant}", flush=True)
            if number % EVERY == 0:
                print(_score(counts, skipped), flush=True)
    except KeyboardInterrupt:
        pass
    print(_score(counts, skipped))


def _score(counts: Counter[str], skipped: int) -> str:
    tried = counts.total()
    killed = tried - counts["survived"]
    share = 100 * killed / max(tried, 1)
    return (
        f"{skipped + 1} to {skipped + tried}: {killed} of {tried} killed "
        f"({counts['stuck']} took too long), {share:.1f} %"
    )


def main() -> None:
    """
    Print every mutant that survives, and the score.
    """
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=200, help="how many to try")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--skip", type=int, default=0, help="how many of them not to")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = islice(sampled(options.seed), options.skip, options.sample)
    report(judged(chosen, options.jobs), options.skip)


if __name__ == "__main__":
    main()
