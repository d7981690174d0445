"""
Interrupts at every step of the stores' own code, and the work that they arrive in.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Self

from attrs import evolve

from ocstate.exceptions import OcstateError
from ocstate.protocols import Record, Retired
from ocstate.testing.promises import NOTE, NOW, RECORD, clock, key_of

STORES = f"{os.sep}ocstate{os.sep}stores{os.sep}"
SUBJECTS = ("api:7", "customer:123")


class Interrupted(BaseException):
    """
    What a handler of signals raises, such as a soft time limit's.
    """


class Steps:
    """
    Do something before step *number* of the stores' code, counted by bytecodes.

    A tracing function is called between any two of them, so it meets more gaps than a
    signal, which the interpreter looks for at calls and jumps alone.
    """

    def __init__(self, number: int, then: Callable[[], None]) -> None:
        self.left = number
        self.then = then

    def __enter__(self) -> Self:
        self.before = sys.gettrace()
        sys.settrace(self._enter)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self.before)

    @property
    def was_reached(self) -> bool:
        return self.left < 0

    def _enter(self, frame: FrameType, event: str, argument: object) -> object:
        if STORES not in frame.f_code.co_filename:
            return None
        frame.f_trace_opcodes = True
        return self._step(frame, event, argument)

    def _step(self, frame: FrameType, event: str, argument: object) -> object:
        # Python tells of what is raised in a finaliser, and goes on.
        if event == "opcode" and frame.f_code.co_name != "__del__":
            self.left -= 1
            if self.left == -1:
                self.then()
        return self._step


def stop() -> None:
    """
    Raise what a soft time limit raises.
    """
    raise Interrupted


def verbs(store, number: int) -> dict[str, Callable[[], object]]:
    """
    Return everything that can be done with session *number*, which is there.
    """
    key = key_of(f"{number}")
    record = evolve(RECORD, key=key, payload=b"new")
    events = {"events": [b"1", b"2"]} if hasattr(store, "pending") else {}

    def version() -> int:
        stored = store.load(key)
        return stored.version if isinstance(stored, Record) else 0

    def settle() -> None:
        store.settle([each.id for each in store.pending(9999)])

    work: dict[str, Callable[[], object]] = {
        "load": lambda: store.load(key),
        "create": lambda: store.create(evolve(record, key=f"{key}2"), **events),
        "replace": lambda: store.replace(
            record, expected=version(), now=clock, **events
        ),
        "change of subjects": lambda: store.replace(
            evolve(record, subjects=("api:8",)), expected=version(), now=clock, **events
        ),
        "touch": lambda: store.touch(key, seen_at=NOW + 9, expires_at=NOW + 1900),
        "retire": lambda: store.retire(
            key, expected=version(), now=clock, retired=evolve(NOTE, key=key), **events
        ),
        "purge": lambda: store.purge(NOW + 5000, 10),
        "scan": lambda: store.scan(None, 10),
        "by_subject": lambda: store.by_subject("api:7"),
        "claim": lambda: store.claim(f"{number}", NOW, b"value"),
    }
    if events:
        work["pending"] = lambda: store.pending(10)
        work["settle"] = settle
    return work


def state(store) -> tuple[object, ...]:
    """
    Return what a store says it holds, but for what it makes up itself.
    """
    records = [evolve(each, version=0) for each in store.scan(None, 999)]
    events = store.pending(9999) if hasattr(store, "pending") else ()
    return sorted(each.key for each in records), records, [e.event for e in events]


def broken(store, keys: list[str]) -> list[str]:
    """
    Name what does not fit together, or does not go on, in a store.
    """
    faults = []
    living = {each.key: each for each in store.scan(None, 999)}
    for subject in (*SUBJECTS, "api:8"):
        found = {each.key for each in store.by_subject(subject)}
        if found != {key for key, each in living.items() if subject in each.subjects}:
            faults.append(f"{subject} names {len(found)}")
    for key in keys:
        stored = store.load(key)
        try:
            if isinstance(stored, Record):
                store.replace(stored, expected=stored.version, now=clock)
            elif stored is None:
                store.create(evolve(RECORD, key=key))
            elif isinstance(stored, Retired):
                store.touch(key, seen_at=NOW, expires_at=NOW)
        except OcstateError as error:
            faults.append(f"{error}")
    return faults


def descriptors() -> int:
    """
    Count the files that this process has open.
    """
    return len(list(Path("/proc/self/fd").iterdir()))
