"""
Six faults that a session library can have, each planted alone.

They ship with the machine that must find them: a test that cannot fail proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import pytest
from attrs import evolve

from ocstate.core import writing
from ocstate.core.changes import HostData
from ocstate.core.record.codec import Decoded
from ocstate.exceptions import StoreUnavailableError
from ocstate.protocols import Record, Retired
from ocstate.stores.memory import MemoryStore


class FlakyStore(MemoryStore):
    """
    A store that may lose its answer, or the question, whenever it is told to.

    Attributes:
        losing: What happens to the next write: ``"answer"`` it is written and nobody
            is told, ``"question"`` it is not written and nobody is told.
    """

    losing: str | None = None

    def create(self, record: Record, /, *, events: Sequence[bytes] = ()) -> int:
        with self._flaky():
            return super().create(record, events=events)

    def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        with self._flaky():
            return super().replace(record, expected=expected, now=now, events=events)

    def retire(
        self,
        key: str,
        /,
        *,
        expected: int | None,
        retired: Retired,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> None:
        with self._flaky():
            super().retire(
                key, expected=expected, retired=retired, now=now, events=events
            )

    @contextmanager
    def _flaky(self) -> Iterator[None]:
        losing, self.losing = self.losing, None
        if losing == "question":
            raise StoreUnavailableError("no answer", outcome="unknown")
        yield
        if losing == "answer":
            raise StoreUnavailableError("no answer", outcome="unknown")


class OverwritingStore(FlakyStore):
    """
    Puts a record over whatever version is there.
    """

    def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        found = self.load(record.key)
        if isinstance(found, Record):
            expected = found.version
        return super().replace(record, expected=expected, now=now, events=events)


class RevivingStore(FlakyStore):
    """
    Writes a slow block's record back after the session has ended.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ended: set[str] = set()
        self.revived: dict[str, Record] = {}

    def load(self, key: str, /) -> Record | Retired | None:
        return self.revived.get(key) or super().load(key)

    def replace(
        self,
        record: Record,
        /,
        *,
        expected: int,
        now: Callable[[], float],
        events: Sequence[bytes] = (),
    ) -> int:
        if isinstance(super().load(record.key), Retired):
            self.revived[record.key] = evolve(record, version=expected + 1)
            return expected + 1
        return super().replace(record, expected=expected, now=now, events=events)


class TouchyStore(FlakyStore):
    """
    Lets a touch move the end of a session wherever it likes.
    """

    def touch(self, key: str, /, *, seen_at: float, expires_at: float) -> None:
        found = self.load(key)
        if isinstance(found, Record):
            late = evolve(
                found, seen_at=seen_at, expires_at=expires_at + 50, ends_at=1e12
            )
            super().replace(late, expected=found.version, now=lambda: seen_at)


def _keep_the_old_key(patch: pytest.MonkeyPatch) -> None:
    class KeepingStore(FlakyStore):
        def retire(
            self,
            key: str,
            /,
            *,
            expected: int | None,
            retired: Retired,
            now: Callable[[], float],
            events: Sequence[bytes] = (),
        ) -> None:
            if retired.reason != "rotated":
                super().retire(
                    key, expected=expected, retired=retired, now=now, events=events
                )

    patch.setattr("tests.machines.two_clients.STORE", KeepingStore)


def _apply_twice(patch: pytest.MonkeyPatch) -> None:
    def always(*_: object) -> bool:
        return True

    # Nothing is remembered of earlier commits, and whatever got lost is tried again.
    patch.setattr(Decoded, "commits", ())
    patch.setattr(writing, "_is_lost", always)


def _merge_blindly(patch: pytest.MonkeyPatch) -> None:
    def rebased(self: HostData, newest: Mapping[str, object]) -> HostData:
        merged = HostData(newest, pack=self._pack, guard=self._guard)
        merged._held.update(self.changes())
        return merged

    patch.setattr(HostData, "rebased", rebased)


def _use(store: type[FlakyStore]):  # type: ignore[no-untyped-def]
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr("tests.machines.two_clients.STORE", store)

    return plant


FAULTS = {
    "blind overwrite": _use(OverwritingStore),
    "revived session": _use(RevivingStore),
    "touch past the end": _use(TouchyStore),
    "rotation keeping the old key": _keep_the_old_key,
    "command applied twice on retry": _apply_twice,
    "host data merged blindly": _merge_blindly,
}


@contextmanager
def planted(fault: str) -> Iterator[None]:
    """
    Have one fault for a while.
    """
    with pytest.MonkeyPatch.context() as patch:
        FAULTS[fault](patch)
        yield
