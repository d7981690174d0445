"""
Which sessions are those of the request that is being served.

A middleware enters; whoever opens a block on the token of such a session within the
request, in a task or thread of it too, opens one beside the request's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ocstate.core.session import SessionState
from ocstate.core.setup import Setup

_SERVED: ContextVar[tuple[SessionState, ...]] = ContextVar("ocstate.served", default=())


@contextmanager
def serving(session: SessionState) -> Iterator[None]:
    """
    Let *session* be one of the request that is served here.
    """
    entered = _SERVED.set((*_SERVED.get(), session))
    try:
        yield
    finally:
        _SERVED.reset(entered)


def served(chunks: Iterator[bytes], session: SessionState) -> Iterator[bytes]:
    """
    Let each of the *chunks* be made within the request of *session*.
    """
    while True:
        with serving(session):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk


def own_session(setup: Setup, token: str | None) -> SessionState | None:
    """
    Return the request's own session of *token*, if there is one.
    """
    if token is not None:
        for session in _SERVED.get():
            if session.setup is setup and token in (session.token, session.given):
                return session
    return None
