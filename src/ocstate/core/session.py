"""
`SessionState`, one block's workbench: what it read, and what it wants changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from ocstate.checkout import (
    Checkout,
    Command,
    Decision,
    Forget,
    LogIn,
    LogOut,
)
from ocstate.checkout.commands.shop import is_section_command
from ocstate.checkout.deciding.handlers import HANDLERS
from ocstate.core.changes import Entry, HostData
from ocstate.core.demands import BUSY, NEVER_READ, OVER, require_token
from ocstate.core.effects import Damaged
from ocstate.core.policy import require_subject, with_subject, without_kind
from ocstate.core.record.stored import Decoded
from ocstate.core.setup import Setup
from ocstate.exceptions import ConflictError, DecodeError, UsageError
from ocstate.problem import Problem
from ocstate.protocols import Record, Retired

Refusal = str
"""Why a token was not accepted: ``unknown``, ``idle``, ``lifetime``, ``unreadable``, or
the reason of a retirement, such as ``revoked``, ``rotated`` and ``logout``."""

CookieDue = Literal["set", "repeat", "clear"] | None
"""``set`` for a new token, ``repeat`` for a cookie with an age that may be sent again,
``clear`` when the session was ended."""

Lateness = Literal["late", "lost"] | None


class SessionState:
    """
    A session in one block, as the flows work on it; `read` fills it.

    A block *aside* is one whose end nobody tells the client, such as a job's, or one
    that was opened within a request beside that one's own. It renews no token, is no
    first use of one, and begins no session unless its *own* is told of it.

    Attributes:
        setup: What is shared by all sessions of the application.
        given: The token that it was opened with, and looked up by.
        others: Tokens that came beside it, which count where it names nothing that
            lives.
        strict: Whether any commit of somebody else is a conflict.
        renewable: Whether its age may renew the token, and the client be told that.
        aside: Whether nobody tells the client what becomes of this block.
        own: The request's own block, which a block beside it tells of a new token.
        forgiving: Whether a token of a session that was ended begins a new one.
        begins_anew: Whether who has lost their session goes on with another one.
        is_closed: Whether the block is over.
        record: What the store has; None while nothing is stored.
        decoded: The payload of the record, opened.
        damaged: What is there in place of a record that can be read.
        refused: Why the given token was not accepted.
        late: That the token was renewed already: ``"late"`` where its successor may be
            on its way, ``"lost"`` where the answer that told it seems to be lost.
        ended: What is left of the session that the given token named.
        heir: The key at which a block beside this one has left the session.
        checkout: The checkout after this block's commands; there once it was read.
        data: The host's own data; there once it was read.
        subjects: Whose session it is, such as ``("api:7", "customer:123")``.
        journal: Accepted commands and identities, in order, to be decided again.
        commit_id: Names this block's commit, once it has something to write.
        rotates: Whether it is to get a new token.
        retirement: Why it is to end for good; None to go on.
        token: What to send back to the client; None while nothing was ever stored.
        was_read: Whether anybody looked at the session.
        unreadable: Why the stored record could not be read, where that was it.
        warnings: What accepted commands had to say, warnings and infos.
        cookie_due: What the client's cookie needs after the block.
    """

    __slots__ = (
        "_is_busy", "aside", "begins_anew", "checkout", "commit_id", "cookie_due",
        "damaged", "data", "decoded", "ended", "forgiving", "given", "heir",
        "is_closed", "journal", "late", "others", "own", "record", "refused",
        "renewable", "retirement", "rotates", "setup", "strict", "subjects", "token",
        "unreadable", "warnings", "was_read",
    )  # fmt: skip

    def __init__(
        self,
        setup: Setup,
        token: str | None = None,
        *,
        strict: bool = False,
        rotate: bool = True,
        others: tuple[str, ...] = (),
        begins_anew: bool = False,
        aside: bool = False,
        own: SessionState | None = None,
        forgiving: bool = False,
    ) -> None:
        require_token(token)
        self._is_busy = False
        self.is_closed = False
        self.setup = setup
        self.strict = strict
        self.begins_anew = begins_anew
        self.aside = aside or own is not None
        self.renewable = rotate and not self.aside
        self.own = own
        self.forgiving = forgiving
        self.given = token
        self.others = others
        self.refused: Refusal | None = None
        self.late: Lateness = None
        self.ended: Retired | None = None
        self.heir: str | None = None
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
        self.checkout: Checkout
        self.data: HostData
        self.subjects: tuple[str, ...] = ()
        self.rotates = False
        self.retirement: str | None = None

    @property
    def handle(self) -> str | None:
        """
        Return the name for logs, which opens nothing; None while nothing is stored.
        """
        return None if self.record is None else self.record.handle

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.handle or 'new'}>"

    def identify(self, subject: str) -> None:
        """
        Say whose session this is; it gets a new token, and the old one dies at once.

        Raises:
            UsageError: If *subject* is not kind and number, joined by a colon.
        """
        require_subject(subject)
        self.name(subject)

    @property
    def can_begin(self) -> bool:
        """
        Tell whether a session that the block begins would have a client who knows it.
        """
        if self.own is not None:
            return self.own.can_begin and not self.own.is_closed
        return self.given is None or not self.aside

    def hear(self, other: SessionState) -> None:
        """
        Learn where a block beside this one has left the session, and under which token.
        """
        self.heir = None if other.record is None else other.record.key
        if other.cookie_due in ("set", "clear"):
            self.token, self.cookie_due = other.token, other.cookie_due
            self.late = None
            if other.token is not None:
                self.given = other.token

    def discard(self) -> None:
        """
        End the block and forget what it wanted; nothing is written.
        """
        self.is_closed = True

    def require_known(self, command: Command) -> None:
        """
        Make sure that what *command* makes can be stored.

        Raises:
            UsageError: If it is of a section that the codec does not know.
        """
        if type(command) in HANDLERS or not is_section_command(command):
            return
        if command.section not in self.setup.codec.named:
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
        self.refused = refused
        self.ended = None
        self.was_read = True
        if record is None:
            self.token = None
        self.checkout = decoded.checkout
        self.data = HostData(
            decoded.data, pack=self.setup.codec.pack_value, guard=self.require_open
        )
        self.subjects = () if record is None else record.subjects

    def accept(self, entry: Entry, decision: Decision, after: Checkout) -> None:
        """
        Go on with *after*, what came of a decision, and remember the command.

        One that changed nothing is remembered too: on a newer state it may.
        """
        match entry.command:
            case LogIn(customer=customer):
                subject = f"customer:{customer.customer_id}"
                self.subjects = with_subject(self.subjects, subject)
                self.rotates = True
            case LogOut() | Forget():
                self.subjects = without_kind(self.subjects, "customer")
                self.rotates = True
            case _:
                pass
        self.warnings += decision.problems
        self.journal.append(entry)
        self.checkout = after

    def name(self, subject: str) -> None:
        """
        Take over whose session it is, and remember that it was said.
        """
        self.subjects = with_subject(self.subjects, subject)
        self.rotates = True
        self.journal.append(subject)

    def rebase(self, record: Record, decoded: Decoded) -> list[Entry | str]:
        """
        Start again from what somebody else stored; return what to decide again on it.

        Raises:
            ConflictError: If a key of host data was changed here and there.
        """
        try:
            data = self.data.rebased(decoded.data)
        except ConflictError as conflict:
            raise ConflictError(
                f"{conflict}: use update() where each change builds on the last",
                expected=None if self.record is None else self.record.version,
                current=decoded.checkout,
            ) from None
        journal, self.journal, self.warnings = self.journal, [], ()
        before = self.data
        self.fill(record, decoded)
        self.data = data if self.is_closed else before.moved(data)
        return journal

    @property
    def base(self) -> Checkout:
        """
        Return the checkout as it was read, without what the block wants.
        """
        return self.checkout if self.decoded is None else self.decoded.checkout

    def drop(self) -> None:
        """
        Forget what commands of the block have wanted; its host data waits for its end.
        """
        self.journal, self.warnings, self.rotates = [], (), False
        self.checkout = self.base
        self.subjects = () if self.record is None else self.record.subjects

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
            or self.checkout is not base
            or bool(self.data.changes())
        )

    def require_open(self) -> None:
        """
        Make sure that the block is not over.

        Raises:
            UsageError: If it is.
        """
        if self.is_closed:
            raise UsageError(OVER)

    def require_readable(self) -> None:
        """
        Make sure that the block is not over before anybody has looked at it.

        Raises:
            UsageError: If it is.
        """
        if self.is_closed:
            raise UsageError(NEVER_READ)

    def require_idle(self) -> None:
        """
        Make sure that nothing is being read or decided at this moment.

        Raises:
            UsageError: If it is.
        """
        if self._is_busy:
            raise UsageError(BUSY)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """
        Let nobody else read or decide meanwhile: what one of the two did would be lost.

        Raises:
            UsageError: If somebody does already.
        """
        self.require_idle()
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False

    @contextmanager
    def lent(self) -> Iterator[None]:
        """
        Let whoever has it `alone` do commands in it.
        """
        self._is_busy = False
        try:
            yield
        finally:
            self._is_busy = True
