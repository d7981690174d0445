"""
What the promises to a store are written with: a runner, a record and a retirement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from hashlib import sha256
from typing import TypeVar

import pytest
from attrs import evolve

from ocstate.protocols import AsyncStore, Record, Retired

Suite = TypeVar("Suite")


def key_of(name: str) -> str:
    """
    Return a key like those of real sessions.
    """
    return sha256(name.encode()).hexdigest()


# Far ahead, so that a server with a clock of its own forgets nothing meanwhile.
NOW = 4_000_000_000.0
KEY = key_of("a token")

RECORD = Record(
    key=KEY,
    handle="a-handle",
    payload=b"\x00payload\xff",
    created_at=NOW - 100.123456,
    seen_at=NOW + 0.25,
    expires_at=NOW + 1800.75,
    ends_at=NOW + 43200.0,
    subjects=("api:7", "customer:123"),
    schema=3,
)
NOTE = Retired(
    key=KEY,
    reason="rotated",
    at=NOW + 10.5,
    until=NOW + 43200.0,
    successor="another-handle",
)


def clock() -> float:
    """
    Tell the time, as a store asks for it, where a promise is not about time.
    """
    return NOW


class Promises:
    """
    Give each promise an event loop; a suite whose store belongs to one overrides it.
    """

    @pytest.fixture
    def runner(self) -> Iterator[asyncio.Runner]:
        """
        The loop that a promise runs in; a ``store`` fixture may ask for it too.
        """
        with asyncio.Runner() as runner:
            yield runner


def promise(
    check: Callable[[Suite, AsyncStore], Coroutine[object, object, None]],
) -> Callable[[Suite, AsyncStore, asyncio.Runner], None]:
    """
    Make a test that pytest runs without a plugin of a coroutine function.
    """

    def test(self: Suite, store: AsyncStore, runner: asyncio.Runner) -> None:
        runner.run(check(self, store))

    # Not `functools.wraps`: pytest would take the arguments of what is wrapped.
    test.__name__ = check.__name__
    test.__qualname__ = check.__qualname__
    test.__module__ = check.__module__
    test.__doc__ = check.__doc__
    return test


async def started(store: AsyncStore, record: Record = RECORD) -> Record:
    """
    Create *record*, and return it as it is stored.
    """
    return evolve(record, version=await store.create(record))
