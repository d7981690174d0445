"""
Reading the files of a file store, none of which may be what it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, TypeVar

from ocstate.exceptions import DecodeError
from ocstate.stores.file.format import decode_claim, decode_entry, read_header
from ocstate.stores.file.layout import Place, claim_name_of, name_of
from ocstate.stores.soundness import unsound
from ocstate.stores.verbs import Entry, Stored

Result = TypeVar("Result")


def load(place: Place) -> Entry | None:
    """
    Read the entry at *place*; None when there is no file.

    Raises:
        DecodeError: If the file cannot be read as an entry of this name.
        OSError: If the system could not read it.
    """
    return _entry(place, lambda file: decode_entry(file.read()))


def load_claim(place: Place) -> bytes | None:
    """
    Read the value of the claim at *place*; None when there is no file.

    Raises:
        DecodeError: If the file cannot be read as a claim of this name.
        OSError: If the system could not read it.
    """
    claim = _read(place, lambda file: decode_claim(file.read()))
    if claim is None:
        return None
    name, value = claim
    if claim_name_of(name) != place.name:
        raise unsound("it is another claim's")
    return value


def find(place: Place) -> Stored:
    """
    Return what *place* holds, or the reason why it cannot be read.

    Raises:
        OSError: If the system could not read it.
    """
    try:
        return load(place)
    except DecodeError as error:
        return error


def find_header(place: Place) -> Stored:
    """
    Return what *place* holds but for the payload, as `find` does.

    Raises:
        OSError: If the system could not read it.
    """
    try:
        return _entry(place, read_header)
    except DecodeError as error:
        return error


def _entry(place: Place, read: Callable[[BinaryIO], Entry]) -> Entry | None:
    entry = _read(place, read)
    # Somebody may have put the file of one session in place of another's.
    if entry is not None and place.is_session and name_of(entry.key) != place.name:
        raise unsound("it is another session's")
    return entry


def _read(place: Place, read: Callable[[BinaryIO], Result]) -> Result | None:
    try:
        with place.path.open("rb") as file:
            return read(file)
    except FileNotFoundError:
        return None
    except IsADirectoryError as error:
        raise unsound("it is a folder", "not_ocstate") from error
