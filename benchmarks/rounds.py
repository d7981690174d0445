"""
Interleaved rounds: every case once a round, so that all see the same machine.
"""

from __future__ import annotations

import gc
import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter_ns

from attrs import frozen

Case = Callable[[], object]

_BATCH_NS = 3_000_000
_SEED = 20


@frozen
class Result:
    """
    One case's time, and its ratio to the reference of the same rounds.

    Attributes:
        microseconds: Median over the rounds.
        ratio: Median over the rounds of this case's time by the reference's.
        quartiles: Of the ratios: first and third.
    """

    microseconds: float
    ratio: float
    quartiles: tuple[float, float]


def measure(
    cases: Mapping[str, Case], reference: str, rounds: int
) -> Mapping[str, Result]:
    """
    Time all *cases*, and compare each with the *reference* round by round.
    """
    calls = {name: _calls_for(case) for name, case in cases.items()}
    times: dict[str, list[float]] = {name: [] for name in cases}
    order = list(cases)
    shuffle = random.Random(_SEED).shuffle
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            times[name].append(_timed(cases[name], calls[name]))
    gc.unfreeze()
    return {name: _result(times[name], times[reference]) for name in cases}


def _calls_for(case: Case) -> int:
    calls = 1
    while _timed(case, calls) * calls < _BATCH_NS:
        calls *= 2
    return calls


def _timed(case: Case, calls: int) -> float:
    repeated = range(calls)
    begun = perf_counter_ns()
    for _ in repeated:
        case()
    return (perf_counter_ns() - begun) / calls


def _result(times: Sequence[float], reference: Sequence[float]) -> Result:
    ratios = [mine / other for mine, other in zip(times, reference, strict=True)]
    first, _, third = statistics.quantiles(ratios, n=4)
    return Result(
        microseconds=statistics.median(times) / 1000,
        ratio=statistics.median(ratios),
        quartiles=(first, third),
    )
