"""
What stores do when their process forks: no operation is under way at that moment.

A lock that another thread holds is never released in the child, and a connection to
SQLite must not cross a fork at all. So whoever has such things asks to be told, lets
what is under way finish, and starts anew on both sides.
"""

from __future__ import annotations

import os
from threading import Lock
from typing import Protocol
from weakref import WeakSet

__all__ = ["Forkable", "watch_forks"]


class Forkable(Protocol):
    """
    Something with locks or connections that must not be in use during a fork.
    """

    def before_fork(self) -> None:
        """
        Wait until nothing is under way, and keep others waiting.
        """
        ...

    def after_fork_in_parent(self) -> None:
        """
        Let the others go on.
        """
        ...

    def after_fork_in_child(self) -> None:
        """
        Start anew: the other threads are gone, and so is whatever they held.
        """
        ...


_watched: WeakSet[Forkable] = WeakSet()
_forking: list[Forkable] = []
_lock = Lock()


def watch_forks(thing: Forkable) -> None:
    """
    Tell *thing* of every later ``os.fork``, for as long as it lives.
    """
    with _lock:
        _watched.add(thing)


def _before() -> None:
    _lock.acquire()
    _forking.extend(_watched)
    for thing in _forking:
        thing.before_fork()


def _after_in_parent() -> None:
    for thing in _forking:
        thing.after_fork_in_parent()
    _forking.clear()
    _lock.release()


def _after_in_child() -> None:
    for thing in _forking:
        thing.after_fork_in_child()
    _forking.clear()
    _lock.release()


# Where processes cannot fork there is nothing to be told of.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before,
        after_in_parent=_after_in_parent,
        after_in_child=_after_in_child,
    )
