"""
The bytes of one file of the file store: a header that describes itself, and a payload.

A file begins with the mark ``ocsf``, the number of this format (1), and four numbers of
32 bits, most significant byte first: the lengths of header and payload, then the CRC-32
of each. The header is a MessagePack map of the entry's fields by name, with its
``kind``; the payload follows as it is. So a file that was cut or torn is noticed, and
what a session is can be read without its payload.

A claim has the header of a retirement, and its value as the payload. Version 0.1 wrote
none, and looks at the headers of claims alone, so each version lives with the other's.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Any, BinaryIO, cast
from zlib import crc32

import msgpack  # type: ignore[import-untyped]
from attrs import Attribute, asdict

from ocstate.protocols import Record, Retired
from ocstate.stores.soundness import record_of, retired_of, unsound
from ocstate.stores.verbs import Entry

_FRAME = Struct(">4sBIIII")
_MARK = b"ocsf"
_FORMAT = 1

# What MessagePack raises for bytes that are none, or hold what no header does.
_UNPACKING = (ValueError, TypeError, OverflowError, RecursionError)

_NAMES: dict[type[Entry], str] = {Record: "record", Retired: "retired"}


def encode_entry(entry: Entry) -> bytes:
    """
    Return the bytes of a whole file.
    """
    return _framed(entry, entry.payload if isinstance(entry, Record) else b"")


def encode_claim(name: str, until: float, value: bytes) -> bytes:
    """
    Return the bytes of a whole file for a claim.
    """
    claim = Retired(key=name, reason="claimed", at=until, until=until)
    return _framed(claim, bytes(value))


def _framed(entry: Entry, payload: bytes) -> bytes:
    fields = asdict(entry, recurse=False, filter=_is_in_header)
    header = {"kind": _NAMES[type(entry)], **fields}
    packed = cast("bytes", msgpack.packb(header, unicode_errors="surrogatepass"))
    frame = _FRAME.pack(
        _MARK, _FORMAT, len(packed), len(payload), crc32(packed), crc32(payload)
    )
    return b"".join((frame, packed, payload))


def decode_entry(data: bytes) -> Entry:
    """
    Read the bytes of a whole file.

    Raises:
        DecodeError: If they are not what was written, or of a newer format.
    """
    return _decoded(data)[0]


def decode_claim(data: bytes) -> tuple[str, bytes]:
    """
    Read name and value of a claim out of a whole file.

    Raises:
        DecodeError: If they are not what was written, or of a newer format.
    """
    claim, value = _decoded(data)
    if isinstance(claim, Record):
        raise unsound("it is a session's")
    return claim.key, value


def _decoded(data: bytes) -> tuple[Entry, bytes]:
    header_size, payload_size, header_sum, payload_sum = _unframe(data)
    start = _FRAME.size + header_size
    header, payload = data[_FRAME.size : start], data[start:]
    entry = _entry(header, header_size, header_sum, payload)
    if len(payload) < payload_size:
        raise unsound("its payload is cut off", "truncated")
    if len(payload) > payload_size or crc32(payload) != payload_sum:
        raise unsound("its payload is not whole", "damaged")
    return entry, payload


def read_header(file: BinaryIO) -> Entry:
    """
    Read an entry without its payload, which is left empty.

    Raises:
        DecodeError: If it is not what was written, or of a newer format.
    """
    header_size, _, header_sum, _ = _unframe(file.read(_FRAME.size))
    return _entry(file.read(header_size), header_size, header_sum, b"")


def _is_in_header(attribute: Attribute[Any], _value: object) -> bool:
    return attribute.name != "payload"


def _unframe(data: bytes) -> tuple[int, int, int, int]:
    if not _MARK.startswith(data[: len(_MARK)]):
        raise unsound("it does not begin as it must", "not_ocstate")
    if len(data) < _FRAME.size:
        raise unsound("it is cut off", "truncated")
    _, number, *sizes_and_sums = _FRAME.unpack_from(data)
    if number > _FORMAT:
        raise unsound(f"it has format {number}; {_FORMAT} is known", "newer_format")
    if number != _FORMAT:
        raise unsound(f"there is no format {number}", "not_ocstate")
    header_size, payload_size, header_sum, payload_sum = sizes_and_sums
    return header_size, payload_size, header_sum, payload_sum


def _entry(header: bytes, size: int, checksum: int, payload: bytes) -> Entry:
    if len(header) < size:
        raise unsound("its header is cut off", "truncated")
    if crc32(header) != checksum:
        raise unsound("its header is not whole", "damaged")
    fields: Mapping[Any, object]
    try:
        fields = msgpack.unpackb(header, use_list=False, unicode_errors="surrogatepass")
    except _UNPACKING as error:
        raise unsound("its header is no MessagePack") from error
    match fields:
        case {"kind": "record", **rest}:
            return record_of({**rest, "payload": payload})
        case {"kind": "retired", **rest}:
            return retired_of(rest)
        case _:
            raise unsound("its header is none of an entry")
