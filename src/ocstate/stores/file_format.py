"""
The bytes of one file of the file store: a header that describes itself, and a payload.

A file begins with the mark ``ocsf``, the number of this format (1), and four numbers of
32 bits, most significant byte first: the lengths of header and payload, then the CRC-32
of each. The header is a MessagePack map of the entry's fields by name, with its
``kind``; the payload follows as it is. So a file that was cut or torn is noticed, and
what a session is can be read without its payload.
"""

from __future__ import annotations

from struct import Struct
from typing import Any, BinaryIO, cast
from zlib import crc32

import msgpack  # type: ignore[import-untyped]
from attrs import Attribute, asdict

from ocstate.exceptions import StoreError
from ocstate.protocols import Record, Retired
from ocstate.stores.verbs import Entry

__all__ = [
    "DamagedFileError",
    "decode_entry",
    "encode_entry",
    "read_header",
]

_FRAME = Struct(">4sBIIII")
_MARK = b"ocsf"
_FORMAT = 1


class DamagedFileError(StoreError):
    """
    A file was cut, torn or written over by something else.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"a file of the store is damaged: {reason}")


_KINDS: dict[str, type[Entry]] = {"record": Record, "retired": Retired}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def encode_entry(entry: Entry) -> bytes:
    """
    Return the bytes of a whole file.
    """
    payload = entry.payload if isinstance(entry, Record) else b""
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
        DamagedFileError: If they are not what was written.
        StoreError: If they are of a newer format.
    """
    header_size, payload_size, header_sum, payload_sum = _unframe(data)
    start = _FRAME.size + header_size
    header, payload = data[_FRAME.size : start], data[start:]
    if len(payload) != payload_size or crc32(payload) != payload_sum:
        raise DamagedFileError("its payload is not whole")
    return _entry(header, header_sum, payload)


def read_header(file: BinaryIO) -> Entry:
    """
    Read an entry without its payload, which is left empty.

    Raises:
        DamagedFileError: If it is not what was written.
        StoreError: If it is of a newer format.
    """
    header_size, _, header_sum, _ = _unframe(file.read(_FRAME.size))
    return _entry(file.read(header_size), header_sum, b"")


def _is_in_header(attribute: Attribute[Any], _value: object) -> bool:
    return attribute.name != "payload"


def _unframe(data: bytes) -> tuple[int, int, int, int]:
    if len(data) < _FRAME.size:
        raise DamagedFileError("it is too short")
    mark, number, *sizes_and_sums = _FRAME.unpack_from(data)
    if mark != _MARK:
        raise DamagedFileError("it does not begin as it must")
    if number != _FORMAT:
        raise StoreError(f"a file of the store has format {number}; {_FORMAT} is known")
    header_size, payload_size, header_sum, payload_sum = sizes_and_sums
    return header_size, payload_size, header_sum, payload_sum


def _entry(header: bytes, header_sum: int, payload: bytes) -> Entry:
    if crc32(header) != header_sum:
        raise DamagedFileError("its header is not whole")
    fields = msgpack.unpackb(header, use_list=False, unicode_errors="surrogatepass")
    kind = _KINDS[fields.pop("kind")]
    if kind is Record:
        fields["payload"] = payload
    return kind(**fields)
