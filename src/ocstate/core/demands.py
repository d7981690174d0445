"""
What arguments have to be, said in sentences that tell what to write instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from inspect import iscoroutinefunction, signature
from typing import TypeVar

from attrs import has

from ocstate.exceptions import ConfigurationError, UsageError

KindT = TypeVar("KindT")

OVER = (
    "the session's block is over: nothing can change it now; "
    "open another one with sessions.open(session.token)"
)
NEVER_READ = (
    "the session's block is over, and nobody looked at it in the block: read what is "
    "needed, such as session.checkout, before the block ends, or in a stream before "
    "the response starts"
)
BUSY = (
    "a command of this session is still being decided: a session belongs to one thread "
    "or task, so do one after another (await each do), or open a block for each"
)


def described(given: object) -> str:
    """
    Name what was given without showing it: its class, or that it is one.
    """
    if isinstance(given, type):
        return f"the class {given.__name__}"
    return "None" if given is None else f"a value of type {type(given).__name__}"


def require_instance(argument: str, given: object, of: type[KindT], hint: str) -> KindT:
    """
    Return what was *given*, if it is one of the class.

    Raises:
        ConfigurationError: If it is something else, or the class itself.
    """
    if isinstance(given, of):
        return given
    raise ConfigurationError(
        f"{argument} has to be a {of.__name__}, not {described(given)}: {hint}"
    )


def require_plain_function(argument: str, given: object, shape: str) -> None:
    """
    Make sure that what was *given* can be called, and answers without being awaited.

    Args:
        shape: What it has to be, as the sentence says it.

    Raises:
        ConfigurationError: If it cannot; what has to be awaited would count as true.
    """
    if callable(given) and not iscoroutinefunction(given):
        return
    kind = "an async function" if callable(given) else described(given)
    raise ConfigurationError(f"{argument} has to be {shape}, not {kind}")


def in_seconds(given: float | timedelta) -> float:
    """
    Return a time in seconds; what is no time stays what it is (`require_time`).
    """
    if isinstance(given, timedelta):
        return given.total_seconds()
    is_whole = isinstance(given, int) and not isinstance(given, bool)
    return float(given) if is_whole else given


def require_time(argument: str, given: object, *, or_none: bool = False) -> None:
    """
    Make sure that what was *given* is a time in seconds.

    Args:
        or_none: Whether no time at all, zero, will do.

    Raises:
        ConfigurationError: If it is no number above zero, or has no end.
    """
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ConfigurationError(
            f"{argument} has to be a time in seconds or a timedelta, "
            f"not {described(given)}"
        )
    if not 0 <= given < float("inf") or not (given or or_none):
        least = "of zero or more" if or_none else "above zero"
        raise ConfigurationError(f"{argument} must be a time {least}")


def require_sections(sections: object) -> None:
    """
    Make sure that a host's sections are classes by name.

    Raises:
        ConfigurationError: If they are anything else.
    """
    example = 'write sections={"loyalty": Loyalty}'
    if not isinstance(sections, Mapping):
        raise ConfigurationError(
            f"sections have to be classes by name, not {described(sections)}: {example}"
        )
    for name, one in sections.items():
        if not isinstance(name, str):
            raise ConfigurationError(
                f"a section's name has to be a text, not {described(name)}: {example}"
            )
        if has(type(one)) and not hasattr(one, "upgraded"):
            raise ConfigurationError(
                f"the section {name!r} has to be a class, not {described(one)}: "
                f"write {type(one).__name__}"
            )


def require_token(token: object) -> None:
    """
    Make sure that what should name a session can be what a client sent.

    Raises:
        UsageError: If it is neither text nor None.
    """
    if token is None or isinstance(token, str):
        return
    instead = "give the text of a cookie or a header, or None"
    if isinstance(token, bytes | bytearray):
        instead = "decode it first, as in token.decode()"
    elif hasattr(token, "token"):
        instead = "give its token, as in session.token"
    raise UsageError(f"a token is text, not {described(token)}: {instead}")


def require_callable(what: str, function: object, wants: tuple[str, ...]) -> None:
    """
    Make sure that *function* can be called with so many arguments, at once.

    Args:
        what: How it is called in the sentence.
        wants: The names of its arguments.

    Raises:
        UsageError: If it cannot.
    """
    shape = f"write {what} as a function of {', '.join(wants)}"
    if not callable(function) or isinstance(function, type):
        raise UsageError(
            f"{what} has to be a function, not {described(function)}: {shape}"
        )
    try:
        signature(function).bind(*wants)
    except ValueError:
        return  # What is built in does not always tell.
    except TypeError as error:
        raise UsageError(f"{what} cannot be called ({error}): {shape}") from None
