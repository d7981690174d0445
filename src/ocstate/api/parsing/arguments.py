"""
Typed values out of nested fields; what is wrong with them is collected, not raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from ocstate.api.parsing.nesting import Fields, Garbled, Value
from ocstate.problem import Problem, pointer

_BLANKS = " \t\n\r\0\x0b"
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,11}(?:\.[0-9]{1,10})?", re.ASCII)


def trimmed(text: str) -> str:
    """
    Return *text* without ASCII blanks and NUL at its ends, as every input is taken.
    """
    return text.strip(_BLANKS)


class Arguments:
    """
    What was posted to one call, read by name and type.

    A value of another type is a problem of that field and reads as if it had not been
    sent, so that all problems of a call are found in one go. Unknown fields are never
    looked at.

    Attributes:
        fields: Everything that was posted.
        problems: What was wrong so far, in the order of reading.
    """

    def __init__(self, fields: Fields, *path: str) -> None:
        self.fields = fields
        self.problems: list[Problem] = []
        self._path = path

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def text(self, name: str) -> str:
        """
        Read a text; a missing one is empty.
        """
        return self._text(self.fields.get(name, ""), name)

    def optional_text(self, name: str) -> str | None:
        """
        Read a text; None when it is missing, for that may mean something else.
        """
        return self.text(name) if name in self.fields else None

    def whole(self, name: str, default: int = 0, *, may_be_blank: bool = True) -> int:
        """
        Read a whole number, in decimal digits with or without a sign and zeros.

        Args:
            default: Stands for a missing one.
            may_be_blank: Whether an empty text counts as missing.
        """
        found = self.optional_whole(name, may_be_blank=may_be_blank)
        return default if found is None else found

    def optional_whole(self, name: str, *, may_be_blank: bool = True) -> int | None:
        """
        Read a whole number; None when it is missing.
        """
        text = self.optional_text(name)
        if text is None or (text == "" and (may_be_blank or self._is_wrong(name))):
            return None
        if _WHOLE.fullmatch(text):
            return int(text)
        self._wrong("not_whole_number", name)
        return None

    def decimal(self, name: str) -> Decimal:
        """
        Read an amount; a missing or an empty one is a problem.
        """
        text = self.text(name)
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
        self.refuse("not_amount", name)
        return Decimal(0)

    def answers(
        self, name: str, known_as: str = ""
    ) -> Mapping[int, str | tuple[str, ...]]:
        """
        Read answers by the id of what was asked: texts, or lists of texts.

        Args:
            known_as: Their name in paths, where it is another one.
        """
        answers: dict[int, str | tuple[str, ...]] = {}
        where = known_as or name
        for key, value in self._mapping(name).items():
            if not _WHOLE.fullmatch(key):
                self._wrong("not_whole_number", where, key)
            elif isinstance(value, Mapping):
                answers[int(key)] = tuple(
                    self._text(each, where, key) for each in value.values()
                )
            else:
                answers[int(key)] = self._text(value, where, key)
        return answers

    def rows(self, name: str, *path: str) -> Iterator[Arguments]:
        """
        Read a list of rows, each with fields of its own; their problems count here.

        Args:
            path: What the list is in paths; rows are numbered there from 0.
        """
        for number, value in enumerate(self._mapping(name).values()):
            if isinstance(value, Mapping):
                row = Arguments(value, *path, str(number))
                yield row
                self.problems += row.problems
            else:
                self._wrong("not_fields", name, where=pointer(*path, number))

    def require(self, name: str) -> None:
        """
        Note a problem when a field is missing or empty.
        """
        if self.fields.get(name, "") == "":
            self.refuse("required", name)

    def refuse(self, code: str, name: str) -> None:
        """
        Note a problem of a field, unless it has one already.
        """
        if not self._is_wrong(name):
            self._wrong(code, name)

    def _text(self, value: Value, *path: str) -> str:
        match value:
            case str():
                return trimmed(value)
            case Garbled():
                self._wrong(value.value, *path)
            case _:
                self._wrong("not_text", *path)
        return ""

    def _mapping(self, name: str) -> Fields:
        value = self.fields.get(name, {})
        if isinstance(value, Mapping):
            return value
        self._wrong("not_list", name)
        return {}

    def _is_wrong(self, name: str) -> bool:
        path = pointer(*self._path, name)
        return any(problem.path == path for problem in self.problems)

    def _wrong(self, code: str, *path: str, where: str = "") -> None:
        where = where or pointer(*self._path, *path)
        self.problems.append(Problem.of(code, where, field=path[-1]))
