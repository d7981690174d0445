"""
`SessionView`, what a host sees of a session and may say about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Never, TypeVar, cast

from ocstate.checkout import Checkout
from ocstate.core.changes import HostData
from ocstate.core.session import CookieDue, Refusal, SessionState
from ocstate.exceptions import DecodeError, UsageError
from ocstate.problem import Problem

SectionT = TypeVar("SectionT")


def refusing(right: str) -> Callable[..., Never]:
    """
    Make the method that a block of the other kind would call.

    Args:
        right: The statement to write instead.
    """

    def refuse(*_: object) -> Never:
        raise UsageError(f"write: {right} sessions.open(token) as session")

    return refuse


def changed_by_commands(_: object, value: object) -> Never:
    """
    Refuse that a checkout is put into a session.

    Raises:
        UsageError: Always.
    """
    raise UsageError(
        "a checkout is changed by commands: write session.do(…), such as "
        "session.do(AddLine(product_id=42))"
    )


class SessionView:
    """
    One block's session. Belongs to one thread or task; the shells add the verbs.

    It is read when it is first looked at. What was not looked at costs nothing and is
    not written. After a commit the attributes show what was committed; after a block
    that failed or was discarded, what it had come to, which is stored nowhere.
    """

    __slots__ = ("_state",)

    def __init__(self, state: SessionState) -> None:
        self._state = state

    @property
    def token(self) -> str | None:
        """
        Return what to send back to the client; None while nothing was ever stored.
        """
        return self._state.token

    @property
    def refused(self) -> Refusal | None:
        """
        Return why the given token was not accepted; None if it was, or none was given.

        For the host, never for the client.
        """
        return self._seen().refused

    @property
    def is_new(self) -> bool:
        """
        Tell whether nothing is stored for this session yet.
        """
        return self._seen().record is None

    @property
    def handle(self) -> str | None:
        """
        Return the name for logs, which opens nothing; None while nothing is stored.
        """
        return self._seen().handle

    @property
    def subjects(self) -> tuple[str, ...]:
        """
        Return whose session it is, such as ``("api:7", "customer:123")``.
        """
        return self._seen().subjects

    @property
    def checkout(self) -> Checkout:
        """
        Return the checkout as it stands after this block's commands.
        """
        return self._seen().checkout

    if not TYPE_CHECKING:
        checkout = checkout.setter(changed_by_commands)

    @property
    def data(self) -> HostData:
        """
        Return the host's own data; changes in it, nested ones too, are noticed.
        """
        return self._seen().data

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def __setitem__(self, key: str, value: object) -> None:
        self.data[key] = value

    def __delitem__(self, key: str) -> None:
        del self.data[key]

    def __contains__(self, key: object) -> bool:
        return key in self.data

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._state.handle or 'new'}>"

    def get(self, key: str, default: object = None) -> Any:
        """
        Return the host's value under *key*, or *default*.
        """
        return self.data.get(key, default)

    def section(self, of: type[SectionT]) -> SectionT | None:
        """
        Return the host's own section of this class; None while there is none.

        Raises:
            DecodeError: If it cannot be read.
            UsageError: If the class was given to the sessions under no name, or under
                several: `Checkout.extras` tells these apart.
        """
        state = self._seen()
        name = state.setup.codec.name_of(of)
        return cast("SectionT | None", state.checkout.extras.get(name))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """
        Return what accepted commands had to say, warnings and infos.
        """
        return self._state.warnings

    @property
    def unreadable(self) -> DecodeError | None:
        """
        Return why the stored record could not be read, where that was it.
        """
        return self._state.unreadable

    @property
    def cookie_due(self) -> CookieDue:
        """
        Return what the client's cookie needs after the block.
        """
        return self._state.cookie_due

    @property
    def was_read(self) -> bool:
        """
        Tell whether anybody looked at the session, so that the answer depends on it.
        """
        return self._state.was_read

    @property
    def is_closed(self) -> bool:
        """
        Tell whether the block is over.
        """
        return self._state.is_closed

    def identify(self, subject: str) -> None:
        """
        Say whose session this is; it gets a new token, and the old one dies at once.

        Args:
            subject: Kind and number joined by a colon, such as ``"api:7"``. It takes
                the place of another one of its kind.

        Raises:
            UsageError: If the block is over, or *subject* has not that form.
        """
        self._changeable().identify(subject)

    def rotate(self) -> None:
        """
        Give the session a new token at the end of the block.

        Raises:
            UsageError: If the block is over.
        """
        self._changeable().rotates = True

    def revoke(self, reason: str = "revoked") -> None:
        """
        End the session at the end of the block, for good.

        Raises:
            UsageError: If the block is over.
        """
        self._changeable().retirement = reason

    def discard(self) -> None:
        """
        End the block and forget what it wanted; nothing is written.
        """
        self._state.discard()

    def _seen(self) -> SessionState:
        """
        Return the state that was read; a shell that can read here does.

        Raises:
            UsageError: If it was not, and this shell has to be told to load.
        """
        if not self._state.was_read:
            self._look()
        return self._state

    def _look(self) -> None:
        raise UsageError("the session was not loaded yet: await session.load()")

    def _changeable(self) -> SessionState:
        self._state.require_open()
        return self._seen()
