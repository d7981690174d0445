"""
What a host sees of a session: few names, and sections by their classes.
"""

from __future__ import annotations

from typing import ClassVar

import pytest
from attrs import frozen

from ocstate import AsyncSession, Session, Sessions
from ocstate.core.session import SessionState
from ocstate.exceptions import UsageError
from ocstate.stores.memory import MemoryStore


@frozen
class Loyalty:
    points: int = 0


@frozen
class Badge:
    name: str = ""


@frozen
class EarnPoints:
    section: ClassVar[str] = "loyalty"
    points: int

    def apply(self, value: Loyalty | None, /) -> Loyalty | None:
        return Loyalty((value or Loyalty()).points + self.points)


@pytest.mark.parametrize("kind", [Session, AsyncSession])
def test_an_editor_completes_what_a_host_uses(kind: type) -> None:
    """
    Nothing that only the flows work on is among the names.
    """
    names = {name for name in dir(kind) if not name.startswith("_")}
    assert len(names) <= 24
    assert not names & {*SessionState.__slots__} - {
        *("token", "refused", "subjects", "checkout", "data", "warnings"),
        *("unreadable", "was_read", "cookie_due", "is_closed"),
    }


def test_a_section_is_found_by_its_class() -> None:
    """
    As it stands after the block's commands, and None while there is none.
    """
    sessions = Sessions(MemoryStore(), sections={"loyalty": Loyalty, "badge": Badge})
    with sessions.open() as session:
        assert session.section(Loyalty) is None
        session.do(EarnPoints(60))
        assert Loyalty(60) == session.section(Loyalty)
    stored = sessions.open(session.token)
    assert Loyalty(60) == stored.section(Loyalty)
    assert stored.section(Badge) is None


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({}, "Loyalty is the class of no section"),
        ({"a": Loyalty, "b": Loyalty}, r"Loyalty is the class of several .*'a', 'b'"),
    ],
)
def test_a_class_that_names_no_one_section_is_a_wrong_use(
    sections: dict[str, type], told: str
) -> None:
    """
    Nobody guesses which one is meant.
    """
    session = Sessions(MemoryStore(), sections=sections).open()
    with pytest.raises(UsageError, match=told):
        session.section(Loyalty)
