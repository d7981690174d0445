"""
What stores do when their process forks: no operation is under way at that moment.

A child that is born in the midst of another thread's operation has a half of it for
ever, and a connection to SQLite must not cross a fork at all. So a fork keeps whatever
wants to begin waiting, and waits for what is under way. The one thing it cannot wait
for is what itself interrupted, when a signal's handler forks: that goes on in the
parent, and holds nothing in the child.

An exception of a signal's handler can arrive in any function of Python, and what is
registered for a fork is none either: such a function may not even begin. So what
others depend on, the two counts below, is changed by functions of C.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from threading import get_ident
from typing import Protocol
from weakref import ref


class Operation(Protocol):
    """
    Something under way in a store, of which a child must not get a half.
    """

    thread: int

    def is_over(self) -> bool:
        """
        Tell whether it has ended, with or without having said so.
        """
        ...

    def let_go(self) -> None:
        """
        Close what it has open.
        """
        ...


class Forkable(Protocol):
    """
    Something whose connections must not cross a fork.
    """

    def before_fork(self) -> None:
        """
        Close the connections.

        Nothing is under way in them, but for what the fork interrupted.
        """
        ...


_under_way: set[Operation] = set()
_forkable: dict[int, ref[Forkable]] = {}
_forking: list[None] = []
_forkers: set[int] = set()
_births: list[None] = []

births: Callable[[], int] = _births.__len__
"""
Return how many forks led to this process: a number that a parent has not.
"""


def begin(operation: Operation) -> None:
    """
    Note that *operation* is under way, after the forks that are.
    """
    while True:
        # Noted first, so that a fork which begins now sees it, or is seen.
        _under_way.add(operation)
        if not _forking or operation.thread in _forkers or _is_inner(operation):
            return
        _under_way.discard(operation)
        time.sleep(0.001)


end: Callable[[Operation], None] = _under_way.discard
"""
Note that an operation is no longer under way, however often.
"""


def watch_forks(thing: Forkable) -> None:
    """
    Tell *thing* of every later ``os.fork``, for as long as it lives.
    """
    _forkable[id(thing)] = ref(thing, partial(_forkable.pop, id(thing)))


def _is_inner(operation: Operation) -> bool:
    # The fork waits for the outer one, which cannot end before this has begun.
    return any(
        other.thread == operation.thread and other is not operation
        for other in list(_under_way)
    )


def _before() -> None:
    _forkers.add(get_ident())
    interrupts: list[BaseException] = []
    # Again at the end, because another thread's fork may be closing the same.
    for step in (_wait, _close, _wait):
        done = False
        while not done:
            try:
                step()
                done = True
            except BaseException as interrupt:  # noqa: BLE001 - told of below
                # Python would tell of it, and fork all the same.
                interrupts.append(interrupt)
                done = isinstance(interrupt, Exception) and len(interrupts) > 9
    if interrupts:
        raise interrupts[0]


def _wait() -> None:
    me = get_ident()
    for operation in list(_under_way):
        while operation in _under_way and operation.thread != me:
            if operation.is_over():
                operation.let_go()
                _under_way.discard(operation)
            else:
                time.sleep(0.0005)


class _Closing:
    """
    What a fork does to connections, for which another thread's fork waits.
    """

    def __init__(self) -> None:
        self.thread = get_ident()

    def is_over(self) -> bool:
        return False

    def let_go(self) -> None:
        pass


def _close() -> None:
    closing = _Closing()
    try:
        _under_way.add(closing)
        for known in list(_forkable.values()):
            thing = known()
            if thing is not None:
                thing.before_fork()
    finally:
        _under_way.discard(closing)


def _after_in_parent() -> None:
    _forkers.discard(get_ident())


def _after_in_child() -> None:
    _forkers.clear()
    # The lock of a file is shared with the child until it closes the file.
    for operation in list(_under_way):
        operation.let_go()
    _under_way.clear()


# Where processes cannot fork there is nothing to be told of.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=partial(_births.append, None))
    os.register_at_fork(after_in_child=_forking.clear)
    os.register_at_fork(
        before=_before,
        after_in_parent=_after_in_parent,
        after_in_child=_after_in_child,
    )
    # What is registered last is called first before a fork, and last after it.
    os.register_at_fork(
        before=partial(_forking.append, None), after_in_parent=_forking.pop
    )
