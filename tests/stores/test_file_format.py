"""
The bytes of a file of the file store: exact, self-describing, and never half believed.
"""

from __future__ import annotations

import io

import msgpack
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ocstate.exceptions import DecodeError
from ocstate.protocols import Record, Retired
from ocstate.stores.file.format import (
    decode_entry,
    encode_entry,
    read_header,
)
from ocstate.testing.promises import NOTE, RECORD

instants = st.floats(allow_nan=False, allow_infinity=False)
records = st.builds(
    Record,
    key=st.text(),
    handle=st.text(),
    version=st.integers(0, 2**63 - 1),
    payload=st.binary(),
    created_at=instants,
    seen_at=instants,
    expires_at=instants,
    ends_at=instants,
    subjects=st.lists(st.text()).map(tuple),
    schema=st.integers(0, 2**31),
)
notes = st.builds(
    Retired,
    key=st.text(),
    reason=st.text(),
    at=instants,
    until=instants,
    successor=st.none() | st.text(),
)


@given(records | notes)
def test_an_entry_comes_back_as_it_was(entry):
    """
    What is encoded is decoded, in every field; its header alone lacks but the payload.
    """
    data = encode_entry(entry)
    header = evolve(entry, payload=b"") if isinstance(entry, Record) else entry

    assert entry == decode_entry(data)
    assert header == read_header(io.BytesIO(data))


def test_a_file_describes_itself():
    """
    Whoever has the file and knows MessagePack can read what it is.
    """
    data = encode_entry(RECORD)

    assert data.startswith(b"ocsf\x01")
    assert data.endswith(RECORD.payload)
    header = msgpack.unpackb(data[21 : -len(RECORD.payload)])
    assert header["kind"] == "record"
    assert header["handle"] == RECORD.handle


@pytest.mark.parametrize("entry", [RECORD, NOTE], ids=["record", "retired"])
def test_a_file_that_was_cut_or_grew_is_noticed(entry):
    """
    Whatever length a torn file has, it is refused, and its header if that is not whole.
    """
    data = encode_entry(entry)
    header_size = len(data) - len(getattr(entry, "payload", b""))

    for size in range(len(data)):
        with pytest.raises(DecodeError):
            decode_entry(data[:size])
        if size < header_size:
            with pytest.raises(DecodeError):
                read_header(io.BytesIO(data[:size]))
    with pytest.raises(DecodeError):
        decode_entry(data + b"\x00")


@given(st.integers(0, len(encode_entry(RECORD)) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed(index, change):
    """
    No byte can change without the file being refused.
    """
    data = bytearray(encode_entry(RECORD))
    data[index] ^= change

    with pytest.raises(DecodeError):
        decode_entry(bytes(data))


def test_a_newer_format_is_not_called_damaged():
    """
    A file of a later ocstate is refused as such, so that nobody deletes it as broken.
    """
    data = bytearray(encode_entry(RECORD))
    data[4] = 2

    with pytest.raises(DecodeError, match="format 2; 1 is known") as caught:
        decode_entry(bytes(data))
    assert "newer_format" == caught.value.reason
