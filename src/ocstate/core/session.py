"""
`SessionState`, one block's view of a session: what it read, what it wants changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from ocstate.checkout import (
    Checkout,
    Command,
    Decision,
    Forget,
    LogIn,
    LogOut,
    SectionCommand,
)
from ocstate.core.changes import Entry, HostData
from ocstate.core.demands import require_token
from ocstate.core.effects import Damaged
from ocstate.core.guard import Guard, changed_by_commands
from ocstate.core.policy import require_subject, with_subject, without_kind
from ocstate.core.record.stored import Decoded
from ocstate.core.setup import Setup
from ocstate.exceptions import ConflictError, DecodeError, UsageError
from ocstate.problem import Problem
from ocstate.protocols import Record

Refusal = str
"""Why a token was not accepted: ``unknown``, ``idle``, ``lifetime``, ``unreadable``, or
the reason of a retirement, such as ``revoked``, ``rotated`` and ``logout``."""

CookieDue = Literal["set", "repeat", "clear"] | None
"""``set`` for a new token, ``repeat`` for a cookie with an age that may be sent again,
``clear`` when the session was ended."""


class SessionState(Guard):
    """
    One block's session. Belongs to one thread or task; the shells add the verbs.

    The state is read when it is first looked at. What was not looked at costs nothing
    and is not written. After a commit the attributes show what was committed; after a
    block that failed or was discarded, what it had come to, which is stored nowhere.

    Attributes:
        setup: What is shared by all sessions of the application.
        token: What to send back to the client; None while nothing was ever stored.
        strict: Whether any commit of somebody else is a conflict.
        was_read: Whether anybody looked at the session, so that the answer depends
            on it.
        unreadable: Why the stored record could not be read, where that was it.
        warnings: What accepted commands had to say, warnings and infos.
        cookie_due: What the client's cookie needs after the block.
    """

    __slots__ = (
        "_checkout",
        "_data",
        "_refused",
        "_subjects",
        "commit_id",
        "cookie_due",
        "damaged",
        "decoded",
        "given",
        "journal",
        "others",
        "record",
        "renewable",
        "retirement",
        "rotates",
        "setup",
        "strict",
        "token",
        "unreadable",
        "warnings",
        "was_read",
    )

    # Whether a client that has lost its session can go on with a new one: the API's
    # has to log in.
    begins_anew = False

    def __init__(
        self,
        setup: Setup,
        token: str | None = None,
        *,
        strict: bool = False,
        rotate: bool = True,
        others: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        require_token(token)
        self.setup = setup
        self.strict = strict
        # Its age renews a token only where the client can be told the new one.
        self.renewable = rotate
        self.given = token
        # Tokens that came beside it, which count where it names nothing that lives.
        self.others = others
        self._refused: Refusal | None = None
        self.cookie_due: CookieDue = None
        self.was_read = False
        self.record: Record | None = None
        self.decoded: Decoded | None = None
        self.damaged: Damaged | None = None
        self.unreadable: DecodeError | None = None
        self.journal: list[Entry | str] = []
        self.warnings: tuple[Problem, ...] = ()
        self.commit_id: str | None = None
        self.token = token
        self._checkout: Checkout
        self._data: HostData
        self._subjects: tuple[str, ...] = ()
        self.rotates = False
        self.retirement: str | None = None

    @property
    def refused(self) -> Refusal | None:
        """
        Return why the given token was not accepted; None if it was, or none was given.

        For the host, never for the client.
        """
        self.look()
        return self._refused

    @property
    def handle(self) -> str | None:
        """
        Return the name for logs, which opens nothing; None while nothing is stored.
        """
        self.look()
        return None if self.record is None else self.record.handle

    @property
    def is_new(self) -> bool:
        """
        Tell whether nothing is stored for this session yet.
        """
        self.look()
        return self.record is None

    @property
    def subjects(self) -> tuple[str, ...]:
        """
        Return whose session it is, such as ``("api:7", "customer:123")``.
        """
        self.look()
        return self._subjects

    @property
    def checkout(self) -> Checkout:
        """
        Return the checkout as it stands after this block's commands.
        """
        self.look()
        return self._checkout

    if not TYPE_CHECKING:
        checkout = checkout.setter(changed_by_commands)

    @property
    def data(self) -> HostData:
        """
        Return the host's own data; changes in it, nested ones too, are noticed.
        """
        self.look()
        return self._data

    def __getitem__(self, key: str) -> object:
        return self.data[key]

    def __setitem__(self, key: str, value: object) -> None:
        self.data[key] = value

    def __delitem__(self, key: str) -> None:
        del self.data[key]

    def __contains__(self, key: object) -> bool:
        return key in self.data

    def get(self, key: str, default: object = None) -> object:
        """
        Return the host's value under *key*, or *default*.
        """
        return self.data.get(key, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __repr__(self) -> str:
        handle = self.record.handle if self.record is not None else None
        return f"<{type(self).__name__} {handle or 'new'}>"

    def identify(self, subject: str) -> None:
        """
        Say whose session this is; it gets a new token, and the old one dies at once.

        Args:
            subject: Kind and number joined by a colon, such as ``"api:7"``. It takes
                the place of another one of its kind.

        Raises:
            UsageError: If the block is over, or *subject* has not that form.
        """
        self.require_open()
        require_subject(subject)
        self.look()
        self.name(subject)

    def rotate(self) -> None:
        """
        Give the session a new token at the end of the block.

        Raises:
            UsageError: If the block is over.
        """
        self.require_open()
        self.look()
        self.rotates = True

    def revoke(self, reason: str = "revoked") -> None:
        """
        End the session at the end of the block, for good.

        Raises:
            UsageError: If the block is over.
        """
        self.require_open()
        self.look()
        self.retirement = reason

    def discard(self) -> None:
        """
        End the block and forget what it wanted; nothing is written.
        """
        self.is_closed = True

    def look(self) -> None:
        """
        Make sure that the state was read; a shell that can read here does.

        Raises:
            UsageError: If it was not, and this shell has to be told to load.
        """
        if not self.was_read:
            raise UsageError("the session was not loaded yet: await session.load()")

    def require_known(self, command: Command) -> None:
        """
        Make sure that what *command* makes can be stored.

        Raises:
            UsageError: If it is of a section that the codec does not know.
        """
        if isinstance(command, SectionCommand) and not isinstance(command, type):
            known = self.setup.codec.named
            if command.section not in known:
                raise UsageError(
                    f"there is no section {command.section!r}: give its class to the "
                    f"sessions, as sections={{{command.section!r}: …}}"
                )

    def fill(
        self, record: Record | None, decoded: Decoded, refused: Refusal | None = None
    ) -> None:
        """
        Start from what was read.
        """
        self.record = record
        self.decoded = decoded
        self._refused = refused
        self.was_read = True
        if record is None:
            self.token = None
        self._checkout = decoded.checkout
        self._data = HostData(
            decoded.data, pack=self.setup.codec.pack_value, guard=self.require_open
        )
        self._subjects = () if record is None else record.subjects

    def accept(self, entry: Entry, decision: Decision, after: Checkout) -> None:
        """
        Go on with *after*, what came of a decision, and remember the command.

        One that changed nothing is remembered too: on a newer state it may.
        """
        match entry.command:
            case LogIn(customer=customer):
                subject = f"customer:{customer.customer_id}"
                self._subjects = with_subject(self._subjects, subject)
                self.rotates = True
            case LogOut() | Forget():
                self._subjects = without_kind(self._subjects, "customer")
                self.rotates = True
            case _:
                pass
        self.warnings += decision.problems
        self.journal.append(entry)
        self._checkout = after

    def name(self, subject: str) -> None:
        """
        Take over whose session it is, and remember that it was said.
        """
        self._subjects = with_subject(self._subjects, subject)
        self.rotates = True
        self.journal.append(subject)

    def rebase(self, record: Record, decoded: Decoded) -> list[Entry | str]:
        """
        Start again from what somebody else stored; return what to decide again on it.

        Raises:
            ConflictError: If a key of host data was changed here and there.
        """
        try:
            data = self._data.rebased(decoded.data)
        except ConflictError as conflict:
            raise ConflictError(
                f"{conflict}: use update() where each change builds on the last",
                expected=None if self.record is None else self.record.version,
                current=decoded.checkout,
            ) from None
        journal, self.journal, self.warnings = self.journal, [], ()
        self.fill(record, decoded)
        self._data = data
        return journal

    def is_changed(self) -> bool:
        """
        Tell whether the block wants anything stored.

        Raises:
            EncodeError: If host data that was put in has no encoding.
        """
        base = None if self.decoded is None else self.decoded.checkout
        return (
            self.rotates
            or self.retirement is not None
            or self._checkout is not base
            or bool(self._data.changes())
        )
