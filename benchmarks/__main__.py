"""
Run the benchmarks, print a table, and write the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import platform
from pathlib import Path

from attrs import asdict, frozen

from benchmarks import bench_codec, bench_serving
from benchmarks.rounds import Result, measure

_OURS = "ocstate"
_BENCHES = (bench_codec, bench_serving)


@frozen(kw_only=True)
class Figure:
    """
    What one way costs for one work.

    Attributes:
        way: Whose code it is.
        reference: What the ratio is to.
        goal: The largest ratio that is good; None where nothing is promised.
    """

    work: str
    lines: int
    way: str
    reference: str
    result: Result
    goal: float | None

    @property
    def is_good(self) -> bool:
        """
        Tell whether the goal is reached, or there is none.
        """
        return self.goal is None or self.result.ratio <= self.goal

    def row(self) -> str:
        """
        Return it as a line of the table.
        """
        goal = "" if self.goal is None else f"≤ {self.goal:g}"
        verdict = "" if self.is_good else "  missed"
        first, third = self.result.quartiles
        return (
            f"{self.work:18} {self.lines:5} {self.way:15}"
            f"{self.result.microseconds:10.1f} {self.result.ratio:8.3f}"
            f"  {first:.3f}-{third:.3f}  {goal}{verdict}"
        )


def figures(rounds: int, works: str) -> list[Figure]:
    """
    Measure everything, and print each figure as soon as it is known.
    """
    found = []
    print(f"{'work':18} {'lines':>5} {'way':15}{'µs':>10} {'ratio':>8}  quartiles")
    groups = ((bench, *group) for bench in _BENCHES for group in bench.groups())
    for bench, work, lines, cases in groups:
        if works not in work:
            continue
        reference = next(name for name in bench.REFERENCES if name in cases)
        for way, result in measure(cases, reference, rounds).items():
            goals = bench.GOALS if reference == bench.REFERENCES[0] else {}
            goal = goals.get((work, lines)) if way == _OURS else None
            found.append(
                Figure(
                    work=work,
                    lines=lines,
                    way=way,
                    reference=reference,
                    result=result,
                    goal=goal,
                )
            )
            print(found[-1].row())
    return found


def main() -> int:
    """
    Measure, and tell by the exit status whether every goal is reached.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=31, help="rounds of each group")
    parser.add_argument("--work", default="", help="only works with this in their name")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    given = parser.parse_args()
    found = figures(given.rounds, given.work)
    if given.json:
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        report = {**machine, "figures": [asdict(figure) for figure in found]}
        given.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    return 0 if all(figure.is_good for figure in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
