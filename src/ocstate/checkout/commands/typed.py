"""
What the fields of commands hold, checked when a command is made.

Forms send texts. A number that was not made of its text is found here, with the name of
the field, and not by a comparison deep inside a rule.
"""

from __future__ import annotations

from typing import Any, Final, cast

from attrs import Attribute, frozen

from ocstate.checkout.values.characters import canonical_code


@frozen
class Typed:
    """
    A validator that accepts instances of a type alone; ``True`` is no number.

    Attributes:
        kind: What the field holds.
        or_none: Whether it may be None instead.
    """

    kind: type
    or_none: bool = False

    def __call__(
        self, command: object, attribute: Attribute[Any], value: object
    ) -> None:
        """
        Check one field of a command.

        Raises:
            TypeError: If it holds something else.
        """
        if type(value) is self.kind or (value is None and self.or_none):
            return
        if isinstance(value, bool) or not isinstance(value, self.kind):
            kind = self.kind.__name__
            article = "an" if kind[0] in "AEIOaeio" else "a"
            raise TypeError(
                f"{type(command).__name__}.{attribute.name} has to be {article} {kind}"
                f"{' or None' * self.or_none}, not {type(value).__name__}"
            )


NUMBER: Final = Typed(int)
"""Of whole numbers."""

TEXT: Final = Typed(str)
"""Of texts."""


def code(given: str) -> str:
    """
    Return a code in its one spelling; anything else as it is, for the validator.
    """
    text = cast(object, given)
    return canonical_code(text) if isinstance(text, str) else given


def code_or_none(given: str | None) -> str | None:
    """
    Return a code in its one spelling, and None as None.
    """
    return None if given is None else code(given)
