"""
What a block wants changed: its commands, and keys of the host's own data.

Commands are kept so that they can be decided again on a newer state. What is handed
out of the data may be changed in place, nested values too, so each is remembered as it
was encoded when it was handed out, and compared once, at the end of the block.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping, MutableMapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from ocstate.checkout import Checkout, Command
from ocstate.core.demands import described
from ocstate.exceptions import ConflictError, UsageError
from ocstate.problem import pointer

Pack = Callable[[object, str], bytes]
"""Encodes one value; the text is its path, for the error."""

_SIMPLE = (str, int, float, bool, bytes, type(None))
_GONE = object()


def _always() -> None:
    """
    Let everything be changed.
    """


class HostData(MutableMapping[str, Any]):
    """
    Key by key, what the host keeps in a session.

    Args:
        stored: What is stored. Values that can be changed in place are handed out as
            copies.
        pack: The encoding that tells whether a value changed.
        guard: Raises when it is too late to change anything.
    """

    __slots__ = ("_guard", "_held", "_left", "_pack", "_settled", "_stored")

    def __init__(
        self,
        stored: Mapping[str, object],
        *,
        pack: Pack,
        guard: Callable[[], None] = _always,
    ) -> None:
        self._stored = stored
        self._guard = guard
        self._pack = pack
        self._held: dict[str, object] = {}
        self._left: list[tuple[str, object, bytes]] = []
        self._settled: Mapping[str, object] | None = None

    def __getitem__(self, key: str) -> Any:
        if key in self._held:
            value = self._held[key]
            if value is _GONE:
                raise KeyError(key)
            return value
        value = self._stored[key]
        if not isinstance(value, _SIMPLE):
            value = self._held[key] = deepcopy(value)
        return value

    def __setitem__(self, key: str, value: object) -> None:
        if not isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError("keys of host data are texts")
        self._guard()
        self._held[key] = value

    def __delitem__(self, key: str) -> None:
        self._guard()
        self[key]
        self._held[key] = _GONE

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self._stored if self._held.get(key) is not _GONE)
        yield from (
            key
            for key, value in self._held.items()
            if key not in self._stored and value is not _GONE
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        # Keys are the host's own words; values may be personal.
        return f"<{type(self).__name__} {sorted(self)}>"

    def changes(self) -> Mapping[str, object]:
        """
        Return what differs from what is stored, key by key.

        Raises:
            ConflictError: If a value was changed in place that is not the session's any
                more, because somebody else changed that key (`moved`).
            EncodeError: If a value that was put in has no encoding.
        """
        if self._settled is not None:
            return self._settled
        for key, value, before in self._left:
            if self._pack(value, pointer("data", key)) != before:
                raise ConflictError(f"{key!r} was read before it was changed elsewhere")
        changed: dict[str, object] = {}
        for key, value in self._held.items():
            if value is _GONE:
                if key in self._stored:
                    changed[key] = _GONE
            elif key not in self._stored or self._differs(key, value):
                changed[key] = value
        return MappingProxyType(changed)

    def settle(self) -> None:
        """
        Look for changes for the last time: every value is encoded once for that.

        Raises:
            EncodeError: If a value that was put in has no encoding.
        """
        self._settled = self.changes()

    def merged(self) -> Mapping[str, object]:
        """
        Return what is to be stored; the very same mapping when nothing changed.

        Raises:
            EncodeError: If a value that was put in has no encoding.
        """
        changes = self.changes()
        if not changes:
            return self._stored
        values = {**self._stored, **changes}
        return {key: value for key, value in values.items() if value is not _GONE}

    def rebased(self, newest: Mapping[str, object]) -> HostData:
        """
        Return these changes on what somebody else has stored meanwhile.

        What was handed out can be changed on, unless somebody else changed it.

        Raises:
            ConflictError: If a key was changed here and by somebody else; also when
                both made the same of it, since each may have counted one.
        """
        mine = self.changes()
        rebased = HostData(newest, pack=self._pack, guard=self._guard)
        for key, value in self._held.items():
            if self._packed(self._stored, key) == self._packed(newest, key):
                rebased._held[key] = value
            elif key in mine:
                raise ConflictError(f"somebody else changed {key!r} too")
        rebased._settled = self._settled
        return rebased

    def moved(self, rebased: HostData) -> HostData:
        """
        Become what was *rebased* from this, in the midst of a block, and return this.

        What was handed out and not changed yet may be changed later: it stays in hand
        where it still says what is stored.
        """
        stored, newest = self._stored, rebased._stored
        for key, value in self._held.items():
            if key in rebased._held or value is _GONE:
                continue
            before = self._packed(stored, key)
            if before == self._packed(newest, key):
                rebased._held[key] = value
            elif before is not None:
                self._left.append((key, value, before))
        self._stored, self._held = newest, rebased._held
        return self

    def _differs(self, key: str, value: object) -> bool:
        stored = self._packed(self._stored, key)
        return self._pack(value, pointer("data", key)) != stored

    def _packed(self, values: Mapping[str, object], key: str) -> bytes | None:
        return self._pack(values[key], pointer("data", key)) if key in values else None


Then = Callable[[Checkout, Checkout, Command], Checkout]
"""What follows from an accepted command: before, after and the command; pure."""


@frozen
class Entry:
    """
    One accepted command, so that it can be decided again on a newer state.
    """

    command: Command
    then: Then | None = field(default=None, repr=False)

    def followed(self, before: Checkout, after: Checkout) -> Checkout:
        """
        Return what the block goes on with, after what follows from the command.

        Raises:
            UsageError: If *then* returns no checkout.
        """
        if self.then is None:
            return after
        return _checkout(self.then(before, after, self.command))


def _checkout(found: object) -> Checkout:
    if isinstance(found, Checkout):
        return found
    if isinstance(found, Coroutine):
        found.close()
    raise UsageError(
        f"then returned {described(found)}: it has to return the checkout to go on "
        "with, as in after.evolve(…), or after itself"
    )
