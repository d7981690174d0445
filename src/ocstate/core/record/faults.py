"""
From whatever went wrong inside to the one error that callers see.
"""

from __future__ import annotations

from collections.abc import Callable

from msgpack.exceptions import StackError  # type: ignore[import-untyped]

from ocstate.core.record.shapes import Misfit, Path, Shape, TooDeep, TooLarge
from ocstate.exceptions import DecodeError, EncodeError
from ocstate.problem import pointer

FAULTS = (
    ArithmeticError,
    AttributeError,
    ExceptionGroup,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What values that do not fit can raise, here, in MessagePack and in a host's hooks."""


def decode_error(
    what: str, error: BaseException, schema: int | None = None
) -> DecodeError:
    """
    Return what to raise when *what* cannot be read.
    """
    if isinstance(error, (TooDeep, StackError, RecursionError)):
        reason = "too_deep"
    elif isinstance(error, TooLarge) or " exceeds max_" in str(error):
        reason = "too_large"
    else:
        reason = "bad_section"
    message = f"{what} cannot be read: {type(error).__name__}"
    return DecodeError(message, reason=reason, schema=schema)


def encode_error(
    error: BaseException,
    path: Path,
    shape: Shape,
    value: object,
    write: Callable[[object], object],
) -> EncodeError:
    """
    Return what to raise when *value* cannot be written, with the path to the reason.

    Args:
        path: Where *value* stands.
        write: Encodes what a shape packed, and raises when it cannot.
    """
    for place, part, inner in shape.inside(value):
        try:
            write(inner.pack(part))
        except FAULTS as found:
            return encode_error(found, (*path, *place), inner, part, write)
    # Our own texts name types and sizes; those of others may show a value.
    told = str(error) if isinstance(error, Misfit) else type(error).__name__
    return EncodeError(f"no encoding: {told}", path=pointer(*path))
